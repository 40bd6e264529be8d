// SPDX-License-Identifier: BSD-2-Clause
#include "policy/policy.h"

#include <algorithm>

namespace eventfilter::policy {
namespace {

using Labels = std::vector<LabelId>;

// What a writable shared mapping is of, as <linux/mman.h> has it.
constexpr const char* kWritesShared[] = {"prot & 2", "flags & 1"};

Labels both(const Labels& a, const Labels& b) {
  Labels all;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(all));
  return all;
}

Grant limited(const Grant& grant, const Labels& to, const ConditionPtr& when = always()) {
  Grant made = grant;
  made.on = {false, grant.on.all ? to : both(grant.on.labels, to)};
  made.when = all_of({grant.when, when});
  return made;
}

ConditionPtr asks_for_no_more(Needs needs) {
  return predicate(std::string(condition_of_deny(needs == kRead ? kWrite : kRead)));
}

// Of an event that has parts: each as far as it may go.
std::vector<Grant> by_parts(const Reach& reach, const Grant& grant) {
  std::vector<Grant> made;
  for (const Needs part : {kRead, kWrite}) {
    if ((grant.needs & part) == 0) continue;
    made.push_back(limited(grant, part == kRead ? reach.readable : reach.writable));
    made.back().needs = part;
  }
  return made;
}

}  // namespace

std::vector<Grant> within(const Clearance& clearance, const Grant& grant) {
  const bool is_task = grant.event->group == events::Group::Task;
  const Reach& reach = is_task ? clearance.tasks : clearance.objects;
  const Labels level = both(reach.readable, reach.writable);
  switch (flow_of(*grant.event)) {
    case Flow::None: return {grant};
    case Flow::Read: return {limited(grant, reach.readable)};
    case Flow::Write: return {limited(grant, reach.writable)};
    case Flow::Both:
      if (whole_of(grant.event->name) != kWhole) return by_parts(reach, grant);
      return {limited(grant, level)};
    case Flow::Access:
      return {limited(grant, level),
              limited(grant, reach.readable, negation(asks_for_no_more(kRead))),
              limited(grant, reach.writable, negation(asks_for_no_more(kWrite)))};
    case Flow::Map: break;
  }
  const ConditionPtr writes = all_of({predicate(kWritesShared[0]), predicate(kWritesShared[1])});
  return {limited(grant, level), limited(grant, reach.readable, negation(writes))};
}

std::string Action::text() const {
  std::string out;
  switch (kind) {
    case ast::Action::Kind::Errno: out = "errno " + error; break;
    case ast::Action::Kind::Kill: out = "kill"; break;
    case ast::Action::Kind::Trap: out = "trap"; break;
    case ast::Action::Kind::Log: out = "log"; break;
    case ast::Action::Kind::Default: break;
  }
  if (quiet) out += out.empty() ? "quiet" : " quiet";
  return out;
}

bool is_open(const Domain& domain, const ClassInfo& one) {
  const bool by_default = one.is_open && !domain.is_handle;
  return by_default || domain.open_classes.count(std::string(one.name)) != 0;
}

}  // namespace eventfilter::policy
