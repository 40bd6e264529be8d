// SPDX-License-Identifier: BSD-2-Clause
// The trace event eventfilter:denied: what was refused, or would have been, by which rule of whom.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <set>
#include <thread>

#include "support/calls.h"
#include "support/channel.h"
#include "support/child.h"
#include "support/label_space.h"
#include "support/net.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/trace.h"
#include "support/tree.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

class DeniedEvent : public testing::Test {
 protected:
  // What a child left behind
  std::vector<Denied> records_of(const Child::Body& body) {
    Child child(Subject::kUser, body);
    pid_ = child.pid();
    child.wait();
    return trace_.of(pid_);
  }
  Denied record_of(const Child::Body& body) {
    const std::vector<Denied> records = records_of(body);
    EXPECT_EQ(records.size(), 1U);
    return records.empty() ? Denied() : records[0];
  }

  const Tree tree_;
  const DeniedTrace trace_;
  pid_t pid_ = 0;
};

TEST_F(DeniedEvent, OfASystemCall) {
  Denied record = record_of([] {
    prctl(PR_SET_NAME, "subject");
    enforce("sys_enter_lseek: fd == 1 || offset < 10 else errno EXDEV");
    EXPECT_REFUSED(EXDEV, syscall(SYS_lseek, 1001, 77L, 2));
  });
  EXPECT_EQ(record["event"], "sys_enter_lseek");
  EXPECT_EQ(record["pid"], std::to_string(pid_));
  EXPECT_EQ(record["tid"], std::to_string(pid_));
  EXPECT_EQ(record["comm"], "subject");
  EXPECT_EQ(record["uid"], "1000");
  EXPECT_EQ(record["layer"], "0");
  EXPECT_EQ(record["action"], "errno");
  EXPECT_EQ(record["error"], std::to_string(EXDEV));
  EXPECT_EQ(record["predicate"], "fd == 1 || offset < 10") << "all that was false";
  EXPECT_EQ(record["path"], "");
  EXPECT_EQ(record["fd"], "1001");
  EXPECT_EQ(record["offset"], "77");
  EXPECT_EQ(record["whence"], "2");
  EXPECT_GT(std::stoull(record["domain"]), 0U);
}

TEST_F(DeniedEvent, ValuesAreTyped) {
  Denied record = record_of([] {
    enforce("sys_enter_getpriority: which > 0");
    EXPECT_REFUSED(EPERM, raw_syscall(SYS_getpriority, dirty(static_cast<uint32_t>(-5)), dirty(7)));
  });
  EXPECT_EQ(record["which"], "-5");
  EXPECT_EQ(record["who"], "7");
}

TEST_F(DeniedEvent, OfAFile) {
  const std::string file = tree_.make_file("d/file");
  const LabelSpace space("a_t b_t wanted_t");
  space.label_file(file, "a_t b_t");
  Denied record = record_of([&] {
    enforce(space, "file_open: label & wanted_t && owner == 1000 && name ~ \"f*\" && access & 4");
    EXPECT_REFUSED(EACCES, try_open(file, O_RDONLY));
  });
  EXPECT_EQ(record["event"], "file_open");
  EXPECT_EQ(record["error"], std::to_string(EACCES));
  EXPECT_EQ(record["predicate"], "label & wanted_t");
  EXPECT_EQ(record["path"], "/d/file") << "from the root of its file system";
  EXPECT_EQ(record["label"], "a_t,b_t");
}

TEST_F(DeniedEvent, OfAnUnlabelledFile) {
  const std::string file = tree_.make_file("file");
  const LabelSpace space("a_t");
  Denied record = record_of([&] {
    enforce(space, "file_open: label & a_t");
    EXPECT_REFUSED(EACCES, try_open(file, O_RDONLY));
  });
  EXPECT_EQ(record["label"], "none");
}

TEST_F(DeniedEvent, OfAnEndpoint) {
  const LabelSpace space("a_t wanted_t");
  ASSERT_ALLOWED(space.write("endpoint any any * a_t\n"));
  space.commit();
  const auto refused = [&](const std::string& ip) {
    return record_of([&] {
      enforce(space, "socket_connect: label & wanted_t && port == 9 && family > 0");
      EXPECT_REFUSED(EPERM, try_connect(ip_address(ip, 9), SOCK_DGRAM));
    });
  };
  Denied record = refused("127.0.0.1");
  EXPECT_EQ(record["event"], "socket_connect");
  EXPECT_EQ(record["path"], "127.0.0.1:9");
  EXPECT_EQ(record["label"], "a_t");
  EXPECT_EQ(record["port"], "9");
  EXPECT_EQ(record["family"], "2");
  EXPECT_EQ(refused("::ffff:10.0.0.1")["path"], "10.0.0.1:9");
  EXPECT_EQ(refused("fd00::1")["path"], "[fd00::1]:9");
}

TEST_F(DeniedEvent, OfARuleWithoutAFilter) {
  Denied record = record_of([] {
    enforce("sys_enter_getppid: deny");
    EXPECT_REFUSED(EPERM, syscall(SYS_getppid));
  });
  EXPECT_EQ(record["event"], "sys_enter_getppid");
  EXPECT_EQ(record["predicate"], "");
}

TEST_F(DeniedEvent, OfACallWithoutAnEvent) {
  Denied record = record_of([] {
    enforce("sys_enter_getppid: deny");
    EXPECT_REFUSED(EPERM, ia32_syscall(kIa32Getpid));
  });
  EXPECT_EQ(record["error"], std::to_string(EPERM));
  EXPECT_NE(record["event"], "");
}

TEST_F(DeniedEvent, NamesTheLayer) {
  const std::vector<Denied> records = records_of([] {
    enforce("sys_enter_getpgrp: deny");
    enforce("sys_enter_getuid: deny");
    enforce("sys_enter_getppid: deny");
    EXPECT_REFUSED(EPERM, syscall(SYS_getppid));
    EXPECT_REFUSED(EPERM, syscall(SYS_getpgrp));
    EXPECT_REFUSED(EPERM, syscall(SYS_getuid));
  });
  ASSERT_EQ(records.size(), 3U);
  EXPECT_EQ(records[0].at("layer"), "2");
  EXPECT_EQ(records[1].at("layer"), "0");
  EXPECT_EQ(records[2].at("layer"), "1");
}

TEST_F(DeniedEvent, LogsPassAndAreRecorded) {
  const std::vector<Denied> records = records_of([] {
    enforce("sys_enter_getppid: deny else log\nsys_enter_getpgrp: deny errno EXDEV");
    EXPECT_ALLOWED(syscall(SYS_getppid));
    EXPECT_REFUSED(EXDEV, syscall(SYS_getpgrp));
  });
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[0].at("action"), "log");
  EXPECT_EQ(records[0].at("error"), "0");
  EXPECT_EQ(records[1].at("action"), "errno");
}

TEST_F(DeniedEvent, APermissiveRulesetRecordsWhatItWouldRefuse) {
  const std::string file = tree_.make_file("file");
  const std::vector<Denied> records = records_of([&] {
    const Ruleset ruleset = Ruleset::permissive();
    EXPECT_ALLOWED(ruleset.write(
        "sys_enter_getppid: deny else kill\nfile_open: name != \"file\" else errno EPERM quiet\n"));
    ruleset.enforce();
    EXPECT_ALLOWED(syscall(SYS_getppid));
    EXPECT_ALLOWED(try_open(file, O_RDONLY));
  });
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[0].at("event"), "sys_enter_getppid");
  EXPECT_EQ(records[0].at("action"), "log");
  EXPECT_EQ(records[1].at("event"), "file_open")
      << "to learn from it is what it is for: quiet doesn't count";
}

TEST_F(DeniedEvent, QuietLeavesNoRecord) {
  EXPECT_TRUE(records_of([] {
                enforce("sys_enter_getppid: deny errno EXDEV quiet");
                EXPECT_REFUSED(EXDEV, syscall(SYS_getppid));
              }).empty());
}

TEST_F(DeniedEvent, WhatPassesLeavesNoRecord) {
  const std::string file = tree_.make_file("file");
  EXPECT_TRUE(records_of([&] {
                enforce("sys_enter_lseek: fd == 5\nfile_open: name == \"file\"");
                EXPECT_REFUSED(EBADF, syscall(SYS_lseek, 5, 0, 0));
                EXPECT_ALLOWED(try_open(file, O_RDONLY));
              }).empty());
}

TEST_F(DeniedEvent, Kill) {
  Child child([] {
    enforce("sys_enter_getppid: deny else kill");
    syscall(SYS_getppid);
  });
  const pid_t pid = child.pid();
  EXPECT_EQ(child.wait().killed_by(), SIGSYS);
  const std::vector<Denied> records = trace_.of(pid);
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].at("action"), "kill");
}

TEST_F(DeniedEvent, ThreadsAreToldApart) {
  const std::vector<Denied> records = records_of([] {
    enforce("sys_enter_getppid: deny");
    std::thread([] { EXPECT_REFUSED(EPERM, syscall(SYS_getppid)); }).join();
  });
  ASSERT_EQ(records.size(), 1U);
  EXPECT_NE(records[0].at("tid"), records[0].at("pid"));
}

TEST_F(DeniedEvent, DomainsAreToldApart) {
  std::set<std::string> domains;
  for (int i = 0; i < 3; ++i) {
    domains.insert(record_of([] {
      enforce("sys_enter_getppid: deny");
      EXPECT_REFUSED(EPERM, syscall(SYS_getppid));
    })["domain"]);
  }
  EXPECT_EQ(domains.size(), 3U);
}

TEST_F(DeniedEvent, NamesAreEscaped) {
  // Whoever is confined chooses them: they must not forge a record or reach a terminal
  const std::string evil = "a\n denied: event=forged pid=1 \"\\ \x1b[2J \x01\xff";
  const std::string file = tree_.make_file(evil);
  const std::vector<Denied> records = records_of([&] {
    prctl(PR_SET_NAME, "x\" pid=1\n\x1b[1m");
    enforce("file_open: name == \"harmless\"");
    EXPECT_REFUSED(EACCES, try_open(file, O_RDONLY));
  });
  ASSERT_EQ(records.size(), 1U);
  const std::string line = trace_.lines_of(pid_)[0];
  for (const char c : line) {
    EXPECT_TRUE(c >= ' ' && c <= '~') << "character " << static_cast<int>(c) << " in " << line;
  }
  EXPECT_EQ(records[0].at("comm"), R"(x\042 pid=1\n\e[1m)");
  EXPECT_EQ(records[0].at("path"), R"(/a\n denied: event=forged pid=1 \042\\ \e[2J \001\377)");
  EXPECT_EQ(records[0].at("name"), R"(a\n denied: event=forged pid=1 \042\\ \e[2J \001\377)");
  EXPECT_EQ(records[0].at("event"), "file_open");
}

TEST_F(DeniedEvent, StringsOfAFilterAreEscaped) {
  const std::string file = tree_.make_file("file");
  Denied record = record_of([&] {
    enforce(R"(file_open: name == "a\"b\\c\x0ad")");
    EXPECT_REFUSED(EACCES, try_open(file, O_RDONLY));
  });
  EXPECT_EQ(record["predicate"].find('\n'), std::string::npos);
  EXPECT_NE(record["predicate"].find("name == "), std::string::npos);
}

TEST_F(DeniedEvent, LongNamesAndPathsAreCutNotLost) {
  std::string below;
  for (int i = 0; i < 8; ++i) {
    below += std::string(200, static_cast<char>('a' + i)) + "/";
  }
  const std::string file = tree_.make_file(below + std::string(255, 'z'));
  Denied record = record_of([&] {
    enforce("file_open: name == \"harmless\"");
    EXPECT_REFUSED(EACCES, try_open(file, O_RDONLY));
  });
  EXPECT_EQ(record["event"], "file_open");
  EXPECT_EQ(record["name"].substr(0, 60), std::string(60, 'z'));
}

TEST_F(DeniedEvent, OfTheRulesThatAreAlwaysOn) {
  const Channel channel;
  Child free([&] {
    channel.child().send(0);
    pause();
  });
  EXPECT_EQ(channel.parent().receive(), 0);
  const std::vector<Denied> records = records_of([&] {
    enforce("sys_enter_getppid: allow\nsys_enter_getpgrp: deny else log");
    EXPECT_LT(open(("/proc/" + std::to_string(free.pid()) + "/mem").c_str(), O_RDONLY), 0);
  });
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].at("event"), "ptrace");
  EXPECT_EQ(records[0].at("error"), std::to_string(EPERM));
}

TEST_F(DeniedEvent, OfACrossLabelRename) {
  const std::string file = tree_.make_file("a/file");
  tree_.make_dir("b");
  const LabelSpace space("a_t");
  space.label_file(tree_.path("a"), "a_t");
  Denied record = record_of([&] {
    enforce("sys_enter_getppid: deny");
    enforce(space, "file_open: label & a_t");
    EXPECT_REFUSED(EXDEV, rename(file.c_str(), tree_.path("b/file").c_str()));
  });
  EXPECT_EQ(record["error"], std::to_string(EXDEV));
  EXPECT_EQ(record["layer"], "1");
}

TEST_F(DeniedEvent, ALoopOfRefusalsIsRecordedOneByOne) {
  EXPECT_EQ(records_of([] {
              enforce("sys_enter_getppid: deny");
              for (int i = 0; i < 500; ++i) {
                syscall(SYS_getppid);
              }
            }).size(),
            500U);
}

}  // namespace
}  // namespace eventfilter::selftest
