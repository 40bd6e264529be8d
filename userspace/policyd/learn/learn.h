// SPDX-License-Identifier: BSD-2-Clause
//
// From what a program was seen to do to a rule file that lets it do so again. The entry of this
// layer.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "emit/compile.h"
#include "events/target.h"
#include "learn/observation.h"

namespace eventfilter::learn {

struct Options {
  std::string domain;      // "nginx_t"
  std::string command;     // for the head of the file
  std::string home;        // what @{HOME} stands for; or empty
  std::uint64_t lost = 0;  // records that nobody has seen
  emit::Options compiler;  // include path and variables; the target may be nullptr
};

struct Learnt {
  std::string text;                    // the rule file
  std::vector<std::string> sensitive;  // paths that hold secrets as a rule, and are allowed now
};

// The syscalls that are worth watching: those of the sets that a program is refused unless it was
// seen to use one of them. By their usual names, sorted.
std::vector<std::string> watched_syscalls(const events::Target& target);

// A new rule file with one domain. What it lets pass has been tried with every observation. An
// error (EINVAL) says which observation no rule can express: nothing is left out quietly.
base::Result<Learnt> learn(const std::vector<Observation>& observations, const Options& options);

// The same rule file with what its domain lacks to let them pass; as it was, byte by byte, if it
// lacks nothing. Nothing is taken away from it.
base::Result<Learnt> update(const emit::Source& file, const std::vector<Observation>& observations,
                            const Options& options);

}  // namespace eventfilter::learn
