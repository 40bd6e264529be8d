// SPDX-License-Identifier: BSD-2-Clause
//
// File systems that come and go while a policy is in force: each has its labels soon after it was mounted, and
// none is kept busy by them.
#include <filesystem>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <unistd.h>

#include "daemon/test/guest/daemon.h"
#include "support/channel.h"
#include "support/child.h"
#include "support/program.h"
#include "support/require.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

namespace fs = std::filesystem;

constexpr const char* kRules =
    "label disk_t = \"HERE/disks/**\";\n"
    "domain a_t { allow file open on disk_t; }\n"
    "domain open_t { " kChannel "default file allow; deny file open on disk_t; }\n";

int open_file(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd >= 0) close(fd);
  return fd;
}

class Mounts : public ::testing::Test {
 protected:
  Mounts() : daemon_(kRules) {
    fs::create_directories(point());
    reload();
  }
  ~Mounts() override {
    while (umount2(point().c_str(), MNT_DETACH) == 0) {
    }
  }

  std::string point() const { return daemon_.here() + "/disks/one"; }
  std::string file() const { return point() + "/file"; }
  void mount_it() const {
    require(mount("evf-test", point().c_str(), "tmpfs", 0, nullptr) == 0, "mounting");
    write_file(file(), "x");
  }
  void reload() const {
    auto admin = daemon_.admin();
    must<ipc::Reloaded>(admin, ipc::Reload{});
  }
  // The errno of opening the file in a domain
  int error_in(const std::string& domain) const {
    return value_from_child(Subject::kRoot, [&] {
      enter(daemon_, domain);
      return error_of(open_file(file()));
    });
  }
  // Within half a minute; nobody says anything to the daemon meanwhile but who enters
  bool becomes(const std::string& domain, int error) const {
    return eventually([&] { return error_in(domain) == error; });
  }

  // At once, but for the moment in which mounts are labelled: one may have changed just before
  bool unmounts() const {
    return eventually([&] { return umount(point().c_str()) == 0; });
  }

  Daemon daemon_;
};

TEST_F(Mounts, WhatComesLaterIsLabelledWithoutAReload) {
  write_file(file(), "beneath");
  EXPECT_EQ(error_in("a_t"), 0);
  EXPECT_EQ(error_in("open_t"), EACCES);
  const std::uint64_t policy = daemon_.status().policy;
  mount_it();
  EXPECT_TRUE(becomes("a_t", 0));
  EXPECT_EQ(error_in("open_t"), EACCES);
  EXPECT_EQ(daemon_.status().policy, policy) << "the policy is the same";
}

// Rules that forbid are as much about what comes later: a task that runs already is refused
TEST_F(Mounts, ADenialReachesWhatComesLaterInRunningTasks) {
  const Channel channel;
  Child confined([&] {
    enter(daemon_, "open_t");
    while (channel.child().receive() == 0) channel.child().send(error_of(open_file(file())));
  });
  const auto ask = [&] {
    channel.parent().send(0);
    return channel.parent().receive();
  };
  mount_it();
  EXPECT_TRUE(eventually([&] { return ask() == EACCES; }));
  channel.parent().send(1);
  EXPECT_TRUE(confined.wait().exited_normally());
}

TEST_F(Mounts, OneThatIsMountedAnewIsLabelledAnew) {
  mount_it();
  ASSERT_TRUE(becomes("a_t", 0));
  ASSERT_TRUE(unmounts());
  mount_it();
  EXPECT_TRUE(becomes("a_t", 0));
}

TEST_F(Mounts, LabelsDontKeepAFileSystemBusy) {
  mount_it();
  ASSERT_TRUE(becomes("a_t", 0));
  EXPECT_TRUE(unmounts());
  mount_it();
  reload();
  EXPECT_EQ(error_in("a_t"), 0);
  EXPECT_TRUE(unmounts());
  // Nor do those that a restarted labeld took over
  mount_it();
  ASSERT_TRUE(becomes("a_t", 0));
  daemon_.kill_labeld();
  ASSERT_TRUE(becomes("a_t", 0));
  EXPECT_TRUE(unmounts());
}

TEST_F(Mounts, OneWithAHotPluggedObjectIsLetGoWhenItIsTakenBack) {
  daemon_.put("test.policy", "label disk_t = \"HERE/none\";\ndomain a_t { }\n");
  reload();
  mount_it();
  auto admin = daemon_.admin();
  must<ipc::Done>(admin, ipc::Bind{"disk_t", false}, {base::Fd(open(file().c_str(), O_PATH | O_CLOEXEC)).get()});
  EXPECT_REFUSED(EBUSY, umount(point().c_str()));
  must<ipc::Done>(admin, ipc::Bind{"", false}, {base::Fd(open(file().c_str(), O_PATH | O_CLOEXEC)).get()});
  EXPECT_TRUE(unmounts());
}

// What was bound by hand survives that everything is labelled again
TEST_F(Mounts, AHotPluggedObjectKeepsItsLabelWhenMountsChange) {
  const std::string disk = daemon_.here() + "/image";
  write_file(disk, "x");
  const auto opens = [&] {
    return value_from_child(Subject::kRoot, [&] {
      enter(daemon_, "a_t");
      return error_of(open_file(disk));
    });
  };
  EXPECT_EQ(opens(), EACCES);
  auto admin = daemon_.admin();
  must<ipc::Done>(admin, ipc::Bind{"disk_t", false}, {base::Fd(open(disk.c_str(), O_PATH | O_CLOEXEC)).get()});
  EXPECT_EQ(opens(), 0);
  mount_it();
  ASSERT_TRUE(becomes("a_t", 0));
  EXPECT_EQ(opens(), 0);
}

// Users mount file systems of their own as often as they like: policyd answers, and labels the last one
TEST_F(Mounts, ManyInARowStopNobody) {
  for (int i = 0; i < 300; ++i) {
    mount_it();
    if (i % 50 == 0) {
      EXPECT_TRUE(daemon_.status().labeld);
    }
    ASSERT_EQ(umount2(point().c_str(), MNT_DETACH), 0);
  }
  mount_it();
  EXPECT_TRUE(becomes("a_t", 0));
}

// The program that serves a file system of FUSE may be a user's, and never answer
TEST_F(Mounts, AFileSystemThatNeverAnswersStopsNobody) {
  const base::Fd server(open("/dev/fuse", O_RDWR | O_CLOEXEC));
  ASSERT_TRUE(server);
  const std::string options = "fd=" + std::to_string(server.get()) + ",rootmode=40000,user_id=0,group_id=0,allow_other";
  ASSERT_EQ(mount("evf-test", point().c_str(), "fuse.silent", MS_NOSUID | MS_NODEV, options.c_str()), 0);
  const std::uint64_t policy = daemon_.status().policy;
  reload();
  EXPECT_GT(daemon_.status().policy, policy);
  ASSERT_EQ(umount2(point().c_str(), MNT_DETACH), 0);
  mount_it();
  EXPECT_TRUE(becomes("a_t", 0));
}

}  // namespace
}  // namespace eventfilter::selftest
