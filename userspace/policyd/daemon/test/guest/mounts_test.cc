// SPDX-License-Identifier: BSD-2-Clause
//
// File systems that come and go while a policy is in force.
#include <filesystem>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <unistd.h>

#include "daemon/test/guest/daemon.h"
#include "support/child.h"
#include "support/program.h"
#include "support/require.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

namespace fs = std::filesystem;

constexpr const char* kRules =
    "label disk_t = \"HERE/disks/**\";\n"
    "domain a_t { allow file open on disk_t; }\n";

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
  ~Mounts() override { umount2(point().c_str(), MNT_DETACH); }

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

  Daemon daemon_;
};

TEST_F(Mounts, WhatComesLaterIsClosedUntilTheNextReload) {
  write_file(file(), "beneath");
  in_child([&] {
    enter(daemon_, "a_t");
    EXPECT_ALLOWED(open_file(file()));
  });
  mount_it();
  in_child([&] {
    enter(daemon_, "a_t");
    EXPECT_REFUSED(EACCES, open_file(file())) << "the label beneath it is another file's";
  });
  reload();
  in_child([&] {
    enter(daemon_, "a_t");
    EXPECT_ALLOWED(open_file(file()));
  });
}

TEST_F(Mounts, OneThatIsMountedAnewHasNoneOfTheLabelsOfBefore) {
  mount_it();
  reload();
  ASSERT_EQ(umount2(point().c_str(), MNT_DETACH), 0);
  mount_it();
  in_child([&] {
    enter(daemon_, "a_t");
    EXPECT_REFUSED(EACCES, open_file(file()));
  });
  reload();
  in_child([&] {
    enter(daemon_, "a_t");
    EXPECT_ALLOWED(open_file(file()));
  });
}

// labeld holds what it has labelled, to be able to take labels back: docs/design/0060
TEST_F(Mounts, AFileSystemIsLetGoWithItsLabels) {
  mount_it();
  EXPECT_EQ(umount(point().c_str()), 0) << "nothing in it is labelled yet";
  mount_it();
  reload();
  EXPECT_REFUSED(EBUSY, umount(point().c_str()));
  daemon_.put("test.policy", "domain a_t { }\n");
  reload();
  EXPECT_EQ(umount(point().c_str()), 0);
}

TEST_F(Mounts, OneWithAHotPluggedObjectIsLetGoWhenItIsTakenBack) {
  daemon_.put("test.policy", "label disk_t = \"HERE/none\";\ndomain a_t { }\n");
  reload();
  mount_it();
  auto admin = daemon_.admin();
  must<ipc::Done>(admin, ipc::Bind{"disk_t", false}, {base::Fd(open(file().c_str(), O_PATH | O_CLOEXEC)).get()});
  EXPECT_REFUSED(EBUSY, umount(point().c_str()));
  must<ipc::Done>(admin, ipc::Bind{"", false}, {base::Fd(open(file().c_str(), O_PATH | O_CLOEXEC)).get()});
  // The descriptors of the message are closed behind the answer
  int result = -1;
  for (int i = 0; i < 500 && result != 0; ++i) {
    result = umount(point().c_str());
    if (result != 0) usleep(10'000);
  }
  EXPECT_EQ(result, 0);
}

}  // namespace
}  // namespace eventfilter::selftest
