// SPDX-License-Identifier: BSD-2-Clause
// file_lock: field by field, and every door to locks and leases.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/calls.h"
#include "support/event.h"
#include "support/program.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/tree.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

constexpr long kIa32Flock = 143;

long lock_range(int fd, int command, short type) {
  struct flock whole {};
  whole.l_type = type;
  return fcntl(fd, command, &whole);
}

class FileLock : public testing::TestWithParam<Fs> {
 protected:
  [[nodiscard]] Raised locking(int operation, Subject subject = Subject::kUser) const {
    return {subject, "file_lock",
            [this, operation] {
              const Fd file(open(file_.c_str(), O_RDWR));
              return flock(file.get(), operation);
            },
            &space_};
  }

  const Tree tree_{GetParam()};
  const std::string file_ = tree_.make_file("d/file");
  const LabelSpace space_{"a_t b_t"};
};

TEST_P(FileLock, AllowedAndRefused) {
  in_child([&] {
    const Fd file(open(file_.c_str(), O_RDWR));
    enforce("file_lock: cmd != " + std::to_string(F_WRLCK));
    EXPECT_REFUSED(EACCES, flock(file.get(), LOCK_EX));
    EXPECT_ALLOWED(flock(file.get(), LOCK_SH));
  });
}

TEST_P(FileLock, Label) {
  space_.label_file(file_, "a_t");
  expect_label(locking(LOCK_SH), "label", "a_t", "b_t");
}

TEST_P(FileLock, CommandIsTheKindOfLock) {
  expect_number(locking(LOCK_SH), "cmd", F_RDLCK, F_WRLCK);
  expect_number(locking(LOCK_EX | LOCK_NB), "cmd", F_WRLCK, F_RDLCK);
  expect_number(locking(LOCK_UN), "cmd", F_UNLCK, F_RDLCK);
}

TEST_P(FileLock, Type) { expect_number(locking(LOCK_SH), "type", S_IFREG, S_IFDIR); }

TEST_P(FileLock, OwnerAndName) {
  require_call(chown(file_.c_str(), 4711, 4711), "chown");
  require_call(chmod(file_.c_str(), 0666), "chmod");
  expect_number(locking(LOCK_SH), "owner", 4711, 1000);
  expect_string(locking(LOCK_SH), "name", "file");
}

TEST_P(FileLock, Uid) {
  expect_number(locking(LOCK_SH), "uid", 1000, 0);
  expect_number(locking(LOCK_SH, Subject::kRoot), "uid", 0, 1000);
}

TEST_P(FileLock, EveryDoor) {
  in_child([&] {
    const Fd file(open(file_.c_str(), O_RDWR));
    const Fd reading(open(file_.c_str(), O_RDONLY));
    const auto number = static_cast<uint32_t>(file.get());
    enforce("file_lock: cmd == " + std::to_string(F_UNLCK) + " else errno EXDEV");
    EXPECT_REFUSED(EXDEV, flock(file.get(), LOCK_SH));
    EXPECT_REFUSED(EXDEV, flock(file.get(), LOCK_EX | LOCK_NB));
    for (const int command : {F_SETLK, F_SETLKW, F_OFD_SETLK, F_OFD_SETLKW}) {
      EXPECT_REFUSED(EXDEV, lock_range(file.get(), command, F_WRLCK)) << command;
      EXPECT_REFUSED(EXDEV, lock_range(file.get(), command, F_RDLCK)) << command;
      EXPECT_ALLOWED(lock_range(file.get(), command, F_UNLCK)) << command;
    }
    EXPECT_REFUSED(EXDEV, lockf(file.get(), F_LOCK, 0));
    EXPECT_REFUSED(EXDEV, fcntl(file.get(), F_SETLEASE, F_WRLCK));
    EXPECT_REFUSED(EXDEV, fcntl(reading.get(), F_SETLEASE, F_RDLCK));
    EXPECT_REFUSED(EXDEV, ia32_syscall(kIa32Flock, number, LOCK_SH));
    EXPECT_ALLOWED(ia32_syscall(kIa32Flock, number, LOCK_UN));
    EXPECT_ALLOWED(lock_range(file.get(), F_GETLK, F_WRLCK)) << "asking takes none";
  });
}

TEST_P(FileLock, EveryDoorIsOne) {
  in_child([&] {
    const Fd file(open(file_.c_str(), O_RDWR));
    enforce("file_lock: cmd != " + std::to_string(F_UNLCK) + " else errno EXDEV");
    EXPECT_ALLOWED(flock(file.get(), LOCK_EX));
    for (const int command : {F_SETLK, F_SETLKW}) {
      EXPECT_ALLOWED(lock_range(file.get(), command, F_WRLCK)) << command;
    }
    EXPECT_ALLOWED(lockf(file.get(), F_LOCK, 0));
    EXPECT_REFUSED(EXDEV, flock(file.get(), LOCK_UN));
  });
}

TEST_P(FileLock, RealPrograms) {
  in_child([&] {
    enforce("file_lock: cmd == " + std::to_string(F_RDLCK));
    EXPECT_TRUE(run({"flock", "--shared", file_, "true"}).succeeded());
    EXPECT_TRUE(run({"flock", "--exclusive", file_, "true"}).says("Permission denied"));
  });
}

INSTANTIATE_TEST_SUITE_P(On, FileLock, testing::ValuesIn(kEveryFs),
                         [](const auto& of) { return fs_name(of.param); });

TEST(FileLockElsewhere, DeviceOfTheFileSystem) {
  const Tree tree(Fs::kExt4);
  const std::string path = tree.make_file("file");
  struct stat status {};
  require_call(stat(path.c_str(), &status), "stat");
  const Raised locking{Subject::kUser, "file_lock", [&] {
                         const Fd file(open(path.c_str(), O_RDONLY));
                         return flock(file.get(), LOCK_SH);
                       }};
  expect_number(locking, "dev", device_number(status.st_dev), 1);
}

}  // namespace
}  // namespace eventfilter::selftest
