// SPDX-License-Identifier: BSD-2-Clause
// Makes the kernel's memory allocations fail one by one, where it is built with fault injection
// (the debug kernel). A call that fails half-way must have changed nothing.
#pragma once

#include <functional>
#include <string>

namespace eventfilter::selftest {

bool can_inject_faults();
// Allocations that may sleep fail, too, and none leaves a stack trace in the log. As root.
void prepare_faults();

// One call in which one allocation fails
class FaultyCall {
 public:
  explicit FaultyCall(int nth) : nth_(nth) {}

  // 0 when the call succeeded, all the same or because no allocation failed; ENOMEM when it failed.
  // Another errno fails the test.
  int operator()(const std::function<long()>& call);
  [[nodiscard]] bool had_a_fault() const { return had_a_fault_; }

 private:
  int nth_;
  bool had_a_fault_ = false;
};

// Runs the scenario, as root in a child of its own each time, with the call's first allocation
// failing, then its second, ..., until none is left to fail. Returns how many there were.
int fail_each_allocation(const std::function<void(FaultyCall& call)>& scenario);

// Executes `program getppid` in a child of its own each time, with the first allocation from there on
// failing, then the second, ..., until three in a row have ended with `error`. None may end with 0.
void expect_each_execve_confined(const std::string& program, int error);

}  // namespace eventfilter::selftest
