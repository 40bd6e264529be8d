// SPDX-License-Identifier: BSD-2-Clause
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include <cstring>

#include "coexist/neighbours.h"
#include "support/child.h"
#include "support/fd.h"
#include "support/require.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

// Once per boot: a policy can't be taken back, nor is there need to
void load_policy() {
  static bool loaded = false;
  if (loaded) return;
  if (mount("selinuxfs", "/sys/fs/selinux", "selinuxfs", 0, nullptr) != 0) {
    require(errno == EBUSY, "mounting selinuxfs");
  }
  const std::string policy = read_file("/evf/coexist/selinux.policy");
  const Fd load(require_fd(open("/sys/fs/selinux/load", O_WRONLY | O_CLOEXEC), "selinuxfs"));
  require_call(write(load.get(), policy.data(), policy.size()), "loading the policy");
  write_file("/sys/fs/selinux/enforce", "1");
  loaded = true;
}

class BesideSelinux : public testing::Test {
 protected:
  void SetUp() override {
    if (!module_is_on("selinux")) GTEST_SKIP() << "not in lsm=";
    load_policy();
    const char label[] = "system_u:object_r:secret_t";
    for (const std::string& path : {files_.theirs, files_.both}) {
      require_call(setxattr(path.c_str(), "security.selinux", label, sizeof(label), 0), "setxattr");
    }
  }

  const Neighbours files_;
};

TEST_F(BesideSelinux, EachHoldsAlone) {
  EXPECT_ALLOWED(try_open(files_.ours));
  EXPECT_REFUSED(EACCES, try_open(files_.theirs));
  EXPECT_REFUSED(EACCES, try_open(files_.both));
}

TEST_F(BesideSelinux, BothHold) {
  in_child([this] {
    files_.enforce_ours();
    EXPECT_ALLOWED(try_open(files_.free));
    EXPECT_REFUSED(EXDEV, try_open(files_.ours));
    EXPECT_REFUSED(EACCES, try_open(files_.theirs));
    EXPECT_REFUSED(EACCES, try_open(files_.both)) << "SELinux stands before us in lsm=";
  });
}

}  // namespace
}  // namespace eventfilter::selftest
