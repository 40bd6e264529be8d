// SPDX-License-Identifier: BSD-2-Clause
#include "ipc/socket.h"

#include <array>
#include <cerrno>
#include <filesystem>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ipc/frame.h"

namespace eventfilter::ipc {
namespace {

struct Pair {
  Pair() {
    std::array<int, 2> ends;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) == 0) {
      a.reset(ends[0]);
      b.reset(ends[1]);
    }
  }
  base::Fd a;
  base::Fd b;
};

std::size_t open_descriptors() {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& one : std::filesystem::directory_iterator("/proc/self/fd")) ++count;
  return count;
}

TEST(Socket, CarriesBytesAndDescriptors) {
  Pair pair;
  const base::Fd null(open("/dev/null", O_RDONLY | O_CLOEXEC));
  ASSERT_TRUE(send_message(pair.a.get(), "hello", {null.get(), null.get()}));
  const auto message = receive_message(pair.b.get(), 2);
  ASSERT_TRUE(message);
  EXPECT_EQ(message.value().bytes, "hello");
  ASSERT_EQ(message.value().descriptors.size(), 2U);
  EXPECT_EQ(fcntl(message.value().descriptors[0].get(), F_GETFD), FD_CLOEXEC);
}

TEST(Socket, AClosedEndIsAnEmptyMessage) {
  Pair pair;
  pair.a.reset();
  EXPECT_EQ(receive_message(pair.b.get(), 0).value().bytes, "");
  EXPECT_EQ(send_message(pair.b.get(), "x").error().code, EPIPE);
}

TEST(Socket, SurplusDescriptorsAreClosedAndTheMessageRefused) {
  Pair pair;
  const base::Fd null(open("/dev/null", O_RDONLY | O_CLOEXEC));
  const std::size_t before = open_descriptors();
  for (const std::size_t taken : {0, 1, 2, 3}) {
    ASSERT_TRUE(send_message(pair.a.get(), "hello", std::vector<int>(taken + 1, null.get())));
    const auto message = receive_message(pair.b.get(), taken);
    ASSERT_FALSE(message) << taken;
    EXPECT_EQ(message.error().code, EMSGSIZE);
    EXPECT_EQ(message.error().message, "receiving a message: Message too long");
    EXPECT_EQ(open_descriptors(), before);
  }
}

TEST(Socket, ManyDescriptorsForWhoTakesOne) {
  Pair pair;
  const base::Fd null(open("/dev/null", O_RDONLY | O_CLOEXEC));
  const std::size_t before = open_descriptors();
  ASSERT_TRUE(send_message(pair.a.get(), "x", std::vector<int>(kMaxDescriptors, null.get())));
  EXPECT_EQ(receive_message(pair.b.get(), 1).error().code, EMSGSIZE);
  EXPECT_EQ(open_descriptors(), before);
  EXPECT_EQ(send_message(pair.a.get(), "x", std::vector<int>(kMaxDescriptors + 1, null.get()))
                .error().code, EMSGSIZE);
  ASSERT_TRUE(send_message(pair.a.get(), "x", std::vector<int>(kMaxDescriptors, null.get())));
  EXPECT_EQ(receive_message(pair.b.get(), kMaxDescriptors).value().descriptors.size(), kMaxDescriptors);
}

TEST(Socket, BytesBelowAtAndAboveTheLimit) {
  Pair pair;
  for (const std::size_t size : {kMaxFrame - 1, kMaxFrame}) {
    ASSERT_TRUE(send_message(pair.a.get(), std::string(size, 'x')));
    EXPECT_EQ(receive_message(pair.b.get(), 0).value().bytes.size(), size);
  }
  for (const std::size_t size : {kMaxFrame + 1, kMaxFrame + 2}) {
    ASSERT_TRUE(send_message(pair.a.get(), std::string(size, 'x')));
    EXPECT_EQ(receive_message(pair.b.get(), 0).error().code, EMSGSIZE);
  }
}

TEST(Socket, OneThatDoesNotReadIsSeenToBeSlow) {
  Pair pair;
  fcntl(pair.a.get(), F_SETFL, O_NONBLOCK);
  base::Result<void> sent;
  for (int i = 0; sent && i < 10000; ++i) sent = send_message(pair.a.get(), std::string(1000, 'x'));
  EXPECT_EQ(sent.error().code, EAGAIN);
}

TEST(Socket, KnowsWhoIsAtTheOtherEnd) {
  const std::string path = testing::TempDir() + "ipc_socket";
  const auto listener = listen_at(path, 0600);
  ASSERT_TRUE(listener);
  struct stat status = {};
  ASSERT_EQ(stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0600U);
  const auto client = connect_to(path);
  ASSERT_TRUE(client);
  const base::Fd accepted(accept4(listener.value().get(), nullptr, nullptr, SOCK_CLOEXEC));
  const auto peer = peer_of(accepted.get());
  ASSERT_TRUE(peer);
  EXPECT_EQ(peer.value().uid, geteuid());
  EXPECT_EQ(peer.value().pid, getpid());
  EXPECT_TRUE(peer.value().pidfd);
  unlink(path.c_str());
  EXPECT_EQ(connect_to(path).error().message, path + ": No such file or directory");
}

TEST(Socket, APathThatIsTooLong) {
  const std::string path = "/" + std::string(107, 'x');
  EXPECT_EQ(connect_to(path).error().code, ENAMETOOLONG);
  EXPECT_EQ(listen_at(path, 0600).error().code, ENAMETOOLONG);
}

}  // namespace
}  // namespace eventfilter::ipc
