// SPDX-License-Identifier: BSD-2-Clause
// One function per access control: prints the rows of what it does to the operations. Each runs in
// a boot with the module in lsm=, and alone.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "bench/operations.h"

namespace eventfilter::selftest {

// As many layers, and as many rules in one layer
inline constexpr unsigned kLayers[] = {1, 4, 16};
inline constexpr unsigned kRules[] = {1, 10, 100, 1000};
inline constexpr unsigned kDescriptors[] = {1, 10, 24, 100, 1000};

void bench_ours(const Playground& where);
// One operation many times under our label filter (with a "-" before it: under none), between two marks
void profile_ours(const Playground& where, const std::string& operation);
void bench_seccomp(const Playground& where);
void bench_landlock(const Playground& where);
void bench_selinux(const Playground& where);
void bench_apparmor(const Playground& where);
void bench_bpf(const Playground& where);

// The system calls that a list allows which allows all but a few: x86-64's own, by number
std::vector<std::string> listed_calls();

}  // namespace eventfilter::selftest
