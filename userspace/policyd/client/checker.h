// SPDX-License-Identifier: BSD-2-Clause
//
// Checks by number, for an object manager that asks much: the texts of domains, classes and labels are sent once
// for each policy. What the policy in force calls them is found out when it's needed and forgotten with that
// policy; whoever checks has names of the checker's own, which stay.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "client/client.h"

namespace eventfilter::client {

class Checker {
 public:
  // A domain with a class, as `subject` said, and a label, as `label` said.
  struct Pair {
    std::uint32_t subject = 0;
    std::uint32_t label = 0;
  };

  // The client outlives the checker. It may be asked other things as well.
  explicit Checker(Client& client) : client_(client) {}

  // A name for the life of the checker, over reloads and restarts of the daemon; for the same texts the same one.
  // Nothing is asked: whether the policy has the domain and the class, check() hears. label "": something without one.
  std::uint32_t subject(const std::string& domain, const std::string& user_class);
  std::uint32_t label(const std::string& label);

  // A vector for each pair, of one policy; at most ipc::kMaxQuestions (for none nobody is asked). Refused as Check is: no_such_domain and
  // no_such_class for one of the pairs, and too_many. EAGAIN: kTries times the policy changed between its numbers and
  // their use. EINVAL: a name that this checker never gave.
  static constexpr int kTries = 4;
  Asked<ipc::Vectors> check(const std::vector<Pair>& pairs);

 private:
  static constexpr std::uint32_t kUnknown = ~0U;

  struct Subject {
    std::string domain;
    std::string user_class;
    std::uint32_t row = kUnknown;
  };
  struct Label {
    std::string text;
    std::uint32_t number = kUnknown;
  };
  using Refused = std::variant<ipc::Refusal, base::Error>;

  void forget(std::uint64_t edition);
  std::vector<Pair> without_numbers(const std::vector<Pair>& pairs) const;
  std::optional<Refused> learn(const std::vector<Pair>& pairs);

  Client& client_;
  std::uint64_t edition_ = 0;  // of what is known
  std::vector<Subject> subjects_;
  std::vector<Label> labels_;
  std::map<std::pair<std::string, std::string>, std::uint32_t> subject_names_;
  std::map<std::string, std::uint32_t> label_names_;
};

}  // namespace eventfilter::client
