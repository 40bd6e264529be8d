// SPDX-License-Identifier: BSD-2-Clause
// EVF_CHECK: would that use of a descriptor be let through? It says what the use itself would, and
// leaves no trace.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <string>

#include "support/attach.h"
#include "support/child.h"
#include "support/label_space.h"
#include "support/program.h"
#include "support/records.h"
#include "support/require.h"
#include "support/tree.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

class CheckedUse : public testing::Test {
 protected:
  const Tree tree_;
  const std::string path_ = tree_.make_file("file");
  const Fd file_{require_fd(open(path_.c_str(), O_RDWR | O_CLOEXEC), "open")};
  char byte_ = 0;
};

TEST_F(CheckedUse, Errors) {
  EXPECT_REFUSED(EBADF, check_use(-1, "file_read"));
  EXPECT_REFUSED(EBADF, check_use(1000, "file_read"));
  const Fd handle(open(path_.c_str(), O_PATH | O_CLOEXEC));
  EXPECT_REFUSED(EBADF, check_use(handle.get(), "file_read"));
  EXPECT_REFUSED(EFAULT, check_use(file_.get(), nullptr));
  for (const char* name : {"", "file_open", "file_unlink", "sys_enter_read", "file_rea", "file_readx",
                           "system_io_uring", "file"}) {
    EXPECT_REFUSED(EINVAL, check_use(file_.get(), name)) << name;
  }
  for (const size_t length : {63U, 64U, 65U, 5000U}) {
    EXPECT_REFUSED(EINVAL, check_use(file_.get(), std::string(length, 'f').c_str())) << length;
  }
  for (const char* name : {"file_read", "file_write", "file_truncate", "file_receive"}) {
    EXPECT_REFUSED(EINVAL, check_use(file_.get(), name, 1)) << name << " has no cmd";
    EXPECT_ALLOWED(check_use(file_.get(), name));
  }
  for (const char* name : {"file_ioctl", "file_fcntl", "file_lock", "file_map"}) {
    EXPECT_REFUSED(EINVAL, check_use(file_.get(), name, 1UL << 32)) << name << ": it has 32 bits";
    EXPECT_ALLOWED(check_use(file_.get(), name, 0xffff'ffff));
  }
}

// To the kernel it means that no security module knows the option
TEST_F(CheckedUse, Fact14EnosysNeverComesOutOfPrctl) {
  attach(file_.get(), "file_read: deny else errno ENOSYS\nfile_write: deny else errno EDOM");
  EXPECT_REFUSED(ENOSYS, pread(file_.get(), &byte_, 1, 0));
  EXPECT_REFUSED(EINVAL, check_use(file_.get(), "file_read")) << "refused, by another name";
  EXPECT_REFUSED(EDOM, check_use(file_.get(), "file_write"));
  for (const unsigned long command : {100UL, ~0UL}) {
    EXPECT_REFUSED(EINVAL, evf(command)) << command;
  }
}

TEST_F(CheckedUse, ByLayers) {
  const LabelSpace space("a_t b_t");
  space.label_file(path_, "a_t");
  in_child([&] {
    enforce(space,
            "file_read: label & b_t else errno EXDEV\nfile_write: label & a_t\n"
            "file_ioctl: cmd == 0x541B else errno EDOM\nfile_map: !(prot & 4) else errno EDOM\n"
            "file_truncate: name == \"other\" else errno EXDEV\n"
            "file_lock: cmd == 0 else errno EDOM\nfile_fcntl: cmd != 4 else errno EXDEV");
    EXPECT_REFUSED(EXDEV, check_use(file_.get(), "file_read"));
    EXPECT_REFUSED(EXDEV, read(file_.get(), &byte_, 1)) << "as it says";
    EXPECT_ALLOWED(check_use(file_.get(), "file_write"));
    EXPECT_EQ(write(file_.get(), "y", 1), 1) << "as it says";
    EXPECT_ALLOWED(check_use(file_.get(), "file_ioctl", FIONREAD));
    EXPECT_REFUSED(EDOM, check_use(file_.get(), "file_ioctl", FIONBIO));
    EXPECT_ALLOWED(check_use(file_.get(), "file_map", PROT_READ | PROT_WRITE));
    EXPECT_REFUSED(EDOM, check_use(file_.get(), "file_map", PROT_EXEC));
    EXPECT_REFUSED(EXDEV, check_use(file_.get(), "file_truncate"));
    EXPECT_ALLOWED(check_use(file_.get(), "file_lock", F_RDLCK));
    EXPECT_REFUSED(EDOM, check_use(file_.get(), "file_lock", F_WRLCK));
    EXPECT_REFUSED(EXDEV, check_use(file_.get(), "file_fcntl", F_SETFL));
    EXPECT_ALLOWED(check_use(file_.get(), "file_receive")) << "not named";
  });
}

TEST_F(CheckedUse, ByWhatIsAttached) {
  attach(file_.get(), "file_read: deny else errno EXDEV\nfile_truncate: deny else errno EDOM");
  EXPECT_REFUSED(EXDEV, check_use(file_.get(), "file_read"));
  EXPECT_REFUSED(EDOM, check_use(file_.get(), "file_truncate"));
  EXPECT_ALLOWED(check_use(file_.get(), "file_write"));
  in_child([&] {
    enforce("file_write: deny else errno EDOM");
    EXPECT_REFUSED(EXDEV, check_use(file_.get(), "file_read"));
    EXPECT_REFUSED(EDOM, check_use(file_.get(), "file_write")) << "both count";
  });
  const Fd other(open(path_.c_str(), O_RDWR | O_CLOEXEC));
  EXPECT_ALLOWED(check_use(other.get(), "file_read"));
}

TEST_F(CheckedUse, LogsPassAndPermissiveOnes) {
  attach(file_.get(), "file_read: deny else log");
  EXPECT_ALLOWED(check_use(file_.get(), "file_read"));
}

TEST_F(CheckedUse, PipesAreOutside) {
  int ends[2];
  require_call(pipe2(ends, O_CLOEXEC), "pipe");
  const Fd in(ends[0]), out(ends[1]);
  in_child([&] {
    enforce("file_write: deny else errno EXDEV");
    EXPECT_ALLOWED(check_use(out.get(), "file_write"));
    EXPECT_EQ(write(out.get(), "y", 1), 1) << "as it says";
    EXPECT_REFUSED(EXDEV, check_use(file_.get(), "file_write"));
  });
}

TEST_F(CheckedUse, LeavesNoRecordAndKillsNobody) {
  const auto refusals = [] {
    const std::string stats = read_file("/sys/kernel/security/eventfilter/stats");
    return stats.substr(stats.find("refusals"));
  };
  const Ruleset ruleset("file_read: deny else kill\nfile_write: deny else errno EXDEV");
  const Records records(ruleset);
  in_child([&] {
    ruleset.enforce();
    EXPECT_REFUSED(EACCES, check_use(file_.get(), "file_read")) << "alive";
    EXPECT_REFUSED(EXDEV, check_use(file_.get(), "file_write"));
  });
  EXPECT_EQ(records.text(), "");
  const std::string before = refusals();
  attach(file_.get(), "file_read: deny else errno EXDEV");
  EXPECT_REFUSED(EXDEV, check_use(file_.get(), "file_read"));
  EXPECT_EQ(refusals(), before) << "nor is it counted";
}

}  // namespace
}  // namespace eventfilter::selftest
