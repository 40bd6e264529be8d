// SPDX-License-Identifier: BSD-2-Clause
#include <gtest/gtest.h>
#include <linux/landlock.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "coexist/neighbours.h"
#include "support/child.h"
#include "support/fd.h"
#include "support/require.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

// Lets these be read, and nothing else of what is there
void restrict_to(const std::string& first, const std::string& second) {
  landlock_ruleset_attr attributes{};
  attributes.handled_access_fs = LANDLOCK_ACCESS_FS_READ_FILE;
  const Fd ruleset(static_cast<int>(require_call(
      syscall(SYS_landlock_create_ruleset, &attributes, sizeof(attributes), 0), "landlock")));
  for (const std::string& path : {first, second}) {
    const Fd file(require_fd(open(path.c_str(), O_PATH | O_CLOEXEC), path));
    landlock_path_beneath_attr rule{LANDLOCK_ACCESS_FS_READ_FILE, file.get()};
    require_call(
        syscall(SYS_landlock_add_rule, ruleset.get(), LANDLOCK_RULE_PATH_BENEATH, &rule, 0),
        "landlock_add_rule");
  }
  set_no_new_privs();
  require_call(syscall(SYS_landlock_restrict_self, ruleset.get(), 0), "landlock_restrict_self");
}

void expect_both(const Neighbours& files) {
  EXPECT_ALLOWED(try_open(files.free));
  EXPECT_REFUSED(EXDEV, try_open(files.ours));
  EXPECT_REFUSED(EACCES, try_open(files.theirs));
  EXPECT_REFUSED(EACCES, try_open(files.both)) << "Landlock stands before us in lsm=";
}

TEST(BesideLandlock, RestrictedFirst) {
  const Neighbours files;
  in_child([&] {
    restrict_to(files.free, files.ours);
    files.enforce_ours();
    expect_both(files);
  });
}

TEST(BesideLandlock, RestrictedLast) {
  const Neighbours files;
  in_child([&] {
    files.enforce_ours();
    restrict_to(files.free, files.ours);
    expect_both(files);
  });
}

TEST(BesideLandlock, EachHoldsAlone) {
  const Neighbours files;
  in_child([&] {
    restrict_to(files.free, files.ours);
    EXPECT_ALLOWED(try_open(files.ours));
  });
  in_child([&] {
    files.enforce_ours();
    EXPECT_ALLOWED(try_open(files.theirs));
    EXPECT_REFUSED(EXDEV, try_open(files.both));
  });
}

}  // namespace
}  // namespace eventfilter::selftest
