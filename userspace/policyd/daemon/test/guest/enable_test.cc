// SPDX-License-Identifier: BSD-2-Clause
//
// policyctl enable and disable with a policyd to ask. Who stands here for systemctl says which
// files a unit has; selftests/install/guest_test.sh is the same under systemd.
#include <filesystem>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "daemon/test/guest/daemon.h"
#include "support/program.h"

namespace eventfilter::selftest {
namespace {

namespace fs = std::filesystem;

constexpr const char* kRules =
    "label all_t = \"/**\";\n"
    "label secret_t = \"HERE/secret\";\n"
    "domain test_t { default * allow; deny file open on secret_t; }\n";

constexpr const char* kSystemctl =
    "#!/bin/sh\n"
    "case $1 in\n"
    "show) echo LoadState=loaded; echo FragmentPath=/run/u.service; echo NeedDaemonReload=no\n"
    "  echo DropInPaths=$(ls /etc/systemd/system/u.service.d/*.conf 2>/dev/null);;\n"
    "daemon-reload) echo reload >>/run/u.reloads;;\n"
    "esac\n";

constexpr const char* kDropIn = "/etc/systemd/system/u.service.d/zz-policyd.conf";

class Enable : public ::testing::Test {
 protected:
  Enable() : daemon_(kRules) {
    write_file(daemon_.here() + "/secret", "content\n");
    write_file("/usr/local/bin/systemctl", kSystemctl);
    chmod("/usr/local/bin/systemctl", 0755);
    fs::create_directories("/etc/systemd/system");
    unit("ExecStart=-/bin/cat " + daemon_.here() + "/secret\n");
  }
  ~Enable() override {
    fs::remove_all(fs::path(kDropIn).parent_path());
    for (const char* const file : {"/usr/local/bin/systemctl", "/run/u.service", "/run/u.reloads"})
      fs::remove(file);
  }

  static void unit(const std::string& lines) {
    write_file("/run/u.service", "[Service]\n" + lines);
  }
  Output policyctl(const std::string& command, const std::vector<std::string>& words) const {
    const std::string program =
        fs::read_symlink("/proc/self/exe").parent_path().parent_path() / "bin/policyctl";
    std::vector<std::string> all = {program, command};
    if (command != "disable")
      all.insert(all.end(), {"--run-directory", fs::path(daemon_.socket()).parent_path()});
    all.insert(all.end(), words.begin(), words.end());
    return run(all);
  }
  // What is in the way of nothing is left as it is.
  void expect_left_alone() const {
    const std::string text =
        std::string("error: ") + kDropIn + " isn't what policyctl enable wrote: it's left alone\n";
    const Output enabled = policyctl("enable", {"u", "test_t"});
    EXPECT_EQ(enabled.exit_code(), 2);
    EXPECT_TRUE(enabled.says(text)) << enabled.text;
    const Output disabled = policyctl("disable", {"u"});
    EXPECT_EQ(disabled.exit_code(), 2);
    EXPECT_TRUE(disabled.says(text)) << disabled.text;
  }

  Daemon daemon_;
};

TEST_F(Enable, WritesADropInAndTakesItBack) {
  const Output enabled = policyctl("enable", {"u", "test_t"});
  EXPECT_EQ(enabled.text,
            std::string(kDropIn) +
                " is written: u.service starts in test_t from its next start on (systemctl restart "
                "u.service)\n");
  EXPECT_NE(read_file(kDropIn).find(
                "ExecStart=\nExecStart=-/evf/bin/policyctl enter --service test_t -- /bin/cat "),
            std::string::npos);
  EXPECT_EQ(fs::status(kDropIn).permissions(), static_cast<fs::perms>(0644));
  EXPECT_EQ(read_file("/run/u.reloads"), "reload\n");
  EXPECT_EQ(policyctl("enable", {}).text, "u.service: test_t\n");
  EXPECT_EQ(policyctl("enable", {"--json"}).text,
            std::string("{\"unit\": \"u.service\", \"domain\": \"test_t\", \"drop_in\": \"") +
                kDropIn + "\", \"current\": true}\n");
  const Output disabled = policyctl("disable", {"u.service"});
  EXPECT_EQ(disabled.text,
            std::string(kDropIn) +
                " is removed: u.service starts as its files say from its next start on\n");
  EXPECT_FALSE(fs::exists(fs::path(kDropIn).parent_path()));
  EXPECT_EQ(read_file("/run/u.reloads"), "reload\nreload\n");
  EXPECT_TRUE(policyctl("disable", {"u"}).says("error: \"u.service\" isn't enabled: there is no "));
}

TEST_F(Enable, ADomainHasToBeThere) {
  const Output refused = policyctl("enable", {"u", "none_t"});
  EXPECT_EQ(refused.exit_code(), 2);
  EXPECT_TRUE(refused.says("error: the policy has no domain \"none_t\"\n")) << refused.text;
  EXPECT_FALSE(fs::exists(fs::path(kDropIn).parent_path()));
}

TEST_F(Enable, AUnitThatChangedIsTold) {
  EXPECT_TRUE(policyctl("enable", {"u", "test_t"}).succeeded());
  unit("ExecStart=/bin/true\n");
  const Output changed = policyctl("enable", {});
  EXPECT_EQ(changed.exit_code(), 1);
  EXPECT_EQ(changed.text, "u.service: test_t (the unit has changed since: enable it again)\n");
  EXPECT_TRUE(policyctl("enable", {"--only-start", "u", "test_t"}).succeeded());
  EXPECT_EQ(policyctl("enable", {}).text, "u.service: test_t\n");
}

TEST_F(Enable, WhatIsSomebodysIsLeftAlone) {
  fs::create_directory(fs::path(kDropIn).parent_path());
  write_file(kDropIn, "[Service]\nNice=1\n");
  expect_left_alone();
  EXPECT_EQ(read_file(kDropIn), "[Service]\nNice=1\n");
  fs::remove(kDropIn);
  fs::create_symlink("/run/u.service", kDropIn);
  expect_left_alone();
  EXPECT_TRUE(fs::is_symlink(kDropIn));
  fs::remove(kDropIn);
  EXPECT_TRUE(policyctl("enable", {"u", "test_t"}).succeeded());
  const std::string edited = read_file(kDropIn) + "# edited\n";
  write_file(kDropIn, edited);
  expect_left_alone();
  EXPECT_EQ(read_file(kDropIn), edited);
}

TEST_F(Enable, EnterLeavesToAServiceWhatItsUnitGivesIt) {
  const auto inside = [&](const std::string& script) {
    return policyctl("enter",
                     {"--service", "--argv0", "its name", "test_t", "--", "sh", "-c", script})
        .text;
  };
  EXPECT_EQ(inside("echo $0; grep NoNewPrivs /proc/self/status"), "its name\nNoNewPrivs:\t0\n");
  EXPECT_NE(inside("cat " + daemon_.here() + "/secret").find("Permission denied"),
            std::string::npos);
  // systemd's descriptor stays open; one that isn't handed over does not
  const std::string keep =
      "LISTEN_PID=$$ LISTEN_FDS=1 exec /evf/bin/policyctl enter --service --run-directory " +
      fs::path(daemon_.socket()).parent_path().string() +
      " test_t -- sh -c 'test -e /proc/self/fd/3 && echo three; test -e /proc/self/fd/4 || echo no "
      "more'";
  EXPECT_EQ(run({"sh", "-c", "exec 3</dev/null 4</dev/null; " + keep}).text, "three\nno more\n");
}

TEST_F(Enable, WithoutPolicydAServiceDoesNotStart) {
  const Output refused = run({"/evf/bin/policyctl", "enter", "--service", "--run-directory",
                              "/nonexistent", "test_t", "--", "echo", "ran"});
  EXPECT_EQ(refused.exit_code(), 125);
  EXPECT_FALSE(refused.says("ran\n")) << refused.text;
  EXPECT_TRUE(
      refused.says("error: policyd isn't running (/nonexistent/socket: No such file or directory)"))
      << refused.text;
}

}  // namespace
}  // namespace eventfilter::selftest
