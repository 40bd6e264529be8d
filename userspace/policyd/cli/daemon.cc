// SPDX-License-Identifier: BSD-2-Clause
#include "cli/daemon.h"

#include <cerrno>

#include "cli/terminal.h"

namespace eventfilter::cli {
namespace {

constexpr const char* kRunDirectory = "/run/policyd";

std::string directory_of(const Arguments& arguments) {
  return arguments.has(kRunOption) ? arguments.value(kRunOption) : kRunDirectory;
}

}  // namespace

client::Client daemon_of(const Arguments& arguments) {
  return client::Client(directory_of(arguments) + "/socket");
}

client::Client admin_of(const Arguments& arguments) {
  return client::Client(directory_of(arguments) + "/admin");
}

void say_refusal(const ipc::Refusal& refusal) { say("error", refusal.sentence); }

void say_unreachable(const base::Error& error) {
  switch (error.code) {
    case ENOENT:
    case ECONNREFUSED: return say("error", "policyd isn't running (" + error.message + ")");
    case EACCES: return say("error", "this is for root to ask (" + error.message + ")");
    default: return say("error", error.message);
  }
}

}  // namespace eventfilter::cli
