// SPDX-License-Identifier: BSD-2-Clause
// What the tests of the library in the virtual machine share.
#pragma once

#include <cerrno>
#include <functional>
#include <string>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "eventfilter.hpp"

namespace eventfilter::test {

// What is irrevocable happens in a child. Returns its status.
inline int in_child(const std::function<int()>& body) {
  const pid_t child = fork();
  if (child == 0) _exit(body());
  int status = -1;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// The same, confined by the ruleset; 99 if that fails.
inline int in_confined(const Ruleset& ruleset, const std::function<int()>& body) {
  return in_child([&] {
    if (!no_new_privs().ok() || !ruleset.enforce().ok()) return 99;
    return body();
  });
}

inline int open_errno(const char* path) {
  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return errno;
  close(fd);
  return 0;
}

inline int path_fd(const std::string& path) { return open(path.c_str(), O_PATH | O_CLOEXEC); }

inline Ruleset ruleset_of(std::string_view text) {
  Ruleset ruleset = Ruleset::create().value();
  ruleset.write(text).value();
  return ruleset;
}

}  // namespace eventfilter::test
