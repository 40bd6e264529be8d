// SPDX-License-Identifier: BSD-2-Clause
#include "daemon/answers.h"

#include <gtest/gtest.h>

#include "daemon/circumstances.h"
#include "daemon/who.h"

namespace eventfilter::daemon {
namespace {

ipc::PolicyView policy() {
  ipc::PolicyView view;
  ipc::ViewDomain web;
  web.name = "web_t";
  web.where = "web.policy:3:8-12";
  web.fixed = {"debug"};
  web.rules = {{"file_open", true, false, {"home_t", "www_t"}, "", "web.policy:4:3-30",
                "allow file open\n    on home_t, www_t;"},
               {"file_open", false, true, {}, "uid == 0", "web.policy:5:3-9", "deny file open when uid == 0;"},
               {"file_create", true, true, {}, "", "web.policy:6:3-9", "allow file create;"}};
  ipc::ViewDomain child = web;
  child.name = "child_t";
  child.from = "web_t";
  child.fixed = {"more", "debug"};
  view.domains = {child, web};
  view.roles = {{"admin_r", {"child_t", "web_t"}}, {"staff_r", {"web_t"}}};
  view.users = {{"%wheel", {"admin_r", "staff_r"}}, {"alice", {"staff_r"}}};
  return view;
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

TEST(Explain, NamesTheRulesOfAHandle) {
  ipc::PolicyView view = policy();
  view.handles.emplace_back(view.domains[1]).name = "web_t";
  view.handles[0].rules.erase(view.handles[0].rules.begin());
  view.handles[0].where = "web.policy:9:8-12";
  const std::string text = std::get<ipc::Text>(explain(view, {"handle web_t", kRecord})).text;
  EXPECT_TRUE(text.ends_with("rules of handle web_t about this:\n"
                             "  web.policy:5:3-9: deny file open when uid == 0;\n"))
      << text;
  EXPECT_NE(text.find("\ndomain: handle web_t\n"), std::string::npos) << text;
  EXPECT_EQ(std::get<ipc::Refusal>(explain(view, {"handle none_h", kRecord})).sentence,
            "the policy has no handle \"none_h\"");
}

bool enters(const ipc::PolicyView& policy, const Who& who, const std::string& domain) {
  return may_enter(policy, who, roles_of(policy, who), domain);
}

TEST(Constraints, HoldForTheRoleThatTheyAreOf) {
  ipc::PolicyView view = policy();
  view.constraints = {{"admin_r", {"hour in { 8..17 }", "group == \"wheel\""}}};
  analysis::Circumstances here;
  EXPECT_TRUE(meets(view, "staff_r", here));
  EXPECT_FALSE(meets(view, "admin_r", here)) << "what isn't known doesn't hold";
  here.numbers["hour"] = 17;
  EXPECT_FALSE(meets(view, "admin_r", here));
  here.groups = {"users", "wheel"};
  EXPECT_TRUE(meets(view, "admin_r", here));
  here.numbers["hour"] = 18;
  EXPECT_FALSE(meets(view, "admin_r", here));
}

TEST(Constraints, NegationsOfWhatIsNotKnownDoNotHoldEither) {
  EXPECT_FALSE(analysis::holds("!(login_uid == 0)", {}));
  EXPECT_FALSE(analysis::holds("session != \"3\"", {}));
  EXPECT_TRUE(analysis::holds("session != \"3\"", {{}, {{"session", "c1"}}, {}}));
  EXPECT_TRUE(analysis::holds("group != \"adm\"", {{}, {}, {"users", "wheel"}}));
  EXPECT_FALSE(analysis::holds("group != \"adm\"", {{}, {}, {"users", "adm"}}));
  EXPECT_FALSE(analysis::holds("!(group in { \"adm\", \"users\" })", {{}, {}, {"users"}}));
}

TEST(Constraints, GroupsThatWereNotFoundMayBeAny) {
  const analysis::Circumstances some{{}, {{"session", "wheel"}}, {"wheel"}, false};
  EXPECT_TRUE(analysis::holds("group == \"wheel\"", some));
  EXPECT_FALSE(analysis::holds("group == \"adm\"", some));
  EXPECT_FALSE(analysis::holds("group != \"adm\"", some));
  EXPECT_FALSE(analysis::holds("!(group ~ \"a*\")", some));
  EXPECT_FALSE(analysis::holds("group != \"wheel\"", some));
  EXPECT_TRUE(analysis::holds("group == session", some));
  EXPECT_FALSE(analysis::holds("group != session", some));
}

TEST(Constraints, TwoFieldsAreComparedIfBothAreKnown) {
  EXPECT_TRUE(analysis::holds("login_uid == uid", {{{"login_uid", 7}, {"uid", 7}}, {}, {}}));
  EXPECT_TRUE(analysis::holds("hour & weekday", {{{"hour", 6}, {"weekday", 2}}, {}, {}}));
  EXPECT_FALSE(analysis::holds("hour & weekday", {{{"hour", 5}, {"weekday", 2}}, {}, {}}));
  EXPECT_FALSE(analysis::holds("!(login_uid == uid)", {{{"uid", 7}}, {}, {}}));
  EXPECT_FALSE(analysis::holds("!(group == session)", {{}, {}, {"adm"}}));
}

TEST(Constraints, LogindSessionsAreTheirScopes) {
  EXPECT_EQ(session_in("0::/user.slice/user-1000.slice/session-3.scope\n"), "3");
  EXPECT_EQ(session_in("1:cpu:/\n0::/user.slice/user-1000.slice/session-c1.scope/mine\n"), "c1");
  EXPECT_EQ(session_in("0::/user.slice/user-1000.slice/user@1000.service/session-3.scope\n"), "");
  EXPECT_EQ(session_in("1:name=0::/user.slice/user-1000.slice/session-3.scope\n"), "");
  EXPECT_EQ(session_in("0::/system.slice/session-3.scope\n"), "");
  EXPECT_EQ(session_in("0::/user.slice/user-1000.slice\n"), "");
  EXPECT_EQ(session_in(""), "");
}

TEST(Constraints, TheTimeAndTheUserAreKnown) {
  ipc::Peer nobody;
  const auto found = circumstances_of({7, "alice", {"users"}, 8}, nobody);
  EXPECT_EQ(found.numbers.at("uid"), 7);
  EXPECT_EQ(found.numbers.at("gid"), 8);
  EXPECT_EQ(found.groups, std::vector<std::string>{"users"});
  EXPECT_LE(found.numbers.at("hour"), 23);
  EXPECT_EQ(found.numbers.count("login_uid"), 0U) << "of a process that may be gone nothing is known";
}

TEST(Fixed, AreThoseOfAllLayersOnce) {
  EXPECT_EQ(fixed_in(policy(), "child_t"), (std::vector<std::string>{"more", "debug"}));
  EXPECT_TRUE(fixed_in(policy(), "none_t").empty());
}

TEST(Who, HasTheRolesOfItsNameAndItsGroups) {
  EXPECT_EQ(roles_of(policy(), {1, "alice", {"users"}, 1}), (std::vector<std::string>{"staff_r"}));
  EXPECT_EQ(roles_of(policy(), {1, "bob", {"users", "wheel"}, 1}),
            (std::vector<std::string>{"admin_r", "staff_r"}));
  EXPECT_TRUE(roles_of(policy(), {1, "wheel", {}, 1}).empty());
}

TEST(Who, EntersWhatARoleHas) {
  EXPECT_TRUE(enters(policy(), {1, "alice", {}, 1}, "web_t"));
  EXPECT_FALSE(enters(policy(), {1, "alice", {}, 1}, "child_t"));
  EXPECT_TRUE(enters(policy(), {1, "bob", {"wheel"}, 1}, "child_t"));
  EXPECT_FALSE(enters(policy(), {1, "bob", {}, 1}, "web_t"));
  EXPECT_TRUE(enters(policy(), {0, "root", {}, 0}, "child_t"));
  ipc::PolicyView open = policy();
  open.users.clear();
  EXPECT_TRUE(enters(open, {1, "bob", {}, 1}, "web_t"));
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
