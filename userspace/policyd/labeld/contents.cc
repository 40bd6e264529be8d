// SPDX-License-Identifier: BSD-2-Clause
#include "labeld/contents.h"

#include <algorithm>
#include <cerrno>
#include <iterator>

#include "apply/label_objects.h"
#include "ipc/policy_view.h"

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
std::vector<std::string> lines_of(const CompiledPolicy& policy, const Split& split,
                                  const std::set<uid_t>& users) {
  std::vector<std::string> lines;
  for (const emit::CompiledGroup& group : policy.groups) {
    std::string text = "group " + group.name + " =";
    for (const std::string& member : policy.members_of(group)) {
      text += ' ' + member;
      if (!split.labels.contains(member)) continue;
      for (const uid_t uid : users) text += ' ' + instance_name(member, uid);
    }
    lines.push_back(std::move(text));
  }
  for (const emit::CompiledPlace& one : policy.places) lines.push_back(one.text + ' ' + one.label);
  return lines;
}

struct Labels {
  std::vector<std::string> remarks;
  std::string problems;
};

Labels label(apply::LabelSink& sink, std::vector<LabelAssignment> assignments,
             const std::vector<apply::Mount>& mounts) {
  CompiledPolicy policy;
  policy.assignments = std::move(assignments);
  const apply::Labelled labelled =
      apply::label_objects(policy, mounts, sink, apply::Untrusted::Missing);
  Labels made;
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

// One user's assignments beside those staged already: an object that has another label keeps it, and the
// user has none of his labels, rather than some. Why, or "".
std::string conflict(const Plan& mine, const std::map<Key, std::string>& staged) {
  for (const auto& [key, one] : mine) {
    const auto other = staged.find(key);
    if (other != staged.end() && other->second != one.names)
      return "an object has the label " + other->second + " already\n";
  }
  return "";
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

RulesetKey key_of_handle(const emit::CompiledDomain& handle, const Split& split, uid_t uid) {
  return {std::string(ipc::kHandlePrefix) + handle.name, "", handle.permissive, instantiate(handle.ruleset, split.labels, uid)};
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
    for (const emit::CompiledDomain& one : policy.handles) keys.insert(key_of_handle(one, labels, uid));
    for (const emit::CompiledRole& one : policy.roles) keys.insert(key_of_session(one, labels, uid));
  };
  add({}, 0);
  for (const emit::CompiledDomain& one : policy.domains) keys.insert(key_of_target(one));
  if (!split.labels.empty()) {
    for (const uid_t uid : users) add(split, uid);
  }
  return keys;
}

Words words_of(const CompiledPolicy& policy, const Split& split, const std::set<uid_t>& users) {
  return {names_of(policy, split, users), lines_of(policy, split, users)};
}

base::Result<void> try_out(Space& trial, const Words& words, const std::set<RulesetKey>& rulesets) {
  if (auto named = trial.name(words.labels); !named) return named;
  if (auto said = trial.begin(words.lines); !said) return said;
  for (const RulesetKey& key : rulesets) {
    if (auto written = write_ruleset(trial.get(), key); !written) return written.error();
  }
  return {};
}

base::Result<std::vector<std::string>> stage_objects(const Space& space, const Space& trial, const Split& split,
                                                     const std::set<uid_t>& users,
                                                     const std::vector<apply::Mount>& mounts) {
  StagingSink sink(space.get());
  Labels common = label(sink, split.common, mounts);
  if (!common.problems.empty()) return base::Error{EINVAL, common.problems};
  std::vector<std::string> remarks = std::move(common.remarks);
  std::map<Key, std::string> staged = sink.staged();
  for (const uid_t uid : users) {
    const std::string home = home_of(uid);
    if (home.empty()) continue;
    TryingSink trying(trial.get());
    Labels mine = label(trying, instantiate(split, home, uid), mounts);
    const Plan plan = trying.take();
    mine.problems += conflict(plan, staged);
    if (!mine.problems.empty()) {
      remarks.push_back("uid " + std::to_string(uid) + " has no labels of its own: " + mine.problems);
      continue;
    }
    std::move(mine.remarks.begin(), mine.remarks.end(), std::back_inserter(remarks));
    for (const auto& [key, one] : plan) {
      if (auto done = stage(space.get(), key, one); !done) return done.error();
      staged[key] = one.names;
    }
  }
  return remarks;
}

}  // namespace eventfilter::labeld
