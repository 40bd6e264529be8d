// SPDX-License-Identifier: BSD-2-Clause
#include "bench/neighbours.h"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <exception>

#include "support/channel.h"
#include "support/child.h"
#include "support/label_space.h"
#include "support/require.h"
#include "support/ruleset.h"

namespace eventfilter::selftest {
namespace {

[[noreturn]] void stay() {
  for (;;) pause();
}

// A process that is confined by a layer of the space, and stays
void confine_another(const LabelSpace& space) {
  const Ruleset ruleset(space,
                        "file_open, file_unlink: label & neighbour_t\n"
                        "file_rename: label & neighbour_t && new_label & neighbour_t\n");
  const pid_t pid = fork();
  require_call(pid, "fork");
  if (pid != 0) return;
  ruleset.enforce();
  stay();
}

void live(const std::vector<std::string>& places, int spaces) {
  become_user();
  std::vector<LabelSpace> all;
  for (int i = 0; i < spaces; ++i) {
    all.emplace_back("neighbour_t");
    for (const std::string& place : places) all.back().label_file(place, "neighbour_t");
    confine_another(all.back());
  }
}

}  // namespace

Neighbours::Neighbours(const std::vector<std::string>& places, int spaces) {
  Channel channel;
  group_ = fork();
  require_call(group_, "fork");
  if (group_ == 0) {
    try {
      setpgid(0, 0);
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      live(places, spaces);
      channel.child().send(0);
      stay();
    } catch (const std::exception& failure) {
      std::fprintf(stderr, "neighbours: %s\n", failure.what());
      channel.child().send(1);
      _exit(1);
    }
  }
  require(channel.parent().receive() == 0, "neighbours");
}

Neighbours::~Neighbours() {
  kill(-group_, SIGKILL);
  waitpid(group_, nullptr, 0);
}

}  // namespace eventfilter::selftest
