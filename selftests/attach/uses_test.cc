// SPDX-License-Identifier: BSD-2-Clause
// What is attached to a description judges each use of it, by every door, of whoever isn't confined.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cstring>

#include "support/attach.h"
#include "support/channel.h"
#include "support/child.h"
#include "support/label_space.h"
#include "support/program.h"
#include "support/records.h"
#include "support/require.h"
#include "support/tree.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

class AttachedUse : public testing::Test {
 protected:
  [[nodiscard]] Fd open_again(int flags = O_RDWR) const {
    return Fd(require_fd(open(path_.c_str(), flags | O_CLOEXEC), "open"));
  }

  const Tree tree_;
  const std::string path_ = tree_.make_file("file", std::string(8192, 'x'));
  const Fd file_ = open_again();
  char buffer_[64] = {};
};

long map(int fd, int prot, int flags = MAP_SHARED) {
  void* mapping = mmap(nullptr, 4096, prot, flags, fd, 0);
  return mapping == MAP_FAILED ? -1 : munmap(mapping, 4096);
}

TEST_F(AttachedUse, Read) {
  attach(file_.get(), "file_read: deny else errno EXDEV");
  iovec part{buffer_, sizeof(buffer_)};
  const Fd other(open(tree_.make_file("other").c_str(), O_RDWR | O_CLOEXEC));
  const Fd sink = Fd(memfd_create("sink", MFD_CLOEXEC));
  int ends[2];
  require_call(pipe2(ends, O_CLOEXEC), "pipe");
  const Fd in(ends[0]), out(ends[1]);
  EXPECT_REFUSED(EXDEV, read(file_.get(), buffer_, 1));
  EXPECT_REFUSED(EXDEV, pread(file_.get(), buffer_, 1, 0));
  EXPECT_REFUSED(EXDEV, readv(file_.get(), &part, 1));
  EXPECT_REFUSED(EXDEV, preadv2(file_.get(), &part, 1, 0, 0));
  EXPECT_REFUSED(EXDEV, sendfile(sink.get(), file_.get(), nullptr, 10));
  EXPECT_REFUSED(EXDEV, splice(file_.get(), nullptr, out.get(), nullptr, 10, 0));
  EXPECT_REFUSED(EXDEV, copy_file_range(file_.get(), nullptr, other.get(), nullptr, 10, 0));
  EXPECT_EQ(write(file_.get(), "y", 1), 1);
  EXPECT_EQ(read(open_again().get(), buffer_, 1), 1) << "of another description";
}

TEST_F(AttachedUse, Write) {
  attach(file_.get(), "file_write: deny else errno EXDEV");
  iovec part{buffer_, sizeof(buffer_)};
  const Fd other(open(tree_.make_file("other").c_str(), O_RDWR | O_CLOEXEC));
  const Fd source = open_again();
  EXPECT_REFUSED(EXDEV, write(file_.get(), "y", 1));
  EXPECT_REFUSED(EXDEV, pwrite(file_.get(), "y", 1, 0));
  EXPECT_REFUSED(EXDEV, writev(file_.get(), &part, 1));
  EXPECT_REFUSED(EXDEV, sendfile(file_.get(), source.get(), nullptr, 10));
  EXPECT_REFUSED(EXDEV, copy_file_range(other.get(), nullptr, file_.get(), nullptr, 10, 0));
  EXPECT_REFUSED(EXDEV, fallocate(file_.get(), 0, 0, 100));
  EXPECT_EQ(read(file_.get(), buffer_, 1), 1);
}

TEST_F(AttachedUse, Truncate) {
  attach(file_.get(), "file_truncate: deny else errno EXDEV");
  EXPECT_REFUSED(EXDEV, ftruncate(file_.get(), 10));
  EXPECT_ALLOWED(ftruncate(open_again().get(), 100)) << "of another description";
  EXPECT_ALLOWED(truncate(path_.c_str(), 50)) << "of none";
  EXPECT_TRUE(open_again(O_RDWR | O_TRUNC).is_open());
}

TEST_F(AttachedUse, TruncateOnOverlayfs) {
  const Tree tree(Fs::kOverlay);
  const Fd file(open(tree.make_file("file").c_str(), O_RDWR | O_CLOEXEC));
  attach(file.get(), "file_truncate: deny else errno EXDEV\nfile_write: deny else errno EDOM");
  EXPECT_REFUSED(EXDEV, ftruncate(file.get(), 1));
  EXPECT_REFUSED(EDOM, write(file.get(), "y", 1));
  EXPECT_EQ(read(file.get(), buffer_, 1), 1);
}

TEST_F(AttachedUse, Map) {
  attach(file_.get(), "file_map: !(prot & 2) else errno EXDEV");
  EXPECT_REFUSED(EXDEV, map(file_.get(), PROT_READ | PROT_WRITE));
  EXPECT_REFUSED(EXDEV, map(file_.get(), PROT_WRITE, MAP_PRIVATE));
  EXPECT_ALLOWED(map(file_.get(), PROT_READ));
  void* mapping = mmap(nullptr, 4096, PROT_READ, MAP_SHARED, file_.get(), 0);
  ASSERT_NE(mapping, MAP_FAILED);
  EXPECT_REFUSED(EXDEV, mprotect(mapping, 4096, PROT_READ | PROT_WRITE));
  EXPECT_ALLOWED(mprotect(mapping, 4096, PROT_NONE));
  munmap(mapping, 4096);
  EXPECT_ALLOWED(map(open_again().get(), PROT_READ | PROT_WRITE));
}

TEST_F(AttachedUse, AMappingKeepsTheDescriptionAndItsFilters) {
  void* mapping = mmap(nullptr, 4096, PROT_READ, MAP_SHARED, file_.get(), 0);
  ASSERT_NE(mapping, MAP_FAILED);
  {
    const Fd copy(dup(file_.get()));
    attach(copy.get(), "file_map: !(prot & 2) else errno EXDEV");
  }
  EXPECT_REFUSED(EXDEV, mprotect(mapping, 4096, PROT_READ | PROT_WRITE)) << "made before";
  munmap(mapping, 4096);
}

TEST_F(AttachedUse, Ioctl) {
  attach(file_.get(), "file_ioctl: cmd == 0x541B else errno EXDEV");  // FIONREAD
  int count = 0;
  EXPECT_REFUSED(EXDEV, ioctl(file_.get(), FIONBIO, &count));
  EXPECT_REFUSED(EXDEV, ioctl(file_.get(), FIOCLEX));
  EXPECT_ALLOWED(ioctl(file_.get(), FIONREAD, &count));
  EXPECT_ALLOWED(ioctl(open_again().get(), FIONBIO, &count));
}

TEST_F(AttachedUse, Fcntl) {
  attach(file_.get(), "file_fcntl: cmd != 4 else errno EXDEV");  // F_SETFL
  EXPECT_REFUSED(EXDEV, fcntl(file_.get(), F_SETFL, O_APPEND));
  EXPECT_ALLOWED(fcntl(file_.get(), F_GETFL));
}

TEST_F(AttachedUse, Lock) {
  attach(file_.get(), "file_lock: cmd == 0 else errno EXDEV");  // F_RDLCK
  struct flock lock {};
  lock.l_type = F_WRLCK;
  EXPECT_REFUSED(EXDEV, fcntl(file_.get(), F_SETLK, &lock));
  EXPECT_REFUSED(EXDEV, fcntl(file_.get(), F_OFD_SETLK, &lock));
  EXPECT_REFUSED(EXDEV, flock(file_.get(), LOCK_EX | LOCK_NB));
  EXPECT_ALLOWED(flock(file_.get(), LOCK_SH | LOCK_NB));
}

TEST_F(AttachedUse, Receive) {
  attach(file_.get(), "file_receive: deny else errno EXDEV");
  const Fd free = open_again();
  const auto receives = [](int fd) {
    const Channel channel;
    channel.parent().send_fd(fd);
    char byte = 0;
    iovec part{&byte, 1};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof(control);
    require_call(recvmsg(channel.child().fd(), &message, 0), "recvmsg");
    const cmsghdr* header = CMSG_FIRSTHDR(&message);
    int received = -1;
    if (header != nullptr && header->cmsg_len == CMSG_LEN(sizeof(int))) {
      std::memcpy(&received, CMSG_DATA(header), sizeof(received));
    }
    return Fd(received).is_open();
  };
  EXPECT_FALSE(receives(file_.get()));
  EXPECT_TRUE(receives(free.get()));
  const Fd self(static_cast<int>(syscall(SYS_pidfd_open, getpid(), 0)));
  EXPECT_REFUSED(EXDEV, syscall(SYS_pidfd_getfd, self.get(), file_.get(), 0));
  const Fd taken(static_cast<int>(syscall(SYS_pidfd_getfd, self.get(), free.get(), 0)));
  EXPECT_TRUE(taken.is_open());
}

TEST_F(AttachedUse, OfSocketsAndDevicesAndMemory) {
  int pair[2];
  require_call(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), "socketpair");
  const Fd one(pair[0]), two(pair[1]);
  attach(one.get(), "file_write: deny else errno EXDEV");
  EXPECT_REFUSED(EXDEV, write(one.get(), "y", 1));
  EXPECT_EQ(write(two.get(), "y", 1), 1);
  EXPECT_EQ(read(one.get(), buffer_, 1), 1);
  const Fd zero(open("/dev/zero", O_RDWR | O_CLOEXEC));
  attach(zero.get(), "file_read: deny else errno EXDEV");
  EXPECT_REFUSED(EXDEV, read(zero.get(), buffer_, 1));
  const Fd memory(memfd_create("memory", MFD_CLOEXEC));
  attach(memory.get(), "file_write: deny else errno EXDEV");
  EXPECT_REFUSED(EXDEV, write(memory.get(), "y", 1));
  EXPECT_ALLOWED(ftruncate(memory.get(), 10));
}

TEST_F(AttachedUse, EachRulesetNarrowsFurther) {
  attach(file_.get(), "file_ioctl: cmd == 0x541B || cmd == 0x5421 else errno EXDEV");
  int count = 0;
  EXPECT_ALLOWED(ioctl(file_.get(), FIONREAD, &count));
  EXPECT_ALLOWED(ioctl(file_.get(), FIONBIO, &count));
  attach(file_.get(), "file_ioctl: cmd == 0x541B else errno EDOM");
  EXPECT_REFUSED(EDOM, ioctl(file_.get(), FIONBIO, &count));
  EXPECT_REFUSED(EXDEV, ioctl(file_.get(), FIOCLEX)) << "the oldest decides the errno";
  EXPECT_ALLOWED(ioctl(file_.get(), FIONREAD, &count));
  attach(file_.get(), "file_ioctl: allow");
  EXPECT_REFUSED(EDOM, ioctl(file_.get(), FIONBIO, &count)) << "nothing widens";
}

TEST_F(AttachedUse, LayersAndAttachedRulesetsBothCount) {
  attach(file_.get(), "file_read: deny else errno EXDEV");
  in_child([&] {
    enforce("file_write: deny else errno EDOM");
    EXPECT_REFUSED(EXDEV, read(file_.get(), buffer_, 1));
    EXPECT_REFUSED(EDOM, write(file_.get(), "y", 1));
  });
  EXPECT_EQ(write(file_.get(), "y", 1), 1);
}

TEST_F(AttachedUse, FieldsAndLabels) {
  const LabelSpace space("a_t");
  space.label_file(path_, "a_t");
  const Ruleset ruleset(space, "file_read: label & a_t && access & 2 && uid == 0 else errno EXDEV");
  ASSERT_ALLOWED(try_attach(file_.get(), ruleset));
  EXPECT_EQ(read(file_.get(), buffer_, 1), 1);
  in_child([&] { EXPECT_REFUSED(EXDEV, read(file_.get(), buffer_, 1)) << "another uid"; });
  space.unlabel(path_);
  EXPECT_REFUSED(EXDEV, read(file_.get(), buffer_, 1)) << "relabelled while open";
}

TEST_F(AttachedUse, LogsAndRecords) {
  const Ruleset ruleset("file_write: deny else log\nfile_read: deny else errno EXDEV");
  const Records records(ruleset);
  ASSERT_ALLOWED(try_attach(file_.get(), ruleset));
  EXPECT_EQ(write(file_.get(), "y", 1), 1);
  EXPECT_REFUSED(EXDEV, read(file_.get(), buffer_, 1));
  const std::vector<Denied> taken = records.take();
  ASSERT_EQ(taken.size(), 2U);
  EXPECT_EQ(taken[0].at("event"), "file_write");
  EXPECT_EQ(taken[0].at("action"), "log");
  EXPECT_EQ(taken[1].at("event"), "file_read");
  EXPECT_EQ(taken[1].at("pid"), std::to_string(getpid())) << "who isn't confined at all";
  EXPECT_NE(read_file("/sys/kernel/security/eventfilter/domains").find(" attached\n"),
            std::string::npos);
}

TEST_F(AttachedUse, OfAPermissiveRulesetNothingIsRefused) {
  const Ruleset ruleset = Ruleset::permissive();
  require_call(ruleset.write("use: deny\n"), "write");
  const Records records(ruleset);
  ASSERT_ALLOWED(try_attach(file_.get(), ruleset));
  EXPECT_EQ(read(file_.get(), buffer_, 1), 1);
  EXPECT_EQ(read(file_.get(), buffer_, 1), 1);
  EXPECT_EQ(records.take().size(), 1U);
}

}  // namespace
}  // namespace eventfilter::selftest
