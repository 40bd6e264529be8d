// SPDX-License-Identifier: BSD-2-Clause
#include "emit/label_names.h"

#include <algorithm>

#include <linux/eventfilter.h>

#include "policy/deep_names.h"

namespace eventfilter::emit {
namespace {

using policy::Attribute;
using policy::LabelId;

// Up to this many labels an attribute doesn't stand for them: each is worth reading.
constexpr std::size_t kMaxNamed = 4;

// What the kernel counts of groups, and whether one more fits.
class Room {
 public:
  explicit Room(const policy::Policy& policy)
      : groups_of_(policy.labels.size()), names_(policy.labels.size()) {
    for (const policy::Group& group : policy.groups) take(group.members);
  }

  bool has_room(const std::vector<LabelId>& members) const {
    return names_ < EVF_MAX_SPACE_NAMES && members_ + members.size() <= EVF_MAX_SPACE_MEMBERS &&
           std::all_of(members.begin(), members.end(),
                       [&](LabelId one) { return groups_of_[one] < EVF_MAX_OBJECT_GROUPS; });
  }

  void take(const std::vector<LabelId>& members) {
    ++names_;
    members_ += members.size();
    for (const LabelId one : members) ++groups_of_[one];
  }

 private:
  std::vector<unsigned> groups_of_;
  std::size_t names_;
  std::size_t members_ = 0;
};

std::vector<LabelId> without(const std::vector<LabelId>& all, const std::vector<LabelId>& taken) {
  std::vector<LabelId> left;
  std::set_difference(all.begin(), all.end(), taken.begin(), taken.end(), std::back_inserter(left));
  return left;
}

// Of the attributes, the one that stands for most of the labels; nullptr if none does for two.
const Attribute* widest(const std::vector<const Attribute*>& attributes,
                        const std::vector<LabelId>& labels) {
  const Attribute* best = nullptr;
  std::size_t most = 1;
  for (const Attribute* const one : attributes) {
    const std::size_t count = labels.size() - without(labels, one->members).size();
    if (count <= most) continue;
    most = count;
    best = one;
  }
  return best;
}

}  // namespace

LabelNames::LabelNames(const policy::Policy& policy) : policy_(policy) {
  Room room(policy);
  for (const Attribute& one : policy.attributes) {
    // A group has no members of one user's alone: what is each user's own is named itself.
    const bool is_users = std::any_of(one.members.begin(), one.members.end(),
                                      [&](LabelId id) { return policy.labels[id].is_users; });
    if (is_users || one.members.size() < 2 || !room.has_room(one.members)) continue;
    room.take(one.members);
    attributes_.push_back(&one);
  }
}

policy::ConditionPtr LabelNames::test(const events::Event& event, const std::string& field,
                                      const std::vector<LabelId>& labels) {
  return policy::test_labels(policy_, event, field, labels, [&](const std::vector<LabelId>& rest) {
    return carried(field, rest);
  });
}

policy::ConditionPtr LabelNames::carried(const std::string& field, const std::vector<LabelId>& labels) {
  std::vector<std::string> all;
  for (const LabelId label : labels) all.push_back(policy_.labels[label].name);
  policy::ConditionPtr plain = policy::label_test(field, all);
  if (labels.size() <= kMaxNamed) return plain;
  std::vector<const Attribute*> within;
  for (const Attribute* const one : attributes_) {
    if (std::includes(labels.begin(), labels.end(), one->members.begin(), one->members.end())) {
      within.push_back(one);
    }
  }
  std::vector<LabelId> rest = labels;
  std::vector<const Attribute*> chosen;
  while (const Attribute* const one = widest(within, rest)) {
    rest = without(rest, one->members);
    chosen.push_back(one);
  }
  std::vector<std::string> names;
  for (const Attribute* const one : chosen) names.push_back(one->name);
  for (const LabelId label : rest) names.push_back(policy_.labels[label].name);
  std::sort(names.begin(), names.end());
  policy::ConditionPtr shorter = policy::label_test(field, names);
  if (shorter->text().size() >= plain->text().size()) return plain;
  used_.insert(chosen.begin(), chosen.end());
  return shorter;
}

std::vector<policy::Label> LabelNames::names() const {
  std::vector<policy::Label> names = policy_.labels;
  const auto add = [&](const std::string& name) {
    names.push_back({name, {}, policy::Label::Kind::Group, false});
  };
  for (const policy::Group& group : policy_.groups) add(group.name);
  for (const Attribute* const one : attributes_) add(one->name);
  std::sort(names.begin(), names.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return names;
}

std::vector<const Attribute*> LabelNames::used() const {
  std::vector<const Attribute*> all(used_.begin(), used_.end());
  std::sort(all.begin(), all.end(), [](const auto* a, const auto* b) { return a->name < b->name; });
  return all;
}

}  // namespace eventfilter::emit
