// SPDX-License-Identifier: BSD-2-Clause
//
// In a virtual machine whose kernel has event filters, but was told to leave them out.
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <string>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "eventfilter.hpp"

namespace {

int in_child(const std::function<int()>& body) {
  const pid_t child = fork();
  if (child == 0) _exit(body());
  int status = -1;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

TEST(WithoutTheLsm, TheKernelIsSuchAOne) {
  ASSERT_EQ(eventfilter_abi_version(), -EOPNOTSUPP) << "else the others prove nothing";
  std::ifstream names("/sys/kernel/security/lsm");
  std::string list;
  std::getline(names, list);
  EXPECT_EQ(list.find("eventfilter"), std::string::npos) << list;
}

TEST(WithoutTheLsm, ALauncherExecutesNothing) {
  EXPECT_EQ(in_child([] {
              const auto ruleset = eventfilter::Ruleset::create();
              if (!ruleset.ok()) return ruleset.error().code() == EOPNOTSUPP ? 7 : 8;
              execl("/bin/touch", "touch", "ran", nullptr);
              return 9;
            }),
            7);
  EXPECT_EQ(in_child([] { return eventfilter_confine_exec(0, 0) == -EOPNOTSUPP ? 7 : 8; }), 7);
}

TEST(WithoutTheLsm, PolicyctlRunsNothing) {
  std::ofstream("p.policy") << "policy 1;\ndomain d_t { default * allow; }\n";
  const int status =
      std::system("/evf/bin/policyctl run --policy p.policy -- touch ran >out 2>err");
  EXPECT_EQ(WEXITSTATUS(status), 125);
  std::ifstream err("err");
  const std::string message{std::istreambuf_iterator<char>(err), std::istreambuf_iterator<char>()};
  EXPECT_NE(message.find("no event filters"), std::string::npos) << message;
  EXPECT_NE(access("ran", F_OK), 0) << "it ran";
}

}  // namespace
