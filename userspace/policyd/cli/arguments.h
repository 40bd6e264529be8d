// SPDX-License-Identifier: BSD-2-Clause
//
// The command line of one command: its options and what is left over.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"

namespace eventfilter::cli {

// An option that a command knows: "--policy FILE", "-v".
struct Option {
  std::string name;        // without the dashes
  char letter = 0;         // for "-v", or 0
  bool has_value = false;  // "--policy FILE" or "--policy=FILE"
};

struct Arguments {
  std::map<std::string, std::vector<std::string>> options;
  std::vector<std::string> rest;

  bool has(const std::string& option) const { return options.contains(option); }

  // The last value of an option, or "".
  std::string value(const std::string& option) const;

  // All its values, in order.
  std::vector<std::string> values(const std::string& option) const;
};

// Options end at "--" or at the first word that is none, so that the options of a command to be
// run are left alone. The error (EINVAL) says what is wrong and, if it can, what was meant.
base::Result<Arguments> parse_arguments(const std::vector<std::string>& words,
                                        const std::vector<Option>& known);

}  // namespace eventfilter::cli
