// SPDX-License-Identifier: BSD-2-Clause
//
// Checks by number, while policies and processes come and go: an answer is of the policy in force, or there is none.
#include <atomic>
#include <thread>

#include <gtest/gtest.h>

#include "client/checker.h"
#include "daemon/test/guest/daemon.h"
#include "support/child.h"
#include "support/long_run.h"

namespace eventfilter::selftest {
namespace {

using client::Checker;
using ipc::Vector;

constexpr const char* kRules =
    "label a_t = \"HERE/a/**\";\n"
    "label b_t = \"HERE/b/**\";\n"
    "class disk { read write flush }\n"
    "domain vm_t { allow disk { read flush } on a_t; allow disk write on b_t; }\n";
// One more of everything, in front: all numbers mean something else, and vm_t may nothing that it might
constexpr const char* kOther =
    "label a0_t = \"HERE/a0/**\";\n"
    "label a_t = \"HERE/a/**\";\n"
    "label b_t = \"HERE/b/**\";\n"
    "class aaa { one }\n"
    "class disk { read write flush }\n"
    "domain a_d { allow disk { read write flush } on { a0_t a_t b_t }; allow aaa one on a0_t; }\n"
    "domain vm_t { allow disk flush on b_t; }\n";

class Numbers : public ::testing::Test {
 protected:
  Numbers() : daemon_(kRules) {}

  ipc::Numbers given() const {
    auto client = daemon_.client();
    return must<ipc::Numbers>(client, ipc::GetNumbers{{{"vm_t", "a_t", "disk"}, {"vm_t", "b_t", "disk"}}}).message;
  }
  void reload(const char* rules) const {
    daemon_.put("test.policy", rules);
    auto admin = daemon_.admin();
    must<ipc::Reloaded>(admin, ipc::Reload{});
  }
  Daemon daemon_;
};

TEST_F(Numbers, AreAnsweredLikeTexts) {
  in_child([&] {
    auto client = daemon_.client();
    Checker checker(client);
    const auto vm = checker.subject("vm_t", "disk");
    const auto asked = checker.check({{vm, checker.label("a_t")}, {vm, checker.label("b_t")}, {vm, checker.label("")}});
    ASSERT_TRUE(std::holds_alternative<client::Answer<ipc::Vectors>>(asked));
    const auto& answer = std::get<client::Answer<ipc::Vectors>>(asked).message;
    EXPECT_EQ(answer.vectors, (std::vector<Vector>{{5, 0, 0}, {2, 0, 0}, {0, 0, 0}}));
    EXPECT_GE(answer.policy, 1U);
  });
}

TEST_F(Numbers, OfBeforeAReloadAreStale) {
  const ipc::Numbers before = given();
  auto client = daemon_.client();
  EXPECT_EQ(must<ipc::Vectors>(client, ipc::CheckNumbers{before.edition, before.numbers}).message.vectors,
            (std::vector<Vector>{{5, 0, 0}, {2, 0, 0}}));
  reload(kOther);
  ASSERT_TRUE(eventually([&] { return daemon_.status().domains.size() == 2; }));
  const auto asked = client.ask<ipc::Vectors>(ipc::CheckNumbers{before.edition, before.numbers});
  ASSERT_TRUE(std::holds_alternative<ipc::Refusal>(asked));
  EXPECT_TRUE(std::get<ipc::Refusal>(asked).is(ipc::Code::Stale)) << std::get<ipc::Refusal>(asked).sentence;
  Checker checker(client);
  const auto vm = checker.subject("vm_t", "disk");
  const auto now = checker.check({{vm, checker.label("a_t")}, {vm, checker.label("b_t")}});
  EXPECT_EQ(std::get<client::Answer<ipc::Vectors>>(now).message.vectors, (std::vector<Vector>{{0, 0, 0}, {4, 0, 0}}));
}

TEST_F(Numbers, OfAFrontEndThatWasKilledAreStale) {
  const ipc::Numbers before = given();
  daemon_.kill_front();
  ASSERT_TRUE(eventually([&] { return daemon_.status().policy != 0; }));
  auto client = daemon_.client();
  EXPECT_EQ(refusal<ipc::Vectors>(client, ipc::CheckNumbers{before.edition, before.numbers}),
            "the numbers aren't of policy " + std::to_string(daemon_.status().policy) +
                ", which is in force: ask for numbers again");
}

// Two policies in turn and both processes killed meanwhile: each answer is one of theirs, whole.
TEST_F(Numbers, ACheckerFollowsReloadsAndRestarts) {
  std::atomic<bool> stop = false;
  std::atomic<int> strange = 0;
  std::atomic<int> answered = 0;
  std::thread asking([&] {
    client::Client client(daemon_.socket(), std::chrono::seconds(60));
    Checker checker(client);
    const auto vm = checker.subject("vm_t", "disk");
    const std::vector<Checker::Pair> pairs = {{vm, checker.label("a_t")}, {vm, checker.label("b_t")}};
    while (!stop) {
      const auto asked = checker.check(pairs);
      const auto* const answer = std::get_if<client::Answer<ipc::Vectors>>(&asked);
      const auto* const error = std::get_if<base::Error>(&asked);
      if (answer == nullptr) {
        if (error == nullptr || error->code != EAGAIN) ++strange;
        continue;
      }
      const auto& got = answer->message.vectors;
      const bool is_one = got == std::vector<Vector>{{5, 0, 0}, {2, 0, 0}} || got == std::vector<Vector>{{0, 0, 0}, {4, 0, 0}};
      ++(is_one ? answered : strange);
    }
  });
  for (int i = 0; i < rounds(3, 50); ++i) {
    reload(i % 2 == 0 ? kOther : kRules);
    daemon_.kill_front();
    reload(i % 2 == 0 ? kRules : kOther);
    daemon_.kill_labeld();
  }
  const int before = answered;
  EXPECT_TRUE(eventually([&] { return answered > before; }));
  stop = true;
  asking.join();
  EXPECT_EQ(strange, 0);
}

}  // namespace
}  // namespace eventfilter::selftest
