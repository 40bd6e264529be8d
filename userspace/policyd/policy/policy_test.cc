// SPDX-License-Identifier: BSD-2-Clause
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "events/target.h"
#include "policy/condition.h"
#include "policy/constants.h"
#include "policy/permissions.h"
#include "policy/syscalls.h"

namespace eventfilter::policy {
namespace {

ConditionPtr p(const char* text) { return predicate(text); }

ConditionPtr equals(const char* text, Number number) {
  return predicate(text, "f", Numbers{{number, number}});
}

TEST(Condition, IsSortedAndSaysNothingTwice) {
  EXPECT_EQ(all_of({p("b"), p("a"), p("b")})->text(), "a && b");
  EXPECT_EQ(any_of({p("b"), all_of({p("d"), p("c")})})->text(), "b || (c && d)");
  EXPECT_EQ(all_in_order({p("b"), p("a")})->text(), "b && a");
}

TEST(Condition, FlattensChains) {
  EXPECT_EQ(all_of({all_of({p("c"), p("a")}), p("b")})->text(), "a && b && c");
}

TEST(Condition, Absorbs) {
  EXPECT_EQ(any_of({p("a"), all_of({p("a"), p("b")})})->text(), "a");
  EXPECT_EQ(all_of({p("a"), any_of({p("a"), p("b")})})->text(), "a");
  EXPECT_EQ(any_of({all_of({p("a"), p("b")}), all_of({p("a"), p("b"), p("c")})})->text(), "a && b");
}

TEST(Condition, FoldsConstants) {
  EXPECT_EQ(all_of({p("a"), always()})->text(), "a");
  EXPECT_EQ(all_of({p("a"), never()})->kind(), Condition::Kind::Never);
  EXPECT_EQ(any_of({p("a"), always()})->kind(), Condition::Kind::Always);
  EXPECT_EQ(any_of({})->kind(), Condition::Kind::Never);
  EXPECT_EQ(all_of({})->kind(), Condition::Kind::Always);
}

TEST(Condition, NegationIsNotPushedInwards) {
  // An id without a mapping makes both x and !x false: De Morgan doesn't hold.
  EXPECT_EQ(negation(any_of({p("a"), p("b")}))->text(), "!(a || b)");
  EXPECT_EQ(negation(negation(p("a")))->text(), "a");
  EXPECT_EQ(any_of({p("a"), negation(p("a"))})->text(), "!(a) || a");
}

TEST(Condition, SeesContradictions) {
  EXPECT_EQ(all_of({p("a"), negation(p("a"))})->kind(), Condition::Kind::Never);
  EXPECT_EQ(all_of({equals("f == 1", 1), equals("f == 2", 2)})->kind(), Condition::Kind::Never);
  EXPECT_EQ(all_of({equals("f == 1", 1), equals("f <= 1", 1)})->kind(), Condition::Kind::And);
}

TEST(Condition, TestsLabelsOneByOneUpToFour) {
  EXPECT_EQ(label_test("label", {"a"})->text(), "label & a");
  EXPECT_EQ(label_test("label", {"a", "b", "c", "d"})->text(),
            "label & a || label & b || label & c || label & d");
  EXPECT_EQ(label_test("label", {"a", "b", "c", "d", "e"})->text(), "label in { a, b, c, d, e }");
}

TEST(Numbers, Intersect) {
  const Numbers both = intersection({{0, 5}, {8, 9}}, {{4, 8}});
  ASSERT_EQ(both.size(), 2U);
  EXPECT_TRUE(both[0].from == 4 && both[0].to == 5 && both[1].from == 8 && both[1].to == 8);
  EXPECT_TRUE(intersection({{0, 1}}, {{2, 3}}).empty());
}

TEST(Constants, AreTheKernels) {
  EXPECT_EQ(find_constant("O_RDWR"), 2);
  EXPECT_EQ(find_constant("O_LARGEFILE"), 0100000) << "the C library's is 0";
  EXPECT_EQ(find_constant("AT_FDCWD"), -100);
  EXPECT_EQ(find_constant("S_IFREG"), 0100000);
  EXPECT_EQ(find_constant("CLONE_NEWUSER"), 0x10000000);
  for (const char* const name : {"AF_INET6", "SOCK_STREAM", "PROT_EXEC", "MAP_SHARED", "SIGKILL",
                                 "MS_BIND", "PR_SET_NAME", "ENOSYS", "RESOLVE_BENEATH"}) {
    EXPECT_TRUE(find_constant(name).has_value()) << name;
  }
  EXPECT_FALSE(find_constant("MAP_FAILED").has_value());
  EXPECT_FALSE(find_constant("").has_value());
}

TEST(Constants, NameEachErrnoOnce) {
  EXPECT_EQ(find_errno("EWOULDBLOCK"), "EAGAIN");
  EXPECT_EQ(find_errno("EPERM"), "EPERM");
  EXPECT_EQ(find_errno("O_RDONLY"), "");
}

TEST(Permissions, AreOfTheirClassesGroup) {
  for (const Permission& permission : permissions()) {
    const ClassInfo* const one = find_class(permission.object_class);
    ASSERT_NE(one, nullptr) << permission.name;
    const events::Event* const event = events::builtin_target().find(permission.event);
    if (event == nullptr) continue;
    EXPECT_EQ(event->group, one->group) << permission.event;
    EXPECT_EQ(class_of(*event), one) << permission.event;
  }
}

TEST(Permissions, ReachEveryEvent) {
  for (const events::Event& event : events::builtin_target().events()) {
    EXPECT_NE(class_of(event), nullptr) << event.name << " has no permission";
  }
}

TEST(Classes, AreKnownByName) {
  ASSERT_NE(find_class("use"), nullptr);
  EXPECT_TRUE(find_class("use")->is_open);
  EXPECT_FALSE(find_class("file")->is_open);
  EXPECT_EQ(find_class("flie"), nullptr);
  EXPECT_EQ(class_names().size(), classes().size());
}

TEST(Permissions, AreWholeTogether) {
  EXPECT_EQ(whole_of("file_open"), kReadWrite);
  EXPECT_EQ(whole_of("file_exec"), kWhole);
  EXPECT_EQ(whole_of("sys_enter_write"), kWhole);
}

TEST(Permissions, AreDocumented) {
  std::ostringstream text;
  text << std::ifstream(EVENTFILTER_DOCS "/permissions.md").rdbuf();
  EXPECT_NE(text.str().find(print_permissions()), std::string::npos)
      << "docs/permissions.md lacks this table:\n"
      << print_permissions();
}

TEST(NamedValues, NameFieldsOfTheTarget) {
  for (const NamedValue& named : named_values()) {
    const events::Event* const event = events::builtin_target().find(named.event);
    ASSERT_NE(event, nullptr) << named.event;
    EXPECT_NE(event->find(named.field), nullptr) << named.field;
    EXPECT_EQ(event->find(named.name), nullptr) << named.name << " would hide a field";
  }
}

TEST(Syscalls, OfSetsAndSiblingsExist) {
  const events::Target& target = events::builtin_target();
  for (const std::string& set : syscall_set_names()) {
    const std::vector<std::string_view> names = *find_syscall_set(set);
    for (const std::string_view name : names) {
      EXPECT_NE(target.find_syscall(name), nullptr) << name;
      for (const std::string_view sibling : siblings_of(name)) {
        EXPECT_NE(target.find_syscall(sibling), nullptr) << sibling;
      }
    }
  }
  EXPECT_FALSE(find_syscall_set("@nothing").has_value());
  EXPECT_EQ(siblings_of("execve"), (std::vector<std::string_view>{"execveat"}));
}

}  // namespace
}  // namespace eventfilter::policy
