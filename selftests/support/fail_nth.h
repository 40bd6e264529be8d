// SPDX-License-Identifier: BSD-2-Clause
// Makes the kernel's memory allocations fail one by one, where it is built with fault injection (the
// debug kernel). A call that fails half-way must have changed nothing.
#pragma once

#include <functional>

namespace eventfilter::selftest {

bool can_inject_faults();

// Calls `attempt` with its first allocation failing, then its second, ..., until it succeeds without
// one having failed. After each failure `check_nothing_changed` is called. Both see errno. Returns how
// many allocations failed; the test fails if the call fails with anything but ENOMEM.
int for_each_failing_allocation(const std::function<long()>& attempt, const std::function<void()>& check_nothing_changed);

}  // namespace eventfilter::selftest
