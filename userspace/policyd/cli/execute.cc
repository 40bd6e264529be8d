// SPDX-License-Identifier: BSD-2-Clause
#include "cli/execute.h"

#include <cerrno>
#include <cstring>

#include <unistd.h>

#include "cli/exit_codes.h"
#include "cli/terminal.h"

namespace eventfilter::cli {

std::vector<char*> argv_of(const std::vector<std::string>& words) {
  std::vector<char*> argv;
  for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  return argv;
}

int execute(const std::vector<std::string>& words, const std::string& name) {
  std::vector<std::string> told = words;
  if (!name.empty()) told[0] = name;
  execvp(words[0].c_str(), argv_of(told).data());
  const int error = errno;
  say("error", '"' + words[0] + "\" can't be executed: " + std::strerror(error));
  return error == ENOENT ? kNotFound : kNotExecutable;
}

}  // namespace eventfilter::cli
