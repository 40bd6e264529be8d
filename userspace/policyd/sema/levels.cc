// SPDX-License-Identifier: BSD-2-Clause
#include "sema/levels.h"

#include <algorithm>
#include <map>
#include <set>

#include <linux/eventfilter.h>

namespace eventfilter::sema {
namespace {

// A level, lowest first, and categories; `any`: of all levels at once.
struct Level {
  bool any = false;
  std::size_t rank = 0;
  std::set<std::string> categories;

  auto operator<=>(const Level&) const = default;
};

bool dominates(const Level& a, const Level& b) {
  return a.any || b.any ||
         (a.rank >= b.rank && std::includes(a.categories.begin(), a.categories.end(),
                                            b.categories.begin(), b.categories.end()));
}

template <typename Declaration, typename Function>
void for_each(const ast::Policy& policy, Function&& function) {
  for (const ast::File& file : policy.files) {
    for (const ast::Declaration& declaration : file.declarations) {
      if (const auto* const one = std::get_if<Declaration>(&declaration)) function(*one);
    }
  }
}

// One run of apply_levels().
class LevelChecker {
 public:
  LevelChecker(const Names& names, Reporter& reporter, policy::Policy& ret)
      : names_(names), reporter_(reporter), ret_(ret) {}

  void declare(const ast::Levels& levels);
  void declare(const ast::Categories& categories);
  void add(const ast::Label& label);
  void add(const ast::Domain& domain);
  void apply();

 private:
  using Taken = std::map<std::string, Range>;
  using ByLevel = std::map<Level, std::vector<policy::LabelId>>;

  bool is_new(const ast::Name& name, const char* kind, Taken& taken);
  std::optional<Level> resolve(const ast::Level& level);
  Level level_of(std::size_t domain) const;
  Level level_of_label(policy::LabelId id) const;
  policy::Reach reach(const Level& level, const ByLevel& labels) const;
  void limit(policy::Domain& domain, const policy::Clearance& clearance);
  void limit_own_classes(policy::Domain& domain, const policy::Reach& reach);
  void name_levels(const ByLevel& labels);

  const Names& names_;
  Reporter& reporter_;
  policy::Policy& ret_;
  Range first_;                       // where levels are declared
  std::vector<std::string> levels_;   // lowest first
  Taken level_names_;
  Taken categories_;
  std::map<std::string, Level> label_levels_;
  std::map<std::string, Level> domain_levels_;
};

bool LevelChecker::is_new(const ast::Name& name, const char* kind, Taken& taken) {
  const auto [entry, inserted] = taken.emplace(name.text, name.range);
  if (!inserted) {
    reporter_.report(Message::duplicate_name, name.range, {kind, name.text}, {},
                     {{entry->second, "it is declared here"}});
  }
  return inserted;
}

void LevelChecker::declare(const ast::Levels& levels) {
  if (!levels_.empty()) {
    reporter_.report(Message::levels_again, levels.range, {}, {}, {{first_, "they are declared here"}});
    return;
  }
  first_ = levels.range;
  for (const ast::Name& name : levels.names) {
    if (is_new(name, "level", level_names_)) levels_.push_back(name.text);
  }
}

void LevelChecker::declare(const ast::Categories& categories) {
  for (const ast::Name& name : categories.names) is_new(name, "category", categories_);
}

std::vector<std::string> keys_of(const std::map<std::string, Range>& map) {
  std::vector<std::string> keys;
  for (const auto& [key, range] : map) keys.push_back(key);
  return keys;
}

// What the label space calls the objects of a level: one name for each level and its categories.
std::string name_of(const Level& level, const std::vector<std::string>& levels) {
  if (level.any) return "level";
  std::string name = "level." + levels[level.rank];
  for (const std::string& category : level.categories) name += "." + category;
  return name;
}

std::optional<Level> LevelChecker::resolve(const ast::Level& level) {
  Level made;
  made.any = level.all;
  if (made.any) return made;
  const auto found = std::find(levels_.begin(), levels_.end(), level.name.text);
  if (found == levels_.end()) {
    reporter_.report(Message::unknown_level, level.name.range, {level.name.text},
                     diag::nearest_hint(level.name.text, levels_));
    return std::nullopt;
  }
  made.rank = static_cast<std::size_t>(found - levels_.begin());
  for (const ast::Name& name : level.categories) {
    if (categories_.count(name.text) == 0) {
      reporter_.report(Message::unknown_category, name.range, {name.text},
                       diag::nearest_hint(name.text, keys_of(categories_)));
    } else if (!made.categories.insert(name.text).second) {
      reporter_.report(Message::name_again, name.range, {name.text});
    }
  }
  const std::string name = name_of(made, levels_);
  if (name.size() <= EVF_MAX_LABEL_NAME) return made;
  reporter_.report(Message::level_too_long, level.range, {name, std::to_string(EVF_MAX_LABEL_NAME)});
  return std::nullopt;
}

void LevelChecker::add(const ast::Label& label) {
  if (!label.level) return;
  if (const auto level = resolve(*label.level)) label_levels_[label.name.text] = *level;
}

void LevelChecker::add(const ast::Domain& domain) {
  if (!domain.level) return;
  if (const auto level = resolve(*domain.level)) domain_levels_[domain.name.text] = *level;
}

// Its own, or that of the one that it is from; else the lowest.
Level LevelChecker::level_of(std::size_t domain) const {
  std::size_t depth = 0;
  for (std::optional<std::size_t> at = domain; at && depth < EVF_MAX_LAYERS; at = ret_.domains[*at].from) {
    const auto found = domain_levels_.find(ret_.domains[*at].name);
    if (found != domain_levels_.end()) return found->second;
    ++depth;
  }
  return {};
}

// Of an object's; what has no path has every level.
Level LevelChecker::level_of_label(policy::LabelId id) const {
  const std::string& name = ret_.labels[id].name;
  if (name == policy::kAnonymous) return {true, 0, {}};
  const auto found = label_levels_.find(name);
  return found == label_levels_.end() ? Level() : found->second;
}

policy::Reach LevelChecker::reach(const Level& level, const ByLevel& labels) const {
  policy::Reach made;
  for (const auto& [other, ids] : labels) {
    if (dominates(level, other)) made.readable.insert(made.readable.end(), ids.begin(), ids.end());
    if (dominates(other, level)) made.writable.insert(made.writable.end(), ids.begin(), ids.end());
  }
  std::sort(made.readable.begin(), made.readable.end());
  std::sort(made.writable.begin(), made.writable.end());
  return made;
}

// Of a class of one's own nobody says which way its permissions go.
void LevelChecker::limit_own_classes(policy::Domain& domain, const policy::Reach& reach) {
  for (policy::UserGrant& grant : domain.user_grants) {
    if (grant.effect == ast::Effect::Deny) continue;
    std::vector<policy::LabelId> level;
    std::set_intersection(reach.readable.begin(), reach.readable.end(), reach.writable.begin(),
                          reach.writable.end(), std::back_inserter(level));
    if (grant.on.all) {
      grant.on = {false, std::move(level)};
      continue;
    }
    std::vector<policy::LabelId> left;
    std::set_intersection(grant.on.labels.begin(), grant.on.labels.end(), level.begin(), level.end(),
                          std::back_inserter(left));
    grant.on.labels = std::move(left);
  }
}

void LevelChecker::limit(policy::Domain& domain, const policy::Clearance& clearance) {
  std::vector<policy::Grant> left;
  std::map<std::size_t, bool> allows;  // rules: whether something is left
  for (const policy::Grant& grant : domain.grants) {
    if (grant.effect == ast::Effect::Deny) {
      left.push_back(grant);
      continue;
    }
    for (policy::Grant& one : policy::within(clearance, grant)) {
      bool& some = allows[grant.rule];
      some = some || one.on.all || !one.on.labels.empty();
      left.push_back(std::move(one));
    }
  }
  for (const auto& [rule, some] : allows) {
    if (!some) reporter_.report(Message::level_refuses, domain.rules[rule].range, {domain.name});
  }
  domain.grants = std::move(left);
  limit_own_classes(domain, clearance.objects);
  domain.clearance = clearance;
}

// So that filters can name a level where they would list its labels; but for those of which each user
// has his own, which no group has.
void LevelChecker::name_levels(const ByLevel& labels) {
  for (const auto& [level, ids] : labels) {
    policy::Attribute made{name_of(level, levels_), {}};
    std::copy_if(ids.begin(), ids.end(), std::back_inserter(made.members),
                 [&](policy::LabelId id) { return !ret_.labels[id].is_users && ret_.labels[id].is_carried; });
    ret_.attributes.push_back(std::move(made));
  }
  std::sort(ret_.attributes.begin(), ret_.attributes.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
}

void LevelChecker::apply() {
  if (levels_.empty()) return;
  ByLevel objects;
  ByLevel tasks;
  std::map<std::string, std::size_t> domains;
  for (std::size_t i = 0; i < ret_.domains.size(); ++i) domains[ret_.domains[i].name] = i;
  for (policy::LabelId id = 0; id < ret_.labels.size(); ++id) {
    const policy::Label& label = ret_.labels[id];
    if (label.kind == policy::Label::Kind::Domain) {
      tasks[level_of(domains.at(label.name))].push_back(id);
      // A task without a label would have no level.
      names_.use_task_label(label.name);
    } else {
      objects[level_of_label(id)].push_back(id);
    }
  }
  for (const policy::DeepName& one : ret_.deep_names) {
    if (level_of_label(one.label) == level_of_label(one.base)) continue;
    reporter_.report(Message::level_of_name, one.range,
                     {ret_.labels[one.label].name, ret_.labels[one.base].name});
  }
  std::map<Level, policy::Clearance> known;
  for (std::size_t i = 0; i < ret_.domains.size(); ++i) {
    const Level level = level_of(i);
    if (level.any) continue;
    const auto [entry, is_new] = known.emplace(level, policy::Clearance());
    if (is_new) entry->second = {reach(level, objects), reach(level, tasks)};
    limit(ret_.domains[i], entry->second);
  }
  name_levels(objects);
}

}  // namespace

void apply_levels(const ast::Policy& tree, const Names& names, Reporter& reporter,
                  policy::Policy& ret) {
  LevelChecker checker(names, reporter, ret);
  for_each<ast::Levels>(tree, [&](const ast::Levels& one) { checker.declare(one); });
  for_each<ast::Categories>(tree, [&](const ast::Categories& one) { checker.declare(one); });
  for_each<ast::Label>(tree, [&](const ast::Label& one) { checker.add(one); });
  for_each<ast::Domain>(tree, [&](const ast::Domain& one) { checker.add(one); });
  checker.apply();
}

}  // namespace eventfilter::sema
