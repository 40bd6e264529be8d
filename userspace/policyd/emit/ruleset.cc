// SPDX-License-Identifier: BSD-2-Clause
#include "emit/ruleset.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <map>
#include <memory>
#include <set>

#include "core/rules.h"
#include "policy/syscalls.h"

namespace eventfilter::emit {
namespace {

using policy::ConditionPtr;

// A verdict in terms of one label field.
ConditionPtr filter_on(const av::Verdict& verdict, const events::Event& event,
                       const std::string& field, LabelNames& labels) {
  const auto on = [&](const av::LabelGroup& group) {
    return policy::all_in_order({labels.test(event, field, group.labels), group.when});
  };
  std::vector<ConditionPtr> yes = {verdict.any};
  for (const av::LabelGroup& group : verdict.allow) yes.push_back(on(group));
  std::vector<ConditionPtr> all = {policy::any_in_order(std::move(yes))};
  for (const av::LabelGroup& group : verdict.deny) all.push_back(policy::negation(on(group)));
  all.push_back(policy::negation(verdict.deny_any));
  return policy::all_in_order(std::move(all));
}

// The verdict on where an object goes.
av::Verdict moved(av::Verdict verdict) {
  const auto move = [](ConditionPtr& one) { one = policy::with_group_field(one, "new_label"); };
  move(verdict.any);
  move(verdict.deny_any);
  for (av::LabelGroup& group : verdict.allow) move(group.when);
  for (av::LabelGroup& group : verdict.deny) move(group.when);
  return verdict;
}

}  // namespace

// Where an object moves from one label to another, both have to grant it.
ConditionPtr filter_of(const av::Verdict& verdict, const events::Event& event,
                       LabelNames& labels) {
  ConditionPtr filter = filter_on(verdict, event, "label", labels);
  if (event.find("new_label") == nullptr) return filter;
  return policy::all_in_order({filter, filter_on(moved(verdict), event, "new_label", labels)});
}

namespace {

// What comes after the names of a line: "label & tmp_t else errno ENOENT".
std::string body_of(const av::Step& step, const events::Event& event,
                    LabelNames& labels) {
  const ConditionPtr filter = filter_of(step.verdict, event, labels);
  const std::string action = step.action.empty() ? "" : " else " + step.action;
  switch (filter->kind()) {
    case policy::Condition::Kind::Always: return "allow";
    case policy::Condition::Kind::Never: return "deny" + action;
    default: return filter->text() + action;
  }
}

// The order of a ruleset: object events as the target lists them, then syscalls by name.
struct InOrder {
  bool operator()(const events::Event* a, const events::Event* b) const {
    const bool a_last = a->group == events::Group::Syscalls;
    const bool b_last = b->group == events::Group::Syscalls;
    if (a_last != b_last) return b_last;
    return a_last ? a->name < b->name : a < b;
  }
};

const av::EventVector* find(const av::DomainVectors& layer, const events::Event* event) {
  for (const av::EventVector& vector : layer.events) {
    if (vector.event == event) return &vector;
  }
  return nullptr;
}

// Whether the layer refuses an event that it doesn't name.
bool closes(const av::DomainVectors& layer, const events::Event& event) {
  if (layer.closed.count(event.group) != 0) return true;
  if (event.group != events::Group::Syscalls || !policy::is_io_uring(event.syscall())) return false;
  return std::any_of(layer.events.begin(), layer.events.end(), [](const av::EventVector& vector) {
    return vector.event->group == events::Group::Syscalls && !vector.steps.empty();
  });
}

// What must hold for one event, in all layers. What only records comes last: it ends the verdict and
// lets the event pass.
std::vector<std::string> bodies_of(const Layers& layers, const events::Event& event,
                                   LabelNames& labels) {
  std::vector<std::string> bodies;
  std::vector<std::string> records;
  for (const av::DomainVectors* const layer : layers) {
    const av::EventVector* const vector = find(*layer, &event);
    if (vector == nullptr && closes(*layer, event)) bodies.push_back("deny");
    if (vector == nullptr) continue;
    for (const av::Step& step : vector->steps) {
      const bool only_records = step.action.starts_with("log");
      (only_records ? records : bodies).push_back(body_of(step, event, labels));
    }
  }
  bodies.insert(bodies.end(), records.begin(), records.end());
  if (bodies.empty()) bodies.push_back("allow");
  return bodies;
}

// One line for events that pass alike, where the first of them would stand.
std::string draft(const Layers& layers, LabelNames& labels) {
  std::set<events::Group> closed;
  std::set<const events::Event*, InOrder> named;
  for (const av::DomainVectors* const layer : layers) {
    closed.insert(layer->closed.begin(), layer->closed.end());
    for (const av::EventVector& vector : layer->events) named.insert(vector.event);
  }
  struct Entry {
    std::string names;
    std::vector<std::string> bodies;
  };
  std::vector<Entry> entries;
  std::map<std::vector<std::string>, std::size_t> known;
  for (const events::Event* const event : named) {
    std::vector<std::string> bodies = bodies_of(layers, *event, labels);
    if (layers.size() > 1 && closed.count(event->group) != 0 && bodies.front() == "deny") continue;
    const auto [place, is_new] = known.emplace(bodies, entries.size());
    if (is_new) {
      entries.push_back({event->name, std::move(bodies)});
    } else {
      entries[place->second].names += ", " + event->name;
    }
  }
  std::string out;
  for (const events::Group group : closed) out += std::string(events::group_name(group)) + ": deny\n";
  for (const Entry& entry : entries) {
    for (const std::string& body : entry.bodies) out += entry.names + ": " + body + "\n";
  }
  return out;
}

base::Error core_error(int result, const evf_error& error) {
  if (result != -EINVAL) return base::system_error(-result, "the core");
  std::array<char, 256> sentence{};
  evf_error_sentence(&error, sentence.data(), sentence.size());
  return {EINVAL, sentence.data()};
}

struct FreeText {
  void operator()(char* text) const { evf_free(text); }
};

base::Result<std::string> canonical(const std::string& text, const CoreSchema& schema) {
  char* raw = nullptr;
  evf_error error{};
  const int result = evf_format(schema.get(), text.data(), text.size(), &raw, &error);
  if (result != 0) return core_error(result, error);
  const std::unique_ptr<char, FreeText> owner(raw);
  return std::string(raw);
}

base::Result<void> check(const std::string& text, const CoreSchema& schema) {
  evf_rules rules{};
  evf_error error{};
  const int result = evf_rules_parse(&rules, schema.get(), text.data(), text.size(), &error);
  evf_rules_free(&rules);
  if (result != 0) return core_error(result, error);
  return {};
}

}  // namespace

base::Result<std::string> canonical_ruleset(const std::string& text, const CoreSchema& schema) {
  base::Result<std::string> formatted = canonical(text, schema);
  if (!formatted) return formatted;
  const base::Result<void> taken = check(formatted.value(), schema);
  if (!taken) return taken.error();
  return formatted;
}

base::Result<std::string> ruleset_of(const Layers& layers, LabelNames& labels,
                                     const CoreSchema& schema) {
  return canonical_ruleset(draft(layers, labels), schema);
}

}  // namespace eventfilter::emit
