// SPDX-License-Identifier: BSD-2-Clause
#include "labeld/contents.h"

#include <cerrno>

#include "apply/label_objects.h"

namespace eventfilter::labeld {
namespace {

using emit::CompiledPolicy;
using emit::LabelAssignment;

std::vector<std::string> names_of(const CompiledPolicy& policy, const Split& split,
                                  const std::set<uid_t>& users) {
  std::vector<std::string> names = policy.labels;
  for (const emit::CompiledDomain& one : policy.domains) {
    if (one.is_labelled) names.push_back(one.name);
  }
  for (const uid_t uid : users) {
    for (const std::string& label : split.labels) names.push_back(instance_name(label, uid));
  }
  return names;
}

// Groups, which have the instances of their members, too; file system types and endpoints.
std::map<std::string, Line> lines_of(const CompiledPolicy& policy, const Split& split,
                                     const std::set<uid_t>& users) {
  std::map<std::string, Line> lines;
  for (const emit::CompiledGroup& group : policy.groups) {
    std::string text = "group " + group.name + " =";
    for (const std::string& member : policy.members_of(group)) {
      text += ' ' + member;
      if (!split.labels.contains(member)) continue;
      for (const uid_t uid : users) text += ' ' + instance_name(member, uid);
    }
    lines["group " + group.name] = {text, "group " + group.name + " ="};
  }
  for (const emit::CompiledPlace& one : policy.places) {
    const bool endpoint = one.text.starts_with("endpoint ");
    lines[one.text] = {one.text + ' ' + one.label, endpoint ? "un" + one.text : one.text};
  }
  return lines;
}

struct Labels {
  Plan plan;
  std::vector<std::string> remarks;
  std::string problems;
};

Labels label(int trial, std::vector<LabelAssignment> assignments, const std::vector<apply::Mount>& mounts) {
  CompiledPolicy policy;
  policy.assignments = std::move(assignments);
  PlanSink sink(trial);
  const apply::Labelled labelled =
      apply::label_objects(policy, mounts, sink, apply::Untrusted::Missing);
  Labels made{sink.take(), {}, {}};
  for (const apply::Remark& one : labelled.remarks) {
    if (one.level == apply::Remark::Level::Note) continue;
    made.remarks.push_back((one.where.file.empty() ? "" : to_string(one.where) + ": ") + one.text);
  }
  for (const apply::Problem& one : labelled.problems) {
    made.problems += to_string(one.where) + ": error: " + one.text + '\n';
    if (!one.hint.empty()) made.problems += "hint: " + one.hint + '\n';
  }
  return made;
}

// One user's assignments beside those of all: an object that has another label already keeps it, and the
// user has none of his labels, rather than some.
void add_instance(Wanted& wanted, Labels mine, uid_t uid) {
  for (const auto& [key, one] : mine.plan) {
    const auto other = wanted.contents.plan.find(key);
    if (other != wanted.contents.plan.end() && other->second.names != one.names)
      mine.problems += "an object has the label " + other->second.names + " already\n";
  }
  if (!mine.problems.empty()) {
    wanted.remarks.push_back("uid " + std::to_string(uid) + " has no labels of its own: " + mine.problems);
    return;
  }
  for (std::string& remark : mine.remarks) wanted.remarks.push_back(std::move(remark));
  wanted.contents.plan.merge(mine.plan);
}

base::Result<void> try_rulesets(int trial, const std::set<RulesetKey>& keys) {
  for (const RulesetKey& key : keys) {
    if (auto written = write_ruleset(trial, key); !written) return written.error();
  }
  return {};
}

}  // namespace

RulesetKey key_of_domain(const emit::CompiledDomain& domain, const Split& split, uid_t uid, bool entered) {
  return {domain.name, entered && domain.is_labelled ? domain.name : "", domain.permissive,
          instantiate(domain.ruleset, split.labels, uid)};
}

RulesetKey key_of_target(const emit::CompiledDomain& domain) {
  return {domain.name, domain.is_labelled ? domain.name : "", domain.permissive,
          domain.stacked.empty() ? domain.ruleset : domain.stacked};
}

RulesetKey key_of_session(const emit::CompiledRole& role, const Split& split, uid_t uid) {
  return {role.name, "", false, instantiate(role.session, split.labels, uid)};
}

std::set<RulesetKey> all_keys(const CompiledPolicy& policy, const Split& split,
                              const std::set<uid_t>& users) {
  std::set<RulesetKey> keys;
  const auto add = [&](const Split& labels, uid_t uid) {
    for (const emit::CompiledDomain& one : policy.domains) {
      for (const bool entered : {true, false}) keys.insert(key_of_domain(one, labels, uid, entered));
    }
    for (const emit::CompiledRole& one : policy.roles) keys.insert(key_of_session(one, labels, uid));
  };
  add({}, 0);
  for (const emit::CompiledDomain& one : policy.domains) keys.insert(key_of_target(one));
  if (!split.labels.empty()) {
    for (const uid_t uid : users) add(split, uid);
  }
  return keys;
}

base::Result<Wanted> try_out(const CompiledPolicy& policy, const Split& split,
                             const std::set<uid_t>& users, const std::vector<apply::Mount>& mounts) {
  auto trial = Space::create();
  if (!trial) return trial.error();
  Contents begin;
  begin.labels = names_of(policy, split, users);
  begin.lines = lines_of(policy, split, users);
  if (auto done = trial.value().become(begin); !done) return done.error();
  Wanted wanted{std::move(begin), {}};
  Labels common = label(trial.value().get(), split.common, mounts);
  if (!common.problems.empty()) return base::Error{EINVAL, common.problems};
  wanted.remarks = std::move(common.remarks);
  wanted.contents.plan = std::move(common.plan);
  for (const uid_t uid : users) {
    const std::string home = home_of(uid);
    if (home.empty()) continue;
    add_instance(wanted, label(trial.value().get(), instantiate(split, home, uid), mounts), uid);
  }
  if (auto tried = try_rulesets(trial.value().get(), all_keys(policy, split, users)); !tried)
    return tried.error();
  return wanted;
}

}  // namespace eventfilter::labeld
