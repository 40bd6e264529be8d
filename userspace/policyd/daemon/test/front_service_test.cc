// SPDX-License-Identifier: BSD-2-Clause
#include "daemon/front_service.h"

#include <atomic>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "daemon/test/fake_labeld.h"

namespace eventfilter::daemon {
namespace {

ipc::PolicyView policy() {
  ipc::PolicyView view;
  ipc::ViewDomain domain;
  domain.name = "a_t";
  domain.fixed = {"b"};
  domain.vectors = {{"disk", "x_t", {1, 0, 0}}};
  view.domains = {domain};
  view.classes = {{"disk", {"read"}}};
  view.booleans = {{"b", false}};
  return view;
}

// A front end and a labeld's stand-in, each in a thread; the latter comes and goes.
class FrontServiceTest : public ::testing::Test {
 protected:
  FrontServiceTest() {
    service::Loop* const loop = &loop_;
    front_ = std::thread([this, loop] {
      FrontService service(*loop, labeld_path());
      service.start();
      auto listener = ipc::listen_at(path(), 0600);
      if (!listener || !service.listen(std::move(listener).value())) return;
      while (!stop_) loop->step(std::chrono::milliseconds(5));
    });
  }
  ~FrontServiceTest() override {
    stop_labeld();
    stop_ = true;
    front_.join();
    unlink(path().c_str());
  }

  static std::string path() { return testing::TempDir() + "front." + std::to_string(getpid()); }
  static std::string labeld_path() { return path() + ".labeld"; }

  void start_labeld() {
    stop_labeld_ = false;
    labeld_ = std::thread([this] {
      service::Loop loop;
      FakeLabeld fake(loop, policy());
      if (!fake.listen(labeld_path())) return;
      while (!stop_labeld_) loop.step(std::chrono::milliseconds(5));
    });
  }
  void stop_labeld() {
    stop_labeld_ = true;
    if (labeld_.joinable()) labeld_.join();
    unlink(labeld_path().c_str());
  }

  template <typename Q>
  static ipc::Message ask(const base::Fd& socket, const Q& question) {
    EXPECT_TRUE(ipc::send_message(socket.get(), ipc::pack(3, question)));
    auto answer = ipc::receive_message(socket.get(), ipc::kMaxDescriptors);
    EXPECT_TRUE(answer);
    return answer ? std::move(answer).value() : ipc::Message{};
  }
  template <typename T>
  static T content(const ipc::Message& message) {
    const auto frame = ipc::parse_frame(message.bytes);
    EXPECT_EQ(std::get<ipc::Frame>(frame).type, T::kType);
    return ipc::decode<T>(std::get<ipc::Frame>(frame).content).value_or(T{});
  }
  static base::Fd connect() {
    for (;;) {
      if (auto socket = ipc::connect_to(path())) return std::move(socket).value();
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }
  void wait_for_policy(const base::Fd& socket) const {
    while (content<ipc::State>(ask(socket, ipc::Status{})).policy == 0)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }

 private:
  service::Loop loop_;
  std::atomic<bool> stop_ = false;
  std::atomic<bool> stop_labeld_ = false;
  std::thread front_;
  std::thread labeld_;
};

TEST_F(FrontServiceTest, WithoutLabeldItSaysSo) {
  const base::Fd socket = connect();
  EXPECT_EQ(content<ipc::Refusal>(ask(socket, ipc::Enter{"a_t"})).sentence,
            "policyd can't answer now, ask again: labeld isn't running");
  EXPECT_FALSE(content<ipc::State>(ask(socket, ipc::Status{})).labeld);
}

TEST_F(FrontServiceTest, ServesWhatLabeldHandsOver) {
  start_labeld();
  const base::Fd socket = connect();
  wait_for_policy(socket);
  const ipc::Message entered = ask(socket, ipc::Enter{"a_t"});
  EXPECT_EQ(entered.descriptors.size(), 1U);
  EXPECT_EQ(content<ipc::Entered>(entered).fixed, std::vector<std::string>{"b"});
  EXPECT_EQ(content<ipc::Vectors>(ask(socket, ipc::Check{{{"a_t", "x_t", "disk"}}})).vectors,
            (std::vector<ipc::Vector>{{1, 0, 0}}));
  EXPECT_EQ(content<ipc::Refusal>(ask(socket, ipc::Enter{"b_t"})).sentence, "the policy has no domain \"b_t\"");
  EXPECT_EQ(ask(socket, ipc::GetPage{}).descriptors.size(), 1U);
}

TEST_F(FrontServiceTest, GoesOnWhenLabeldIsGoneAndFindsItAgain) {
  start_labeld();
  const base::Fd socket = connect();
  wait_for_policy(socket);
  ask(socket, ipc::Enter{"a_t"});
  stop_labeld();
  while (content<ipc::State>(ask(socket, ipc::Status{})).labeld)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  EXPECT_EQ(ask(socket, ipc::Enter{"a_t"}).descriptors.size(), 1U) << "what is held is handed out";
  start_labeld();
  while (!content<ipc::State>(ask(socket, ipc::Status{})).labeld)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  EXPECT_EQ(ask(socket, ipc::Enter{"a_t"}).descriptors.size(), 1U);
}

TEST_F(FrontServiceTest, ManyThreadsAskWhileLabeldComesAndGoes) {
  start_labeld();
  wait_for_policy(connect());
  std::atomic<bool> stop = false;
  std::atomic<int> right = 0;
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      const base::Fd socket = connect();
      while (!stop) {
        const bool vectors = content<ipc::Vectors>(ask(socket, ipc::Check{{{"a_t", "x_t", "disk"}}})).vectors ==
                             std::vector<ipc::Vector>{{1, 0, 0}};
        const ipc::Message entered = ask(socket, ipc::Enter{"a_t"});
        const bool known = entered.descriptors.size() == 1 ||
                           content<ipc::Refusal>(entered).is(ipc::Code::Unavailable);
        ++(vectors && known ? right : wrong);
      }
    });
  }
  for (int i = 0; i < 5; ++i) {
    stop_labeld();
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    start_labeld();
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  stop = true;
  for (std::thread& one : threads) one.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_GT(right, 0);
}

}  // namespace
}  // namespace eventfilter::daemon
