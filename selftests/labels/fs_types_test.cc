// SPDX-License-Identifier: BSD-2-Clause
// Lines "fs TYPE NAMES": what all file systems of a type carry where nothing in them is assigned.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>

#include "support/calls.h"
#include "support/child.h"
#include "support/label_probe.h"
#include "support/label_space.h"
#include "support/program.h"
#include "support/require.h"
#include "support/tree.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

class FsTypes : public testing::Test {
 protected:
  void say(const std::string& lines) const {
    require_call(space_.write(lines), "writing " + lines);
    space_.commit();
  }

  const LabelSpace space_{kProbeNames};
  const LabelProbe probe_{space_};
};

TEST_F(FsTypes, HoldForWhatIsMountedAlready) {
  say("fs proc a_t\nfs sysfs b_t\n");
  for (const char* path : {"/proc", "/proc/version", "/proc/self/status", "/proc/sys/kernel/ostype",
                           "/proc/1/task/1/comm"}) {
    EXPECT_EQ(probe_.of(path), "a_t") << path;
  }
  EXPECT_EQ(probe_.of("/sys/kernel/uevent_seqnum"), "b_t");
  EXPECT_EQ(probe_.of("/dev/null"), "") << "another type";
}

TEST_F(FsTypes, HoldForWhatIsMountedLater) {
  say("fs proc a_t\nfs tmpfs b_t\n");
  const Tree tree(Fs::kTmpfs);
  EXPECT_EQ(probe_.of(tree.make_file("dir/file")), "b_t");
  // A new instance of /proc needs a pid namespace of its own, and somebody in it
  in_child(Subject::kRoot, [&] {
    require_call(unshare(CLONE_NEWNS | CLONE_NEWPID), "unshare");
    in_child(Subject::kRoot, [&] {
      require_call(mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr), "make private");
      const std::string place = tree.make_dir("proc");
      require_call(mount("proc", place.c_str(), "proc", 0, nullptr), "mount");
      EXPECT_EQ(probe_.of(place + "/1/status"), "a_t");
    });
  });
}

TEST_F(FsTypes, AreTheLastResort) {
  const Tree tree(Fs::kTmpfs);
  tree.make_file("near/file");
  tree.make_file("named/x");
  tree.make_file("barrier/file");
  tree.make_file("other/file");
  say("fs tmpfs a_t\n");
  space_.label_file(tree.path("near"), "b_t");
  space_.label_name(tree.path("named"), "x", "b_t");
  space_.label_file(tree.path("barrier"), "");
  EXPECT_EQ(probe_.of(tree.path("near/file")), "b_t");
  EXPECT_EQ(probe_.of(tree.path("named/x")), "b_t");
  EXPECT_EQ(probe_.of(tree.path("barrier/file")), "");
  EXPECT_EQ(probe_.of(tree.path("other/file")), "a_t");
  EXPECT_EQ(probe_.of(tree.root()), "a_t");
  space_.label_self(tree.root(), "c_t");
  EXPECT_EQ(probe_.of(tree.root()), "c_t");
  EXPECT_EQ(probe_.of(tree.path("other/file")), "a_t") << "the root's own label is for it alone";
  space_.label_file(tree.root(), "c_t");
  EXPECT_EQ(probe_.of(tree.path("other/file")), "c_t");
}

TEST_F(FsTypes, AreThatOfTheFileSystemItself) {
  const Tree lower(Fs::kTmpfs);
  const Tree overlay(Fs::kOverlay);
  say("fs tmpfs a_t\nfs overlay b_t\n");
  EXPECT_EQ(probe_.of(overlay.make_file("file")), "b_t");
  EXPECT_EQ(probe_.of(lower.make_file("file")), "a_t");
}

TEST_F(FsTypes, MayBeAString) {
  EXPECT_EQ(probe_.of("/src/README.md"), "");
  say("fs \"9p\" a_t\n");
  EXPECT_EQ(probe_.of("/src/README.md"), "a_t");
}

TEST_F(FsTypes, MayBeNoneThatThereIs) {
  say("fs no-such-fs a_t\nfs \"\\x01\" a_t\n");
  EXPECT_EQ(probe_.of("/proc/version"), "");
}

TEST_F(FsTypes, AreStaged) {
  ASSERT_ALLOWED(space_.write("fs proc a_t\n"));
  EXPECT_EQ(probe_.of("/proc/version"), "");
  ASSERT_ALLOWED(space_.write("fs proc b_t\n"));
  space_.commit();
  EXPECT_EQ(probe_.of("/proc/version"), "b_t") << "what was staged last counts";
  ASSERT_ALLOWED(space_.write("fs proc a_t c_t\n"));
  EXPECT_EQ(probe_.of("/proc/version"), "b_t");
  space_.commit();
  EXPECT_EQ(probe_.of("/proc/version"), "a_t c_t");
}

TEST_F(FsTypes, WithoutNamesIsTakenBack) {
  say("fs proc\n");
  EXPECT_EQ(probe_.of("/proc/version"), "") << "there was none, which is no error";
  say("fs proc a_t\n");
  EXPECT_EQ(probe_.of("/proc/version"), "a_t");
  ASSERT_ALLOWED(space_.write("fs proc\n"));
  EXPECT_EQ(probe_.of("/proc/version"), "a_t");
  space_.commit();
  EXPECT_EQ(probe_.of("/proc/version"), "");
  say("fs proc b_t\n");
  EXPECT_EQ(probe_.of("/proc/version"), "b_t");
}

TEST_F(FsTypes, TheLastLineOfATextCounts) {
  say("fs proc a_t\nfs proc b_t\nfs sysfs a_t\nfs sysfs\n");
  EXPECT_EQ(probe_.of("/proc/version"), "b_t");
  EXPECT_EQ(probe_.of("/sys/kernel/uevent_seqnum"), "");
}

TEST_F(FsTypes, StayWhenTheOwnerIsGone) {
  const LabelProbe* probe = nullptr;
  {
    const LabelSpace space(kProbeNames);
    ASSERT_ALLOWED(space.write("fs proc a_t\n"));
    space.commit();
    ASSERT_ALLOWED(space.write("fs proc b_t\nfs sysfs b_t\n"));
    probe = new LabelProbe(space);
  }
  EXPECT_EQ(probe->of("/proc/version"), "a_t") << "what was only staged is dropped";
  EXPECT_EQ(probe->of("/sys/kernel/uevent_seqnum"), "");
  delete probe;
}

TEST_F(FsTypes, DoNotMakeTheUnknownKnown) {
  const LoopMount disk("ext4");
  run_or_fail({"mkdir", "-p", disk.path("d/e")});
  write_file(disk.path("d/e/file"), "content");
  say("fs ext4 a_t\n");
  EXPECT_EQ(probe_.of(disk.path("d/e/file")), "a_t");
  const Handle handle = handle_of(disk.path("d/e/file"));
  const Fd mount(open(disk.root().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  sync();
  for (int round = 0; round < 3; ++round) {
    write_file("/proc/sys/vm/drop_caches", "2\n");
  }
  EXPECT_EQ(probe_.of([&] { return open_handle(mount.get(), handle, O_RDONLY); }), "unknown")
      << "something nearer may be assigned";
}

TEST_F(FsTypes, HaveFileCreateAskedWithThem) {
  const Tree tree(Fs::kTmpfs);
  say("fs tmpfs a_t\n");
  const LabelProbe probe(space_, "file_create");
  EXPECT_EQ(probe.of([&]() -> long {
    return open(tree.path("new").c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  }),
            "a_t");
}

TEST_F(FsTypes, ATaskThatTheyConfineCannotChangeThem) {
  say("fs proc a_t\n");
  in_child([&] {
    enforce(space_, "file_open: label & a_t else errno EXDEV");
    EXPECT_REFUSED(EPERM, space_.write("fs sysfs a_t\n"));
    EXPECT_ALLOWED(open("/proc/version", O_RDONLY | O_CLOEXEC));
    EXPECT_REFUSED(EXDEV, open("/sys/kernel/uevent_seqnum", O_RDONLY | O_CLOEXEC));
  });
}

}  // namespace
}  // namespace eventfilter::selftest
