// SPDX-License-Identifier: BSD-2-Clause
#include "ipc/message.h"

#include <set>

#include <gtest/gtest.h>

#include "ipc/client_protocol.h"
#include "ipc/labeld_protocol.h"

namespace eventfilter::ipc {
namespace {

template <typename... T>
std::multiset<int> types() {
  return {T::kType...};
}

TEST(Messages, HaveTheTypesOfTheProtocol) {
  EXPECT_EQ((types<Refusal, Enter, Session, Check, Explain, Status, Subscribe, Classes, GetPage, GetNumbers,
                   CheckNumbers, Handle>()),
            (std::multiset<int>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}));
  EXPECT_EQ((types<Reload, SetBoolean, Bind, ListProcesses>()), (std::multiset<int>{32, 33, 34, 35}));
  EXPECT_EQ((types<Follow, GetRulesets, GetSession, ReadAgain, GetHandle>()),
            (std::multiset<int>{64, 65, 66, 67, 68}));
  EXPECT_EQ((types<Done, Entered, Vectors, Text, State, Denied, ClassBits, Reloaded, Processes, Numbers>()),
            (std::multiset<int>{128, 129, 130, 131, 132, 133, 134, 135, 136, 137}));
  EXPECT_EQ((types<Policy, Rulesets, Records>()), (std::multiset<int>{192, 193, 194}));
}

template <typename T>
T there_and_back(const T& message) {
  const std::string bytes = pack(5, message);
  return std::get<T>(unpack<T>(std::get<Frame>(parse_frame(bytes))));
}

TEST(Messages, ComeBackAsTheyWere) {
  const Check check{{{"a_t", "b_t", "disk"}, {"a_t", "", "disk"}}};
  EXPECT_EQ(there_and_back(check).questions, check.questions);
  const Bind bind = there_and_back(Bind{"disk_t", true});
  EXPECT_EQ(bind.label, "disk_t");
  EXPECT_TRUE(bind.alone);
  const Vectors vectors{3, {{1, 2, 4}}};
  EXPECT_EQ(there_and_back(vectors).vectors, vectors.vectors);
}

TEST(Messages, NumbersComeBackAsTheyWereAndAsAView) {
  const CheckNumbers check{1ULL << 63, {{1, 2}, {0xffffffff, 0}}};
  EXPECT_EQ(there_and_back(check).edition, check.edition);
  EXPECT_EQ(there_and_back(check).questions, check.questions);
  const std::string bytes = pack(5, check);
  const auto view = std::get<CheckNumbersView>(unpack<CheckNumbersView>(std::get<Frame>(parse_frame(bytes))));
  EXPECT_EQ(view.edition, check.edition);
  ASSERT_EQ(view.questions.size(), 2U);
  EXPECT_EQ(view.questions[0], check.questions[0]);
  EXPECT_EQ(view.questions[1], check.questions[1]);
  EXPECT_EQ(view.questions.word(0), 2ULL << 32 | 1);
  EXPECT_EQ(pack(5, view), bytes);
  const Numbers numbers{7, {{3, 4}}};
  EXPECT_EQ(there_and_back(numbers).edition, 7U);
  EXPECT_EQ(there_and_back(numbers).numbers, numbers.numbers);
  const GetNumbers wanted{{{"a_t", "b_t", "disk"}}};
  EXPECT_EQ(there_and_back(wanted).questions, wanted.questions);
}

TEST(Messages, AStateComesBackAsItWas) {
  State state;
  state.policy = 9;
  state.domains = {"a_t"};
  state.booleans = {{"web", true}};
  state.problem = "p";
  state.labeld = true;
  state.clients = 4;
  state.refused = 5;
  state.denials = 6;
  state.lost = 7;
  state.handles = {"disk_h"};
  const State back = there_and_back(state);
  EXPECT_EQ(back.policy, 9U);
  EXPECT_EQ(back.domains, state.domains);
  EXPECT_EQ(back.booleans, state.booleans);
  EXPECT_EQ(back.problem, "p");
  EXPECT_TRUE(back.labeld);
  EXPECT_EQ(back.clients, 4U);
  EXPECT_EQ(back.refused, 5U);
  EXPECT_EQ(back.denials, 6U);
  EXPECT_EQ(back.lost, 7U);
  EXPECT_EQ(back.handles, state.handles);
}

TEST(Messages, ContentOfAnotherFormIsRefused) {
  const std::string bytes = make_frame(Enter::kType, 1, "x");
  const auto unpacked = unpack<Enter>(std::get<Frame>(parse_frame(bytes)));
  EXPECT_EQ(std::get<Refusal>(unpacked).sentence, "the content of a message of type 2 is malformed");
}

}  // namespace
}  // namespace eventfilter::ipc
