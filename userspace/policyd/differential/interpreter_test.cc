// SPDX-License-Identifier: BSD-2-Clause
//
// The interpreter against the description's own examples: who checks the compiler has to be right.
#include "interpreter/interpreter.h"

#include <gtest/gtest.h>

#include "interpreter/condition.h"
#include "syntax/load.h"

namespace eventfilter::interpreter {
namespace {

class Policy {
 public:
  explicit Policy(const std::string& text)
      : tree_(syntax::load("f", "policy 1;\n" + text, {}, diagnostics_)),
        interpreter_(tree_, {{"HOME", "/home/alice"}}) {
    EXPECT_FALSE(diagnostics_.has_errors()) << diagnostics_.render();
  }

  const Interpreter& operator*() const { return interpreter_; }
  const Interpreter* operator->() const { return &interpreter_; }

  Verdict domain(const Event& event) const {
    return interpreter_.domain("d", event, {interpreter_.declared(), interpreter_.declared()});
  }
  bool passes(const Event& event) const { return domain(event).passes; }

 private:
  diag::Diagnostics diagnostics_;
  ast::Policy tree_;
  Interpreter interpreter_;
};

Event open(const std::string& label, int access, int mode = 0) {
  return {"file_open", "", {{"label", label}}, {{"access", access}, {"mode", mode}}, {}, {}};
}

Event call(const std::string& name, int fd) {
  return {"sys_enter_" + name, "", {}, {{"fd", fd}, {"uid", 1}}, {}, {}};
}

TEST(Interpreter, EveryClassIsClosedButUseMetaAndSyscall) {
  const Policy policy("domain d { }");
  EXPECT_FALSE(policy.passes(open("", 4)));
  EXPECT_TRUE(policy.passes({"file_read", "", {{"label", ""}}, {}, {}, {}}));
  EXPECT_TRUE(policy.passes({"file_stat", "", {{"label", ""}}, {}, {}, {}}));
  EXPECT_TRUE(policy.passes(call("write", 3)));
}

TEST(Interpreter, DenyWins) {
  const Policy policy("domain d { deny file * on s errno ENOENT; allow file open on { s t }; }");
  EXPECT_TRUE(policy.passes(open("t", 6)));
  EXPECT_EQ(policy.domain(open("s", 4)).actions, std::set<std::string>{"errno ENOENT"});
}

TEST(Interpreter, AnOpenPassesWhenAllThatItAsksForIsGranted) {
  const Policy policy("domain d { allow file read on t; allow file write on t when mode & 2; }");
  EXPECT_TRUE(policy.passes(open("t", 4)));
  EXPECT_FALSE(policy.passes(open("t", 6)));
  EXPECT_TRUE(policy.passes(open("t", 6, 2)));
  EXPECT_FALSE(policy.passes(open("t", 8)));
  EXPECT_TRUE(policy.passes(open("t", 0)));
}

TEST(Interpreter, AnOpenThatAsksForNothing) {
  const Policy policy("domain d { allow file open on { s t }; deny file read on t; deny file open on u; }");
  EXPECT_TRUE(policy.passes(open("s", 0)));
  EXPECT_FALSE(policy.domain(open("s", 0)).is_open);
  EXPECT_TRUE(policy.domain(open("t", 0)).is_open);
  EXPECT_FALSE(policy.passes(open("u", 0)));
}

TEST(Interpreter, AnAllowUnderADefaultClosesWhatItNames) {
  const Policy policy("domain d { default file allow; allow file read on t; allow syscall write when fd == 1; }");
  EXPECT_FALSE(policy.passes(open("s", 4)));
  EXPECT_TRUE(policy.passes(open("s", 2)));
  EXPECT_TRUE(policy.passes(call("write", 1)));
  EXPECT_FALSE(policy.passes(call("write", 2)));
  EXPECT_TRUE(policy.passes(call("read", 2)));
}

TEST(Interpreter, BothEndsOfAMove) {
  const Policy policy("domain d { allow file rename on { s t }; }");
  const auto rename = [](const char* from, const char* to) {
    return Event{"file_rename", "", {{"label", from}, {"new_label", to}}, {}, {}, {}};
  };
  EXPECT_TRUE(policy.passes(rename("s", "t")));
  EXPECT_FALSE(policy.passes(rename("s", "")));
  EXPECT_FALSE(policy.passes(rename("u", "t")));
}

TEST(Interpreter, FromNarrowsAndSessionsJoin) {
  const Policy policy(
      "domain a { allow file read on { s t }; }\ndomain d from a { allow file open on t; }\n"
      "domain e { allow file read on u; }\nrole r { d } role q inherits r { e } role n { }");
  EXPECT_FALSE(policy.passes(open("s", 4)));
  EXPECT_TRUE(policy.passes(open("t", 4)));
  EXPECT_FALSE(policy.passes(open("t", 2)));
  EXPECT_TRUE(policy->session("q", open("u", 4), {}).passes);
  EXPECT_TRUE(policy->session("q", open("t", 4), {}).passes);
  EXPECT_FALSE(policy->session("r", open("u", 4), {}).passes);
  EXPECT_FALSE(policy->session("n", open("t", 4), {}).passes);
  EXPECT_TRUE(policy->session("n", call("write", 1), {}).passes);
}

TEST(Interpreter, BooleansActAtOnceOrAtEntry) {
  const Policy policy(
      "boolean b = true;\ndomain d { if b { allow file read on t; deny syscall write; } }");
  const Settings later = {{{"b", true}}, {{"b", false}}};
  EXPECT_TRUE(policy->domain("d", open("t", 4), {{{"b", false}}, {{"b", true}}}).passes);
  EXPECT_FALSE(policy->domain("d", open("t", 4), later).passes);
  EXPECT_FALSE(policy->domain("d", call("write", 1), later).passes);
}

TEST(Interpreter, AnIdWithoutAMappingDecidesNothing) {
  const Policy policy("domain d { allow syscall write when !(uid == 5) || fd == 1; deny syscall read when uid == 5; }");
  Event write = call("write", 2);
  EXPECT_TRUE(policy.passes(write));
  write.undefined = {"uid"};
  EXPECT_FALSE(policy.passes(write));
  write.numbers["fd"] = 1;
  EXPECT_TRUE(policy.passes(write));
  Event read = call("read", 2);
  EXPECT_TRUE(policy.passes(read));
  read.undefined = {"uid"};
  EXPECT_FALSE(policy.passes(read)) << "deny when in doubt";
}

TEST(Interpreter, HandlesAndClassesOfOnesOwn) {
  const Policy policy(
      "class disk { read write flush }\nhandle h { allow use read; }\n"
      "domain d { allow disk { read flush }; deny disk flush on t; }");
  EXPECT_TRUE(policy->handle("h", {"file_read", "", {{"label", ""}}, {}, {}, {}}, {}).passes);
  EXPECT_FALSE(policy->handle("h", {"file_write", "", {{"label", ""}}, {}, {}, {}}, {}).passes);
  EXPECT_EQ(policy->user_class("d", "disk", "t", {}), 1U);
  EXPECT_EQ(policy->user_class("d", "disk", "", {}), 5U);
}

TEST(Interpreter, TheNearestPatternDecides) {
  const Policy policy(
      "label a_t = \"/a/**\", \"@{HOME}\";\nlabel b_t = \"/a/b\", \"/a/*.log\";\n"
      "label c_t = \"/a/x.log\", \"/a/d/**\"; label d_t = \"/a/v*\"; label e_t = \"/a/v*.log\";");
  EXPECT_EQ(policy->label_of("/a"), "a_t");
  EXPECT_EQ(policy->label_of("/a/b"), "b_t");
  EXPECT_EQ(policy->label_of("/a/b/c"), "a_t");
  EXPECT_EQ(policy->label_of("/a/y.log/z"), "b_t");
  EXPECT_EQ(policy->label_of("/a/x.log"), "c_t");
  EXPECT_EQ(policy->label_of("/a/v.1"), "d_t");
  EXPECT_EQ(policy->label_of("/a/v.log"), "e_t");
  EXPECT_EQ(policy->label_of("/home/alice"), "a_t");
  EXPECT_EQ(policy->label_of("/home/alice/x"), "");
}

TEST(Interpreter, LevelsReadDownAndWriteUp) {
  const Policy policy(
      "level low < high;\ncategory a;\nlabel l = \"/l\"; label h level high = \"/h\";\n"
      "label ha level high(a) = \"/ha\"; label any level * = \"/any\";\n"
      "domain d level high { default * allow; }");
  const auto verdicts = [&](int access) {
    std::string all;
    for (const char* const label : {"l", "h", "ha", "any", ""}) all += policy.passes(open(label, access)) ? '+' : '-';
    return all;
  };
  EXPECT_EQ(verdicts(4), "++-+-");
  EXPECT_EQ(verdicts(2), "-+++-");
  EXPECT_EQ(verdicts(6), "-+-+-");
  EXPECT_EQ(verdicts(0), "++++-");
}

TEST(Interpreter, NamesAtAnyDepth) {
  const Policy policy(
      "label tree_t = \"/a/**\"; label c_t = \"/a/**/*.c\"; label b_t = \"/a/b/**\";\n"
      "domain d { allow file read on c_t; allow use read on tree_t; }");
  EXPECT_EQ(policy->label_of("/a/x/y/z.c"), "c_t");
  EXPECT_EQ(policy->label_of("/a/x.c/y"), "tree_t");
  EXPECT_EQ(policy->label_of("/a/b/z.c"), "b_t");
  Event event = open("tree_t", 4);
  event.strings["name"] = "x.c";
  EXPECT_TRUE(policy.passes(event));
  event.strings["name"] = "x.h";
  EXPECT_FALSE(policy.passes(event));
}

TEST(Interpreter, Patterns) {
  EXPECT_TRUE(matches("[]a-c]x*", "]x"));
  EXPECT_TRUE(matches("[!a]?*", "bcd"));
  EXPECT_FALSE(matches("[!a]*", "a"));
  EXPECT_TRUE(matches("[*]", "*"));
  EXPECT_FALSE(matches("*.c", ".d"));
}

}  // namespace
}  // namespace eventfilter::interpreter
