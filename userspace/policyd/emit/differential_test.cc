// SPDX-License-Identifier: BSD-2-Clause
//
// Random rules for file_open, judged twice: by the compiled ruleset on the core, and by the
// words of docs/language.md, rule by rule.
#include <array>
#include <memory>
#include <random>

#include <gtest/gtest.h>

#include "core/program.h"
#include "core/record.h"
#include "core/rules.h"
#include "emit/compile.h"
#include "emit/schema.h"
#include "events/target.h"

namespace eventfilter::emit {
namespace {

constexpr unsigned kLabels = 6;  // more than are tested one by one
constexpr int kPolicies = 1000;

// What an open asks for, and of which object.
struct Open {
  unsigned access;
  int label;  // -1: none
  unsigned mode;
  unsigned owner;
};
constexpr unsigned kUid = 7;

// Conditions, and what they mean.
struct Test {
  const char* text;
  bool (*holds)(const Open&);
};
constexpr std::array<Test, 5> kTests = {{
    {"mode & 1", [](const Open& o) { return (o.mode & 1) != 0; }},
    {"owner == uid", [](const Open& o) { return o.owner == kUid; }},
    {"(mode & 3) == 2", [](const Open& o) { return (o.mode & 3) == 2; }},
    {"mode & 4 || !(owner == uid)", [](const Open& o) { return (o.mode & 4) || o.owner != kUid; }},
    {"mode in { 1..3 }", [](const Open& o) { return o.mode >= 1 && o.mode <= 3; }},
}};

struct RandomRule {
  bool is_allow;
  bool reads;
  bool writes;
  unsigned labels;  // a bit each; 0: every object
  int test;         // -1: none
  bool has_action;
};

struct RandomPolicy {
  bool is_open;
  std::vector<RandomRule> rules;
};

using Random = std::mt19937;

unsigned below(Random& random, unsigned bound) { return static_cast<unsigned>(random() % bound); }

RandomPolicy draw(Random& random) {
  RandomPolicy policy{below(random, 3) == 0, {}};
  const unsigned count = below(random, 7);
  for (unsigned i = 0; i < count; ++i) {
    const unsigned what = below(random, 3);
    RandomRule rule{};
    rule.is_allow = below(random, 3) != 0;
    rule.reads = what != 1;
    rule.writes = what != 0;
    rule.labels = below(random, 4) == 0 ? 0 : below(random, 1U << kLabels);
    rule.test = below(random, 2) == 0 ? -1 : static_cast<int>(below(random, kTests.size()));
    rule.has_action = !rule.is_allow && below(random, 3) == 0;
    policy.rules.push_back(rule);
  }
  return policy;
}

std::string text_of(const RandomPolicy& policy) {
  std::string text = "policy 1;\n";
  for (unsigned i = 0; i < kLabels; ++i) {
    text += "label l" + std::to_string(i) + " = \"/" + std::to_string(i) + "\";\n";
  }
  text += "domain d {\n";
  if (policy.is_open) text += "  default * allow;\n";
  for (const RandomRule& rule : policy.rules) {
    text += rule.is_allow ? "  allow file" : "  deny file";
    text += rule.reads && rule.writes ? " open" : rule.reads ? " read" : " write";
    if (rule.labels != 0) text += " on {";
    for (unsigned i = 0; i < kLabels; ++i) {
      if ((rule.labels & (1U << i)) != 0) text += " l" + std::to_string(i);
    }
    if (rule.labels != 0) text += " }";
    if (rule.test >= 0) text += std::string(" when ") + kTests[static_cast<std::size_t>(rule.test)].text;
    if (rule.has_action) text += " errno ENOENT";
    text += ";\n";
  }
  return text + "}\n";
}

bool matches(const RandomRule& rule, const Open& open) {
  const bool on = rule.labels == 0 || (open.label >= 0 && (rule.labels & (1U << open.label)) != 0);
  return on && (rule.test < 0 || kTests[static_cast<std::size_t>(rule.test)].holds(open));
}

// Whether one permission is granted: some allow rule, no deny rule; an open class is closed
// once an allow rule names the permission.
bool is_granted(const RandomPolicy& policy, const Open& open, bool RandomRule::*permission) {
  bool allowed = false;
  bool named = false;
  for (const RandomRule& rule : policy.rules) {
    if (!(rule.*permission)) continue;
    if (!rule.is_allow && matches(rule, open)) return false;
    named = named || rule.is_allow;
    allowed = allowed || (rule.is_allow && matches(rule, open));
  }
  return allowed || (policy.is_open && !named);
}

bool expected(const RandomPolicy& policy, const Open& open) {
  const bool reads = (open.access & 4) != 0;
  const bool writes = (open.access & 10) != 0;
  return (!reads || is_granted(policy, open, &RandomRule::reads)) &&
         (!writes || is_granted(policy, open, &RandomRule::writes));
}

// A ruleset on the core, as the kernel evaluates it.
class Ruleset {
 public:
  Ruleset(const std::string& text, const CoreSchema& schema) {
    evf_error error{};
    EXPECT_EQ(evf_rules_parse(&rules_, schema.get(), text.data(), text.size(), &error), 0) << text;
  }
  Ruleset(const Ruleset&) = delete;
  Ruleset& operator=(const Ruleset&) = delete;
  ~Ruleset() { evf_rules_free(&rules_); }

  bool passes(const evf_record& record) const {
    bool is_named = false;
    bool group_passes = true;
    for (std::uint32_t i = 0; i < rules_.nr; ++i) {
      const evf_rule& rule = *evf_rule_of(&rules_, i);
      const evf_event* const event = rules_.event[i];
      if (event == nullptr) {
        if (rule.group == EVF_GROUP_FILE) group_passes = rule.kind == EVF_RULE_ALLOW;
        continue;
      }
      if (std::string(event->name) != "file_open") continue;
      is_named = true;
      if (rule.kind == EVF_RULE_DENY) return false;
      const bool is_filter = rule.kind == EVF_RULE_FILTER;
      if (is_filter && evf_program_run(rule.program, &record) != EVF_PASS) return false;
    }
    return is_named || group_passes;
  }

 private:
  evf_rules rules_{};
};

bool judged(const Ruleset& ruleset, const Open& open) {
  alignas(evf_labels) std::array<std::uint16_t, 2> set = {
      static_cast<std::uint16_t>(open.label >= 0 ? 1 : 0), static_cast<std::uint16_t>(open.label)};
  evf_record record{};
  record.v[EVF_SLOT_file_open_label].labels = reinterpret_cast<const evf_labels*>(set.data());
  record.v[EVF_SLOT_file_open_owner].num = open.owner;
  record.v[EVF_SLOT_file_open_mode].num = open.mode;
  record.v[EVF_SLOT_file_open_access].num = open.access;
  record.v[EVF_SLOT_UID].num = kUid;
  return ruleset.passes(record);
}

// The core's schema of the labels that text_of() declares.
std::vector<policy::Label> labels() {
  std::vector<policy::Label> all;
  for (unsigned i = 0; i < kLabels; ++i) all.push_back({"l" + std::to_string(i), {}});
  return all;
}

TEST(Differential, FileOpen) {
  Random random(20260101);
  const std::vector<policy::Label> names = labels();
  const CoreSchema schema(events::builtin_target(), names);
  for (int i = 0; i < kPolicies; ++i) {
    const RandomPolicy policy = draw(random);
    diag::Diagnostics diagnostics;
    const auto compiled = compile({"f", text_of(policy)}, {}, diagnostics);
    ASSERT_TRUE(compiled.has_value()) << diagnostics.render();
    const std::string& text = compiled->domains.at(0).ruleset;
    // An open class without a rule has no line at all.
    const Ruleset ruleset(text, schema);
    for (int j = 0; j < 60; ++j) {
      constexpr std::array<unsigned, 5> kAccess = {4, 2, 10, 6, 14};
      const Open open{kAccess[below(random, kAccess.size())], static_cast<int>(below(random, kLabels + 1)) - 1,
                      below(random, 8), kUid + below(random, 2)};
      ASSERT_EQ(judged(ruleset, open), expected(policy, open))
          << text_of(policy) << text << "access " << open.access << " label " << open.label
          << " mode " << open.mode << " owner " << open.owner;
    }
  }
}

}  // namespace
}  // namespace eventfilter::emit
