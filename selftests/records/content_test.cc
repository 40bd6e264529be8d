// SPDX-License-Identifier: BSD-2-Clause
// What a record says, and which records a ruleset's descriptor has: its own, and no others.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <thread>

#include "support/calls.h"
#include "support/channel.h"
#include "support/child.h"
#include "support/label_space.h"
#include "support/program.h"
#include "support/records.h"
#include "support/require.h"
#include "support/tree.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

TEST(RecordContent, OfASystemCall) {
  const Ruleset ruleset("sys_enter_lseek: fd == 1 || offset < 10 else errno EXDEV");
  const Records records(ruleset);
  Child child([&] {
    prctl(PR_SET_NAME, "subject");
    ruleset.enforce();
    EXPECT_REFUSED(EXDEV, syscall(SYS_lseek, 1001, 77L, 2));
    EXPECT_REFUSED(EBADF, syscall(SYS_lseek, 1001, 7L, 2)) << "let through, so no record";
  });
  const std::string pid = std::to_string(child.pid());
  child.wait();
  const std::vector<Denied> taken = records.take();
  ASSERT_EQ(taken.size(), 1U);
  Denied record = taken[0];
  EXPECT_EQ(record["event"], "sys_enter_lseek");
  EXPECT_EQ(record["pid"], pid);
  EXPECT_EQ(record["tid"], pid);
  EXPECT_EQ(record["comm"], "subject");
  EXPECT_EQ(record["uid"], "1000");
  EXPECT_EQ(record["layer"], "0");
  EXPECT_EQ(record["action"], "errno");
  EXPECT_EQ(record["error"], std::to_string(EXDEV));
  EXPECT_EQ(record["predicate"], "fd == 1 || offset < 10");
  EXPECT_EQ(record["path"], "");
  EXPECT_EQ(record["fd"], "1001");
  EXPECT_EQ(record["offset"], "77");
  EXPECT_EQ(record["whence"], "2");
  EXPECT_GT(std::stoull(record["domain"]), 0U);
}

TEST(RecordContent, OfAFileHasAllFieldsAndLabels) {
  const Tree tree;
  const std::string file = tree.make_file("d/file");
  const LabelSpace space("a_t b_t");
  space.label_file(file, "a_t b_t");
  const Ruleset ruleset(space, "file: deny");
  const Records records(ruleset);
  in_child([&] {
    ruleset.enforce();
    EXPECT_REFUSED(EACCES, try_open(file, O_RDWR | O_APPEND));
  });
  const std::vector<Denied> taken = records.take();
  ASSERT_EQ(taken.size(), 1U);
  Denied record = taken[0];
  struct stat status {};
  require_call(stat(file.c_str(), &status), "stat");
  EXPECT_EQ(record["path"], "/d/file");
  EXPECT_EQ(record["predicate"], "");
  EXPECT_EQ(record["label"], "a_t,b_t") << "although no program reads it";
  EXPECT_EQ(record["owner"], "1000");
  EXPECT_EQ(record["group"], "1000");
  EXPECT_EQ(record["mode"], std::to_string(status.st_mode));
  EXPECT_EQ(record["name"], "file");
  EXPECT_EQ(record["ino"], std::to_string(status.st_ino));
  EXPECT_EQ(record["access"],
            std::to_string(EVF_ACCESS_READ | EVF_ACCESS_WRITE | EVF_ACCESS_APPEND));
  EXPECT_EQ(record.count("dev"), 1U);
  EXPECT_EQ(record.count("flags"), 1U);
}

TEST(RecordContent, OfOneOfManyEventsAndObjects) {
  const Tree tree;
  const std::string file = tree.make_file("file");
  tree.make_dir("to");
  const LabelSpace space("a_t to_t");
  space.label_file(file, "a_t");
  space.label_file(tree.path("to"), "to_t");
  const Ruleset ruleset(space, "file_rename: new_name == \"x\"");
  const Records records(ruleset);
  in_child([&] {
    ruleset.enforce();
    EXPECT_REFUSED(EACCES, rename(file.c_str(), tree.path("to/new").c_str()));
  });
  const std::vector<Denied> taken = records.take();
  ASSERT_EQ(taken.size(), 1U);
  EXPECT_EQ(taken[0].at("label"), "a_t");
  EXPECT_EQ(taken[0].at("parent_label"), "none");
  EXPECT_EQ(taken[0].at("new_parent_label"), "to_t");
  EXPECT_EQ(taken[0].at("name"), "file");
  EXPECT_EQ(taken[0].at("new_name"), "new");
  EXPECT_EQ(taken[0].at("path"), "/file");
  EXPECT_EQ(taken[0].at("new_path"), "/to/new") << "also where the new name is";
}

TEST(RecordContent, OfALinkBothPlaces) {
  const Tree tree;
  const std::string file = tree.make_file("file");
  tree.make_dir("to");
  const Ruleset ruleset("file_link: deny");
  const Records records(ruleset);
  in_child([&] {
    ruleset.enforce();
    EXPECT_REFUSED(EACCES, link(file.c_str(), tree.path("to/new\n").c_str()));
  });
  const std::vector<Denied> taken = records.take();
  ASSERT_EQ(taken.size(), 1U);
  EXPECT_EQ(taken[0].at("path"), "/file");
  EXPECT_EQ(taken[0].at("new_path"), "/to/new\\n");
}

TEST(RecordContent, OnlyOfTheRulesetsOwnLayers) {
  const Ruleset mine("sys_enter_getppid: deny");
  const Ruleset other("sys_enter_getpgrp: deny");
  const Records records(mine);
  in_child([&] {
    mine.enforce();
    other.enforce();
    EXPECT_REFUSED(EPERM, syscall(SYS_getpgrp));
    EXPECT_REFUSED(EPERM, syscall(SYS_getppid));
  });
  const Records of_other(other);
  EXPECT_TRUE(of_other.take().empty()) << "it was opened later";
  const std::vector<Denied> taken = records.take();
  ASSERT_EQ(taken.size(), 1U);
  EXPECT_EQ(taken[0].at("event"), "sys_enter_getppid");
}

TEST(RecordContent, OfEverybodyWhoEnforcesTheRuleset) {
  const Ruleset ruleset("sys_enter_getppid: deny");
  const Records records(ruleset);
  for (int i = 0; i < 3; ++i) {
    in_child([&] {
      enforce("sys_enter_getpgrp: allow");
      ruleset.enforce();
      EXPECT_REFUSED(EPERM, syscall(SYS_getppid));
      in_child(Subject::kRoot, [] { EXPECT_REFUSED(EPERM, syscall(SYS_getppid)); });
    });
  }
  const std::vector<Denied> taken = records.take();
  ASSERT_EQ(taken.size(), 6U);
  EXPECT_EQ(taken[0].at("domain"), taken[1].at("domain")) << "inherited";
  EXPECT_NE(taken[0].at("pid"), taken[1].at("pid"));
  EXPECT_NE(taken[0].at("domain"), taken[2].at("domain"));
  for (const Denied& record : taken) {
    EXPECT_EQ(record.at("layer"), "1");
  }
}

TEST(RecordContent, ThreadsAreToldApart) {
  const Ruleset ruleset("sys_enter_getppid: deny");
  const Records records(ruleset);
  in_child([&] {
    ruleset.enforce();
    std::thread([] { EXPECT_REFUSED(EPERM, syscall(SYS_getppid)); }).join();
  });
  const std::vector<Denied> taken = records.take();
  ASSERT_EQ(taken.size(), 1U);
  EXPECT_NE(taken[0].at("pid"), taken[0].at("tid"));
}

TEST(RecordContent, LogsAreThereAndQuietIsNot) {
  const Ruleset ruleset(
      "sys_enter_getppid: deny else log\n"
      "sys_enter_getpgrp: deny errno EXDEV quiet\n"
      "sys_enter_getuid: deny else log quiet\n"
      "file_open: deny quiet\n");
  const Records records(ruleset);
  const Tree tree;
  const std::string file = tree.make_file("file");
  in_child([&] {
    ruleset.enforce();
    EXPECT_REFUSED(EXDEV, syscall(SYS_getpgrp));
    EXPECT_ALLOWED(syscall(SYS_getuid));
    EXPECT_REFUSED(EACCES, try_open(file, O_RDONLY));
    EXPECT_ALLOWED(syscall(SYS_getppid));
  });
  const std::vector<Denied> taken = records.take();
  ASSERT_EQ(taken.size(), 1U);
  EXPECT_EQ(taken[0].at("event"), "sys_enter_getppid");
  EXPECT_EQ(taken[0].at("action"), "log");
  EXPECT_EQ(taken[0].at("error"), "0");
}

TEST(RecordContent, OfTheRulesThatAreAlwaysOn) {
  const Channel channel;
  Child free([&] {
    channel.child().send(0);
    pause();
  });
  EXPECT_EQ(channel.parent().receive(), 0);
  const Ruleset ruleset("sys_enter_getppid: allow");
  const Records records(ruleset);
  in_child([&] {
    enforce("sys_enter_getpgrp: allow");
    ruleset.enforce();
    EXPECT_LT(open(("/proc/" + std::to_string(free.pid()) + "/mem").c_str(), O_RDONLY), 0);
  });
  EXPECT_TRUE(records.take().empty()) << "the first layer that is missing refuses";
  in_child([&] {
    ruleset.enforce();
    EXPECT_LT(open(("/proc/" + std::to_string(free.pid()) + "/mem").c_str(), O_RDONLY), 0);
  });
  const std::vector<Denied> taken = records.take();
  ASSERT_EQ(taken.size(), 1U);
  EXPECT_EQ(taken[0].at("event"), "ptrace");
  EXPECT_EQ(taken[0].at("error"), std::to_string(EPERM));
}

TEST(RecordContent, OfACallOfAnotherTable) {
  const Ruleset ruleset("sys_enter_getppid: deny");
  const Records records(ruleset);
  in_child([&] {
    ruleset.enforce();
    EXPECT_REFUSED(EPERM, ia32_syscall(kIa32Getpid));
  });
  const std::vector<Denied> taken = records.take();
  ASSERT_EQ(taken.size(), 1U);
  EXPECT_EQ(taken[0].at("event"), "syscall");
}

TEST(RecordContent, IdsAreThoseOfTheRulesetsNamespace) {
  const Tree tree;
  const std::string mine = tree.make_file("mine");
  const std::string roots = tree.make_file("roots");
  require_call(chown(roots.c_str(), 0, 0), "chown");
  in_child([&] {
    require_call(unshare(CLONE_NEWUSER), "unshare");
    write_file("/proc/self/uid_map", "7 1000 1");
    const Ruleset ruleset("file_open: owner == 5 && group == 5");
    const Records records(ruleset);
    in_child(Subject::kRoot, [&] {
      ruleset.enforce();
      EXPECT_REFUSED(EACCES, try_open(mine, O_RDONLY));
      EXPECT_REFUSED(EACCES, try_open(roots, O_RDONLY));
    });
    const std::vector<Denied> taken = records.take();
    ASSERT_EQ(taken.size(), 2U);
    EXPECT_EQ(taken[0].at("uid"), "7");
    EXPECT_EQ(taken[0].at("owner"), "7");
    EXPECT_EQ(taken[0].at("group"), "unmapped");
    EXPECT_EQ(taken[1].at("owner"), "unmapped");
  });
}

TEST(RecordContent, PidsAreThoseOfWhoOpenedTheDescriptor) {
  in_child(Subject::kRoot, [&] {
    const Ruleset ruleset("sys_enter_getppid: deny");
    require_call(unshare(CLONE_NEWPID), "unshare");
    in_child(Subject::kRoot, [&] {
      const Records records(ruleset);
      in_child(Subject::kRoot, [&] {
        ruleset.enforce();
        EXPECT_REFUSED(EPERM, syscall(SYS_getppid));
      });
      const std::vector<Denied> taken = records.take();
      ASSERT_EQ(taken.size(), 1U);
      EXPECT_EQ(taken[0].at("pid"), "2") << "the second process of that namespace";
    });
  });
}

}  // namespace
}  // namespace eventfilter::selftest
