// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <string>
#include <vector>

namespace eventfilter::selftest {

// What a program said (both streams) and how it ended
struct Output {
  std::string text;
  int status = 0;  // as waitpid(2) says it; 127 << 8 when it couldn't be executed

  [[nodiscard]] bool succeeded() const { return status == 0; }
  [[nodiscard]] int exit_code() const;
  [[nodiscard]] bool says(const std::string& words) const {
    return text.find(words) != std::string::npos;
  }
};

// Runs a program in a child of the caller, so under the caller's filters, and waits for it
Output run(const std::vector<std::string>& words);

// The same; the test ends when the program fails
void run_or_fail(const std::vector<std::string>& words);

// A helper that was built with the tests, by its file name
std::string helper(const std::string& name);

void write_file(const std::string& path, const std::string& content);
std::string read_file(const std::string& path);

}  // namespace eventfilter::selftest
