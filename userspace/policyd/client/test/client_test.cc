// SPDX-License-Identifier: BSD-2-Clause
#include "client/client.h"

#include <atomic>
#include <thread>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ipc/socket.h"

namespace eventfilter::client {
namespace {

using std::chrono::milliseconds;

class ClientTest : public ::testing::Test {
 protected:
  ~ClientTest() override { unlink(path_.c_str()); }

  base::Fd listen() const {
    auto listener = ipc::listen_at(path_, 0600);
    EXPECT_TRUE(listener);
    // accept(2) is to wait
    return std::move(listener).value();
  }
  // The next connection; the listener doesn't wait.
  static base::Fd accept_one(const base::Fd& listener) {
    for (;;) {
      base::Fd socket(accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (socket) return socket;
      std::this_thread::sleep_for(milliseconds(1));
    }
  }
  template <typename T>
  static void answer_one(const base::Fd& socket, const T& message) {
    const auto asked = ipc::receive_message(socket.get(), 1);
    ASSERT_TRUE(asked);
    const auto parsed = ipc::parse_frame(asked.value().bytes);
    (void)ipc::send_message(socket.get(), ipc::pack(std::get<ipc::Frame>(parsed).id, message)).ok();
  }

  std::string path_ = testing::TempDir() + "client_test." + std::to_string(getpid());
};

TEST_F(ClientTest, WithoutADaemonItSaysSo) {
  Client client(path_, milliseconds(0));
  const auto asked = client.ask<ipc::State>(ipc::Status{});
  EXPECT_EQ(std::get<base::Error>(asked).message, path_ + ": No such file or directory");
  {
    const base::Fd listener = listen();
  }
  EXPECT_EQ(std::get<base::Error>(client.ask<ipc::State>(ipc::Status{})).message,
            path_ + ": Connection refused");
}

TEST_F(ClientTest, RefusalsComeAsTheyAre) {
  const base::Fd listener = listen();
  std::thread daemon([&] { answer_one(accept_one(listener), ipc::refuse(ipc::Code::NoSuchDomain, "x_t")); });
  Client client(path_);
  EXPECT_EQ(std::get<ipc::Refusal>(client.ask<ipc::Entered>(ipc::Enter{"x_t"})).sentence,
            "the policy has no domain \"x_t\"");
  daemon.join();
}

TEST_F(ClientTest, ARestartedDaemonIsAskedAgain) {
  const base::Fd listener = listen();
  std::thread daemon([&] {
    // One that dies with the question, one that dies at once, one that isn't ready, one that answers
    (void)ipc::receive_message(accept_one(listener).get(), 1).ok();
    accept_one(listener);
    const base::Fd socket = accept_one(listener);
    answer_one(socket, ipc::refuse(ipc::Code::Unavailable, "labeld isn't running"));
    answer_one(socket, ipc::Text{"at last"});
  });
  Client client(path_);
  const auto asked = client.ask<ipc::Text>(ipc::Explain{"a_t", "x"});
  ASSERT_TRUE(std::holds_alternative<Answer<ipc::Text>>(asked));
  EXPECT_EQ(std::get<Answer<ipc::Text>>(asked).message.text, "at last");
  daemon.join();
}

TEST_F(ClientTest, PatienceEnds) {
  const base::Fd listener = listen();
  std::atomic<bool> stop = false;
  std::thread daemon([&] {
    const base::Fd socket = accept_one(listener);
    while (!stop) {
      const auto asked = ipc::receive_message(socket.get(), 1);
      if (!asked || asked.value().bytes.empty()) return;
      const auto id = std::get<ipc::Frame>(ipc::parse_frame(asked.value().bytes)).id;
      (void)ipc::send_message(socket.get(), ipc::pack(id, ipc::refuse(ipc::Code::Unavailable, "x"))).ok();
    }
  });
  {
    Client client(path_, milliseconds(50));
    EXPECT_EQ(std::get<ipc::Refusal>(client.ask<ipc::Text>(ipc::Explain{})).sentence,
              "policyd can't answer now, ask again: x");
  }
  stop = true;
  daemon.join();
}

TEST_F(ClientTest, SomethingElseBehindTheSocket) {
  const base::Fd listener = listen();
  std::thread daemon([&] {
    const base::Fd socket = accept_one(listener);
    (void)ipc::send_message(socket.get(), "220 mail ESMTP").ok();
    const base::Fd second = accept_one(listener);
    answer_one(second, ipc::Done{});
  });
  Client client(path_);
  for (int i = 0; i < 2; ++i) {
    const auto asked = client.ask<ipc::Text>(ipc::Explain{});
    EXPECT_EQ(std::get<base::Error>(asked).message, "what answered doesn't speak policyd's protocol");
  }
  daemon.join();
}

TEST_F(ClientTest, WhatComesBeforeAnAnswerIsKept) {
  const base::Fd listener = listen();
  std::thread daemon([&] {
    const base::Fd socket = accept_one(listener);
    (void)ipc::send_message(socket.get(), ipc::pack(0, ipc::Denied{"a_t", "one", 0})).ok();
    answer_one(socket, ipc::Done{});
    (void)ipc::send_message(socket.get(), ipc::pack(0, ipc::Denied{"a_t", "two", 3})).ok();
  });
  Client client(path_);
  ASSERT_TRUE(std::holds_alternative<Answer<ipc::Done>>(client.ask<ipc::Done>(ipc::Subscribe{})));
  EXPECT_EQ(client.next_denied().value().record, "one");
  EXPECT_EQ(client.next_denied().value().lost, 3U);
  daemon.join();
  EXPECT_FALSE(client.next_denied());
}

}  // namespace
}  // namespace eventfilter::client
