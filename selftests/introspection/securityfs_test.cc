// SPDX-License-Identifier: BSD-2-Clause
// What the administrator sees: counters, which are everybody's, and the domains, which are not.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <map>
#include <sstream>

#include "support/channel.h"
#include "support/child.h"
#include "support/label_space.h"
#include "support/program.h"
#include "support/records.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/tree.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

constexpr const char* kStats = "/sys/kernel/security/eventfilter/stats";
constexpr const char* kDomains = "/sys/kernel/security/eventfilter/domains";

std::map<std::string, long> stats() {
  std::map<std::string, long> found;
  std::istringstream words(read_file(kStats));
  std::string name;
  for (long value = 0; words >> name >> value;) {
    found[name] = value;
  }
  return found;
}

TEST(Stats, AreEverybodys) {
  const Fd domains(open(kDomains, O_RDONLY));
  EXPECT_TRUE(domains.is_open());
  in_child([] {
    EXPECT_GE(stats().size(), 10U);
    EXPECT_REFUSED(EACCES, open(kStats, O_WRONLY));
    enforce("sys_enter_getppid: deny");
    EXPECT_GE(stats().size(), 10U);
  });
}

TEST(Stats, CountWhatExists) {
  const std::map<std::string, long> before = stats();
  const LabelSpace space("a_t b_t c_t");
  const Tree tree;
  space.label_file(tree.root(), "a_t");
  const Ruleset ruleset(space, "file_open: label & a_t");
  const Channel channel;
  Child child([&] {
    ruleset.enforce();
    ruleset.enforce();
    channel.child().send(0);
    EXPECT_EQ(channel.child().receive(), 0);
  });
  EXPECT_EQ(channel.parent().receive(), 0);
  const std::map<std::string, long> now = stats();
  channel.parent().send(0);
  // What earlier tests left may be going at the same time: at least what this one made is there
  EXPECT_GE(now.at("rulesets"), 1);
  EXPECT_GE(now.at("domains"), 1);
  EXPECT_GE(now.at("layers"), 2);
  EXPECT_GE(now.at("spaces"), 1);
  EXPECT_GE(now.at("names"), 3);
  EXPECT_GE(now.at("assignments"), 1);
  for (const char* what : {"refusals", "logs", "records", "records_lost", "audits", "audit_lost"}) {
    EXPECT_EQ(now.at(what), before.at(what)) << what;
  }
}

TEST(Stats, WhatExistsGoesAgain) {
  const auto exists = [] {
    std::map<std::string, long> now = stats();
    return now["rulesets"] + now["domains"] + now["layers"] + now["spaces"] + now["names"] +
           now["assignments"];
  };
  const long before = exists();
  for (int i = 0; i < 50; ++i) {
    in_child([] {
      const LabelSpace space("a_t");
      enforce(space, "file_open: label & a_t");
    });
  }
  long after = exists();
  for (int i = 0; i < 200 && after > before; ++i) {
    usleep(50'000);  // workers free them
    after = exists();
  }
  EXPECT_LE(after, before);
}

TEST(Stats, CountWhatHappens) {
  const Ruleset ruleset(
      "sys_enter_getppid: deny\nsys_enter_getuid: deny else log\nsys_enter_getgid: deny quiet\n"
      "file_open: name != \"absent\"");
  const Records records(ruleset);
  const Tree tree;
  const std::string file = tree.make_file("absent");
  const std::map<std::string, long> before = stats();
  in_child([&] {
    ruleset.enforce();
    for (int i = 0; i < 5; ++i) {
      EXPECT_REFUSED(EPERM, syscall(SYS_getppid));
      EXPECT_ALLOWED(syscall(SYS_getuid));
      EXPECT_REFUSED(EPERM, syscall(SYS_getgid));
      EXPECT_REFUSED(EACCES, open(file.c_str(), O_RDONLY));
    }
  });
  const std::map<std::string, long> now = stats();
  EXPECT_EQ(now.at("refusals") - before.at("refusals"), 15) << "quiet ones, too";
  EXPECT_EQ(now.at("logs") - before.at("logs"), 5);
  EXPECT_EQ(now.at("records") - before.at("records"), 15);
  EXPECT_EQ(now.at("records_lost"), before.at("records_lost"));
}

TEST(Domains, HaveParentLayersAndText) {
  const LabelSpace space("secret_t");
  const Channel channel;
  Child child([&] {
    enforce("sys_enter_lseek: fd == 1 || (offset < 10 && whence == 2) else errno EXDEV");
    const Ruleset permissive = Ruleset::permissive();
    require_call(permissive.write("sys_enter_getpgrp: deny\n"), "write");
    permissive.enforce();
    enforce(space, "file_open: label & secret_t\ncompat: allow\nfile: deny quiet");
    channel.child().send(0);
    EXPECT_EQ(channel.child().receive(), 0);
  });
  EXPECT_EQ(channel.parent().receive(), 0);
  const std::string text = read_file(kDomains);
  channel.parent().send(0);
  const size_t at = text.find(" layers 3\n");
  ASSERT_NE(at, std::string::npos) << text;
  const std::string mine = text.substr(at, text.find("\ndomain ", at) - at);
  EXPECT_NE(mine.find("enforcing\n\t\tsys_enter_lseek: fd == 1 || (offset < 10 && whence == 2) else "
                      "errno EXDEV\n\tlayer 1 "),
            std::string::npos)
      << mine;
  EXPECT_NE(mine.find("permissive\n\t\tsys_enter_getpgrp: deny\n\tlayer 2 "), std::string::npos)
      << mine;
  EXPECT_NE(mine.find("\t\tcompat: allow\n\t\tfile_open: label & secret_t\n\t\tfile: deny quiet\n"),
            std::string::npos)
      << mine;
  EXPECT_NE(text.rfind("domain ", at), std::string::npos);
}

TEST(Domains, AreNotForUsersNorForRootOfAnotherNamespace) {
  in_child([] { EXPECT_REFUSED(EACCES, open(kDomains, O_RDONLY)); });
  in_child(Subject::kRoot, [] {
    require_call(unshare(CLONE_NEWUSER), "unshare");
    write_file("/proc/self/uid_map", "0 0 1");
    EXPECT_REFUSED(EPERM, open(kDomains, O_RDONLY));
  });
}

TEST(Domains, AreNothingForTheConfined) {
  const Fd before(open(kDomains, O_RDONLY | O_CLOEXEC));
  ASSERT_TRUE(before.is_open());
  in_child(Subject::kRoot, [&] {
    char byte = 0;
    EXPECT_EQ(pread(before.get(), &byte, 0, 0), 0);
    enforce("sys_enter_getppid: allow");
    EXPECT_REFUSED(EPERM, open(kDomains, O_RDONLY));
    EXPECT_REFUSED(EPERM, pread(before.get(), &byte, 1, 0)) << "nor by an inherited descriptor";
  });
}

}  // namespace
}  // namespace eventfilter::selftest
