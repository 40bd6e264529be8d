// SPDX-License-Identifier: BSD-2-Clause
// evf_peers WHAT...: what access controls cost, in instructions per operation, for the boots of
// peers.sh. MODULE confines; "idle=MODULE" and "plain" measure what nothing confines;
// "profile=OPERATION" is for profile.sh.
#include <seccomp.h>

#include <cstdio>
#include <cstdlib>
#include <map>

#include "bench/peers/peers.h"
#include "bench/rows.h"

namespace eventfilter::selftest {

std::vector<std::string> listed_calls() {
  std::vector<std::string> names;
  for (int number = 0; number <= 450; ++number) {
    char* const name = seccomp_syscall_resolve_num_arch(SCMP_ARCH_X86_64, number);
    if (name != nullptr) names.emplace_back(name);
    std::free(name);
  }
  return names;
}

namespace {

int run(int argc, char** argv) {
  const std::map<std::string, void (*)(const Playground&)> benches = {
      {"ours", bench_ours},       {"seccomp", bench_seccomp},   {"landlock", bench_landlock},
      {"selinux", bench_selinux}, {"apparmor", bench_apparmor}, {"bpf", bench_bpf},
  };
  const Playground where;
  for (int i = 1; i < argc; ++i) {
    const std::string name = argv[i];
    const auto found = benches.find(name);
    if (found != benches.end()) {
      found->second(where);
    } else if (name.starts_with("profile=")) {
      profile_ours(where, name.substr(8));
    } else {
      const bool idle = name.starts_with("idle=");
      measure_all(idle ? "idle" : name, idle ? name.substr(5) : name, where, {}, nullptr);
    }
  }
  return 0;
}

}  // namespace
}  // namespace eventfilter::selftest

int main(int argc, char** argv) {
  try {
    return eventfilter::selftest::run(argc, argv);
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "evf_peers: %s\n", failure.what());
    return 1;
  }
}
