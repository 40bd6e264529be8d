// SPDX-License-Identifier: BSD-2-Clause
#include "cli/test/policyctl.h"

namespace eventfilter::cli {
namespace {

class Explain : public PolicyctlTest {
 protected:
  static constexpr const char* kWeb =
      "policy 1;\nlabel site_t = \"/srv/**\";\nlabel key_t = \"/srv/*.key\";\n"
      "domain web_t {\n  allow file read on site_t when mode & 4;\n  deny file unlink on key_t;\n}\n";

  // A record of the kernel's, of a program with pid 71.
  static std::string record(const std::string& event, const std::string& rest) {
    return "event=" + event + " pid=71 tid=71 comm=\"cat\" uid=1000 domain=5 layer=0 action=errno error=13 " + rest;
  }

  Outcome explained(const std::string& line, const std::string& options = "") {
    write("records", line + "\n");
    return policyctl("explain --policy a.policy " + options, "records");
  }
};

TEST_F(Explain, ALabelThatNoRuleNames) {
  write("a.policy", kWeb);
  const Outcome outcome = explained(
      record("file_open", "predicate=\"label & site_t\" path=\"/srv/x.key\" label=key_t owner=0 group=0 mode=416 "
                          "flags=32768 access=4 name=\"x.key\" dev=8388609 ino=12"));
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(outcome.out,
            "file_open of /srv/x.key by cat (pid 71): refused by web_t\n"
            "false: label & site_t\n"
            "  a.policy:5:3-42: web_t allows it here, on other labels\n"
            "the smallest rule that allows it, to be added\n"
            "  to the domain web_t: allow file read on key_t when mode == 0640;\n"
            "tried: with it this passes, and no other event does\n");
}

TEST_F(Explain, AConditionThatIsFalse) {
  write("a.policy", kWeb);
  const Outcome outcome = explained(
      record("file_open", "predicate=\"mode & 4\" path=\"/srv/x\" label=site_t owner=0 group=0 mode=2 "
                          "flags=32768 access=4 name=\"x\" dev=8388609 ino=12"));
  EXPECT_EQ(outcome.out,
            "file_open of /srv/x by cat (pid 71): refused by web_t\n"
            "false: mode & 4\n"
            "  a.policy:5:3-42: web_t allows it here, under a condition that is false\n"
            "the smallest rule that allows it, to be added\n"
            "  to the domain web_t: allow file read on site_t when mode == 02;\n"
            "tried: with it this passes, and no other event does\n");
}

TEST_F(Explain, ADenyWins) {
  write("a.policy", kWeb);
  const Outcome outcome = explained(
      record("file_unlink", "predicate=\"label & key_t\" path=\"/srv/x.key\" label=key_t owner=0 group=0 mode=0 name=\"x.key\""));
  EXPECT_EQ(outcome.out,
            "file_unlink of /srv/x.key by cat (pid 71): refused by web_t\n"
            "false: label & key_t\n"
            "  a.policy:6:3-28: web_t denies it here\n"
            "no rule to add: a deny rule wins over every allow rule: what has to change stands there\n");
}

TEST_F(Explain, AnObjectWithoutALabelGetsOne) {
  write("a.policy", kWeb);
  const Outcome outcome = explained(
      record("file_open", "predicate=\"label & site_t\" path=\"/opt/x y\" label=none owner=0 group=0 mode=4 "
                          "flags=2 access=6 name=\"x y\" dev=8388609 ino=12"));
  EXPECT_EQ(outcome.out,
            "file_open of /opt/x y by cat (pid 71): refused by web_t\n"
            "false: label & site_t\n"
            "  a.policy:5:3-42: web_t allows it here, on other labels\n"
            "the smallest rule that allows it, to be added\n"
            "  to the labels: label x_y_t = \"/opt/x y\";\n"
            "  to the domain web_t: allow file { read write } on x_y_t when mode == 04;\n"
            "tried: with it this passes, and no other event does\n");
  const Outcome no_path = explained(record(
      "file_open", "predicate=\"label & site_t\" path=\"\" label=none owner=0 group=0 mode=4 flags=2 access=6 name=\"x\" dev=1 ino=12"));
  EXPECT_NE(no_path.out.find("no rule to add: the object has no label and no path to give it one by\n"),
            std::string::npos)
      << no_path.out;
}

TEST_F(Explain, EveryLayerThatRefusesGetsARule) {
  write("a.policy",
        "policy 1;\nlabel a_t = \"/a/**\";\nlabel b_t = \"/b/**\";\n"
        "domain outer_t { allow file exec on b_t; }\ndomain inner_t from outer_t {\n  allow file exec on b_t;\n}\n");
  const Outcome outcome =
      explained(record("file_exec", "predicate=\"label & b_t\" path=\"/a/x\" label=a_t owner=0 mode=493 name=\"x\" setid=0"),
                "--domain inner_t");
  EXPECT_EQ(outcome.out,
            "file_exec of /a/x by cat (pid 71): refused by outer_t\n"
            "false: label & b_t\n"
            "  a.policy:4:18-40: outer_t allows it here, on other labels\n"
            "  a.policy:6:3-25: inner_t allows it here, on other labels\n"
            "the smallest rule that allows it, to be added\n"
            "  to the domain outer_t: allow file exec on a_t;\n"
            "  to the domain inner_t: allow file exec on a_t;\n"
            "tried: with it this passes, and no other event does\n");
}

TEST_F(Explain, SyscallsAndWhatHasNoObject) {
  write("a.policy", "policy 1;\ndomain d {\n  allow syscall flock when fd == 1;\n}\n");
  const Outcome call = explained(record("sys_enter_flock", "predicate=\"fd == 1\" path=\"\" fd=7 cmd=2"));
  EXPECT_NE(call.out.find("  to the domain d: allow syscall flock when fd == 7;\n"), std::string::npos) << call.out;
  const Outcome capability = explained(record("system_capable", "predicate=\"\" path=\"\" cap=21"));
  EXPECT_NE(capability.out.find("  to the domain d: allow system capable when cap == CAP_SYS_ADMIN;\n"), std::string::npos)
      << capability.out;
}

TEST_F(Explain, AMoveNeedsBothLabels) {
  write("a.policy",
        "policy 1;\nlabel a_t = \"/a/**\";\nlabel b_t = \"/b/**\";\ndomain d { allow file rename on a_t; }\n");
  const Outcome outcome = explained(
      "type=AVC msg=audit(1.0:7): lsm=eventfilter " +
      record("file_rename", "lost=0 predicate=\"new_label & a_t\" path=\"/a/x\" label=a_t new_label=b_t parent_label=a_t "
                            "new_parent_label=b_t owner=0 name=\"x\" new_name=\"x\" new_path=\"/b/x\""));
  EXPECT_EQ(outcome.out,
            "file_rename of /a/x by cat (pid 71): refused by d\n"
            "false: new_label & a_t\n"
            "  a.policy:4:12-36: d allows it here, on one of its two labels\n"
            "the smallest rule that allows it, to be added\n"
            "  to the domain d: allow file rename on { a_t b_t };\n"
            "tried: with it this passes, and no other event does\n");
}

TEST_F(Explain, ADomainOfAnIncludedFile) {
  write("other.policy", "label a_t = \"/a/**\";\ndomain d { }\n");
  write("a.policy", "policy 1;\ninclude \"other.policy\";\n");
  const Outcome outcome =
      explained(record("file_exec", "predicate=\"\" path=\"/a/x\" label=a_t owner=0 mode=493 name=\"x\" setid=0"));
  EXPECT_EQ(outcome.out,
            "file_exec of /a/x by cat (pid 71): refused by d\n"
            "false: never\n"
            "no rule of the domain is about it\n"
            "the smallest rule that allows it, to be added\n"
            "  to the domain d of other.policy: allow file exec on a_t;\n"
            "tried: with it this passes, and no other event does\n");
  EXPECT_EQ(explained(record("file_exec", "predicate=\"\" path=\"/a/x\" label=a_t owner=0 mode=493 name=\"x\" setid=0")).out,
            outcome.out)
      << "explaining changes no file";
}

TEST_F(Explain, WhatALevelRefusesNoRuleAllows) {
  write("a.policy",
        "policy 1;\nlevel low < high;\ncategory red;\nlabel key_t level high(red) = \"/srv/key\";\n"
        "domain outer_t level low { default file allow; }\ndomain d from outer_t { }\n");
  const Outcome outcome = explained(
      record("file_open", "predicate=\"\" path=\"/srv/key\" label=key_t owner=0 group=0 mode=420 flags=0 access=4 "
                          "name=\"key\" dev=1 ino=12"),
      "--domain outer_t");
  EXPECT_NE(outcome.out.find("no rule to add: key_t has the level high(red), and outer_t the level low: what levels refuse "
                             "no rule allows\n"),
            std::string::npos)
      << outcome.out;
}

TEST_F(Explain, ConstantsByTheirNames) {
  write("a.policy",
        "policy 1;\nlabel a_t = \"/a\";\ndomain d {\n  allow syscall mmap when prot == PROT_READ;\n"
        "  allow file open on a_t when flags == O_RDONLY;\n}\n");
  const Outcome map = explained(record("sys_enter_mmap", "predicate=\"prot == 1\" path=\"\" addr=0 len=1 prot=5 flags=2 fd=3 off=0"));
  EXPECT_NE(map.out.find("  to the domain d: allow syscall mmap when prot == PROT_READ | PROT_EXEC;\n"), std::string::npos)
      << map.out;
  const Outcome socket = explained(record("socket_create", "predicate=\"\" path=\"\" family=2 type=1 protocol=6"));
  EXPECT_NE(socket.out.find("  to the domain d: allow socket create when family == AF_INET && type == SOCK_STREAM;\n"),
            std::string::npos)
      << socket.out;
  const Outcome open = explained(
      record("file_open", "predicate=\"flags == 0\" path=\"/a\" label=a_t owner=0 group=0 mode=420 flags=577 access=2 "
                          "name=\"a\" dev=1 ino=12"));
  EXPECT_NE(open.out.find("allow file write on a_t when flags == O_WRONLY | O_CREAT | O_TRUNC;\n"), std::string::npos)
      << open.out;
}

TEST_F(Explain, NamesCannotForgeRules) {
  write("a.policy", kWeb);
  // The kernel writes a quote as an octal escape; read back, it's one.
  const Outcome quoted = explained(
      record("file_exec", "predicate=\"\" path=\"/opt/x\\042; domain evil_t { } #\" label=none owner=0 mode=0 name=\"x\" setid=0"));
  EXPECT_NE(quoted.out.find("no rule to add: the object has no label, and its path can't be written as a pattern\n"),
            std::string::npos)
      << quoted.out;
  const Outcome odd = explained(
      record("file_exec", "predicate=\"\" path=\"/opt/1; }\" label=none owner=0 mode=0 name=\"x\" setid=0"));
  EXPECT_NE(odd.out.find("  to the labels: label object_1____t = \"/opt/1; }\";\n"), std::string::npos) << odd.out;
  const Outcome terminal = explained(
      record("file_exec", "predicate=\"\" path=\"/opt/\\033[2J\" label=none owner=0 mode=0 name=\"x\" setid=0"));
  EXPECT_EQ(terminal.out.find('\x1b'), std::string::npos);
  EXPECT_NE(terminal.out.find("file_exec of /opt/\\x1b[2J by cat"), std::string::npos) << terminal.out;
}

TEST_F(Explain, WhatThisFileDoesNotRefuse) {
  write("a.policy", kWeb);
  const Outcome outcome = explained(
      record("file_open", "predicate=\"mode & 4\" path=\"/srv/x\" label=site_t owner=0 group=0 mode=4 "
                          "flags=32768 access=4 name=\"x\" dev=8388609 ino=12"));
  EXPECT_EQ(outcome.status, 3);
  EXPECT_EQ(outcome.out,
            "file_open of /srv/x by cat (pid 71): not refused here: by this file it passes in web_t\n");
}

TEST_F(Explain, JsonInAndOut) {
  write("a.policy", kWeb);
  const std::string line =
      "{\"record\": \"event=file_exec pid=71 tid=71 comm=\\\"cat\\\" uid=0 domain=5 layer=0 action=errno "
      "error=13 predicate=\\\"\\\" path=\\\"/srv/x\\\" label=site_t owner=0 mode=0 name=\\\"x\\\" setid=0\"}";
  const Outcome outcome = explained(line, "--json");
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(outcome.out,
            "{\"event\": \"file_exec\", \"path\": \"/srv/x\", \"refused_by\": \"web_t\", \"predicate\": \"never\", "
            "\"denies\": \"\", \"allows\": \"\", \"declaration\": \"\", \"rule\": \"web_t: allow file exec on "
            "site_t;\", \"also\": \"\", \"hindrance\": \"\"}\n");
  const Outcome wrong = explained("{\"text\": 1}");
  EXPECT_EQ(wrong.status, 2);
  EXPECT_EQ(wrong.err,
            "policyctl: error: a JSON object with a member \"record\" or \"MESSAGE\" is wanted\n");
}

TEST_F(Explain, WhatIsNoRecord) {
  write("a.policy", kWeb);
  const Outcome outcome = explained("hello");
  EXPECT_EQ(outcome.status, 2);
  EXPECT_NE(outcome.err, "");
  EXPECT_EQ(policyctl("explain").err, "policyctl: error: which rule file? See policyctl explain --help\n");
}

}  // namespace
}  // namespace eventfilter::cli
