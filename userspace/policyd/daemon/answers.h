// SPDX-License-Identifier: BSD-2-Clause
//
// Answers that follow from the policy alone.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>

#include "ipc/client_protocol.h"
#include "ipc/policy_view.h"

namespace eventfilter::daemon {

// The vectors of a policy, so that a question costs a look into two tables.
class VectorTable {
 public:
  VectorTable() = default;
  explicit VectorTable(const ipc::PolicyView& policy);

  // The vectors for each question. An object whose label the policy doesn't know has that of those
  // without a label.
  std::variant<ipc::Vectors, ipc::Refusal> check(const ipc::CheckView& check) const;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  template <typename T>
  using Table = std::unordered_map<std::string, T, Hash, std::equal_to<>>;
  using OfLabels = Table<ipc::Vector>;

  Table<Table<OfLabels>> domains_;  // by domain, class, label
};

// What a record says, and the rules of the domain about it, with their places.
std::variant<ipc::Text, ipc::Refusal> explain(const ipc::PolicyView& policy,
                                              const ipc::Explain& asked);

// The booleans whose change won't act on somebody who is in the domain.
std::vector<std::string> fixed_in(const ipc::PolicyView& policy, const std::string& domain);

}  // namespace eventfilter::daemon
