// SPDX-License-Identifier: BSD-2-Clause
#include "support/program.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "support/fd.h"
#include "support/require.h"

namespace eventfilter::selftest {

int Output::exit_code() const { return WIFEXITED(status) ? WEXITSTATUS(status) : -1; }

Output run(const std::vector<std::string>& words) {
  std::vector<char*> argv;
  for (const std::string& word : words) {
    argv.push_back(const_cast<char*>(word.c_str()));
  }
  argv.push_back(nullptr);
  int ends[2];
  require_call(pipe2(ends, O_CLOEXEC), "pipe");
  Fd output(ends[0]);
  Fd input(ends[1]);
  const pid_t pid = fork();
  require_call(pid, "fork");
  if (pid == 0) {
    dup2(input.get(), STDOUT_FILENO);
    dup2(input.get(), STDERR_FILENO);
    execvp(argv[0], argv.data());
    dprintf(STDERR_FILENO, "exec of %s: errno %d", argv[0], errno);
    _exit(127);
  }
  input.reset();
  Output result;
  char buffer[4096];
  for (ssize_t got = 0; (got = read(output.get(), buffer, sizeof(buffer))) > 0;) {
    result.text.append(buffer, static_cast<size_t>(got));
  }
  waitpid(pid, &result.status, 0);
  return result;
}

void run_or_fail(const std::vector<std::string>& words) {
  const Output output = run(words);
  require(output.succeeded(), words[0] + " failed: " + output.text);
}

std::string helper(const std::string& name) {
  return std::filesystem::read_symlink("/proc/self/exe").parent_path() / "helpers" / name;
}

void write_file(const std::string& path, const std::string& content) {
  const Fd file(require_fd(open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666),
                           "open of " + path));
  require(write(file.get(), content.data(), content.size()) == static_cast<ssize_t>(content.size()),
          "write to " + path);
}

std::string read_file(const std::string& path) {
  const Fd file(require_fd(open(path.c_str(), O_RDONLY | O_CLOEXEC), "open of " + path));
  std::string content;
  char buffer[1 << 16];
  for (long got = 0;
       (got = require_call(read(file.get(), buffer, sizeof(buffer)), "read of " + path)) > 0;) {
    content.append(buffer, static_cast<size_t>(got));
  }
  return content;
}

}  // namespace eventfilter::selftest
