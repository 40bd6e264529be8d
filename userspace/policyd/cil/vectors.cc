// SPDX-License-Identifier: BSD-2-Clause
#include "cil/vectors.h"

#include <algorithm>
#include <unordered_map>

namespace eventfilter::cil {
namespace {

constexpr std::uint32_t kNoDomain = ~std::uint32_t{0};

class Collector {
 public:
  Collector(const Policy& policy, Report& report)
      : policy_(policy), report_(report), domain_of_(policy.types.size(), kNoDomain) {}

  std::vector<DomainVectors> run() {
    find_domains();
    for (const Rule& rule : policy_.allow) add(rule);
    return std::move(domains_);
  }

 private:
  void find_domains() {
    for (const auto& [name, members] : policy_.attributes) {
      if (policy_.symbols.text(name) != kDomainAttribute) continue;
      members.for_each([&](std::size_t type) {
        domain_of_[type] = static_cast<std::uint32_t>(domains_.size());
        domains_.push_back({static_cast<TypeId>(type), std::vector<Bits>(parts().size())});
      });
    }
  }

  const std::vector<std::uint32_t>& domains_in(Symbol source) {
    const auto [found, is_new] = sources_.try_emplace(source);
    auto& domains = found->second;
    if (is_new) {
      types_of(policy_, source)->for_each([&](std::size_t type) {
        if (domain_of_[type] != kNoDomain) domains.push_back(domain_of_[type]);
      });
    }
    return domains;
  }

  // The same class and permission are asked for again and again
  Meaning meaning(Symbol object_class, Symbol permission) {
    const std::uint64_t key = std::uint64_t{object_class} << 32 | permission;
    const auto [found, is_new] = meanings_.try_emplace(key);
    if (is_new) {
      found->second =
          meaning_of(policy_.symbols.text(object_class), policy_.symbols.text(permission));
    }
    return found->second;
  }

  void add(const Rule& rule) {
    bool is_exact = false, is_whole = true;
    for (NodeId at = policy_.tree[rule.permissions].first; at != 0; at = policy_.tree[at].next) {
      const Meaning one = meaning(rule.object_class, policy_.tree[at].name);
      if (one.fit == Fit::Unsupported) {
        is_whole = false;
        unsupported_[std::uint64_t{rule.object_class} << 32 | policy_.tree[at].name]++;
      }
      if (one.fit != Fit::Exact) continue;
      is_exact = true;
      grant(rule, one.part);
    }
    Count& count = report_.counts["allow"];
    (!is_whole ? count.unsupported : is_exact ? count.exact : count.no_op)++;
  }

  void grant(const Rule& rule, std::size_t part) {
    const bool is_self = policy_.symbols.text(rule.target) == "self";
    const std::uint32_t target = policy_.name_of[rule.target];
    // An attribute that nothing has
    if (!is_self && target == kNoType) return;
    for (const std::uint32_t domain : domains_in(rule.source)) {
      Bits& bits = domains_[domain].parts[part];
      if (bits.empty()) bits = Bits(policy_.names.size());
      bits.set(is_self ? policy_.name_of[policy_.types[domains_[domain].type]] : target);
    }
  }

 public:
  void name_unsupported() {
    for (const auto& [key, times] : unsupported_) {
      report_.unsupported[std::string(policy_.symbols.text(static_cast<Symbol>(key >> 32))) + " " +
                          std::string(policy_.symbols.text(static_cast<Symbol>(key)))] += times;
    }
  }

 private:
  const Policy& policy_;
  Report& report_;
  std::vector<std::uint32_t> domain_of_;
  std::vector<DomainVectors> domains_;
  std::unordered_map<Symbol, std::vector<std::uint32_t>> sources_;
  std::unordered_map<std::uint64_t, Meaning> meanings_;
  std::unordered_map<std::uint64_t, std::size_t> unsupported_;
};

std::string print(const Policy& policy, const Rule& rule) {
  std::string text(policy.symbols.text(rule.source));
  text += " " + std::string(policy.symbols.text(rule.target)) + " (" +
          std::string(policy.symbols.text(rule.object_class)) + " (";
  for (NodeId at = policy.tree[rule.permissions].first; at != 0; at = policy.tree[at].next) {
    text += std::string(policy.symbols.text(policy.tree[at].name)) +
            (policy.tree[at].next != 0 ? " " : "");
  }
  return text + "))";
}

bool share_permission(const Policy& policy, const Rule& a, const Rule& b) {
  for (NodeId one = policy.tree[a.permissions].first; one != 0; one = policy.tree[one].next) {
    for (NodeId other = policy.tree[b.permissions].first; other != 0; other = policy.tree[other].next) {
      if (policy.tree[one].name == policy.tree[other].name) return true;
    }
  }
  return false;
}

// Whether some subject and object are in both rules.
bool overlap(const Policy& policy, const Rule& never, const Rule& allow) {
  const Bits* const never_on = types_of(policy, never.target);
  const Bits* const allow_on = types_of(policy, allow.target);
  Bits subjects = *types_of(policy, never.source);
  subjects &= *types_of(policy, allow.source);
  if (never_on != nullptr && allow_on != nullptr) {
    return never_on->intersects(*allow_on) && subjects.any();
  }
  // "self": the subject is the object
  if (never_on != nullptr) subjects &= *never_on;
  if (allow_on != nullptr) subjects &= *allow_on;
  return subjects.any();
}

}  // namespace

std::vector<DomainVectors> vectors_of(const Policy& policy, Report& report) {
  Collector collector(policy, report);
  std::vector<DomainVectors> domains = collector.run();
  collector.name_unsupported();
  return domains;
}

std::vector<Violation> violations_of(const Policy& policy) {
  std::unordered_map<Symbol, std::vector<const Rule*>> by_class;
  for (const Rule& rule : policy.allow) by_class[rule.object_class].push_back(&rule);
  std::vector<Violation> all;
  for (const Rule& never : policy.never) {
    for (const Rule* const allow : by_class[never.object_class]) {
      if (share_permission(policy, never, *allow) && overlap(policy, never, *allow)) {
        all.push_back({print(policy, never), print(policy, *allow)});
      }
    }
  }
  return all;
}

}  // namespace eventfilter::cil
