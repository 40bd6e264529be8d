// SPDX-License-Identifier: BSD-2-Clause
// Ids are seen in the user namespace of the ruleset's creator. What has no id there makes every
// comparison with it false, negated ones too.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "support/calls.h"
#include "support/channel.h"
#include "support/child.h"
#include "support/program.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/tree.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

// A user namespace in which uid 1000 outside is 0 inside
void become_root_of_a_namespace() {
  require_call(unshare(CLONE_NEWUSER), "unshare");
  write_file("/proc/self/setgroups", "deny");
  write_file("/proc/self/uid_map", "0 1000 1\n");
  write_file("/proc/self/gid_map", "0 1000 1\n");
}

bool getppid_passes(const std::string& filter) {
  return value_from_child(Subject::kRoot, [&] {
           enforce("sys_enter_getppid: " + filter + " else errno EDOM");
           return error_of(syscall(SYS_getppid));
         }) == 0;
}

TEST(UserNamespaces, Fact9IdsAreTheCreators) {
  in_child([] {
    EXPECT_TRUE(getppid_passes("uid == 1000 && gid == 1000"));
    become_root_of_a_namespace();
    EXPECT_TRUE(getppid_passes("uid == 0 && gid == 0"));
    EXPECT_FALSE(getppid_passes("uid == 1000"));
  });
}

TEST(UserNamespaces, Fact9WhatIsNotMappedIsNeitherEqualNorDifferent) {
  // A namespace without a map: nobody has an id in it
  in_child([] {
    require_call(unshare(CLONE_NEWUSER), "unshare");
    for (const char* filter : {"uid == 0", "uid != 0", "!(uid == 0)", "!(uid != 0)", "uid == 65534",
                               "uid != 65534", "gid < 70000", "uid in { 0..4294967294 }",
                               "!(uid in { 0, 1 })", "uid == 0 || uid != 0"}) {
      EXPECT_FALSE(getppid_passes(filter)) << filter;
    }
  });
}

TEST(UserNamespaces, ObjectsOwnersToo) {
  const Tree tree;
  const std::string mine = tree.make_file("mine");
  const std::string roots = tree.make_file("roots");
  require_call(chown(roots.c_str(), 0, 0), "chown");
  in_child([&] {
    become_root_of_a_namespace();
    in_child(Subject::kRoot, [&] {
      enforce("file_open: owner == 0");
      EXPECT_ALLOWED(try_open(mine, O_RDONLY));
      EXPECT_REFUSED(EACCES, try_open(roots, O_RDONLY)) << "root outside has no id in here";
    });
    in_child(Subject::kRoot, [&] {
      enforce("file_open: owner != 0");
      EXPECT_REFUSED(EACCES, try_open(mine, O_RDONLY));
      EXPECT_REFUSED(EACCES, try_open(roots, O_RDONLY)) << "nor is it different from 0";
    });
  });
}

TEST(UserNamespaces, ItIsTheCreatorsNotTheSubjects) {
  const Channel channel;
  Child confined([&] {
    const Fd ruleset = channel.child().receive_fd();
    become_root_of_a_namespace();
    ASSERT_ALLOWED(evf(EVF_ENFORCE, static_cast<unsigned long>(ruleset.get())));
    EXPECT_ALLOWED(syscall(SYS_getppid)) << "outside we still are 1000";
  });
  channel.parent().send_fd(Ruleset("sys_enter_getppid: uid == 1000").fd());
  EXPECT_TRUE(confined.wait().exited_normally());
}

}  // namespace
}  // namespace eventfilter::selftest
