// SPDX-License-Identifier: BSD-2-Clause
//
// From the rule files to a policy that can be put in force.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "emit/compiled_policy.h"
#include "events/target.h"
#include "ipc/policy_view.h"
#include "labeld/rule_files.h"

namespace eventfilter::labeld {

// The rule files as they were at one time.
struct Sources {
  std::shared_ptr<TrustedFiles> files;
  std::vector<std::string> paths;
};

base::Result<Sources> read_sources(const std::vector<std::string>& directories, uid_t owner);

struct Compiled {
  emit::CompiledPolicy policy;
  ipc::PolicyView view;
  std::string remarks;  // warnings, as the compiler shows them
};

// The policy, or the compiler's text about what is wrong with it.
std::variant<Compiled, std::string> compile(const Sources& sources,
                                            const std::map<std::string, bool>& booleans,
                                            const std::vector<std::string>& include_path,
                                            const events::Target* target);

}  // namespace eventfilter::labeld
