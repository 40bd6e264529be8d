// SPDX-License-Identifier: BSD-2-Clause
#include "cli/capture.h"

#include <array>
#include <cerrno>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "cli/execute.h"

namespace eventfilter::cli {

base::Result<Captured> capture(const std::vector<std::string>& words) {
  std::array<int, 2> ends;
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return base::system_error(errno, "making a pipe");
  const base::Fd reading(ends[0]);
  base::Fd writing(ends[1]);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, writing.get(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, writing.get(), STDERR_FILENO);
  pid_t child = -1;
  const int error =
      posix_spawnp(&child, words[0].c_str(), &actions, nullptr, argv_of(words).data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  writing.reset();
  if (error != 0) return base::system_error(error, words[0]);
  Captured made;
  std::array<char, 4096> chunk;
  for (ssize_t got = 0; (got = read(reading.get(), chunk.data(), chunk.size())) != 0;) {
    if (got > 0)
      made.text.append(chunk.data(), static_cast<std::size_t>(got));
    else if (errno != EINTR)
      break;
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  made.status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  return made;
}

}  // namespace eventfilter::cli
