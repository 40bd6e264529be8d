// SPDX-License-Identifier: BSD-2-Clause
//
// From grants built by hand: this layer needs no checker.
#include <gtest/gtest.h>

#include "av/vectors.h"

namespace eventfilter::av {
namespace {

using policy::kRead;
using policy::kReadWrite;
using policy::kWrite;

// A policy of one domain with the labels a, b, c (0, 1, 2).
class OneDomain {
 public:
  OneDomain() {
    source_ = diagnostics_.add_source("f", std::string(100, ' '));
    policy_.labels = {{"a", {}}, {"b", {}}, {"c", {}}};
    policy_.domains.emplace_back();
    domain().name = "d";
  }

  policy::Domain& domain() { return policy_.domains.front(); }

  policy::Grant& add(ast::Effect effect, const char* event, policy::Needs needs,
                     std::vector<policy::LabelId> labels = {}) {
    const auto at = static_cast<std::uint32_t>(domain().rules.size());
    domain().rules.push_back({{source_, at, at + 1}, effect});
    policy::Grant grant;
    grant.effect = effect;
    grant.event = events::builtin_target().find(event);
    grant.needs = needs;
    grant.on = {labels.empty(), std::move(labels)};
    grant.rule = at;
    domain().grants.push_back(std::move(grant));
    return domain().grants.back();
  }

  policy::Grant& allow(const char* event, policy::Needs needs,
                       std::vector<policy::LabelId> labels = {}) {
    return add(ast::Effect::Allow, event, needs, std::move(labels));
  }

  policy::Grant& deny(const char* event, policy::Needs needs,
                      std::vector<policy::LabelId> labels = {}) {
    return add(ast::Effect::Deny, event, needs, std::move(labels));
  }

  DomainVectors compute() {
    return av::compute(policy_, events::builtin_target(), diagnostics_).domains.at(0);
  }

  std::vector<std::string> warnings() const {
    std::vector<std::string> ids;
    for (const diag::Diagnostic& one : diagnostics_.all()) ids.emplace_back(one.id);
    return ids;
  }

 private:
  diag::Diagnostics diagnostics_;
  diag::SourceId source_ = 0;
  policy::Policy policy_;
};

// "0,1: condition; 2: ..." of the groups.
std::string print(const std::vector<LabelGroup>& groups) {
  std::string out;
  for (const LabelGroup& group : groups) {
    if (!out.empty()) out += "; ";
    for (const policy::LabelId label : group.labels) out += std::to_string(label);
    out += ":" + group.when->text();
  }
  return out;
}

std::string allowed(OneDomain& domain) {
  const DomainVectors vectors = domain.compute();
  if (vectors.events.empty()) return "nothing";
  return print(vectors.events.at(0).steps.at(0).verdict.allow);
}

TEST(Compute, EqualConditionsStandTogether) {
  OneDomain d;
  d.allow("file_open", kReadWrite, {0, 2});
  d.allow("file_open", kRead, {1});
  EXPECT_EQ(allowed(d), "02:; 1:!(access & 10)");
}

TEST(Compute, HalvesMakeAWhole) {
  OneDomain d;
  d.allow("file_open", kRead, {0});
  d.allow("file_open", kWrite, {0});
  EXPECT_EQ(allowed(d), "0:");
}

TEST(Compute, ConditionalHalves) {
  OneDomain d;
  d.allow("file_open", kRead, {0}).when = policy::predicate("mode & 1");
  d.allow("file_open", kWrite, {0}).when = policy::predicate("mode & 2");
  EXPECT_EQ(allowed(d),
            "0:(mode & 1 && !(access & 10)) || (mode & 1 && mode & 2) || "
            "(mode & 2 && !(access & 4))");
}

TEST(Compute, DenyTakesHalfAway) {
  OneDomain d;
  d.allow("file_open", kReadWrite, {0, 1});
  d.deny("file_open", kWrite, {1});
  EXPECT_EQ(allowed(d), "0:; 1:!(access & 10)");
}

TEST(Compute, DenyWinsEverywhere) {
  OneDomain d;
  d.allow("file_open", kReadWrite, {0});
  d.deny("file_open", kReadWrite);
  EXPECT_EQ(d.compute().events.size(), 0U) << "the group's default says it";
}

TEST(Compute, ConditionalDenyIsNegated) {
  OneDomain d;
  d.allow("file_unlink", policy::kWhole, {0});
  d.deny("file_unlink", policy::kWhole, {0}).when = policy::predicate("mode & 1");
  EXPECT_EQ(allowed(d), "0:!(mode & 1)");
}

TEST(Compute, ClosedGroupsAreThoseWithoutDefault) {
  OneDomain d;
  using events::Group;
  EXPECT_EQ(d.compute().closed,
            (std::set<Group>{Group::File, Group::Socket, Group::Task, Group::System}));
  d.domain().open_classes = {"file", "socket", "unix", "signal"};
  EXPECT_EQ(d.compute().closed, (std::set<Group>{Group::Task, Group::System}));
}

TEST(Compute, OpenClassClosesWhatIsNamed) {
  OneDomain d;
  d.domain().open_classes = {"file", "system"};
  d.allow("file_open", kRead, {0});
  const Verdict verdict = d.compute().events.at(0).steps.at(0).verdict;
  EXPECT_EQ(verdict.any->text(), "!(access & 4)");
  EXPECT_EQ(print(verdict.allow), "0:");
}

TEST(Compute, OpenClassKeepsDenies) {
  OneDomain d;
  d.domain().open_classes = {"file", "system"};
  d.deny("file_open", kWrite, {1});
  const Verdict verdict = d.compute().events.at(0).steps.at(0).verdict;
  EXPECT_EQ(verdict.any->kind(), policy::Condition::Kind::Always);
  EXPECT_EQ(print(verdict.deny), "1:access & 10");
}

TEST(Compute, StepsRefuseBeforeTheyLog) {
  OneDomain d;
  d.allow("file_exec", policy::kWhole, {0});
  const auto action = [](ast::Action::Kind kind, std::string error) {
    policy::Action made;
    made.kind = kind;
    made.error = std::move(error);
    return made;
  };
  d.deny("file_exec", policy::kWhole, {0}).action = action(ast::Action::Kind::Log, "");
  d.deny("file_exec", policy::kWhole, {1}).action = action(ast::Action::Kind::Errno, "ENOENT");
  d.deny("file_exec", policy::kWhole, {2}).action = action(ast::Action::Kind::Kill, "");
  const std::vector<Step> steps = d.compute().events.at(0).steps;
  ASSERT_EQ(steps.size(), 4U);
  EXPECT_EQ(steps[0].action, "kill");
  EXPECT_EQ(steps[1].action, "errno ENOENT");
  EXPECT_EQ(steps[2].action, "");
  EXPECT_EQ(steps[3].action, "log");
}

TEST(Compute, NothingComesAfterAConstantNo) {
  OneDomain d;
  d.deny("file_exec", policy::kWhole).action.kind = ast::Action::Kind::Kill;
  EXPECT_EQ(d.compute().events.at(0).steps.size(), 1U);
}

TEST(Warn, ShadowedAndNever) {
  OneDomain d;
  d.allow("file_open", kReadWrite, {0});
  d.allow("file_open", kRead, {0});
  d.allow("file_exec", policy::kWhole, {1});
  d.deny("file_exec", policy::kWhole);
  d.compute();
  EXPECT_EQ(d.warnings(), (std::vector<std::string>{"rule_shadowed", "rule_never"}));
}

TEST(Warn, SiblingsNotBothWays) {
  OneDomain d;
  d.deny("sys_enter_execve", policy::kWhole);
  d.deny("sys_enter_execveat", policy::kWhole);
  d.compute();
  EXPECT_EQ(d.warnings(), std::vector<std::string>{});
}

}  // namespace
}  // namespace eventfilter::av
