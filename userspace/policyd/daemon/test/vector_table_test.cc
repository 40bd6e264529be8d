// SPDX-License-Identifier: BSD-2-Clause
#include "daemon/vector_table.h"

#include <map>
#include <random>
#include <set>
#include <string>
#include <tuple>

#include <gtest/gtest.h>

#include "ipc/message.h"

namespace eventfilter::daemon {
namespace {

using ipc::NumberedQuestion;
using ipc::QuestionView;
using ipc::Vector;

constexpr std::uint64_t kPolicy = 7;

ipc::PolicyView policy() {
  ipc::PolicyView view;
  ipc::ViewDomain web;
  web.name = "web_t";
  web.vectors = {{"disk", "big_t", {3, 1, 0}}, {"disk", "", {0, 0, 4}}, {"bus", "big_t", {1, 0, 0}}};
  ipc::ViewDomain idle;
  idle.name = "idle_t";
  view.domains = {idle, web};
  view.classes = {{"bus", {"call"}}, {"disk", {"read", "write", "flush"}}};
  return view;
}

template <typename T>
std::string sentence(const std::variant<T, ipc::Refusal>& answer) {
  return std::get<ipc::Refusal>(answer).sentence;
}

std::vector<Vector> by_text(const VectorTable& table, const std::vector<QuestionView>& questions) {
  return std::get<ipc::Vectors>(table.check({questions})).vectors;
}

std::vector<NumberedQuestion> numbers(const VectorTable& table, const std::vector<QuestionView>& questions) {
  return std::get<ipc::Numbers>(table.numbers({questions})).numbers;
}

// As it comes in by a frame.
std::variant<std::string, ipc::Refusal> ask(const VectorTable& table, const std::vector<NumberedQuestion>& questions) {
  const std::string_view bytes(reinterpret_cast<const char*>(questions.data()), questions.size() * sizeof(NumberedQuestion));
  return table.check(ipc::PackedList<NumberedQuestion>(bytes), kPolicy, 5);
}

std::vector<Vector> by_numbers(const VectorTable& table, const std::vector<NumberedQuestion>& questions) {
  const auto answer = ask(table, questions);
  const auto frame = ipc::parse_frame(std::get<std::string>(answer));
  EXPECT_EQ(std::get<ipc::Frame>(frame).id, 5U);
  const auto vectors = ipc::decode<ipc::Vectors>(std::get<ipc::Frame>(frame).content);
  EXPECT_TRUE(vectors && vectors->policy == kPolicy);
  return vectors ? vectors->vectors : std::vector<Vector>();
}

const std::vector<QuestionView> kQuestions = {{"web_t", "big_t", "disk"}, {"web_t", "other_t", "disk"},
                                              {"web_t", "", "disk"},      {"web_t", "big_t", "bus"},
                                              {"web_t", "", "bus"},       {"idle_t", "big_t", "disk"}};
const std::vector<Vector> kAnswers = {{3, 1, 0}, {0, 0, 4}, {0, 0, 4}, {1, 0, 0}, {0, 0, 0}, {0, 0, 0}};

TEST(VectorTable, AnswersEachQuestionByTextAndByNumber) {
  const VectorTable table(policy());
  EXPECT_EQ(by_text(table, kQuestions), kAnswers);
  EXPECT_EQ(by_numbers(table, numbers(table, kQuestions)), kAnswers);
}

TEST(VectorTable, ALabelThatIsNotKnownIsTheNumberOfNone) {
  const auto given = numbers(VectorTable(policy()), kQuestions);
  EXPECT_NE(given[0].label, 0U);
  EXPECT_EQ(given[1].label, 0U);
  EXPECT_EQ(given[2].label, 0U);
  std::set<std::uint32_t> rows;
  for (const NumberedQuestion& one : given) rows.insert(one.row);
  EXPECT_EQ(rows.size(), 3U);
  EXPECT_EQ(given[5].row, 0U) << "nothing is said of it";
}

TEST(VectorTable, RowsAndLabelsThatWereGivenForOthersGoTogether) {
  const VectorTable table(policy());
  const auto given = numbers(table, {{"web_t", "", "disk"}, {"idle_t", "big_t", "bus"}});
  EXPECT_EQ(by_numbers(table, {{given[0].row, given[1].label}}), (std::vector<Vector>{{3, 1, 0}}));
}

TEST(VectorTable, WhatThePolicyDoesNotHaveIsRefused) {
  const VectorTable table(policy());
  for (const QuestionView& good : {QuestionView{"web_t", "", "disk"}, QuestionView{"idle_t", "", "bus"}}) {
    EXPECT_EQ(sentence(table.check({{good, {"none_t", "", "disk"}}})), "the policy has no domain \"none_t\"");
    EXPECT_EQ(sentence(table.check({{good, {"web_t", "", "net"}}})), "the policy has no class \"net\" of its own");
    EXPECT_EQ(sentence(table.numbers({{good, {"none_t", "", "disk"}}})), "the policy has no domain \"none_t\"");
    EXPECT_EQ(sentence(table.numbers({{good, {"web_t", "", "net"}}})), "the policy has no class \"net\" of its own");
  }
}

TEST(VectorTable, QuestionsBelowAtAndAboveTheLimit) {
  const VectorTable table(policy());
  const QuestionView one{"web_t", "big_t", "disk"};
  const NumberedQuestion number = numbers(table, {one})[0];
  for (const std::size_t count : {ipc::kMaxQuestions - 1, ipc::kMaxQuestions}) {
    EXPECT_EQ(by_text(table, std::vector(count, one)), std::vector(count, Vector{3, 1, 0}));
    EXPECT_EQ(by_numbers(table, std::vector(count, number)), std::vector(count, Vector{3, 1, 0}));
    EXPECT_EQ(numbers(table, std::vector(count, one)), std::vector(count, number));
  }
  const std::size_t above = ipc::kMaxQuestions + 1;
  EXPECT_EQ(sentence(table.check({std::vector(above, one)})), "too many questions");
  EXPECT_EQ(sentence(table.numbers({std::vector(above, one)})), "too many questions");
  EXPECT_EQ(sentence(ask(table, std::vector(above, number))), "too many questions");
  EXPECT_TRUE(by_numbers(table, {}).empty());
}

// Rows are 0 to 2 here, labels 0 and 1
TEST(VectorTable, NumbersThatWereNeverGivenAreRefused) {
  constexpr std::uint32_t kHighest = 0xffffffff;
  const VectorTable table(policy());
  const NumberedQuestion good = numbers(table, {{"web_t", "big_t", "disk"}})[0];
  EXPECT_EQ(good, (NumberedQuestion{2, 1}));
  for (const NumberedQuestion& forged :
       {NumberedQuestion{3, 0}, NumberedQuestion{3, 1}, NumberedQuestion{2, 2}, NumberedQuestion{0, 2},
        NumberedQuestion{1, kHighest}, NumberedQuestion{0, kHighest}, NumberedQuestion{kHighest, 0},
        NumberedQuestion{kHighest, kHighest}}) {
    EXPECT_EQ(sentence(ask(table, {forged})), "question 1 has a number that was never given");
    EXPECT_EQ(sentence(ask(table, {good, good, forged, good})), "question 3 has a number that was never given");
  }
  EXPECT_EQ(sentence(ask(VectorTable(), {{0, 1}})), "question 1 has a number that was never given");
  EXPECT_EQ(sentence(ask(VectorTable(), {{1, 0}})), "question 1 has a number that was never given");
}

TEST(VectorTable, ARowOfWhichNothingIsSaidAllowsNothing) {
  const VectorTable table(policy());
  const NumberedQuestion good = numbers(table, {{"web_t", "big_t", "disk"}})[0];
  EXPECT_EQ(by_numbers(table, {{0, 0}, good, {0, 1}, good, {0, 0}, {0, 1}}),
            (std::vector<Vector>{{}, {3, 1, 0}, {}, {3, 1, 0}, {}, {}}));
  EXPECT_EQ(by_numbers(VectorTable(), {{0, 0}}), (std::vector<Vector>(1)));
}

// However many pairs of a domain and a class there could be
TEST(VectorTable, RowsAreThoseThatHaveRules) {
  ipc::PolicyView view;
  for (unsigned i = 0; i < 65'536; ++i) {
    view.domains.emplace_back().name = "d" + std::to_string(i);
    view.classes.push_back({"c" + std::to_string(i), {}});
  }
  view.domains.back().vectors = {{"c65535", "x_t", {1, 0, 0}}, {"c7", "", {2, 0, 0}}, {"none", "", {4, 0, 0}}};
  view.domains.front().vectors = {{"c65535", "x_t", {8, 0, 0}}};
  const VectorTable table(view);
  const std::vector<QuestionView> questions = {{"d65535", "x_t", "c65535"}, {"d65535", "x_t", "c7"},
                                               {"d0", "x_t", "c65535"},     {"d0", "x_t", "c7"},
                                               {"d9", "", "c9"},            {"d65535", "", "c65534"}};
  const std::vector<Vector> answers = {{1, 0, 0}, {2, 0, 0}, {8, 0, 0}, {}, {}, {}};
  const auto given = numbers(table, questions);
  std::vector<std::uint32_t> rows;
  for (const NumberedQuestion& one : given) rows.push_back(one.row);
  EXPECT_EQ(rows, (std::vector<std::uint32_t>{3, 2, 1, 0, 0, 0}));
  EXPECT_EQ(by_numbers(table, given), answers);
  EXPECT_EQ(by_text(table, questions), answers);
}

// Where many rows and labels share slots
TEST(VectorTable, SaysWhatAMapSays) {
  std::mt19937 engine(1);
  const auto random = [&engine] { return static_cast<unsigned>(engine()); };
  for (int round = 0; round < 20; ++round) {
    const unsigned domains = 1 + random() % 20;
    const unsigned labels = 1 + random() % 100;
    ipc::PolicyView view;
    view.classes = {{"a", {}}, {"b", {}}};
    std::map<std::tuple<std::string, std::string, std::string>, Vector> known;
    for (unsigned d = 0; d < domains; ++d) {
      ipc::ViewDomain& domain = view.domains.emplace_back();
      domain.name = "d" + std::to_string(d);
      for (unsigned i = random() % (2 * labels); i > 0; --i) {
        const std::string label = random() % 9 == 0 ? "" : "l" + std::to_string(random() % labels);
        const std::string user_class = random() % 2 == 0 ? "a" : "b";
        domain.vectors.push_back({user_class, label, {i, i + 1, i + 2}});
        known[{domain.name, user_class, label}] = {i, i + 1, i + 2};
      }
    }
    const VectorTable table(view);
    for (int batch = 0; batch < 20; ++batch) {
      std::vector<std::string> texts;
      std::vector<Vector> expected;
      std::vector<QuestionView> questions;
      for (int i = 0; i < 100; ++i) {
        texts.push_back("d" + std::to_string(random() % domains));
        texts.push_back(random() % 9 == 0 ? "" : "l" + std::to_string(random() % (labels + 3)));
        texts.push_back(random() % 2 == 0 ? "a" : "b");
      }
      for (std::size_t i = 0; i < texts.size(); i += 3) {
        questions.push_back({texts[i], texts[i + 1], texts[i + 2]});
        const auto at = known.find({texts[i], texts[i + 2], texts[i + 1]});
        expected.push_back(at != known.end() ? at->second : known[{texts[i], texts[i + 2], ""}]);
      }
      ASSERT_EQ(by_text(table, questions), expected);
      ASSERT_EQ(by_numbers(table, numbers(table, questions)), expected);
    }
  }
}

}  // namespace
}  // namespace eventfilter::daemon
