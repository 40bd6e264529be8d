// SPDX-License-Identifier: BSD-2-Clause
#include "service/server.h"

#include <atomic>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ipc/client_protocol.h"
#include "ipc/message.h"

namespace eventfilter::service {
namespace {

using std::chrono::milliseconds;

// A server that echoes the text of Explain requests, in a thread of its own.
class Echo {
 public:
  explicit Echo(Limits limits = {}, std::size_t descriptors = 1, bool admit = true, mode_t mode = 0600)
      : server_(loop_, limits) {
    auto listener = ipc::listen_at(path_, mode);
    EXPECT_TRUE(listener);
    const auto admission = [admit](const ipc::Peer&) { return admit; };
    EXPECT_TRUE(server_.listen(std::move(listener).value(), descriptors, admission,
                               [this](Request request) { handle(std::move(request)); }));
    thread_ = std::thread([this] {
      while (!stop_) loop_.step(milliseconds(10));
    });
  }
  ~Echo() {
    stop_ = true;
    thread_.join();
    unlink(path_.c_str());
  }

  base::Fd connect() const {
    auto socket = ipc::connect_to(path_);
    EXPECT_TRUE(socket) << socket.error().message;
    return std::move(socket).value();
  }

 private:
  void handle(Request request) {
    const auto asked = ipc::unpack<ipc::Explain>(request.frame);
    if (const auto* const refusal = std::get_if<ipc::Refusal>(&asked))
      return server_.answer(request.client, ipc::pack(request.frame.id, *refusal));
    std::string answer =
        ipc::pack(request.frame.id, ipc::Text{std::get<ipc::Explain>(asked).record});
    server_.answer(request.client, std::move(answer));
  }

  std::string path_ = testing::TempDir() + "server_test." + std::to_string(getpid());
  Loop loop_;
  Server server_;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

std::string explain(const std::string& text) { return ipc::pack(1, ipc::Explain{"", text}); }

// What comes next: a message, or "" when the connection is closed.
std::string next(const base::Fd& socket) {
  auto message = ipc::receive_message(socket.get(), 1);
  return message ? message.value().bytes : "";
}

std::string sentence(const std::string& bytes) {
  const auto frame = ipc::parse_frame(bytes);
  if (!std::holds_alternative<ipc::Frame>(frame)) return "no frame";
  const auto refusal = ipc::decode<ipc::Refusal>(std::get<ipc::Frame>(frame).content);
  return refusal ? refusal->sentence : "no refusal";
}

bool serves(const Echo& echo) {
  const base::Fd socket = echo.connect();
  return ipc::send_message(socket.get(), explain("hello")) &&
         next(socket) == ipc::pack(1, ipc::Text{"hello"});
}

std::size_t open_descriptors() {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& one : std::filesystem::directory_iterator("/proc/self/fd")) ++count;
  return count;
}

TEST(Server, AnswersInOrder) {
  const Echo echo;
  const base::Fd socket = echo.connect();
  for (const char* const text : {"a", "b", "c"}) ASSERT_TRUE(ipc::send_message(socket.get(), explain(text)));
  for (const char* const text : {"a", "b", "c"}) EXPECT_EQ(next(socket), ipc::pack(1, ipc::Text{text}));
}

TEST(Server, WhoIsNotAdmittedIsTold) {
  const Echo echo({}, 1, false);
  const base::Fd socket = echo.connect();
  EXPECT_EQ(sentence(next(socket)), "this socket isn't for you");
  EXPECT_EQ(next(socket), "");
}

TEST(Server, WhatIsNoMessageClosesTheConnection) {
  const Echo echo;
  for (const std::string& bytes : {std::string("x"), std::string(70'000, 'x'), std::string(16, '\0')}) {
    const base::Fd socket = echo.connect();
    ASSERT_TRUE(ipc::send_message(socket.get(), bytes));
    EXPECT_EQ(sentence(next(socket)), "this is no message of policyd's protocol");
    EXPECT_EQ(next(socket), "");
  }
  EXPECT_TRUE(serves(echo));
}

TEST(Server, MalformedContentIsRefusedAndTheConnectionStays) {
  const Echo echo;
  const base::Fd socket = echo.connect();
  ASSERT_TRUE(ipc::send_message(socket.get(), ipc::make_frame(ipc::Explain::kType, 1, "x")));
  EXPECT_EQ(sentence(next(socket)), "the content of a message of type 5 is malformed");
  ASSERT_TRUE(ipc::send_message(socket.get(), explain("a")));
  EXPECT_EQ(next(socket), ipc::pack(1, ipc::Text{"a"}));
}

TEST(Server, AFloodOfDescriptorsLeavesNoneBehind) {
  const Echo echo;
  ASSERT_TRUE(serves(echo));
  const base::Fd null(open("/dev/null", O_RDONLY | O_CLOEXEC));
  const std::size_t before = open_descriptors();
  for (const std::size_t count : {2, 3, 64}) {
    const base::Fd socket = echo.connect();
    ASSERT_TRUE(ipc::send_message(socket.get(), explain("x"), std::vector<int>(count, null.get())));
    EXPECT_EQ(sentence(next(socket)), "this is no message of policyd's protocol");
    EXPECT_EQ(next(socket), "");
  }
  for (int i = 0; i < 100; ++i) {  // one is taken, and closed by whoever doesn't want it
    const base::Fd socket = echo.connect();
    ASSERT_TRUE(ipc::send_message(socket.get(), explain("x"), {null.get()}));
    EXPECT_EQ(next(socket), ipc::pack(1, ipc::Text{"x"}));
  }
  EXPECT_TRUE(serves(echo));
  // The server closes the last connection, and its pidfd, in its own time
  for (int i = 0; i < 5000 && open_descriptors() > before; ++i) usleep(1000);
  EXPECT_LE(open_descriptors(), before);
}

TEST(Server, AHalfClosedClientGetsItsAnswers) {
  const Echo echo;
  const base::Fd socket = echo.connect();
  ASSERT_TRUE(ipc::send_message(socket.get(), explain("a")));
  ASSERT_TRUE(ipc::send_message(socket.get(), explain("b")));
  shutdown(socket.get(), SHUT_WR);
  EXPECT_EQ(next(socket), ipc::pack(1, ipc::Text{"a"}));
  EXPECT_EQ(next(socket), ipc::pack(1, ipc::Text{"b"}));
  EXPECT_EQ(next(socket), "");
}

TEST(Server, WhoDoesNotReadIsNotHeardAndThenCutOff) {
  Limits limits;
  limits.unread = milliseconds(50);
  const Echo echo(limits);
  const base::Fd slow = echo.connect();
  // Until the server has stopped listening: its answers, then the requests, fill what the kernel keeps
  const std::string request = explain(std::string(30'000, 'x'));
  fcntl(slow.get(), F_SETFL, O_NONBLOCK);
  base::Result<void> sent;
  for (int i = 0; i < 1000; ++i) {
    sent = ipc::send_message(slow.get(), request);
    if (!sent) {
      pollfd waiting = {slow.get(), POLLOUT, 0};
      if (poll(&waiting, 1, 2000) > 0 && (waiting.revents & POLLHUP) != 0) break;
    }
  }
  EXPECT_FALSE(sent);
  EXPECT_TRUE(serves(echo));
  fcntl(slow.get(), F_SETFL, 0);
  while (!next(slow).empty()) {
  }
  EXPECT_TRUE(serves(echo));
}

TEST(Server, ConnectionsBelowAtAndAboveTheLimit) {
  Limits limits;
  limits.clients = 3;
  limits.clients_of_user = 3;
  const Echo echo(limits);
  std::vector<base::Fd> sockets;
  for (int i = 0; i < 3; ++i) {
    sockets.push_back(echo.connect());
    ASSERT_TRUE(ipc::send_message(sockets.back().get(), explain("x")));
    EXPECT_EQ(next(sockets.back()), ipc::pack(1, ipc::Text{"x"}));
  }
  const base::Fd fourth = echo.connect();
  EXPECT_EQ(sentence(next(fourth)), "too many connections");
  EXPECT_EQ(next(fourth), "");
}

// What another user than root does, whoever runs this; root's connections count among all alone.
class AsUser {
 public:
  AsUser() : before_(geteuid()) {
    if (before_ == 0 && seteuid(65'534) != 0) throw std::runtime_error("becoming another user");
  }
  ~AsUser() {
    if (before_ == 0 && seteuid(0) != 0) abort();
  }
  AsUser(const AsUser&) = delete;
  AsUser& operator=(const AsUser&) = delete;

 private:
  uid_t before_;
};

TEST(Server, ConnectionsOfOneUserBelowAtAndAboveTheLimit) {
  Limits limits;
  limits.clients = 10;
  limits.clients_of_user = 3;
  const Echo echo(limits, 1, true, 0666);
  std::vector<base::Fd> sockets;
  const auto connect = [&] {
    sockets.push_back(echo.connect());
    ASSERT_TRUE(ipc::send_message(sockets.back().get(), explain("x")));
    EXPECT_EQ(next(sockets.back()), ipc::pack(1, ipc::Text{"x"}));
  };
  for (int i = 0; geteuid() == 0 && i < 4; ++i) connect();
  {
    const AsUser user;
    for (int i = 0; i < 3; ++i) connect();
    const base::Fd fourth = echo.connect();
    EXPECT_EQ(sentence(next(fourth)), "too many connections");
    EXPECT_EQ(next(fourth), "");
  }
  if (geteuid() == 0) {
    EXPECT_TRUE(serves(echo)) << "nobody else is kept out";
  }
  // Where one ends, there's room for another
  sockets.pop_back();
  const AsUser user;
  bool again = false;
  for (int i = 0; i < 5000 && !again; ++i, usleep(1000)) again = serves(echo);
  EXPECT_TRUE(again);
}

// How many messages nobody has asked for are taken for a client that reads none of them.
int taken(const Limits& limits, const std::string& message) {
  const std::string path = testing::TempDir() + "server_test.tell." + std::to_string(getpid());
  Loop loop;
  Server server(loop, limits);
  ClientId client = 0;
  auto listener = ipc::listen_at(path, 0600);
  EXPECT_TRUE(listener && server.listen(std::move(listener).value(), 0, [](const ipc::Peer&) { return true; },
                                        [&](const Request& request) { client = request.client; }));
  const auto socket = ipc::connect_to(path);
  unlink(path.c_str());
  EXPECT_TRUE(ipc::send_message(socket.value().get(), explain("who am I")));
  while (client == 0) loop.step(milliseconds(10));
  server.answer(client, explain("you"));
  int count = 0;
  while (server.tell(client, message)) ++count;
  EXPECT_FALSE(server.tell(client, message)) << "nor later";
  return count;
}

// The kernel keeps some, always as many; what waits here is counted.
TEST(Server, UnaskedMessagesBelowAtAndAboveTheLimits) {
  const std::string message(1000, 'x');
  const auto of = [&](std::size_t events, std::size_t bytes) {
    Limits limits;
    limits.events = events;
    limits.event_bytes = bytes;
    return taken(limits, message);
  };
  const int one = of(1, 1'000'000);
  EXPECT_EQ(of(2, 1'000'000), one + 1);
  EXPECT_EQ(of(256, 1'000'000), one + 255);
  EXPECT_EQ(of(256, 4999), one + 3);
  EXPECT_EQ(of(256, 5000), one + 4);
  EXPECT_EQ(of(256, 5001), one + 4);
  EXPECT_EQ(of(256, 10), one) << "one that is larger than all that may wait isn't lost for ever";
  EXPECT_EQ(taken({}, message), one + 64) << "65,536 bytes";
}

// 1,000 connections, of which 100 do what they can to be in the way.
TEST(Server, AThousandClientsOfWhichAHundredAreHostile) {
  const Echo echo;
  const base::Fd null(open("/dev/null", O_RDONLY | O_CLOEXEC));
  rlimit limit = {};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 4096);
  setrlimit(RLIMIT_NOFILE, &limit);
  ASSERT_GE(limit.rlim_cur, 2200U);
  std::vector<base::Fd> sockets;
  for (int i = 0; i < 1000; ++i) {
    sockets.push_back(echo.connect());
    const int socket = sockets.back().get();
    if (i % 10 != 0) continue;
    fcntl(socket, F_SETFL, O_NONBLOCK);
    switch (i / 10 % 4) {
      case 0: (void)ipc::send_message(socket, std::string(65'537, 'x')).ok(); break;
      case 1: (void)ipc::send_message(socket, explain("x"), std::vector<int>(64, null.get())).ok(); break;
      case 2: shutdown(socket, SHUT_RDWR); break;
      default:
        for (int k = 0; k < 100; ++k) (void)ipc::send_message(socket, explain(std::string(50'000, 'x'))).ok();
    }
  }
  for (std::size_t i = 0; i < sockets.size(); ++i) {
    if (i % 10 == 0) continue;
    const std::string text = std::to_string(i);
    ASSERT_TRUE(ipc::send_message(sockets[i].get(), explain(text)));
    ASSERT_EQ(next(sockets[i]), ipc::pack(1, ipc::Text{text}));
  }
}

}  // namespace
}  // namespace eventfilter::service
