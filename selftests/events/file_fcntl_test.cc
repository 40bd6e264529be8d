// SPDX-License-Identifier: BSD-2-Clause
// file_fcntl: field by field, and every door.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "support/calls.h"
#include "support/channel.h"
#include "support/event.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/tree.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

constexpr long kIa32Fcntl = 55;
constexpr long kIa32Fcntl64 = 221;
constexpr long kX32Fcntl = 72;

class FileFcntl : public testing::TestWithParam<Fs> {
 protected:
  [[nodiscard]] Raised get_flags(Subject subject = Subject::kUser) const {
    return {subject, "file_fcntl",
            [this] {
              const Fd file(open(file_.c_str(), O_RDONLY));
              return fcntl(file.get(), F_GETFL);
            },
            &space_};
  }

  const Tree tree_{GetParam()};
  const std::string file_ = tree_.make_file("d/file");
  const LabelSpace space_{"a_t b_t"};
};

TEST_P(FileFcntl, AllowedAndRefused) {
  in_child([&] {
    const Fd file(open(file_.c_str(), O_RDWR | O_APPEND));
    enforce("file_fcntl: cmd != " + std::to_string(F_SETFL));
    EXPECT_REFUSED(EACCES, fcntl(file.get(), F_SETFL, 0));
    EXPECT_EQ(fcntl(file.get(), F_GETFL) & O_APPEND, O_APPEND) << "and it still appends";
  });
}

TEST_P(FileFcntl, Label) {
  space_.label_file(file_, "a_t");
  expect_label(get_flags(), "label", "a_t", "b_t");
}

TEST_P(FileFcntl, Command) { expect_number(get_flags(), "cmd", F_GETFL, F_SETFL); }

TEST_P(FileFcntl, CommandsHave32Bits) {
  const Raised dirty_one{Subject::kUser, "file_fcntl", [this] {
                           const Fd file(open(file_.c_str(), O_RDONLY));
                           return raw_syscall(SYS_fcntl, static_cast<uint64_t>(file.get()),
                                              dirty(F_GETFL));
                         }};
  expect_number(dirty_one, "cmd", F_GETFL, F_SETFL);
}

TEST_P(FileFcntl, Type) { expect_number(get_flags(), "type", S_IFREG, S_IFDIR); }

TEST_P(FileFcntl, Uid) {
  expect_number(get_flags(), "uid", 1000, 0);
  expect_number(get_flags(Subject::kRoot), "uid", 0, 1000);
}

TEST_P(FileFcntl, EveryDoor) {
  in_child([&] {
    const Fd file(open(file_.c_str(), O_RDWR));
    const Fd copy(dup(file.get()));
    const auto number = static_cast<uint32_t>(file.get());
    enforce("file_fcntl: cmd == " + std::to_string(F_GETFD) + " else errno EXDEV");
    for (const int command : {F_GETFL, F_DUPFD, F_DUPFD_CLOEXEC, F_GETOWN, F_GET_SEALS, F_GETLK,
                              F_SETLK, F_GETLEASE, F_NOTIFY, F_GETSIG, F_GET_RW_HINT}) {
      struct flock whole {};
      whole.l_type = F_RDLCK;
      EXPECT_REFUSED(EXDEV, fcntl(file.get(), command, &whole)) << command;
    }
    EXPECT_REFUSED(EXDEV, fcntl(copy.get(), F_GETFL));
    EXPECT_REFUSED(EXDEV, ia32_syscall(kIa32Fcntl, number, F_GETFL));
    EXPECT_REFUSED(EXDEV, ia32_syscall(kIa32Fcntl64, number, F_GETFL));
    EXPECT_REFUSED(EXDEV, x32_syscall(kX32Fcntl, number, F_GETFL));
    EXPECT_ALLOWED(fcntl(file.get(), F_GETFD));
    EXPECT_ALLOWED(ia32_syscall(kIa32Fcntl, number, F_GETFD));
    EXPECT_ALLOWED(ia32_syscall(kIa32Fcntl64, number, F_GETFD));
    EXPECT_ALLOWED(x32_syscall(kX32Fcntl, number, F_GETFD));
  });
}

TEST_P(FileFcntl, DuplicatingByDupIsNone) {
  // It gives nothing that wasn't there: documented
  in_child([&] {
    const Fd file(open(file_.c_str(), O_RDONLY));
    enforce("file_fcntl: deny");
    EXPECT_ALLOWED(Fd(dup(file.get())).get());
    EXPECT_ALLOWED(Fd(dup3(file.get(), 99, O_CLOEXEC)).get());
  });
}

TEST_P(FileFcntl, OPathDescriptorsToo) {
  in_child([&] {
    const Fd path(open(file_.c_str(), O_PATH));
    enforce("file_fcntl: deny else errno EXDEV");
    EXPECT_REFUSED(EXDEV, fcntl(path.get(), F_DUPFD, 0));
    EXPECT_REFUSED(EBADF, fcntl(path.get(), F_SETFL, 0)) << "not for this descriptor anyhow";
  });
}

INSTANTIATE_TEST_SUITE_P(On, FileFcntl, testing::ValuesIn(kEveryFs),
                         [](const auto& of) { return fs_name(of.param); });

TEST(FileFcntlElsewhere, DeviceOfTheFileSystem) {
  const Tree tree(Fs::kExt4);
  const std::string path = tree.make_file("file");
  struct stat status {};
  require_call(stat(path.c_str(), &status), "stat");
  const Raised get_flags{Subject::kUser, "file_fcntl", [&] {
                           const Fd file(open(path.c_str(), O_RDONLY));
                           return fcntl(file.get(), F_GETFL);
                         }};
  expect_number(get_flags, "dev", device_number(status.st_dev), 1);
}

TEST(FileFcntlElsewhere, PipesAndSockets) {
  in_child([] {
    int ends[2];
    require_call(pipe(ends), "pipe");
    Channel channel;
    enforce("file_fcntl: type == " + std::to_string(S_IFIFO) + " else errno EXDEV");
    EXPECT_ALLOWED(fcntl(ends[0], F_SETPIPE_SZ, 4096));
    EXPECT_REFUSED(EXDEV, fcntl(channel.parent().fd(), F_SETOWN, getpid()));
  });
}

}  // namespace
}  // namespace eventfilter::selftest
