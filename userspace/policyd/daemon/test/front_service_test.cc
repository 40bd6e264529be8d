// SPDX-License-Identifier: BSD-2-Clause
#include "daemon/front_service.h"

#include <atomic>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <sys/stat.h>
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
  view.handles.emplace_back().name = "disk_h";
  view.handles[0].fixed = {"b"};
  return view;
}

// A front end and a labeld's stand-in, each in a thread; the latter comes and goes.
class FrontServiceTest : public ::testing::Test {
 protected:
  FrontServiceTest() { start_front(); }
  ~FrontServiceTest() override {
    stop_labeld();
    stop_front();
  }

  static std::string path() { return testing::TempDir() + "front." + std::to_string(getpid()); }
  static std::string labeld_path() { return path() + ".labeld"; }

  void start_front() {
    stop_ = false;
    front_ = std::thread([this] {
      service::Loop loop;
      FrontService service(loop, labeld_path());
      service.start();
      auto listener = ipc::listen_at(path(), 0600);
      if (!listener || !service.listen(std::move(listener).value())) return;
      while (!stop_) loop.step(std::chrono::milliseconds(5));
    });
  }
  void stop_front() {
    stop_ = true;
    front_.join();
    unlink(path().c_str());
  }
  // The number of its policy is 1 whatever that is, as of one that was started without what it had before.
  void start_labeld(const ipc::PolicyView& view = policy()) {
    stop_labeld_ = false;
    labeld_ = std::thread([this, view] {
      service::Loop loop;
      FakeLabeld fake(loop, view);
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
  EXPECT_EQ(content<ipc::State>(ask(socket, ipc::Status{})).handles, std::vector<std::string>{"disk_h"});
}

TEST_F(FrontServiceTest, HandlesAreHandedOutByTheirNames) {
  const base::Fd socket = connect();
  EXPECT_EQ(content<ipc::Refusal>(ask(socket, ipc::Handle{"disk_h"})).sentence,
            "policyd can't answer now, ask again: labeld isn't running");
  start_labeld();
  wait_for_policy(socket);
  const ipc::Message handed = ask(socket, ipc::Handle{"disk_h"});
  EXPECT_EQ(handed.descriptors.size(), 1U);
  EXPECT_EQ(content<ipc::Entered>(handed).fixed, std::vector<std::string>{"b"});
  for (const char* const name : {"none_h", "a_t", ""}) {
    EXPECT_EQ(content<ipc::Refusal>(ask(socket, ipc::Handle{name})).sentence,
              "the policy has no handle \"" + std::string(name) + '"');
  }
  EXPECT_EQ(content<ipc::Refusal>(ask(socket, ipc::Enter{"disk_h"})).sentence, "the policy has no domain \"disk_h\"");
  // A domain and a handle may have the same name, and are kept apart also where rulesets are held
  stop_labeld();
  EXPECT_EQ(ask(socket, ipc::Handle{"disk_h"}).descriptors.size(), 1U) << "what is held is handed out";
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

constexpr const char* kStale = "the numbers aren't of policy 1, which is in force: ask for numbers again";

// Other domains in other places: what was a_t's row is b_t's.
ipc::PolicyView other_policy() {
  ipc::PolicyView view = policy();
  view.domains[0].vectors[0].vector = {7, 0, 0};
  view.domains.insert(view.domains.begin(), policy().domains[0]);
  view.domains[0].name = "b_t";
  return view;
}

TEST_F(FrontServiceTest, WithoutLabeldThereAreNoNumbers) {
  const base::Fd socket = connect();
  EXPECT_EQ(content<ipc::Refusal>(ask(socket, ipc::GetNumbers{{{"a_t", "x_t", "disk"}}})).sentence,
            "policyd can't answer now, ask again: labeld isn't running");
  EXPECT_EQ(content<ipc::Refusal>(ask(socket, ipc::CheckNumbers{1, {{1, 1}}})).sentence,
            "policyd can't answer now, ask again: labeld isn't running");
}

TEST_F(FrontServiceTest, NumbersTakeThePlaceOfTexts) {
  start_labeld();
  const base::Fd socket = connect();
  wait_for_policy(socket);
  const auto given = content<ipc::Numbers>(ask(socket, ipc::GetNumbers{{{"a_t", "x_t", "disk"}, {"a_t", "", "disk"}}}));
  ASSERT_EQ(given.numbers.size(), 2U);
  const auto answer = content<ipc::Vectors>(ask(socket, ipc::CheckNumbers{given.edition, given.numbers}));
  EXPECT_EQ(answer.vectors, (std::vector<ipc::Vector>{{1, 0, 0}, {0, 0, 0}}));
  EXPECT_EQ(answer.policy, 1U);
  // They are the policy's, and not the connection's
  EXPECT_EQ(content<ipc::Vectors>(ask(connect(), ipc::CheckNumbers{given.edition, given.numbers})).vectors,
            answer.vectors);
  EXPECT_EQ(content<ipc::Refusal>(ask(socket, ipc::GetNumbers{{{"b_t", "", "disk"}}})).sentence,
            "the policy has no domain \"b_t\"");
  EXPECT_EQ(content<ipc::Refusal>(ask(socket, ipc::CheckNumbers{given.edition, {given.numbers[0], {2, 0}}})).sentence,
            "question 2 has a number that was never given");
}

TEST_F(FrontServiceTest, NumbersBelowAtAndAboveTheLimit) {
  start_labeld();
  const base::Fd socket = connect();
  wait_for_policy(socket);
  const ipc::Question question{"a_t", "x_t", "disk"};
  const auto given = content<ipc::Numbers>(ask(socket, ipc::GetNumbers{{question}}));
  for (const std::size_t count : {255U, 256U}) {
    EXPECT_EQ(content<ipc::Numbers>(ask(socket, ipc::GetNumbers{std::vector(count, question)})).numbers.size(), count);
    const ipc::CheckNumbers asked{given.edition, std::vector(count, given.numbers[0])};
    EXPECT_EQ(content<ipc::Vectors>(ask(socket, asked)).vectors, std::vector(count, ipc::Vector{1, 0, 0}));
  }
  const ipc::CheckNumbers asked{given.edition, std::vector(257, given.numbers[0])};
  EXPECT_EQ(content<ipc::Refusal>(ask(socket, asked)).sentence, "too many questions");
  EXPECT_EQ(content<ipc::Refusal>(ask(socket, ipc::GetNumbers{std::vector(257, question)})).sentence,
            "too many questions");
}

TEST_F(FrontServiceTest, EditionsThatWereNotGivenAreRefused) {
  start_labeld();
  const base::Fd socket = connect();
  wait_for_policy(socket);
  const auto given = content<ipc::Numbers>(ask(socket, ipc::GetNumbers{{{"a_t", "x_t", "disk"}}}));
  for (const std::uint64_t forged : {std::uint64_t{0}, std::uint64_t{1}, given.edition - 1, given.edition + 1}) {
    EXPECT_EQ(content<ipc::Refusal>(ask(socket, ipc::CheckNumbers{forged, given.numbers})).sentence, kStale);
    EXPECT_EQ(content<ipc::Refusal>(ask(socket, ipc::CheckNumbers{forged, {}})).sentence, kStale);
  }
}

// A labeld that lost all begins with 1 again, and the front end that lives on has another policy 1 then
TEST_F(FrontServiceTest, NumbersOfAPolicyWithTheSameNumberAreStale) {
  start_labeld();
  const base::Fd socket = connect();
  wait_for_policy(socket);
  const auto given = content<ipc::Numbers>(ask(socket, ipc::GetNumbers{{{"a_t", "x_t", "disk"}}}));
  stop_labeld();
  EXPECT_EQ(content<ipc::Vectors>(ask(socket, ipc::CheckNumbers{given.edition, given.numbers})).vectors,
            (std::vector<ipc::Vector>{{1, 0, 0}})) << "nothing else is in force yet";
  start_labeld(other_policy());
  while (content<ipc::State>(ask(socket, ipc::Status{})).domains.size() != 2)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  const auto refused = content<ipc::Refusal>(ask(socket, ipc::CheckNumbers{given.edition, given.numbers}));
  EXPECT_EQ(refused.sentence, kStale);
  EXPECT_TRUE(refused.is(ipc::Code::Stale));
  const auto again = content<ipc::Numbers>(ask(socket, ipc::GetNumbers{{{"a_t", "x_t", "disk"}}}));
  EXPECT_NE(again.numbers, given.numbers);
  EXPECT_EQ(content<ipc::Vectors>(ask(socket, ipc::CheckNumbers{again.edition, again.numbers})).vectors,
            (std::vector<ipc::Vector>{{7, 0, 0}}));
}

TEST_F(FrontServiceTest, NumbersOfAnotherFrontEndAreStale) {
  start_labeld();
  base::Fd socket = connect();
  wait_for_policy(socket);
  const auto given = content<ipc::Numbers>(ask(socket, ipc::GetNumbers{{{"a_t", "x_t", "disk"}}}));
  stop_front();
  start_front();
  socket = connect();
  wait_for_policy(socket);
  EXPECT_EQ(content<ipc::Refusal>(ask(socket, ipc::CheckNumbers{given.edition, given.numbers})).sentence, kStale);
}

TEST_F(FrontServiceTest, NumbersThatAreNoListAreRefused) {
  start_labeld();
  const base::Fd socket = connect();
  wait_for_policy(socket);
  const std::string good = ipc::encode(ipc::CheckNumbers{1, {{1, 1}, {1, 0}}});
  for (const std::string& bad : {good.substr(0, good.size() - 1), good.substr(0, 11), good + "x", std::string()}) {
    ASSERT_TRUE(ipc::send_message(socket.get(), ipc::make_frame(ipc::CheckNumbers::kType, 3, bad)));
    const auto answer = ipc::receive_message(socket.get(), 0);
    ASSERT_TRUE(answer);
    EXPECT_EQ(content<ipc::Refusal>(answer.value()).sentence, "the content of a message of type 11 is malformed");
  }
}

TEST_F(FrontServiceTest, SubscriptionsOfOneUserBelowAtAndAboveTheLimit) {
  const auto subscribe = [](const base::Fd& socket) { return ask(socket, ipc::Subscribe{}); };
  std::vector<base::Fd> rooms;
  for (int i = 0; geteuid() == 0 && i < 20; ++i) {
    rooms.push_back(connect());
    content<ipc::Done>(subscribe(rooms.back()));
  }
  if (geteuid() == 0) {
    ASSERT_EQ(chmod(path().c_str(), 0666), 0);
    ASSERT_EQ(seteuid(65'534), 0);
  }
  std::vector<base::Fd> sockets;
  for (std::size_t i = 0; i < kMaxSubscriptions; ++i) {
    sockets.push_back(connect());
    content<ipc::Done>(subscribe(sockets.back()));
  }
  content<ipc::Done>(subscribe(sockets.back()));  // a second time is no other
  const base::Fd above = connect();
  EXPECT_EQ(content<ipc::Refusal>(subscribe(above)).sentence, "too many subscriptions of one user");
  EXPECT_EQ(content<ipc::State>(ask(above, ipc::Status{})).policy, 0U) << "it's served otherwise";
  sockets.pop_back();
  while (std::get<ipc::Frame>(ipc::parse_frame(subscribe(above).bytes)).type != ipc::Done::kType)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  if (getuid() == 0) {
    ASSERT_EQ(seteuid(0), 0);
  }
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
        const auto given = content<ipc::Numbers>(ask(socket, ipc::GetNumbers{{{"a_t", "x_t", "disk"}}}));
        const ipc::Message numbered = ask(socket, ipc::CheckNumbers{given.edition, given.numbers});
        const auto type = std::get<ipc::Frame>(ipc::parse_frame(numbered.bytes)).type;
        const bool counted = type == ipc::Refusal::kType
                                 ? content<ipc::Refusal>(numbered).is(ipc::Code::Stale)
                                 : content<ipc::Vectors>(numbered).vectors == std::vector<ipc::Vector>{{1, 0, 0}};
        const ipc::Message entered = ask(socket, ipc::Enter{"a_t"});
        const bool known = entered.descriptors.size() == 1 ||
                           content<ipc::Refusal>(entered).is(ipc::Code::Unavailable);
        ++(vectors && counted && known ? right : wrong);
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
