// SPDX-License-Identifier: BSD-2-Clause
//
// policyctl's commands that speak to policyd: what they do, say and end with.
#include <csignal>
#include <filesystem>

#include <gtest/gtest.h>

#include "daemon/test/guest/daemon.h"
#include "support/child.h"
#include "support/program.h"
#include "support/require.h"

namespace eventfilter::selftest {
namespace {

namespace fs = std::filesystem;

constexpr const char* kRules =
    "label all_t = \"/**\";\n"
    "label secret_t = \"HERE/secret\";\n"
    "label disk_t = \"HERE/disks/**\";\n"
    "boolean b = false;\n"
    "domain a_t {\n"
    "  allow file { open exec } on all_t;\n"
    "  if b { allow file open on secret_t; }\n"
    "}\n";

class Policyctl : public ::testing::Test {
 protected:
  Policyctl() : daemon_(kRules) {
    write_file(secret(), "content\n");
    program_ = fs::read_symlink("/proc/self/exe").parent_path().parent_path() / "bin/policyctl";
  }
  std::string secret() const { return daemon_.here() + "/secret"; }

  Output policyctl(const std::string& command, std::vector<std::string> words = {}) const {
    words.insert(words.begin(), {program_, command, "--run-directory=" + daemon_.here() + "/../run"});
    return run(words);
  }

  Daemon daemon_;
  std::string program_;
};

TEST_F(Policyctl, EnterRunsACommandInADomain) {
  in_child([&] {
    EXPECT_TRUE(policyctl("enter", {"a_t", "--", "cat", "/etc/hostname"}).succeeded());
    const Output refused = policyctl("enter", {"a_t", "cat", secret()});
    EXPECT_TRUE(refused.says("Permission denied")) << refused.text;
    EXPECT_EQ(refused.exit_code(), 1);
    const Output verbose = policyctl("enter", {"-v", "a_t", "sh", "-c", "exit 7"});
    EXPECT_EQ(verbose.exit_code(), 7);
  });
}

TEST_F(Policyctl, EnterNeverRunsACommandUnconfined) {
  const Output none = policyctl("enter", {"none_t", "echo", "ran"});
  EXPECT_EQ(none.text, "policyctl: error: the policy has no domain \"none_t\"\n");
  EXPECT_EQ(none.exit_code(), 125);
  const Output missing = policyctl("enter", {"a_t", "/nonexistent"});
  EXPECT_EQ(missing.text, "policyctl: error: \"/nonexistent\" can't be executed: No such file or directory\n");
  EXPECT_EQ(missing.exit_code(), 127);
  EXPECT_EQ(policyctl("enter", {"--json", "a_t", "/nonexistent"}).text,
            "{\"kind\": \"error\", \"text\": \"\\\"/nonexistent\\\" can't be executed: No such file or directory\"}\n");
  const Output words = policyctl("enter", {"a_t"});
  EXPECT_EQ(words.text, "policyctl: error: a domain and a command, please. See policyctl enter --help\n");
  EXPECT_EQ(words.exit_code(), 125);
  const Output nobody = run({program_, "enter", "--run-directory=/nonexistent", "a_t", "echo", "ran"});
  EXPECT_EQ(nobody.text,
            "policyctl: error: policyd isn't running (/nonexistent/socket: No such file or directory)\n");
  EXPECT_EQ(nobody.exit_code(), 125);
}

TEST_F(Policyctl, StatusShowsWhatIsInForceAndWhatIsNot) {
  const Output good = policyctl("status");
  EXPECT_EQ(good.exit_code(), 0);
  EXPECT_TRUE(good.text.starts_with("policy 1 is in force\ndomains: a_t\nboolean b: false\nclients: ")) << good.text;
  const Output json = policyctl("status", {"--json"});
  EXPECT_TRUE(json.text.starts_with("{\"policy\": 1, \"problem\": \"\", \"labeld\": true, \"clients\": "))
      << json.text;
  EXPECT_TRUE(json.text.ends_with("\"domains\": [\"a_t\"], \"booleans\": {\"b\": false}, \"handles\": []}\n")) << json.text;
  daemon_.put("test.policy", "nonsense\n");
  const Output reload = policyctl("reload");
  EXPECT_EQ(reload.exit_code(), 1);
  EXPECT_TRUE(reload.says("test.policy:2:1")) << reload.text;
  const Output bad = policyctl("status");
  EXPECT_EQ(bad.exit_code(), 1);
  EXPECT_TRUE(bad.says("the rule files as they are now are not:\n")) << bad.text;
}

TEST_F(Policyctl, StaleProcessesAreListed) {
  EXPECT_EQ(policyctl("status", {"--stale"}).exit_code(), 0);
  Child confined([&] {
    enter(daemon_, "a_t");
    pause();
  });
  ASSERT_TRUE(eventually([&] { return policyctl("status", {"--processes"}).says(": 1 layer, 1 of the policy in force"); }));
  daemon_.put("test.policy", "domain a_t { }\n");
  EXPECT_EQ(policyctl("reload").exit_code(), 0);
  const Output stale = policyctl("status", {"--stale", "--json"});
  EXPECT_EQ(stale.exit_code(), 1);
  EXPECT_EQ(stale.text, "{\"pid\": " + std::to_string(confined.pid()) +
                            ", \"labels\": \"\", \"layers\": 1, \"current\": 0}\n");
  kill(confined.pid(), SIGKILL);
}

TEST_F(Policyctl, BooleansAreShownAndSet) {
  EXPECT_EQ(policyctl("boolean").text, "b: false\n");
  EXPECT_EQ(policyctl("boolean", {"b", "true"}).exit_code(), 0);
  EXPECT_TRUE(eventually([&] { return policyctl("boolean", {"--json", "b"}).text == "{\"name\": \"b\", \"value\": true}\n"; }));
  EXPECT_EQ(policyctl("boolean", {"--json", "b", "true"}).text, "{\"name\": \"b\", \"value\": true, \"policy\": 3}\n");
  EXPECT_EQ(policyctl("reload", {"--json"}).text, "{\"policy\": 4, \"remarks\": \"\"}\n");
  const Output wrong = policyctl("boolean", {"b", "yes"});
  EXPECT_EQ(wrong.text, "policyctl: error: a boolean is true or false, not \"yes\"\n");
  EXPECT_EQ(wrong.exit_code(), 2);
  EXPECT_EQ(policyctl("boolean", {"c"}).text, "policyctl: error: the policy has no boolean \"c\"\n");
  in_child([&] {
    const Output refused = policyctl("boolean", {"b", "false"});
    EXPECT_TRUE(refused.text.starts_with("policyctl: error: this is for root to ask (")) << refused.text;
    EXPECT_EQ(refused.exit_code(), 2);
  });
}

TEST_F(Policyctl, HotplugGivesALabelAndTakesItBack) {
  const auto reads = [&] { return policyctl("enter", {"a_t", "cat", secret()}).exit_code() == 0; };
  EXPECT_FALSE(reads());
  EXPECT_EQ(policyctl("hotplug", {"all_t", secret()}).exit_code(), 0);
  EXPECT_TRUE(reads());
  EXPECT_EQ(policyctl("hotplug", {"--remove", secret()}).exit_code(), 0);
  EXPECT_FALSE(reads());
  EXPECT_EQ(policyctl("hotplug", {"--json", "--alone", "all_t", secret()}).text,
            "{\"path\": \"" + secret() + "\", \"label\": \"all_t\", \"alone\": true}\n");
  EXPECT_EQ(policyctl("hotplug", {"--json", "--remove", secret()}).text,
            "{\"path\": \"" + secret() + "\", \"label\": \"\", \"alone\": false}\n");
  EXPECT_EQ(policyctl("hotplug", {"none_t", secret()}).text,
            "policyctl: error: the policy declares no label \"none_t\"\n");
  EXPECT_EQ(policyctl("hotplug", {"all_t", "/nonexistent"}).text,
            "policyctl: error: \"/nonexistent\": No such file or directory\n");
  EXPECT_EQ(policyctl("hotplug", {"all_t"}).text,
            "policyctl: error: wrong arguments. See policyctl hotplug --help\n");
}

TEST_F(Policyctl, LogAndTopShowWhatIsRefused) {
  policyctl("enter", {"a_t", "cat", secret()});
  Output log;
  Child other(Subject::kRoot, [&] {
    for (int i = 0; i < 8; ++i) {
      policyctl("enter", {"a_t", "cat", secret()});
    }
  });
  const Output top = policyctl("top", {"--count", "2", "--json"});
  EXPECT_TRUE(top.says("\"domain\": \"a_t\", \"event\": \"file_open\", \"label\": \"secret_t\"}")) << top.text;
  const Output wrong = policyctl("top", {"--count", "none"});
  EXPECT_EQ(wrong.text, "policyctl: error: --count takes a number from 1, not \"none\"\n");
  log = policyctl("log", {"--explain"});
  EXPECT_EQ(log.exit_code(), 0);
  EXPECT_TRUE(other.wait().exited_normally());
}

}  // namespace
}  // namespace eventfilter::selftest
