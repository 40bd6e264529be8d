// SPDX-License-Identifier: BSD-2-Clause
#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <x86intrin.h>

#include "bench/child.h"
#include "bench/memory.h"
#include "bench/peers/peers.h"
#include "bench/rows.h"
#include "support/fd.h"
#include "support/require.h"
#include "support/ruleset.h"

namespace eventfilter::selftest {
namespace {

// All that Linux 6.1 knows: ABI 2
constexpr uint64_t kEverything = (1ULL << 14) - 1;

void add_rule(const Fd& ruleset, const std::string& path) {
  const Fd place(require_fd(open(path.c_str(), O_PATH | O_CLOEXEC), path));
  const landlock_path_beneath_attr rule{kEverything, place.get()};
  require_call(syscall(SYS_landlock_add_rule, ruleset.get(), LANDLOCK_RULE_PATH_BENEATH, &rule, 0),
               "landlock_add_rule");
}

// Everything may be done beneath the playground, and beneath rules - 1 other folders
Fd make_ruleset(const Playground& where, unsigned rules) {
  landlock_ruleset_attr attributes{};
  attributes.handled_access_fs = kEverything;
  Fd ruleset(require_fd(
      static_cast<int>(syscall(SYS_landlock_create_ruleset, &attributes, sizeof(attributes), 0)),
      "landlock_create_ruleset"));
  add_rule(ruleset, where.root());
  for (unsigned i = 1; i < rules; ++i) {
    add_rule(ruleset, where.rule_folder(i));
  }
  return ruleset;
}

void restrict_self(const Playground& where, unsigned rules, unsigned layers) {
  const Fd ruleset = make_ruleset(where, rules);
  set_no_new_privs();
  for (unsigned i = 0; i < layers; ++i) {
    require_call(syscall(SYS_landlock_restrict_self, ruleset.get(), 0), "landlock_restrict_self");
  }
}

double cost_of_restricting(const Playground& where) {
  const Fd ruleset = make_ruleset(where, 1);
  return median_of_children(11, [&] {
    set_no_new_privs();
    const uint64_t start = __rdtsc();
    const long failed = syscall(SYS_landlock_restrict_self, ruleset.get(), 0);
    const uint64_t end = __rdtsc();
    require_call(failed, "landlock_restrict_self");
    return static_cast<double>(end - start);
  });
}

}  // namespace

void bench_landlock(const Playground& where) {
  measure_all("objects", "landlock", where, {}, [&] { restrict_self(where, 1, 1); });
  for (const unsigned layers : kLayers) {
    measure_all("layers_" + std::to_string(layers), "landlock", where, {"open_close_5"},
                [&] { restrict_self(where, 1, layers); });
  }
  for (const unsigned rules : kRules) {
    measure_all("rules_" + std::to_string(rules), "landlock", where, {"open_close_5"},
                [&] { restrict_self(where, rules, 1); });
  }
  print_row("install", "landlock", "enforce", cost_of_restricting(where));
  print_row("memory", "landlock", "own_ruleset",
            memory_per_process([&] { restrict_self(where, 1, 1); }));
}

}  // namespace eventfilter::selftest
