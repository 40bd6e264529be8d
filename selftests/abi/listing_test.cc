// SPDX-License-Identifier: BSD-2-Clause
// The saved listing of events that policies are compiled for says what this kernel says.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <sstream>

#include "support/program.h"

namespace eventfilter::selftest {
namespace {

struct Listed {
  std::vector<std::string> names;
  std::string fields;
};

// A system call without metadata in a kernel lists at most the subject's fields: what it would have
// depends on the kernel's configuration.
bool has_arguments(const Listed& listed) {
  return !listed.fields.empty() && listed.fields != " uid:uid gid:gid";
}

std::map<std::string, Listed> read_syscalls(const std::string& path) {
  std::map<std::string, Listed> syscalls;
  std::istringstream lines(read_file(path));
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string names, group, number;
    if (!(words >> names >> group >> number) || group != "syscalls") {
      continue;
    }
    Listed listed;
    std::getline(words, listed.fields);
    std::istringstream split(names);
    for (std::string name; std::getline(split, name, ',');) {
      listed.names.push_back(name);
    }
    syscalls[number] = listed;
  }
  return syscalls;
}

TEST(Listing, TheSavedOneIsThatOfThisKernel) {
  const auto kernel = read_syscalls("/sys/kernel/security/eventfilter/events");
  const auto saved = read_syscalls("/src/userspace/policyd/events/linux-6.1-x86_64.events");
  ASSERT_GT(kernel.size(), 300U);
  EXPECT_EQ(kernel.size(), saved.size());
  unsigned compared = 0;
  for (const auto& [number, ours] : saved) {
    const auto theirs = kernel.find(number);
    ASSERT_NE(theirs, kernel.end()) << number;
    for (const std::string& name : ours.names) {
      EXPECT_TRUE(std::count(theirs->second.names.begin(), theirs->second.names.end(), name))
          << name << ' ' << number;
    }
    if (has_arguments(theirs->second)) {
      EXPECT_EQ(theirs->second.fields, ours.fields) << ours.names.front();
      compared++;
    }
  }
  EXPECT_GT(compared, 250U) << "of those that have arguments";
}

}  // namespace
}  // namespace eventfilter::selftest
