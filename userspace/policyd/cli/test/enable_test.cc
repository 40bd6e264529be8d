// SPDX-License-Identifier: BSD-2-Clause
//
// What `policyctl enable` refuses before it writes anything; scripts/install/ has what it does,
// under systemd. Who is asked here for systemctl is a script that prints what the test says.
#include "cli/test/policyctl.h"

namespace eventfilter::cli {
namespace {

class Enable : public PolicyctlTest {
 protected:
  Enable() {
    write("systemctl", "#!/bin/sh\ncase $1 in show) cat show;; *) echo \"$*\" >>asked;; esac\n");
    std::filesystem::permissions(directory_ / "systemctl", std::filesystem::perms::owner_all);
    show("loaded");
  }
  void show(const std::string& state) {
    write("show", "LoadState=" + state + "\nFragmentPath=" + (directory_ / "u.service").string() +
                      "\nDropInPaths=" + (directory_ / "u.service.d/a.conf").string() + " " +
                      (directory_ / "zzz.conf").string() + "\nNeedDaemonReload=no\n");
  }
  // Without a policyd.
  std::string enable(const std::string& words) {
    ::setenv("PATH", (directory_.string() + ":/usr/bin:/bin").c_str(), 1);
    const Outcome outcome =
        policyctl("enable --run-directory " + directory_.string() + ' ' + words);
    EXPECT_EQ(outcome.status, 2);
    EXPECT_EQ(outcome.out, "");
    return outcome.err;
  }
  void files(const std::string& fragment, const std::string& last = "") {
    std::filesystem::create_directory(directory_ / "u.service.d");
    write("u.service", fragment);
    write("u.service.d/a.conf", "[Service]\nNice=1\n");
    write("zzz.conf", last);
  }
};

TEST_F(Enable, TakesAUnitAndADomain) {
  EXPECT_EQ(enable("u"),
            "policyctl: error: a unit and a domain, please. See policyctl enable --help\n");
  EXPECT_EQ(enable("u u_t v"),
            "policyctl: error: a unit and a domain, please. See policyctl enable --help\n");
  EXPECT_EQ(enable("u.timer u_t"),
            "policyctl: error: \"u.timer\" is no service: only services start confined\n");
  EXPECT_EQ(enable("u 'a;b'"), "policyctl: error: \"a;b\" is no name of a domain\n");
}

TEST_F(Enable, TheUnitHasToBeThere) {
  show("not-found");
  EXPECT_EQ(enable("u u_t"), "policyctl: error: there is no unit \"u.service\"\n");
  show("masked");
  EXPECT_EQ(enable("u u_t"), "policyctl: error: \"u.service\" is masked\n");
  show("bad-setting");
  EXPECT_EQ(enable("u u_t"), "policyctl: error: systemd can't load \"u.service\": bad-setting\n");
}

TEST_F(Enable, ItsFilesHaveToBeUnderstood) {
  EXPECT_EQ(enable("u u_t"), "policyctl: error: " + (directory_ / "u.service").string() +
                                 ": No such file or directory\n");
  files("[Service]\nExecStop=/bin/a\n");
  EXPECT_EQ(enable("u u_t"), "policyctl: error: \"u.service\" has no ExecStart=\n");
  files("[Service]\nExecStart=/bin/a \"\n");
  EXPECT_EQ(enable("u u_t"), "policyctl: error: " + (directory_ / "u.service").string() +
                                 ":2: a quote isn't closed\n");
}

TEST_F(Enable, ALaterDropInMayNotNameCommands) {
  files("[Service]\nExecStart=/bin/a\n", "[Service]\nExecStart=\nExecStart=/bin/b\n");
  EXPECT_EQ(enable("u u_t"),
            "policyctl: error: " + (directory_ / "zzz.conf").string() +
                " comes after zz-policyd.conf and names commands: give it an earlier name\n");
}

TEST_F(Enable, PolicydHasToBeThere) {
  files("[Service]\nExecStart=/bin/a\n", "[Service]\nNice=2\n");
  EXPECT_EQ(enable("u u_t"), "policyctl: error: policyd isn't running (" + directory_.string() +
                                 "/socket: No such file or directory)\n");
  EXPECT_EQ(read("asked"), "");
}

TEST_F(Enable, SystemdHasToBeThere) {
  write("systemctl", "#!/bin/sh\necho it is not running >&2\nexit 1\n");
  EXPECT_EQ(enable("u u_t"), "policyctl: error: systemctl show: it is not running\n");
  ::setenv("PATH", "/nonexistent", 1);
  const Outcome outcome = policyctl("enable u u_t");
  ::setenv("PATH", "/usr/bin:/bin", 1);
  EXPECT_EQ(outcome.err, "policyctl: error: systemctl: No such file or directory\n");
}

TEST_F(Enable, DisablingTakesWhatIsEnabled) {
  EXPECT_EQ(policyctl("disable").err,
            "policyctl: error: one unit, please. See policyctl disable --help\n");
  const Outcome outcome = policyctl("disable no_such_unit_anywhere");
  EXPECT_EQ(outcome.status, 2);
  EXPECT_EQ(outcome.err,
            "policyctl: error: \"no_such_unit_anywhere.service\" isn't enabled: there is no "
            "/etc/systemd/system/no_such_unit_anywhere.service.d/zz-policyd.conf\n");
}

}  // namespace
}  // namespace eventfilter::cli
