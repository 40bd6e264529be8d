// SPDX-License-Identifier: BSD-2-Clause
#include "client/checker.h"

#include <atomic>
#include <functional>
#include <thread>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ipc/socket.h"

namespace eventfilter::client {
namespace {

using Pair = Checker::Pair;

// A daemon's place: numbers of an edition, which changes when a test says so. A row is 10 times that of the domain
// "d1", "d2"... plus the edition; a label is what its text has after "l", or 0. Vectors repeat what was asked.
class CheckerTest : public ::testing::Test {
 protected:
  CheckerTest() : listener_(std::move(ipc::listen_at(path(), 0600)).value()) {
    daemon_ = std::thread([this] { serve(); });
  }
  ~CheckerTest() override {
    stop_ = true;
    daemon_.join();
    unlink(path().c_str());
  }
  static std::string path() { return testing::TempDir() + "checker_test." + std::to_string(getpid()); }

  void serve() {
    while (!stop_) {
      const base::Fd socket(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
      while (socket && !stop_) {
        const auto got = ipc::receive_message(socket.get(), 0);
        if (got && got.value().bytes.empty()) break;
        if (!got) std::this_thread::sleep_for(std::chrono::milliseconds(1));
        else if (!answer(socket, std::get<ipc::Frame>(ipc::parse_frame(got.value().bytes)))) break;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }
  // False: the daemon dies with the question.
  bool answer(const base::Fd& socket, const ipc::Frame& frame) {
    const auto reply = [&](const auto& message) {
      (void)ipc::send_message(socket.get(), ipc::pack(frame.id, message)).ok();
      return true;
    };
    if (frame.type == ipc::GetNumbers::kType) {
      learned_.push_back(std::get<ipc::GetNumbers>(ipc::unpack<ipc::GetNumbers>(frame)).questions);
      ipc::Numbers numbers{edition_, {}};
      for (const ipc::Question& one : learned_.back()) {
        if (one.subject == "none_t") return reply(ipc::refuse(ipc::Code::NoSuchDomain, one.subject));
        const auto number = static_cast<std::uint32_t>(std::stoul(one.subject.substr(1)));
        const std::uint32_t label = one.object.empty() ? 0 : static_cast<std::uint32_t>(std::stoul(one.object.substr(1)));
        numbers.numbers.push_back({10 * number + static_cast<std::uint32_t>(edition_ % 10), label});
      }
      if (short_) numbers.numbers.pop_back();
      if (after_numbers_) after_numbers_();
      return reply(numbers);
    }
    ++checks_;
    if (dies_ > 0 && dies_-- > 0) return false;
    const auto asked = std::get<ipc::CheckNumbers>(ipc::unpack<ipc::CheckNumbers>(frame));
    if (asked.edition != edition_) return reply(ipc::refuse(ipc::Code::Stale, "1"));
    ipc::Vectors vectors{1, {}};
    for (const ipc::NumberedQuestion& one : asked.questions) vectors.vectors.push_back({one.row, one.label, 0});
    return reply(vectors);
  }

  static std::vector<ipc::Vector> vectors(const Asked<ipc::Vectors>& asked) {
    const auto* const answer = std::get_if<Answer<ipc::Vectors>>(&asked);
    EXPECT_NE(answer, nullptr);
    return answer == nullptr ? std::vector<ipc::Vector>() : answer->message.vectors;
  }

  base::Fd listener_;
  // The daemon's thread and the test take turns: each question has an answer before the next thing happens
  std::atomic<std::uint64_t> edition_ = 1;
  std::atomic<int> dies_ = 0;
  std::atomic<int> checks_ = 0;
  std::atomic<bool> short_ = false;
  std::function<void()> after_numbers_;
  std::vector<std::vector<ipc::Question>> learned_;
  Client client_{path()};
  Checker checker_{client_};

 private:
  std::atomic<bool> stop_ = false;
  std::thread daemon_;
};

TEST_F(CheckerTest, TextsAreSentOnce) {
  const Pair one{checker_.subject("d1", "disk"), checker_.label("l5")};
  const Pair two{checker_.subject("d2", "disk"), checker_.label("")};
  EXPECT_EQ(vectors(checker_.check({one, two})), (std::vector<ipc::Vector>{{11, 5, 0}, {21, 0, 0}}));
  EXPECT_EQ(vectors(checker_.check({two, two})), (std::vector<ipc::Vector>{{21, 0, 0}, {21, 0, 0}}));
  // Put together otherwise, they are known as well
  EXPECT_EQ(vectors(checker_.check({{two.subject, one.label}})), (std::vector<ipc::Vector>{{21, 5, 0}}));
  ASSERT_EQ(learned_.size(), 1U);
  const Pair three{checker_.subject("d3", "disk"), checker_.label("l5")};
  EXPECT_EQ(three.label, one.label);
  EXPECT_EQ(vectors(checker_.check({one, three})), (std::vector<ipc::Vector>{{11, 5, 0}, {31, 5, 0}}));
  ASSERT_EQ(learned_.size(), 2U);
  EXPECT_EQ(learned_[1], (std::vector<ipc::Question>{{"d3", "l5", "disk"}}));
}

TEST_F(CheckerTest, WithAnotherPolicyItAsksForNumbersAgain) {
  const Pair one{checker_.subject("d1", "disk"), checker_.label("l5")};
  const Pair two{checker_.subject("d2", "disk"), checker_.label("l6")};
  vectors(checker_.check({one}));
  edition_ = 2;
  EXPECT_EQ(vectors(checker_.check({one})), (std::vector<ipc::Vector>{{12, 5, 0}}));
  edition_ = 3;
  // It hears of it by the numbers of what is new
  EXPECT_EQ(vectors(checker_.check({one, two})), (std::vector<ipc::Vector>{{13, 5, 0}, {23, 6, 0}}));
  EXPECT_EQ(checks_, 4);
}

TEST_F(CheckerTest, AChangeBetweenNumbersAndTheirUseIsFollowedABoundedNumberOfTimes) {
  const Pair one{checker_.subject("d1", "disk"), checker_.label("l5")};
  after_numbers_ = [this] { if (edition_ < 3) ++edition_; };
  EXPECT_EQ(vectors(checker_.check({one})), (std::vector<ipc::Vector>{{13, 5, 0}}));
  after_numbers_ = [this] { ++edition_; };
  ++edition_;
  checks_ = 0;
  const auto asked = checker_.check({one});
  EXPECT_EQ(std::get<base::Error>(asked).message, "the policy changes faster than its numbers can be asked for");
  EXPECT_EQ(std::get<base::Error>(asked).code, EAGAIN);
  EXPECT_EQ(checks_, Checker::kTries);
  after_numbers_ = nullptr;
  EXPECT_EQ(vectors(checker_.check({one})).size(), 1U);
}

TEST_F(CheckerTest, ADaemonThatDiesIsAskedAgain) {
  const Pair one{checker_.subject("d1", "disk"), checker_.label("l5")};
  vectors(checker_.check({one}));
  dies_ = 2;
  edition_ = 4;
  EXPECT_EQ(vectors(checker_.check({one})), (std::vector<ipc::Vector>{{14, 5, 0}}));
}

TEST_F(CheckerTest, WhatIsRefusedIsRefusedAndHarmsNothing) {
  const Pair good{checker_.subject("d1", "disk"), checker_.label("l5")};
  const Pair bad{checker_.subject("none_t", "disk"), checker_.label("l5")};
  const auto asked = checker_.check({good, bad});
  EXPECT_EQ(std::get<ipc::Refusal>(asked).sentence, "the policy has no domain \"none_t\"");
  EXPECT_EQ(vectors(checker_.check({good})), (std::vector<ipc::Vector>{{11, 5, 0}}));
}

TEST_F(CheckerTest, NamesThatItNeverGaveAreAnError) {
  const Pair good{checker_.subject("d1", "disk"), checker_.label("l5")};
  for (const Pair& bad : {Pair{1, 0}, Pair{0, 1}, Pair{~0U, ~0U}}) {
    EXPECT_EQ(std::get<base::Error>(checker_.check({good, bad})).message,
              "a subject or a label that this checker never named");
  }
}

TEST_F(CheckerTest, PairsBelowAtAndAboveTheLimit) {
  const Pair one{checker_.subject("d1", "disk"), checker_.label("l5")};
  for (const std::size_t count : {255U, 256U}) EXPECT_EQ(vectors(checker_.check(std::vector(count, one))).size(), count);
  EXPECT_EQ(std::get<ipc::Refusal>(checker_.check(std::vector(257, one))).sentence, "too many questions");
  EXPECT_TRUE(vectors(Checker(client_).check({})).empty());
}

TEST_F(CheckerTest, AnAnswerOfAnotherLengthIsNone) {
  short_ = true;
  const auto asked = checker_.check({{checker_.subject("d1", "disk"), checker_.label("l5")}});
  EXPECT_EQ(std::get<base::Error>(asked).message, "what answered doesn't speak policyd's protocol");
}

}  // namespace
}  // namespace eventfilter::client
