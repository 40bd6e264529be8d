// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <string>
#include <vector>

namespace eventfilter::cli {

// The words as execvp(3) takes them; they stay the caller's.
std::vector<char*> argv_of(const std::vector<std::string>& words);

// Becomes the command, which is told another name of itself if there is one, or says why it can't: kNotFound or
// kNotExecutable.
int execute(const std::vector<std::string>& words, const std::string& name = "");

}  // namespace eventfilter::cli
