// SPDX-License-Identifier: BSD-2-Clause
#include "bench/rows.h"

#include <cstdio>
#include <exception>

namespace eventfilter::selftest {

void print_row(const std::string& table, const std::string& subject, const std::string& name,
               double value) {
  std::printf("row %s %s %s %.1f\n", table.c_str(), subject.c_str(), name.c_str(), value);
  std::fflush(stdout);
}

// One that can't be had (a filter that is too long for seccomp) has no row, and the report says so
static void measure_one(const std::string& table, const std::string& subject,
                        const Playground& where, const Operation& what,
                        const std::function<void()>& confine) {
  try {
    print_row(table, subject, what.name, instructions_of(what, where, confine));
  } catch (const std::exception& failure) {
    std::printf("absent %s %s %s %s\n", table.c_str(), subject.c_str(), what.name.c_str(),
                failure.what());
  }
}

void measure_all(const std::string& table, const std::string& subject, const Playground& where,
                 const std::vector<std::string>& names, const std::function<void()>& confine) {
  if (names.empty()) {
    for (const Operation& what : operations()) {
      measure_one(table, subject, where, what, confine);
    }
  }
  for (const std::string& name : names) {
    measure_one(table, subject, where, operation(name), confine);
  }
}

}  // namespace eventfilter::selftest
