// SPDX-License-Identifier: BSD-2-Clause
//
// What clients say to policyd and hear from it. docs/protocol.md says what each message means; types
// below 128 are requests, from 128 on they are answers.
//
// There are two sockets. The client socket is the front end's and everybody's; the admin socket is
// labeld's and root's: what changes labels or the policy never passes through the front end.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ipc/refusal.h"
#include "ipc/wire.h"

namespace eventfilter::ipc {

// Questions in one Check, GetNumbers or CheckNumbers.
inline constexpr std::uint32_t kMaxQuestions = 256;

// --- the client socket

// -> Entered with rulesets, to be enforced in their order
struct Enter {
  static constexpr std::uint16_t kType = 2;
  std::string domain;
  static void fields(auto& self, auto& visit) { visit(self.domain); }
};

// -> Entered with the layer of a session in the role. `user` empty: the caller itself; else its
// name, and the caller is root (a login program).
struct Session {
  static constexpr std::uint16_t kType = 3;
  std::string role;  // empty: the user's first
  std::string user;
  static void fields(auto& self, auto& visit) {
    visit(self.role);
    visit(self.user);
  }
};

struct Question {
  std::string subject;     // domain
  std::string object;      // label; "": something without one
  std::string user_class;  // a class of the policy's own
  static void fields(auto& self, auto& visit) {
    visit(self.subject);
    visit(self.object);
    visit(self.user_class);
  }
  bool operator==(const Question&) const = default;
};

// -> Vectors, one for each question
struct Check {
  static constexpr std::uint16_t kType = 4;
  std::vector<Question> questions;
  static void fields(auto& self, auto& visit) { visit(self.questions); }
};

// The same as it's read, without a copy: into the frame that it came in.
struct QuestionView {
  std::string_view subject;
  std::string_view object;
  std::string_view user_class;
  static void fields(auto& self, auto& visit) {
    visit(self.subject);
    visit(self.object);
    visit(self.user_class);
  }
};

struct CheckView {
  static constexpr std::uint16_t kType = Check::kType;
  std::vector<QuestionView> questions;
  static void fields(auto& self, auto& visit) { visit(self.questions); }
};

// -> Text: what a record says, and which rules of the domain are about it
struct Explain {
  static constexpr std::uint16_t kType = 5;
  std::string domain;
  std::string record;
  static void fields(auto& self, auto& visit) {
    visit(self.domain);
    visit(self.record);
  }
};

// -> State
struct Status {
  static constexpr std::uint16_t kType = 6;
  static void fields(auto&, auto&) {}
};

// -> Done, and from then on Denied: of the caller's uid, of all for root
struct Subscribe {
  static constexpr std::uint16_t kType = 7;
  static void fields(auto&, auto&) {}
};

// -> ClassBits: the permissions of a class of the policy's own, the first is bit 0
struct Classes {
  static constexpr std::uint16_t kType = 8;
  std::string user_class;
  static void fields(auto& self, auto& visit) { visit(self.user_class); }
};

// -> Done with the page of <eventfilter/avc_page.h>, which tells caches when Vectors are of yesterday
struct GetPage {
  static constexpr std::uint16_t kType = 9;
  static void fields(auto&, auto&) {}
};

// -> Numbers, for each question one: what takes the place of its texts in CheckNumbers
struct GetNumbers {
  static constexpr std::uint16_t kType = 10;
  std::vector<Question> questions;
  static void fields(auto& self, auto& visit) { visit(self.questions); }
};

struct GetNumbersView {
  static constexpr std::uint16_t kType = GetNumbers::kType;
  std::vector<QuestionView> questions;
  static void fields(auto& self, auto& visit) { visit(self.questions); }
};

// Numbers of one edition may be put together as one likes: each row with each label.
struct NumberedQuestion {
  using Packed = void;
  std::uint32_t row = 0;    // a domain with a class; 0: the policy says nothing of them
  std::uint32_t label = 0;  // 0: none, or one that the policy doesn't know
  static void fields(auto& self, auto& visit) {
    visit(self.row);
    visit(self.label);
  }
  bool operator==(const NumberedQuestion&) const = default;
};

// -> Vectors, one for each question
struct CheckNumbers {
  static constexpr std::uint16_t kType = 11;
  std::uint64_t edition = 0;  // of the numbers: Numbers said it
  std::vector<NumberedQuestion> questions;
  static void fields(auto& self, auto& visit) {
    visit(self.edition);
    visit(self.questions);
  }
};

// As it's read.
struct CheckNumbersView {
  static constexpr std::uint16_t kType = CheckNumbers::kType;
  std::uint64_t edition = 0;
  PackedList<NumberedQuestion> questions;
  static void fields(auto& self, auto& visit) {
    visit(self.edition);
    visit(self.questions);
  }
};

// -> Entered with one ruleset, to be attached to an open file description: it's a handle's of the policy
struct Handle {
  static constexpr std::uint16_t kType = 12;
  std::string name;
  static void fields(auto& self, auto& visit) { visit(self.name); }
};

// --- the admin socket

// -> Reloaded
struct Reload {
  static constexpr std::uint16_t kType = 32;
  static void fields(auto&, auto&) {}
};

// -> Reloaded
struct SetBoolean {
  static constexpr std::uint16_t kType = 33;
  std::string name;
  bool value = false;
  static void fields(auto& self, auto& visit) {
    visit(self.name);
    visit(self.value);
  }
};

// With one descriptor, O_PATH is enough. -> Done. Labels the object, and what is beneath it unless
// `alone`; an empty label takes back what was bound.
struct Bind {
  static constexpr std::uint16_t kType = 34;
  std::string label;
  bool alone = false;
  static void fields(auto& self, auto& visit) {
    visit(self.label);
    visit(self.alone);
  }
};

// -> Processes: those confined by the policy, only those with an older ruleset if `stale`
struct ListProcesses {
  static constexpr std::uint16_t kType = 35;
  bool stale = false;
  static void fields(auto& self, auto& visit) { visit(self.stale); }
};

// --- answers; Refusal is one, too

struct Done {
  static constexpr std::uint16_t kType = 128;
  static void fields(auto&, auto&) {}
};

struct Entered {
  static constexpr std::uint16_t kType = 129;
  std::uint64_t policy = 0;        // its number
  std::string role;                // of a session
  std::vector<std::string> fixed;  // booleans whose change holds for later entries only
  static void fields(auto& self, auto& visit) {
    visit(self.policy);
    visit(self.role);
    visit(self.fixed);
  }
};

struct Vector {
  using Packed = void;
  std::uint32_t allowed = 0;
  std::uint32_t audited = 0;
  std::uint32_t quiet = 0;
  static void fields(auto& self, auto& visit) {
    visit(self.allowed);
    visit(self.audited);
    visit(self.quiet);
  }
  bool operator==(const Vector&) const = default;
};

struct Vectors {
  static constexpr std::uint16_t kType = 130;
  std::uint64_t policy = 0;
  std::vector<Vector> vectors;
  static void fields(auto& self, auto& visit) {
    visit(self.policy);
    visit(self.vectors);
  }
};

struct Text {
  static constexpr std::uint16_t kType = 131;
  std::string text;
  static void fields(auto& self, auto& visit) { visit(self.text); }
};

struct Setting {
  std::string name;
  bool value = false;
  static void fields(auto& self, auto& visit) {
    visit(self.name);
    visit(self.value);
  }
  bool operator==(const Setting&) const = default;
};

struct State {
  static constexpr std::uint16_t kType = 132;
  std::uint64_t policy = 0;
  std::vector<std::string> domains;
  std::vector<Setting> booleans;
  std::string problem;  // why the rule files as they are now aren't in force; or empty
  bool labeld = false;  // whether it's running
  std::uint32_t clients = 0;
  std::uint64_t refused = 0;  // messages and connections
  std::uint64_t denials = 0;  // records read
  std::uint64_t lost = 0;     // records that found no room
  std::vector<std::string> handles;
  static void fields(auto& self, auto& visit) {
    visit(self.policy);
    visit(self.domains);
    visit(self.booleans);
    visit(self.problem);
    visit(self.labeld);
    visit(self.clients);
    visit(self.refused);
    visit(self.denials);
    visit(self.lost);
    visit(self.handles);
  }
};

struct Denied {
  static constexpr std::uint16_t kType = 133;
  std::string domain;
  std::string record;      // the kernel's line: docs/kernel-abi.md; empty if only `lost` is told
  std::uint64_t lost = 0;  // before this one
  static void fields(auto& self, auto& visit) {
    visit(self.domain);
    visit(self.record);
    visit(self.lost);
  }
};

struct ClassBits {
  static constexpr std::uint16_t kType = 134;
  std::vector<std::string> permissions;
  static void fields(auto& self, auto& visit) { visit(self.permissions); }
};

struct Reloaded {
  static constexpr std::uint16_t kType = 135;
  std::uint64_t policy = 0;
  std::string remarks;  // the compiler's and the labeller's, for people; may be cut
  static void fields(auto& self, auto& visit) {
    visit(self.policy);
    visit(self.remarks);
  }
};

struct Confined {
  std::uint32_t pid = 0;
  std::string labels;        // the domains that its label names
  std::uint32_t layers = 0;  // bound to policyd's label space
  std::uint32_t current = 0; // of those: as the policy in force has them
  static void fields(auto& self, auto& visit) {
    visit(self.pid);
    visit(self.labels);
    visit(self.layers);
    visit(self.current);
  }
};

struct Processes {
  static constexpr std::uint16_t kType = 136;
  std::vector<Confined> processes;  // at most kMaxItems: the rest is left out
  bool complete = true;
  static void fields(auto& self, auto& visit) {
    visit(self.processes);
    visit(self.complete);
  }
};

struct Numbers {
  static constexpr std::uint16_t kType = 137;
  std::uint64_t edition = 0;  // in no other policy, and with no other front end, have these numbers it
  std::vector<NumberedQuestion> numbers;
  static void fields(auto& self, auto& visit) {
    visit(self.edition);
    visit(self.numbers);
  }
};

}  // namespace eventfilter::ipc
