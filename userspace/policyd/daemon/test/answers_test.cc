// SPDX-License-Identifier: BSD-2-Clause
#include "daemon/answers.h"

#include <gtest/gtest.h>

#include "daemon/who.h"

namespace eventfilter::daemon {
namespace {

ipc::PolicyView policy() {
  ipc::PolicyView view;
  ipc::ViewDomain web;
  web.name = "web_t";
  web.where = "web.policy:3:8-12";
  web.fixed = {"debug"};
  web.vectors = {{"disk", "big_t", {3, 1, 0}}, {"disk", "", {0, 0, 4}}};
  web.rules = {{"file_open", true, false, {"home_t", "www_t"}, "", "web.policy:4:3-30",
                "allow file open\n    on home_t, www_t;"},
               {"file_open", false, true, {}, "uid == 0", "web.policy:5:3-9", "deny file open when uid == 0;"},
               {"file_create", true, true, {}, "", "web.policy:6:3-9", "allow file create;"}};
  ipc::ViewDomain child = web;
  child.name = "child_t";
  child.from = "web_t";
  child.fixed = {"more", "debug"};
  view.domains = {child, web};
  view.classes = {{"disk", {"read", "write", "flush"}}};
  view.roles = {{"admin_r", {"child_t", "web_t"}}, {"staff_r", {"web_t"}}};
  view.users = {{"%wheel", {"admin_r", "staff_r"}}, {"alice", {"staff_r"}}};
  return view;
}

std::variant<ipc::Vectors, ipc::Refusal> check(const ipc::PolicyView& view, const ipc::CheckView& asked) {
  return VectorTable(view).check(asked);
}

std::string sentence(const std::variant<ipc::Vectors, ipc::Refusal>& answer) {
  return std::get<ipc::Refusal>(answer).sentence;
}

TEST(Check, AnswersEachQuestion) {
  const auto answer = check(policy(), {{{"web_t", "big_t", "disk"},
                                        {"web_t", "other_t", "disk"},
                                        {"web_t", "", "disk"}}});
  const auto& vectors = std::get<ipc::Vectors>(answer).vectors;
  EXPECT_EQ(vectors, (std::vector<ipc::Vector>{{3, 1, 0}, {0, 0, 4}, {0, 0, 4}}));
}

TEST(Check, WhatThePolicyDoesNotHaveIsRefused) {
  EXPECT_EQ(sentence(check(policy(), {{{"none_t", "", "disk"}}})), "the policy has no domain \"none_t\"");
  EXPECT_EQ(sentence(check(policy(), {{{"web_t", "", "net"}}})), "the policy has no class \"net\" of its own");
}

TEST(Check, QuestionsBelowAtAndAboveTheLimit) {
  const ipc::QuestionView one{"web_t", "big_t", "disk"};
  for (const std::size_t count : {ipc::kMaxQuestions - 1, ipc::kMaxQuestions}) {
    const auto answer = check(policy(), {std::vector<ipc::QuestionView>(count, one)});
    EXPECT_EQ(std::get<ipc::Vectors>(answer).vectors.size(), count);
  }
  EXPECT_EQ(sentence(check(policy(), {std::vector<ipc::QuestionView>(ipc::kMaxQuestions + 1, one)})),
            "too many questions");
}

constexpr const char* kRecord =
    "event=file_open pid=71 tid=71 comm=\"nginx\" uid=33 domain=5 layer=0 action=errno error=13 "
    "predicate=\"label & www_t\" path=\"/home/a/x\" label=home_t.u1000 owner=0";

TEST(Explain, NamesTheRulesAboutTheEventAndTheLabel) {
  const auto answer = explain(policy(), {"web_t", kRecord});
  EXPECT_EQ(std::get<ipc::Text>(answer).text,
            "file_open by \"nginx\" (pid 71, uid 33) was refused: Permission denied\n"
            "domain: web_t\n"
            "object: /home/a/x\n"
            "label: home_t.u1000\n"
            "decided by: label & www_t\n"
            "rules of web_t about this:\n"
            "  web.policy:4:3-30: allow file open     on home_t, www_t;\n"
            "  web.policy:5:3-9: deny file open when uid == 0;\n");
}

TEST(Explain, SaysWhenNoRuleIsAboutIt) {
  const auto answer = explain(policy(), {"web_t",
      "event=file_unlink pid=71 tid=71 comm=\"rm\" uid=33 domain=5 layer=0 action=log error=0 "
      "predicate=\"\" path=\"/x\" label=none owner=0"});
  EXPECT_EQ(std::get<ipc::Text>(answer).text,
            "file_unlink by \"rm\" (pid 71, uid 33) passed, and was recorded\n"
            "domain: web_t\n"
            "object: /x\n"
            "label: none\n"
            "decided by: no rule lets it pass\n"
            "no rule of web.policy:3:8-12 is about this\n");
}

TEST(Explain, WhatIsNoRecordIsRefused) {
  EXPECT_EQ(std::get<ipc::Refusal>(explain(policy(), {"web_t", "hello"})).sentence,
            "the content of a message of type 5 is malformed");
  EXPECT_EQ(std::get<ipc::Refusal>(explain(policy(), {"none_t", kRecord})).sentence,
            "the policy has no domain \"none_t\"");
}

TEST(Fixed, AreThoseOfAllLayersOnce) {
  EXPECT_EQ(fixed_in(policy(), "child_t"), (std::vector<std::string>{"more", "debug"}));
  EXPECT_TRUE(fixed_in(policy(), "none_t").empty());
}

TEST(Who, HasTheRolesOfItsNameAndItsGroups) {
  EXPECT_EQ(roles_of(policy(), {1, "alice", {"users"}}), (std::vector<std::string>{"staff_r"}));
  EXPECT_EQ(roles_of(policy(), {1, "bob", {"users", "wheel"}}),
            (std::vector<std::string>{"admin_r", "staff_r"}));
  EXPECT_TRUE(roles_of(policy(), {1, "wheel", {}}).empty());
}

TEST(Who, EntersWhatARoleHas) {
  EXPECT_TRUE(may_enter(policy(), {1, "alice", {}}, "web_t"));
  EXPECT_FALSE(may_enter(policy(), {1, "alice", {}}, "child_t"));
  EXPECT_TRUE(may_enter(policy(), {1, "bob", {"wheel"}}, "child_t"));
  EXPECT_FALSE(may_enter(policy(), {1, "bob", {}}, "web_t"));
  EXPECT_TRUE(may_enter(policy(), {0, "root", {}}, "child_t"));
  ipc::PolicyView open = policy();
  open.users.clear();
  EXPECT_TRUE(may_enter(open, {1, "bob", {}}, "web_t"));
}

TEST(Who, RootIsKnown) {
  ASSERT_TRUE(who_is(0));
  EXPECT_EQ(who_is(0)->name, "root");
  EXPECT_EQ(who_is("root")->uid, 0U);
  EXPECT_FALSE(who_is("no such user"));
  EXPECT_FALSE(who_is(4'000'000'000U));
}

}  // namespace
}  // namespace eventfilter::daemon
