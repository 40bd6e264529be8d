// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/access.h"

#include <algorithm>

#include "analysis/assertions.h"
#include "policy/permissions.h"

namespace eventfilter::analysis {
namespace {

using Kind = Filter::Kind;

void add(Permissions& ret, const policy::Permission& one, Granted granted) {
  const std::string object_class(one.object_class);
  if (ret.empty() || ret.back().first != object_class) ret.push_back({object_class, {}});
  ret.back().second.emplace_back(std::string(one.name), granted);
}

std::size_t count_of(const std::string& object_class) {
  return static_cast<std::size_t>(std::count_if(
      policy::permissions().begin(), policy::permissions().end(), [&](const policy::Permission& one) {
        return one.object_class == object_class && one.needs != policy::kReadWrite;
      }));
}

Granted granted_by(const Filter& filter) {
  return filter.kind == Kind::Always ? Granted::Always : Granted::Sometimes;
}

// EVF_ACCESS_READ and EVF_ACCESS_WRITE
constexpr policy::Number kAccessRead = 4;
constexpr policy::Number kAccessWrite = 2;

// The filter for an open that asks for this and nothing else.
Filter with_access(const Filter& filter, policy::Number access) {
  if (filter.field == "access" && filter.kind == Kind::Mask) {
    Filter made;
    made.kind = (filter.numbers.front().from & access) != 0 ? Kind::Always : Kind::Never;
    return made;
  }
  if (filter.kind != Kind::And && filter.kind != Kind::Or && filter.kind != Kind::Not) return filter;
  std::vector<Filter> operands;
  for (const Filter& one : filter.operands) operands.push_back(with_access(one, access));
  if (filter.kind == Kind::Not) return negation(std::move(operands.front()));
  return filter.kind == Kind::And ? all_of(std::move(operands)) : any_of(std::move(operands));
}

// One permission on every kind of object.
void add_permission(const policy::Permission& one, const Filter& filter, const events::Event& event,
                    const std::vector<Candidate>& objects, Access& ret) {
  if (event.find("label") == nullptr) {
    if (filter.kind != Kind::Never) add(ret.everything, one, granted_by(filter));
    return;
  }
  std::map<std::string, Filter> rests;
  for (const Candidate& object : objects) {
    rests[object.label] = assume(filter, "label", object.carried);
  }
  const Filter& first = rests.begin()->second;
  const std::string text = text_of(first);
  const bool is_same = std::all_of(rests.begin(), rests.end(), [&](const auto& rest) {
    return text_of(rest.second) == text;
  });
  if (is_same) {
    if (first.kind != Kind::Never) add(ret.everything, one, granted_by(first));
    return;
  }
  for (const auto& [label, rest] : rests) {
    if (rest.kind != Kind::Never) add(ret.labels[label], one, granted_by(rest));
  }
}

// Classes of which everything is granted are said in a word.
void take_out_open(Access& ret) {
  std::erase_if(ret.everything, [&](const auto& entry) {
    const auto& [object_class, names] = entry;
    const bool is_open =
        names.size() == count_of(object_class) &&
        std::all_of(names.begin(), names.end(), [](const auto& one) { return one.second == Granted::Always; });
    if (is_open) ret.open_classes.push_back(object_class);
    return is_open;
  });
}

}  // namespace

Access access_of(const emit::CompiledPolicy& policy, const emit::CompiledDomain& domain,
                 const events::Target& target) {
  Access made;
  const std::vector<Candidate> objects = candidates(policy);
  for (const policy::Permission& one : policy::permissions()) {
    const events::Event* const event = target.find(one.event);
    // "open" is read and write, which have lines of their own.
    if (event == nullptr || one.needs == policy::kReadWrite) continue;
    Filter filter = passes(policy, domain, *event);
    if (one.needs == policy::kRead) filter = with_access(filter, kAccessRead);
    if (one.needs == policy::kWrite) filter = with_access(filter, kAccessWrite);
    add_permission(one, filter, *event, objects, made);
  }
  take_out_open(made);
  for (const events::Event& event : target.events()) {
    if (event.group != events::Group::Syscalls) continue;
    const Filter filter = passes(policy, domain, event);
    if (filter.kind == Kind::Never) ++made.refused_calls;
    const bool is_filtered = filter.kind != Kind::Never && filter.kind != Kind::Always;
    if (is_filtered) made.filtered_calls.emplace_back(event.syscall());
  }
  return made;
}

std::string text_of(const Permissions& permissions) {
  std::string text;
  for (const auto& [object_class, names] : permissions) {
    // Files are what most of a drawing is about.
    if (!text.empty()) text += "; ";
    if (object_class != "file") text += object_class + " ";
    const bool is_all = names.size() == count_of(object_class);
    const bool is_always = std::all_of(names.begin(), names.end(),
                                       [](const auto& one) { return one.second == Granted::Always; });
    if (is_all && is_always) {
      text += "everything";
      continue;
    }
    for (const auto& [name, granted] : names) {
      text += (&name == &names.front().first ? "" : " ") + name + (granted == Granted::Always ? "" : "?");
    }
  }
  return text;
}

}  // namespace eventfilter::analysis
