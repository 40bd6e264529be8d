// SPDX-License-Identifier: BSD-2-Clause
//
// Transitions and the labels of tasks: policyctl run in the virtual machine, as an ordinary user.
#include "cli/test/run_fixture.h"

namespace eventfilter::cli {
namespace {

constexpr const char* kStart =
    "label app_data_t = \"HERE/app\";\nlabel both_t = \"HERE/both\";\n"
    "label helper_data_t = \"HERE/helper_data\";\nlabel helper_exec_t = \"HERE/helper\";\n"
    "macro programs { use base; allow file { read exec } on { bin_t helper_exec_t }; }\n";

class RunTransitions : public Run {
 protected:
  RunTransitions() {
    for (const char* const name : {"app", "both", "helper_data"}) write(name, std::string(name) + "\n");
    fs::copy_file("/usr/bin/cat", here_ / "helper");
  }

  int enter(const std::string& command, const std::string& domain = "d_t") {
    return run(command, "--quiet --domain " + domain);
  }

  // The fixture's domain d_t is the one that is entered; `others` are declared beside it.
  void domains(const std::string& others, const std::string& rules) {
    policy(kStart + others, " use programs;\n" + rules);
  }
};

TEST_F(RunTransitions, WhatBothAllowPasses) {
  domains("domain helper_t { use programs; allow file read on { both_t helper_data_t }; }\n"
          "transition d_t on helper_exec_t to helper_t;",
          "allow file read on { app_data_t both_t };");
  EXPECT_EQ(enter("cat app both"), 0) << err;
  EXPECT_EQ(out, "app\nboth\n");
  EXPECT_EQ(enter("./helper both"), 0) << err;
  EXPECT_EQ(out, "both\n");
  EXPECT_EQ(enter("sh -c './helper both && ./helper both'"), 0) << err;
  EXPECT_NE(enter("sh -c './helper app'"), 0) << "the target refuses it";
  EXPECT_NE(enter("sh -c './helper helper_data'"), 0) << "the source refuses it";
  EXPECT_EQ(out, "");
}

TEST_F(RunTransitions, ATargetBringsTheLayersThatItIsFrom) {
  domains("domain base_t { use programs; allow file read on both_t; }\n"
          "domain helper_t from base_t { use programs; allow file read on both_t; "
          "default meta allow; }\n"
          "transition d_t on helper_exec_t to helper_t;",
          "allow file read on { app_data_t both_t };");
  EXPECT_EQ(enter("sh -c './helper both'"), 0) << err;
  EXPECT_NE(enter("sh -c './helper app'"), 0);
}

TEST_F(RunTransitions, ADomainThatIsFromTheSourceHasItsTransitions) {
  const std::string others =
      "domain helper_t { use programs; allow file read on both_t; }\n"
      "domain inner_t from d_t { use programs; allow file { read exec } on { bin_t helper_exec_t }; "
      "allow file read on { app_data_t both_t }; }\n"
      "transition d_t on helper_exec_t to helper_t;";
  domains(others, "allow file read on { app_data_t both_t };");
  EXPECT_EQ(enter("sh -c 'cat app && ./helper both'", "inner_t"), 0) << err;
  EXPECT_NE(enter("sh -c './helper app'", "inner_t"), 0);
}

TEST_F(RunTransitions, TasksAreToldByTheirDomains) {
  fs::copy_file("/usr/bin/sleep", here_ / "wait");
  const std::string labels = "label wait_t = \"HERE/wait\";\n"
                             "domain wait_d { use programs; allow file { read exec } on wait_t; }\n"
                             "transition d_t on wait_t to wait_d;";
  const std::string killing = "sh -c './wait 5 & sleep 1; kill -9 $! && echo killed'";
  domains(labels, "allow file { read exec } on wait_t; allow signal send on self;");
  EXPECT_EQ(enter(killing), 0) << err;
  EXPECT_EQ(out, "killed\n") << "it is in the source's domain, too";
  domains(labels, "allow file { read exec } on wait_t; allow signal send on self; "
                  "deny signal send on wait_d;");
  EXPECT_NE(enter(killing), 0) << "what one of its domains is denied is denied";
  EXPECT_EQ(out, "");
}

TEST_F(RunTransitions, TheCommandsEndIsTold) {
  domains("domain helper_t { use programs; }\ntransition d_t on helper_exec_t to helper_t;", "");
  EXPECT_EQ(enter("true"), 0) << err;
  EXPECT_EQ(enter("sh -c 'exit 7'"), 7) << err;
  EXPECT_EQ(enter("/no/such/program"), 127);
  EXPECT_EQ(enter("sh -c 'kill -9 $$'"), 128 + 9) << "by the same signal, as the shell tells it";
}

TEST_F(RunTransitions, SignalsReachTheCommand) {
  const fs::path pid = here_ / "pid";
  ASSERT_EQ(std::system(("sh -c 'sleep 2; kill -TERM $(cat " + pid.string() + ")' &").c_str()), 0);
  const fs::path build = fs::read_symlink("/proc/self/exe").parent_path().parent_path();
  // The shell that starts policyctl becomes it: $$ is policyctl's id
  const std::string line = "cd " + here_.string() + " && sh -c 'echo $$ >pid; exec </dev/null " +
                           (build / "bin/policyctl").string() + " run --policy p.policy --domain d_t -- ./loop' >out 2>err";
  write("loop", "#!/bin/sh\ntrap \"echo got it; exit 3\" TERM\nwhile :; do sleep 0.1; done\n");
  fs::permissions(here_ / "loop", fs::perms::owner_all);
  domains("label loop_t = \"HERE/loop\";\ndomain helper_t { use programs; }\n"
          "transition d_t on helper_exec_t to helper_t;",
          "allow file { read exec } on loop_t;");
  const int status = std::system(line.c_str());
  EXPECT_EQ(WEXITSTATUS(status), 3) << text_of(here_ / "err");
  EXPECT_EQ(text_of(here_ / "out"), "got it\n");
}

}  // namespace
}  // namespace eventfilter::cli
