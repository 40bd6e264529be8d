// SPDX-License-Identifier: BSD-2-Clause
//
// From the name of a rule file to a compiled policy, as every command needs it.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "diag/diagnostics.h"
#include "emit/compile.h"
#include "events/target.h"

namespace eventfilter::cli {

// The events of the running kernel, where there are any.
inline constexpr const char* kKernelEvents = "/sys/kernel/security/eventfilter/events";

struct LoadOptions {
  std::vector<std::string> include_path;
  std::string target;                      // file with a list of events, or "": those built in
  std::vector<std::string> booleans = {};  // "NAME=true", "NAME=false"
};

// A rule file, read, and how it is to be compiled.
struct Prepared {
  emit::Source source;
  std::unique_ptr<events::Target> target;  // none: the one built in
  emit::Options options;                   // refers to the target

  const events::Target& events() const { return target ? *target : events::builtin_target(); }
};

// An error: the file, or the list of events, can't be read, or a boolean isn't NAME=true or
// NAME=false.
base::Result<Prepared> prepare(const std::string& file, const LoadOptions& options);

// An error: a boolean isn't one of the policy's.
base::Result<void> check_booleans(const std::map<std::string, bool>& values,
                                  const emit::CompiledPolicy& policy);

// A rule file, read and compiled.
struct Loaded {
  std::optional<events::Target> target;
  diag::Diagnostics diagnostics;
  std::optional<emit::CompiledPolicy> policy;  // none if there are mistakes
};

// An error: the file, or the list of events, can't be read, or a boolean isn't one of the policy's.
base::Result<Loaded> load(const std::string& file, const LoadOptions& options);

// The same with a policy in it; else says what is wrong, and how the command ends: kTrouble or
// kMistakes.
std::optional<Loaded> load_or_say(const std::string& file, const LoadOptions& options,
                                  int& ret_status);

// Where a place is in the sources of `from`, as one more finding beside copies of them.
void add_at(diag::Diagnostics& findings, const diag::Diagnostics& from, const diag::Place& where,
            diag::Severity severity, const std::string& text, const std::string& hint);

}  // namespace eventfilter::cli
