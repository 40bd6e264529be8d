// SPDX-License-Identifier: BSD-2-Clause
//
// The kernel's filter machine as far as seccomp uses it, for tests: what libseccomp exports is run on
// it, on system calls that nobody makes.
#pragma once

#include <cstdint>
#include <vector>

#include <linux/filter.h>
#include <linux/seccomp.h>

namespace eventfilter::import {

// SECCOMP_RET_*, with its data.
std::uint32_t run_bpf(const std::vector<sock_filter>& program, const seccomp_data& data);

}  // namespace eventfilter::import
