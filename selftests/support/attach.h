// SPDX-License-Identifier: BSD-2-Clause
// Filters on an open file description, by the raw calls.
#pragma once

#include <string_view>

#include "support/ruleset.h"

namespace eventfilter::selftest {

// 0, or -1 with errno
inline long try_attach(int fd, const Ruleset& ruleset) {
  return evf(EVF_ATTACH, static_cast<unsigned long>(fd), static_cast<unsigned long>(ruleset.fd()));
}
inline long try_attach(int fd, std::string_view text) { return try_attach(fd, Ruleset(text)); }

// A failure ends the test
void attach(int fd, std::string_view text);

inline long check_use(int fd, const char* event, unsigned long cmd = 0) {
  return evf(EVF_CHECK, static_cast<unsigned long>(fd), reinterpret_cast<unsigned long>(event),
             cmd);
}

}  // namespace eventfilter::selftest
