// SPDX-License-Identifier: BSD-2-Clause
// Measurements in processes of their own, because what confines a process stays.
#pragma once

#include <functional>

namespace eventfilter::selftest {

// What `measure` returned in a child. Ends with SetupFailed when it threw.
double value_of_child(const std::function<double()>& measure);

// The median of `times` such values
double median_of_children(int times, const std::function<double()>& measure);

}  // namespace eventfilter::selftest
