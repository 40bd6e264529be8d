// SPDX-License-Identifier: BSD-2-Clause
//
// Rule files come into force as a whole, or not at all, by every way of asking for it.
#include <csignal>
#include <filesystem>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "daemon/test/guest/daemon.h"
#include "support/channel.h"
#include "support/child.h"
#include "support/program.h"
#include "support/require.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

constexpr const char* kOpen =
    "label one_t = \"HERE/one\";\n"
    "label two_t = \"HERE/two\";\n"
    "boolean both = false;\n"
    "domain a_t { " kChannel "allow file open on one_t; if both { allow file open on two_t; } }\n";
// The same domain, and another place for the label
constexpr const char* kMoved =
    "label one_t = \"HERE/two\";\n"
    "label two_t = \"HERE/one\";\n"
    "boolean both = false;\n"
    "domain a_t { " kChannel "allow file open on one_t; if both { allow file open on two_t; } }\n";

int open_file(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd >= 0) close(fd);
  return fd;
}

class Reload : public ::testing::Test {
 protected:
  Reload() : daemon_(kOpen) {
    for (const char* const name : {"/one", "/two"}) write_file(daemon_.here() + name, "x");
  }

  // A child in a_t that does `inside` between two steps of the test.
  void across(const std::function<void()>& change) {
    Channel channel;
    const std::string one = daemon_.here() + "/one";
    const std::string two = daemon_.here() + "/two";
    Child child([&] {
      enter(daemon_, "a_t");
      EXPECT_ALLOWED(open_file(one));
      EXPECT_REFUSED(EACCES, open_file(two));
      channel.child().send(1);
      EXPECT_EQ(channel.child().receive(), 2);
      EXPECT_REFUSED(EACCES, open_file(one));
      EXPECT_ALLOWED(open_file(two));
    });
    ASSERT_EQ(channel.parent().receive(), 1);
    change();
    channel.parent().send(2);
    EXPECT_TRUE(child.wait().exited_normally());
  }
  std::string reload_refused() {
    auto admin = daemon_.admin();
    std::string text = refusal<ipc::Reloaded>(admin, ipc::Reload{});
    for (std::size_t at = 0; (at = text.find(daemon_.rules())) != std::string::npos;)
      text.replace(at, daemon_.rules().size(), "RULES");
    return text;
  }

  Daemon daemon_;
};

// A file that is renamed to where it should be, by itself, is noticed: the other ways are tried with
// the daemon told before it can be.
TEST_F(Reload, ChangedFilesAreNoticedAndLabelsFollowForWhatRuns) {
  across([&] {
    daemon_.put("test.policy", kMoved);
    daemon_.wait_for_policy(2);
  });
}

TEST_F(Reload, ByRequest) {
  across([&] {
    daemon_.put("test.policy", kMoved);
    auto admin = daemon_.admin();
    EXPECT_GE(must<ipc::Reloaded>(admin, ipc::Reload{}).message.policy, 2U);
  });
}

TEST_F(Reload, BySighup) {
  across([&] {
    daemon_.put("test.policy", kMoved);
    kill(daemon_.labeld(), SIGHUP);
    daemon_.wait_for_policy(2);
  });
}

TEST_F(Reload, AMistakeLeavesThePolicyAndIsReportedWithItsPlace) {
  daemon_.put("test.policy", std::string(kMoved) + "domain b_t { allow file open on three_t; }\n");
  const std::string expected =
      "the rule files have mistakes, so the policy stays as it is:\n"
      "RULES/test.policy:6:33-39: error: there is no label or attribute \"three_t\"\n"
      "  domain b_t { allow file open on three_t; }\n"
      "                                  ~~~~~~~\n"
      "hint: did you mean \"one_t\"?\n";
  EXPECT_EQ(reload_refused().substr(0, 140), expected.substr(0, 140));
  in_child([&] {
    enter(daemon_, "a_t");
    EXPECT_ALLOWED(open_file(daemon_.here() + "/one"));
    EXPECT_REFUSED(EACCES, open_file(daemon_.here() + "/two"));
  });
  EXPECT_NE(daemon_.status().problem.find("there is no label or attribute \"three_t\""), std::string::npos);
  EXPECT_EQ(daemon_.status().policy, 1U);
  // Mended, it comes into force
  daemon_.put("test.policy", kOpen);
  auto admin = daemon_.admin();
  must<ipc::Reloaded>(admin, ipc::Reload{});
  EXPECT_EQ(daemon_.status().problem, "");
}

TEST_F(Reload, WhatCannotBeLabelledAsItIsMeantLeavesThePolicy) {
  std::filesystem::create_symlink(daemon_.here() + "/one", daemon_.here() + "/alias");
  daemon_.put("test.policy", std::string(kOpen) + "label three_t = \"HERE/alias\";\n");
  EXPECT_NE(reload_refused().find("name the same object with two labels"), std::string::npos);
  in_child([&] {
    enter(daemon_, "a_t");
    EXPECT_ALLOWED(open_file(daemon_.here() + "/one"));
  });
}

TEST_F(Reload, FilesThatOthersCanChangeAreRefused) {
  chmod((daemon_.rules() + "/test.policy").c_str(), 0666);
  EXPECT_NE(reload_refused().find("\"RULES/test.policy\" can be written to by others; rule files are root's alone"),
            std::string::npos);
  ASSERT_EQ(chmod((daemon_.rules() + "/test.policy").c_str(), 0644), 0);
  ASSERT_EQ(chown((daemon_.rules() + "/test.policy").c_str(), 1000, 1000), 0);
  EXPECT_NE(reload_refused().find("belongs to uid 1000"), std::string::npos);
}

TEST_F(Reload, AFileOfItsOwnAddsAndAMaskTakesAway) {
  auto admin = daemon_.admin();
  std::filesystem::create_directory(daemon_.rules() + "/test.policy.d");
  daemon_.put("test.policy.d/more.policy", "domain more_t { allow file open on two_t; }\n");
  must<ipc::Reloaded>(admin, ipc::Reload{});
  EXPECT_EQ(daemon_.status().domains, (std::vector<std::string>{"a_t", "more_t"}));
  write_file(daemon_.rules() + "/test.policy.d/more.policy", "");
  must<ipc::Reloaded>(admin, ipc::Reload{});
  EXPECT_EQ(daemon_.status().domains, std::vector<std::string>{"a_t"});
}

TEST_F(Reload, BooleansActOnWhatRuns) {
  Channel channel;
  const std::string two = daemon_.here() + "/two";
  Child child([&] {
    enter(daemon_, "a_t");
    EXPECT_REFUSED(EACCES, open_file(two));
    channel.child().send(1);
    EXPECT_EQ(channel.child().receive(), 2);
    EXPECT_ALLOWED(open_file(two));
    channel.child().send(3);
    EXPECT_EQ(channel.child().receive(), 4);
    EXPECT_REFUSED(EACCES, open_file(two));
  });
  ASSERT_EQ(channel.parent().receive(), 1);
  auto admin = daemon_.admin();
  must<ipc::Reloaded>(admin, ipc::SetBoolean{"both", true});
  channel.parent().send(2);
  ASSERT_EQ(channel.parent().receive(), 3);
  must<ipc::Reloaded>(admin, ipc::SetBoolean{"both", false});
  channel.parent().send(4);
  EXPECT_TRUE(child.wait().exited_normally());
  EXPECT_EQ(refusal<ipc::Reloaded>(admin, ipc::SetBoolean{"none", true}),
            "the policy has no boolean \"none\"");
}

TEST_F(Reload, WhoRunsUnderAnOlderPolicyIsListed) {
  Channel channel;
  Child child([&] {
    enter(daemon_, "a_t");
    channel.child().send(1);
    EXPECT_EQ(channel.child().receive(), 2);
  });
  ASSERT_EQ(channel.parent().receive(), 1);
  auto admin = daemon_.admin();
  const auto all = must<ipc::Processes>(admin, ipc::ListProcesses{false}).message.processes;
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].pid, static_cast<std::uint32_t>(child.pid()));
  EXPECT_EQ(all[0].layers, 1U);
  EXPECT_EQ(all[0].current, 1U);
  EXPECT_TRUE(must<ipc::Processes>(admin, ipc::ListProcesses{true}).message.processes.empty());
  // Other labels don't make it stale, another filter does
  daemon_.put("test.policy", kMoved);
  must<ipc::Reloaded>(admin, ipc::Reload{});
  EXPECT_TRUE(must<ipc::Processes>(admin, ipc::ListProcesses{true}).message.processes.empty());
  daemon_.put("test.policy", "label one_t = \"HERE/one\";\ndomain a_t { " kChannel "allow file { open exec } on one_t; }\n");
  must<ipc::Reloaded>(admin, ipc::Reload{});
  const auto stale = must<ipc::Processes>(admin, ipc::ListProcesses{true}).message.processes;
  ASSERT_EQ(stale.size(), 1U);
  EXPECT_EQ(stale[0].current, 0U);
  channel.parent().send(2);
  EXPECT_TRUE(child.wait().exited_normally());
}

}  // namespace
}  // namespace eventfilter::selftest
