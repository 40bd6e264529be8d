// SPDX-License-Identifier: BSD-2-Clause
// The records descriptor of a ruleset.
#pragma once

#include <string>
#include <vector>

#include "support/fd.h"
#include "support/ruleset.h"
#include "support/trace.h"

namespace eventfilter::selftest {

class Records {
 public:
  explicit Records(const Ruleset& ruleset);

  [[nodiscard]] int fd() const { return fd_.get(); }
  void set_nonblocking() const;

  // What waits to be read now, as it is
  [[nodiscard]] std::string text() const;
  // The same by fields; where records were lost there is one with the field "lost" alone
  [[nodiscard]] std::vector<Denied> take() const;

 private:
  Fd fd_;
};

long open_records(const Ruleset& ruleset, unsigned long argument = 0);

std::vector<Denied> parse_records(const std::string& text);

}  // namespace eventfilter::selftest
