// SPDX-License-Identifier: BSD-2-Clause
#include "syscalls/verdicts.h"

#include <sys/mman.h>

#include <cerrno>

#include "support/calls.h"
#include "support/child.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/verdict.h"

namespace eventfilter::selftest {

std::string verdicts(const std::string& rules, const std::vector<Call>& calls) {
  void* memory =
      mmap(nullptr, calls.size() + 1, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  require(memory != MAP_FAILED, "mmap");
  char* const letters = static_cast<char*>(memory);
  in_child([&] {
    const Ruleset ruleset(rules);
    ruleset.enforce();
    for (size_t i = 0; i < calls.size(); ++i) {
      const auto& [a, b, c, d, e, f] = calls[i].arguments;
      const int error = error_of(raw_syscall(calls[i].number, a, b, c, d, e, f));
      letters[i] = error == EDOM ? 'r' : 'P';
    }
  });
  const std::string result(letters, calls.size());
  munmap(memory, calls.size() + 1);
  return result;
}

bool passes(const std::string& name, const std::string& filter, const Call& call) {
  return verdicts("sys_enter_" + name + ": " + filter + " else errno EDOM", {call}) == "P";
}

}  // namespace eventfilter::selftest
