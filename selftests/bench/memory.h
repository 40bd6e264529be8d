// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <functional>

namespace eventfilter::selftest {

// Bytes of kernel memory per process that `confine` confines, over one that isn't
double memory_per_process(const std::function<void()>& confine);

}  // namespace eventfilter::selftest
