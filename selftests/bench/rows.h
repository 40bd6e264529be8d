// SPDX-License-Identifier: BSD-2-Clause
// What a boot found out, for report.py: a line "row TABLE SUBJECT NAME VALUE" each.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "bench/operations.h"

namespace eventfilter::selftest {

void print_row(const std::string& table, const std::string& subject, const std::string& name,
               double value);

// Every operation of `names` (all if it's empty), with and without `confine`
void measure_all(const std::string& table, const std::string& subject, const Playground& where,
                 const std::vector<std::string>& names, const std::function<void()>& confine);

}  // namespace eventfilter::selftest
