// SPDX-License-Identifier: BSD-2-Clause
// file_receive: field by field, and every door by which a descriptor comes from somebody else.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>

#include "support/channel.h"
#include "support/event.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/tree.h"
#include "support/uring.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

// From a child of one's own, by pidfd_getfd(2): a descriptor, or -1 with errno
long take_back(int fd) {
  const pid_t child = fork();
  require_call(child, "fork");
  if (child == 0) {
    pause();
    _exit(0);
  }
  const Fd handle(static_cast<int>(require_call(syscall(SYS_pidfd_open, child, 0), "pidfd_open")));
  const long taken = syscall(SYS_pidfd_getfd, handle.get(), fd, 0);
  const int error = errno;
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  if (taken >= 0) {
    close(static_cast<int>(taken));
  }
  errno = error;
  return taken;
}

struct Message {
  char byte = 0;
  iovec part{&byte, 1};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  msghdr header{};

  Message() {
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    header.msg_control = control;
    header.msg_controllen = sizeof(control);
  }
  [[nodiscard]] int descriptor() const {
    const cmsghdr* const found = CMSG_FIRSTHDR(&header);
    int received = -1;
    if (found != nullptr && found->cmsg_type == SCM_RIGHTS) {
      std::memcpy(&received, CMSG_DATA(found), sizeof(received));
    }
    return received;
  }
};

class FileReceive : public testing::TestWithParam<Fs> {
 protected:
  [[nodiscard]] Raised taking(int flags = O_RDONLY, Subject subject = Subject::kUser) const {
    return {subject, "file_receive",
            [this, flags] {
              const Fd file(open(file_.c_str(), flags));
              return take_back(file.get());
            },
            &space_};
  }

  const Tree tree_{GetParam()};
  const std::string file_ = tree_.make_file("d/file");
  const std::string other_ = tree_.make_file("d/other");
  const LabelSpace space_{"a_t b_t"};
};

TEST_P(FileReceive, AllowedAndRefused) {
  space_.label_file(other_, "a_t");
  in_child([&] {
    const Fd file(open(file_.c_str(), O_RDONLY));
    const Fd other(open(other_.c_str(), O_RDONLY));
    enforce(space_, "file_receive: label & a_t");
    EXPECT_REFUSED(EACCES, take_back(file.get()));
    EXPECT_ALLOWED(take_back(other.get()));
  });
}

TEST_P(FileReceive, Label) {
  space_.label_file(file_, "a_t");
  expect_label(taking(), "label", "a_t", "b_t");
}

TEST_P(FileReceive, AccessIsThatOfTheDescription) {
  expect_number(taking(O_RDONLY), "access", EVF_ACCESS_READ, 0);
  expect_number(taking(O_RDWR), "access", EVF_ACCESS_READ | EVF_ACCESS_WRITE, 4);
  expect_number(taking(O_WRONLY | O_APPEND), "access", EVF_ACCESS_WRITE | EVF_ACCESS_APPEND, 2);
  expect_number(taking(O_PATH), "access", 0, 4);
}

TEST_P(FileReceive, Type) { expect_number(taking(), "type", S_IFREG, S_IFDIR); }

TEST_P(FileReceive, OwnerAndName) {
  require_call(chown(file_.c_str(), 4711, 4711), "chown");
  expect_number(taking(), "owner", 4711, 1000);
  expect_string(taking(), "name", "file");
}

TEST_P(FileReceive, Uid) {
  expect_number(taking(), "uid", 1000, 0);
  expect_number(taking(O_RDONLY, Subject::kRoot), "uid", 0, 1000);
}

TEST_P(FileReceive, ByMessages) {
  // The message comes, without the descriptor: so recvmsg(2) says it, with MSG_CTRUNC
  in_child([&] {
    Channel channel;
    const Fd file(open(file_.c_str(), O_RDONLY));
    enforce("file_receive: type != " + std::to_string(S_IFREG));
    const auto receive = [&](const auto& call, int sent) {
      channel.parent().send_fd(sent);
      Message message;
      EXPECT_EQ(call(&message.header), 1);
      EXPECT_EQ((message.header.msg_flags & MSG_CTRUNC) != 0, message.descriptor() < 0);
      return Fd(message.descriptor()).is_open();
    };
    const auto by_recvmsg = [&](msghdr* header) {
      return recvmsg(channel.child().fd(), header, 0);
    };
    const auto by_recvmmsg = [&](msghdr* header) {
      mmsghdr several{*header, 0};
      EXPECT_EQ(recvmmsg(channel.child().fd(), &several, 1, 0, nullptr), 1);
      *header = several.msg_hdr;
      return several.msg_len;
    };
    const auto by_ring = [&](msghdr* header) {
      io_uring_sqe request{};
      request.opcode = IORING_OP_RECVMSG;
      request.fd = channel.child().fd();
      request.addr = reinterpret_cast<uintptr_t>(header);
      request.len = 1;
      return Ring().do_request(request);
    };
    EXPECT_FALSE(receive(by_recvmsg, file.get()));
    EXPECT_FALSE(receive(by_recvmmsg, file.get()));
    EXPECT_FALSE(receive(by_ring, file.get()));
    EXPECT_TRUE(receive(by_recvmsg, channel.parent().fd()));
    EXPECT_TRUE(receive(by_recvmmsg, channel.parent().fd()));
    EXPECT_TRUE(receive(by_ring, channel.parent().fd()));
  });
}

TEST_P(FileReceive, FromSomebodyWhoIsNotConfined) {
  const Fd file(open(file_.c_str(), O_RDWR));
  Channel channel;
  Child confined([&] {
    enforce("file_receive: access == 4");
    Message message;
    EXPECT_EQ(recvmsg(channel.child().fd(), &message.header, 0), 1);
    EXPECT_EQ(message.descriptor(), -1);
  });
  channel.parent().send_fd(file.get());
  confined.wait();
}

TEST_P(FileReceive, SendingIsNotReceiving) {
  in_child([&] {
    Channel channel;
    const Fd file(open(file_.c_str(), O_RDONLY));
    enforce("file_receive: deny");
    channel.parent().send_fd(file.get());
  });
}

INSTANTIATE_TEST_SUITE_P(On, FileReceive, testing::ValuesIn(kEveryFs),
                         [](const auto& of) { return fs_name(of.param); });

// Between rings there is no hook: documented. What was passed is judged when it's used.
TEST(FileReceiveElsewhere, Fact22ARingsMessagePassesWhatItHolds) {
  const Tree tree;
  const std::string path = tree.make_file("file");
  in_child([&] {
    const Fd file(open(path.c_str(), O_RDONLY));
    enforce("file_receive: deny else errno EXDEV\nfile_read: deny else errno EDOM");
    Ring from;
    Ring to;
    int number = file.get();
    int none = -1;
    require_call(uring_register(from.fd(), IORING_REGISTER_FILES, &number, 1), "a fixed file");
    require_call(uring_register(to.fd(), IORING_REGISTER_FILES, &none, 1), "an empty table");
    io_uring_sqe request{};
    request.opcode = IORING_OP_MSG_RING;
    request.fd = to.fd();
    request.addr = IORING_MSG_SEND_FD;
    request.addr3 = 0;
    request.file_index = 1;
    EXPECT_ALLOWED(from.do_request(request));
    char byte = 0;
    io_uring_sqe reading{};
    reading.opcode = IORING_OP_READ;
    reading.flags = IOSQE_FIXED_FILE;
    reading.addr = reinterpret_cast<uintptr_t>(&byte);
    reading.len = 1;
    EXPECT_ALLOWED(to.do_request(reading)) << "that answer is the message's";
    EXPECT_REFUSED(EDOM, to.do_request(reading));
    for (const Ring* ring : {&from, &to}) {
      EXPECT_ALLOWED(uring_register(ring->fd(), IORING_UNREGISTER_FILES, nullptr, 0));
    }
  });
}

}  // namespace
}  // namespace eventfilter::selftest
