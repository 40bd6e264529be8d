// SPDX-License-Identifier: BSD-2-Clause
#include "support/records.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <sstream>

#include "support/require.h"

namespace eventfilter::selftest {

long open_records(const Ruleset& ruleset, unsigned long argument) {
  return ioctl(ruleset.fd(), EVF_RECORDS, argument);
}

Records::Records(const Ruleset& ruleset)
    : fd_(require_fd(static_cast<int>(open_records(ruleset)), "EVF_RECORDS")) {}

void Records::set_nonblocking() const {
  require_call(fcntl(fd(), F_SETFL, O_NONBLOCK), "O_NONBLOCK");
}

std::string Records::text() const {
  std::string text;
  char buffer[2 * EVF_MAX_RECORD];
  pollfd ready{fd(), POLLIN, 0};
  while (poll(&ready, 1, 0) == 1 && (ready.revents & POLLIN) != 0) {
    const long got = require_call(read(fd(), buffer, sizeof(buffer)), "read of records");
    text.append(buffer, static_cast<size_t>(got));
  }
  return text;
}

std::vector<Denied> Records::take() const { return parse_records(text()); }

std::vector<Denied> parse_records(const std::string& text) {
  std::vector<Denied> records;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const bool cut = line.ends_with(" ...");
    records.push_back(parse_denied(cut ? line.substr(0, line.size() - 4) : line));
  }
  return records;
}

}  // namespace eventfilter::selftest
