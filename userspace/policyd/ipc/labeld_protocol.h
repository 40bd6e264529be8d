// SPDX-License-Identifier: BSD-2-Clause
//
// What the front end may ask of labeld: nothing that changes a filter or a label. Whoever takes the
// front end over gets rulesets, which only confine whoever enforces them, and can ask for the rule
// files to be read again.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ipc/refusal.h"

namespace eventfilter::ipc {

// -> Policy, at once and whenever another one comes into force, with a sealed memfd: docs/protocol.md
struct Follow {
  static constexpr std::uint16_t kType = 64;
  static void fields(auto&, auto&) {}
};

// -> Rulesets with the rulesets of the domain's layers, the outermost first. The labels of @{HOME}
// are those of `uid`.
struct GetRulesets {
  static constexpr std::uint16_t kType = 65;
  std::string domain;
  std::uint32_t uid = 0;
  static void fields(auto& self, auto& visit) {
    visit(self.domain);
    visit(self.uid);
  }
};

// -> Rulesets with that of the role's session
struct GetSession {
  static constexpr std::uint16_t kType = 66;
  std::string role;
  std::uint32_t uid = 0;
  static void fields(auto& self, auto& visit) {
    visit(self.role);
    visit(self.uid);
  }
};

// -> Reloaded
struct ReadAgain {
  static constexpr std::uint16_t kType = 67;
  static void fields(auto&, auto&) {}
};

// -> Rulesets with that of the handle
struct GetHandle {
  static constexpr std::uint16_t kType = 68;
  std::string name;
  std::uint32_t uid = 0;
  static void fields(auto& self, auto& visit) {
    visit(self.name);
    visit(self.uid);
  }
};

struct Policy {
  static constexpr std::uint16_t kType = 192;
  std::uint64_t number = 0;  // 0: none is in force
  std::string problem;       // with the rule files as they are now
  static void fields(auto& self, auto& visit) {
    visit(self.number);
    visit(self.problem);
  }
};

struct Rulesets {
  static constexpr std::uint16_t kType = 193;
  std::uint64_t policy = 0;
  static void fields(auto& self, auto& visit) { visit(self.policy); }
};

// With the records descriptor of a ruleset that somebody may be confined by: told on Follow, and for
// each new one
struct Records {
  static constexpr std::uint16_t kType = 194;
  std::string domain;
  static void fields(auto& self, auto& visit) { visit(self.domain); }
};

}  // namespace eventfilter::ipc
