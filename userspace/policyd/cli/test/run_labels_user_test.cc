// SPDX-License-Identifier: BSD-2-Clause
//
// What a label can stand for, and what happens to what is refused: policyctl run in the virtual
// machine, as an ordinary user.
#include "cli/test/run_fixture.h"

namespace eventfilter::cli {
namespace {

constexpr int kSigsys = 128 + 31;  // as a shell tells it

class RunLabels : public Run {
 protected:
  // Connects to a port where nobody listens: ECONNREFUSED is what the network says.
  bool may_connect(const std::string& address, unsigned port) {
    run("bash -c 'exec 3<>/dev/tcp/" + address + "/" + std::to_string(port) + "'");
    const bool passed = err.find("Connection refused") != std::string::npos;
    EXPECT_NE(passed, err.find("Operation not permitted") != std::string::npos) << err;
    return passed;
  }
};

TEST_F(RunLabels, PatternOfSeveralComponents) {
  policy("label here_t = \"HERE/**\";\nlabel ssh_t = \"HERE/*/.ssh/**\";\n"
         "label key_t = \"HERE/*/.ssh/id_*\";",
         "allow file read on { here_t ssh_t };");
  fs::create_directories(here_ / "alice/.ssh");
  write("alice/.ssh/config", "config\n");
  write("alice/.ssh/id_rsa", "key\n");
  write("alice/id_rsa", "no key\n");
  EXPECT_EQ(run("cat alice/.ssh/config alice/id_rsa"), 0) << err;
  EXPECT_NE(run("cat alice/.ssh/id_rsa"), 0);
  EXPECT_EQ(out, "");
  // They hold for what doesn't exist yet
  const std::string later = "sh -c 'mkdir -p bob/.ssh && echo key >bob/.ssh/id_new; cat bob/.ssh/id_new'";
  policy("label here_t = \"HERE/**\";\nlabel ssh_t = \"HERE/*/.ssh/**\";\n"
         "label key_t = \"HERE/*/.ssh/id_*\";",
         "allow file { open create } on { here_t ssh_t }; allow file { create write } on key_t;");
  EXPECT_NE(run(later), 0);
  EXPECT_EQ(out, "");
  EXPECT_EQ(text_of(here_ / "bob/.ssh/id_new"), "key\n") << "written, but not read";
}

TEST_F(RunLabels, NamesWithGlobCharactersAreThemselves) {
  write("a*b", "star\n");
  write("axb", "other\n");
  policy("label here_t = \"HERE/**\";\nlabel star_t = \"HERE/a[*]b\";", "allow file read on here_t;");
  EXPECT_EQ(run("cat axb"), 0) << err;
  EXPECT_NE(run("cat 'a*b'"), 0);
}

TEST_F(RunLabels, HomesOfAllPeople) {
  const fs::path mail = "/home/demo/evf-mail";
  fs::create_directory(mail);
  std::ofstream(mail / "new") << "mail\n";
  policy("label mail_t = \"@{HOMES}/evf-mail/**\";", "allow file read on mail_t;");
  EXPECT_EQ(run("cat /home/demo/evf-mail/new"), 0) << err;
  EXPECT_EQ(out, "mail\n");
  fs::remove_all(mail);
}

TEST_F(RunLabels, FileSystemType) {
  policy("label proc_t = fs proc;", "allow file read on proc_t;");
  EXPECT_EQ(run("cat /proc/uptime"), 0) << err;
  policy("label proc_t = fs proc;", "");
  EXPECT_NE(run("cat /proc/uptime"), 0);
}

TEST_F(RunLabels, Endpoints) {
  policy("label web_t = tcp 127.0.0.0/8 40000 .. 40010, tcp [::1] 40001;\n"
         "label one_t = tcp 127.0.0.2 40005;",
         "allow socket { create connect } on web_t;\nallow socket create;");
  EXPECT_EQ(run("true"), 125) << "create has no label";
  policy("label web_t = tcp 127.0.0.0/8 40000 .. 40010, tcp [::1] 40001;\n"
         "label one_t = tcp 127.0.0.2 40005;",
         "allow socket create; allow socket connect on web_t;");
  EXPECT_TRUE(may_connect("127.0.0.1", 40000));
  EXPECT_TRUE(may_connect("127.0.0.1", 40010));
  EXPECT_FALSE(may_connect("127.0.0.1", 40011));
  EXPECT_FALSE(may_connect("127.0.0.1", 39999));
  EXPECT_TRUE(may_connect("127.0.0.2", 40004));
  EXPECT_FALSE(may_connect("127.0.0.2", 40005)) << "the longer prefix has another label";
}

TEST_F(RunLabels, EndpointsOfEitherProtocol) {
  const auto sends = [&](const std::string& port) {
    return run("python3 -IS -c 'import _socket as s; s.socket(s.AF_INET, s.SOCK_DGRAM, 0).sendto(b\"x\", (\"127.0.0.1\", " + port +
               "))'") == 0;
  };
  const std::string rules = "allow socket create; allow socket { send connect } on dns_t;";
  policy("label dns_t = udp 53, any 127.0.0.0/8 40000;\nlabel py_t = \"/usr/bin/python3.11\";",
         rules + "allow file { read exec } on py_t;");
  EXPECT_TRUE(sends("53")) << err;
  EXPECT_TRUE(sends("40000")) << err;
  EXPECT_FALSE(sends("54"));
  EXPECT_TRUE(may_connect("127.0.0.1", 40000)) << "any protocol";
  EXPECT_FALSE(may_connect("127.0.0.1", 53)) << "udp alone";
}

TEST_F(RunLabels, AnonymousIsPipes) {
  const std::string pipe = "sh -c 'echo through | cat /dev/stdin'";
  policy("", "allow file read on anonymous;");
  EXPECT_EQ(run(pipe), 0) << err;
  EXPECT_EQ(out, "through\n");
  policy("", "");
  EXPECT_NE(run(pipe), 0);
  EXPECT_EQ(out, "") << "opened again by /proc/self/fd, the pipe has its label";
}

TEST_F(RunLabels, AttributeOfManyLabels) {
  std::string labels;
  std::string members;
  for (const char name : {'a', 'b', 'c', 'd', 'e', 'f'}) {
    const std::string label = std::string("data_") + name;
    labels += "label " + label + " = \"HERE/" + name + "/**\";\n";
    members += (members.empty() ? "" : ", ") + label;
    fs::create_directory(here_ / std::string(1, name));
    write(std::string(1, name) + "/file", std::string(1, name));
  }
  policy(labels + "attribute all = " + members + ";", "allow file read on all;");
  EXPECT_EQ(run("cat a/file c/file f/file"), 0) << err;
  EXPECT_EQ(out, "acf");
  EXPECT_NE(run("cat file"), 0);
}

TEST_F(RunLabels, TrapIsASignal) {
  policy("label f_t = \"HERE/file\";", "allow file read on f_t; deny file read on f_t trap;");
  EXPECT_EQ(run("sh -c 'cat file; exit $?'"), kSigsys) << err;
  policy("", "deny syscall sync trap quiet;");
  EXPECT_EQ(run("sh -c 'sync; exit $?'"), kSigsys) << err;
}

TEST_F(RunLabels, AuditedAndQuietRulesDecideAsOthers) {
  policy("label f_t = \"HERE/file\";", "audit allow file read on f_t;");
  EXPECT_EQ(run("cat file"), 0) << err;
  policy("label f_t = \"HERE/file\";", "allow file read on f_t; deny file read on f_t quiet;");
  EXPECT_NE(run("cat file"), 0);
}

}  // namespace
}  // namespace eventfilter::cli
