// SPDX-License-Identifier: BSD-2-Clause
//
// The commands of policyctl. Each takes the words after its name and returns an exit code.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/arguments.h"

namespace eventfilter::cli {

int compile_command(const std::vector<std::string>& words);
int explain_command(const std::vector<std::string>& words);
int diff_command(const std::vector<std::string>& words);
int fmt_command(const std::vector<std::string>& words);
int graph_command(const std::vector<std::string>& words);
int import_cil(const std::vector<std::string>& words);
int import_apparmor(const std::vector<std::string>& words);
int prove_command(const std::vector<std::string>& words);
int test_command(const std::vector<std::string>& words);
int check_command(const std::vector<std::string>& words);
int import_command(const std::vector<std::string>& words);
int label_command(const std::vector<std::string>& words);
int learn_command(const std::vector<std::string>& words);
int query_command(const std::vector<std::string>& words);
int boolean_command(const std::vector<std::string>& words);
int disable_command(const std::vector<std::string>& words);
int enable_command(const std::vector<std::string>& words);
int enter_command(const std::vector<std::string>& words);
int hotplug_command(const std::vector<std::string>& words);
int log_command(const std::vector<std::string>& words);
int reload_command(const std::vector<std::string>& words);
int status_command(const std::vector<std::string>& words);
int top_command(const std::vector<std::string>& words);
int run_command(const std::vector<std::string>& words);

// log and top: how many refusals --count waits for; 0: until interrupted. None after a message.
std::optional<std::uint64_t> count_option(const Arguments& arguments);

// Parses the words and answers --help. Nothing comes back when that was all there was to do, or
// when the words are wrong: then `status` says how the command ends (`trouble` in the latter case).
struct Invocation {
  bool proceed = false;
  int status = 0;
  Arguments arguments;
};
Invocation begin(const std::string& command, const std::vector<std::string>& words,
                 std::vector<Option> known, int trouble);

}  // namespace eventfilter::cli
