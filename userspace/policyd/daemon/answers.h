// SPDX-License-Identifier: BSD-2-Clause
//
// Answers that follow from the policy alone.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "daemon/label_table.h"
#include "ipc/client_protocol.h"
#include "ipc/policy_view.h"

namespace eventfilter::daemon {

// The vectors of a policy. Most batches are about one subject and one class, so a question costs two
// comparisons and a look into one table.
class VectorTable {
 public:
  VectorTable() = default;
  explicit VectorTable(const ipc::PolicyView& policy);

  // The vectors for each question. An object whose label the policy doesn't know has that of those
  // without a label.
  std::variant<ipc::Vectors, ipc::Refusal> check(const ipc::CheckView& check) const;

 private:
  template <typename T>
  using Table = std::map<std::string, T, std::less<>>;

  Table<Table<LabelTable>> domains_;  // by domain and class
};

// What a record says, and the rules of the domain about it, with their places.
std::variant<ipc::Text, ipc::Refusal> explain(const ipc::PolicyView& policy,
                                              const ipc::Explain& asked);

// The booleans whose change won't act on somebody who is in the domain.
std::vector<std::string> fixed_in(const ipc::PolicyView& policy, const std::string& domain);

}  // namespace eventfilter::daemon
