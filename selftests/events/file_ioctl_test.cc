// SPDX-License-Identifier: BSD-2-Clause
// file_ioctl: field by field, and every door to a file's and a device's commands.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/fs.h>
#include <linux/random.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <termios.h>
#include <unistd.h>

#include "support/calls.h"
#include "support/channel.h"
#include "support/event.h"
#include "support/program.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/tree.h"
#include "support/uring.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

long ioctl_of(const std::string& path, unsigned long command) {
  const Fd file(open(path.c_str(), O_RDONLY));
  require(file.is_open(), "open");
  int value = 0;
  return ioctl(file.get(), command, &value);
}

class FileIoctl : public testing::TestWithParam<Fs> {
 protected:
  [[nodiscard]] Raised close_on_exec(Subject subject = Subject::kUser) const {
    return {subject, "file_ioctl", [this] { return ioctl_of(file_, FIOCLEX); }, &space_};
  }

  const Tree tree_{GetParam()};
  const std::string file_ = tree_.make_file("d/file");
  const LabelSpace space_{"a_t b_t"};
};

TEST_P(FileIoctl, AllowedAndRefused) {
  in_child([&] {
    enforce("file_ioctl: cmd == " + std::to_string(FIONREAD));
    EXPECT_REFUSED(EACCES, ioctl_of(file_, FIOCLEX));
    EXPECT_ALLOWED(ioctl_of(file_, FIONREAD));
  });
}

TEST_P(FileIoctl, Label) {
  space_.label_file(file_, "a_t");
  expect_label(close_on_exec(), "label", "a_t", "b_t");
}

TEST_P(FileIoctl, LabelsChangeUnderAnOpenDescriptor) {
  const Fd file(open(file_.c_str(), O_RDONLY));
  Channel channel;
  Child confined([&] {
    int value = 0;
    enforce(space_, "file_ioctl: label & a_t else errno EXDEV");
    EXPECT_REFUSED(EXDEV, ioctl(file.get(), FIOCLEX, &value));
    channel.child().send(1);
    EXPECT_EQ(channel.child().receive(), 2);
    EXPECT_ALLOWED(ioctl(file.get(), FIOCLEX, &value));
  });
  EXPECT_EQ(channel.parent().receive(), 1);
  space_.label_file(file_, "a_t");
  channel.parent().send(2);
  confined.wait();
}

TEST_P(FileIoctl, Command) {
  expect_number(close_on_exec(), "cmd", FIOCLEX, FIONREAD);
  EXPECT_TRUE(holds(close_on_exec(), "cmd in { 0x5451..0x5452, 0x1260 }"));
}

TEST_P(FileIoctl, CommandsHave32Bits) {
  const Raised dirty_one{Subject::kUser, "file_ioctl", [this] {
                           const Fd file(open(file_.c_str(), O_RDONLY));
                           int value = 0;
                           return raw_syscall(SYS_ioctl, static_cast<uint64_t>(file.get()),
                                              dirty(FIOCLEX), reinterpret_cast<uintptr_t>(&value));
                         }};
  expect_number(dirty_one, "cmd", FIOCLEX, FIONREAD);
}

TEST_P(FileIoctl, TypeAndDevice) {
  expect_number(close_on_exec(), "type", S_IFREG, S_IFCHR);
  expect_number(close_on_exec(), "rdev", 0, 1);
  const Raised directory{Subject::kUser, "file_ioctl",
                         [this] { return ioctl_of(tree_.path("d"), FIOCLEX); }};
  expect_number(directory, "type", S_IFDIR, S_IFREG);
}

TEST_P(FileIoctl, Uid) {
  expect_number(close_on_exec(), "uid", 1000, 0);
  expect_number(close_on_exec(Subject::kRoot), "uid", 0, 1000);
}

TEST_P(FileIoctl, EveryDoor) {
  in_child([&] {
    int value = 0;
    const Fd file(open(file_.c_str(), O_RDWR));
    const Fd copy(dup(file.get()));
    enforce("file_ioctl: cmd != " + std::to_string(FIOCLEX) + " else errno EXDEV");
    EXPECT_REFUSED(EXDEV, ioctl(file.get(), FIOCLEX, &value));
    EXPECT_REFUSED(EXDEV, ioctl(copy.get(), FIOCLEX, &value));
    EXPECT_REFUSED(EXDEV, ioctl_of("/proc/self/fd/" + std::to_string(file.get()), FIOCLEX));
    EXPECT_ALLOWED(ioctl(file.get(), FIONREAD, &value));
  });
}

TEST_P(FileIoctl, ChangingTheFlagsOfAFileIsACommand) {
  // chattr(1): there is no other hook for it
  if (GetParam() != Fs::kExt4) {
    return;
  }
  in_child([&] {
    enforce("file_ioctl: cmd != " + std::to_string(FS_IOC_SETFLAGS));
    EXPECT_TRUE(run({"lsattr", file_}).succeeded());
    EXPECT_TRUE(run({"chattr", "+d", file_}).says("Permission denied"));
  });
  in_child([&] { EXPECT_TRUE(run({"chattr", "+d", file_}).succeeded()); });
}

INSTANTIATE_TEST_SUITE_P(On, FileIoctl, testing::ValuesIn(kEveryFs),
                         [](const auto& of) { return fs_name(of.param); });

TEST(FileIoctlOfDevices, DeviceAndItsFileSystem) {
  struct stat random {};
  require_call(stat("/dev/urandom", &random), "stat");
  const Raised entropy{Subject::kUser, "file_ioctl",
                       [] { return ioctl_of("/dev/urandom", RNDGETENTCNT); }};
  expect_number(entropy, "type", S_IFCHR, S_IFREG);
  expect_number(entropy, "rdev", device_number(makedev(1, 9)), device_number(makedev(1, 8)));
  expect_number(entropy, "dev", device_number(random.st_dev), 0);
  expect_number(entropy, "cmd", RNDGETENTCNT, 0);
}

TEST(FileIoctlOfDevices, Terminals) {
  in_child(Subject::kRoot, [] {
    const Fd master(posix_openpt(O_RDWR | O_NOCTTY));
    require(master.is_open(), "a pseudo terminal");
    termios settings{};
    enforce("file_ioctl: cmd != " + std::to_string(TIOCSTI) +
            " && cmd != " + std::to_string(TIOCLINUX) + " else errno EXDEV");
    EXPECT_ALLOWED(tcgetattr(master.get(), &settings));
    char byte = 'x';
    EXPECT_REFUSED(EXDEV, ioctl(master.get(), TIOCSTI, &byte));
  });
}

TEST(FileIoctlOfDevices, SocketsAndPipesToo) {
  in_child([] {
    Channel channel;
    int ends[2];
    require_call(pipe(ends), "pipe");
    int value = 0;
    enforce("file_ioctl: type != " + std::to_string(S_IFSOCK) + " else errno EXDEV");
    EXPECT_REFUSED(EXDEV, ioctl(channel.parent().fd(), FIONREAD, &value));
    EXPECT_ALLOWED(ioctl(ends[0], FIONREAD, &value));
  });
}

// The file systems of pipes and sockets have no place that carries a label
TEST(FileIoctlOfDevices, APipeHasNoLabelOfAFile) {
  const LabelSpace space("a_t");
  in_child([&] {
    int ends[2];
    require_call(pipe(ends), "pipe");
    int value = 0;
    enforce(space, "file_ioctl: label & a_t else errno EXDEV");
    EXPECT_REFUSED(EXDEV, ioctl(ends[0], FIONREAD, &value));
  });
}

constexpr long kIa32Ioctl = 54;
constexpr long kX32Ioctl = 514;

TEST(FileIoctlOfDevices, Fact22TheOtherCallTablesAreDoorsToo) {
  const Tree tree;
  const std::string path = tree.make_file("file");
  in_child([&] {
    const Fd file(open(path.c_str(), O_RDONLY));
    const auto number = static_cast<uint32_t>(file.get());
    enforce("file_ioctl: cmd != " + std::to_string(FIOCLEX) + " else errno EXDEV");
    EXPECT_REFUSED(EXDEV, ia32_syscall(kIa32Ioctl, number, FIOCLEX, 0));
    EXPECT_REFUSED(EXDEV, x32_syscall(kX32Ioctl, number, FIOCLEX, 0));
    EXPECT_REFUSED(EFAULT, ia32_syscall(kIa32Ioctl, number, FIONREAD, 0)) << "let through";
    EXPECT_REFUSED(EFAULT, x32_syscall(kX32Ioctl, number, FIONREAD, 0)) << "let through";
  });
}

io_uring_sqe command_request(int fd, unsigned command) {
  io_uring_sqe request{};
  request.opcode = IORING_OP_URING_CMD;
  request.fd = fd;
  request.cmd_op = command;
  return request;
}

TEST(FileIoctlOfDevices, Fact22CommandsOfARingAreIoctls) {
  const Raised by_ring{Subject::kUser, "file_ioctl", [] {
                         const Fd null(open("/dev/null", O_RDWR));
                         return Ring().do_request(command_request(null.get(), 4711));
                       }};
  expect_number(by_ring, "cmd", 4711, 0);
  expect_number(by_ring, "rdev", device_number(makedev(1, 3)), 0);
  in_child([] {
    const Fd null(open("/dev/null", O_RDWR));
    enforce("file_ioctl: cmd != 4711 else errno EXDEV");
    Ring ring;
    io_uring_sqe request = command_request(null.get(), 4711);
    EXPECT_REFUSED(EXDEV, ring.do_request(request));
    request.flags = IOSQE_ASYNC;
    EXPECT_REFUSED(EXDEV, ring.do_request(request)) << "by its workers";
    EXPECT_ALLOWED(ring.do_request(command_request(null.get(), 4712)));
  });
}

}  // namespace
}  // namespace eventfilter::selftest
