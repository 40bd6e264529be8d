// SPDX-License-Identifier: BSD-2-Clause
#include <fcntl.h>
#include <unistd.h>

#include "bench/peers/peers.h"
#include "bench/rows.h"
#include "support/fd.h"
#include "support/program.h"
#include "support/require.h"

namespace eventfilter::selftest {
namespace {

std::string profile_name(unsigned rules) { return "bench_" + std::to_string(rules); }

// Everything may be done beneath the playground, and beneath rules - 1 other folders
void load_profile(const Playground& where, unsigned rules) {
  const std::string file = "/tmp/" + profile_name(rules);
  std::string text = "profile " + profile_name(rules) +
                     " {\n  capability,\n  network,\n  signal,\n  unix,\n  /dev/null rw,\n";
  text += "  " + where.root() + "/** rwkmix,\n";
  for (unsigned i = 1; i < rules; ++i) {
    text += "  " + where.rule_folder(i) + "/x/** rw,\n";
  }
  write_file(file, text + "}\n");
  run_or_fail({"apparmor_parser", "--replace", "--skip-cache", file});
}

void enter_profile(unsigned rules) {
  const Fd attribute(
      require_fd(open("/proc/self/attr/apparmor/current", O_WRONLY | O_CLOEXEC), "attr/current"));
  const std::string command = "changeprofile " + profile_name(rules);
  require_call(write(attribute.get(), command.data(), command.size()), command);
}

}  // namespace

void bench_apparmor(const Playground& where) {
  for (const unsigned rules : kRules) {
    load_profile(where, rules);
  }
  measure_all("objects", "apparmor", where, {}, [] { enter_profile(1); });
  for (const unsigned rules : kRules) {
    measure_all("rules_" + std::to_string(rules), "apparmor", where, {"open_close_5"},
                [&] { enter_profile(rules); });
  }
}

}  // namespace eventfilter::selftest
