// SPDX-License-Identifier: BSD-2-Clause
//
// Rules for what has nothing to do with a place: sockets, other processes, the system.
#pragma once

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "learn/observation.h"

namespace eventfilter::learn {

class OtherRules {
 public:
  void add(const Observation& observation);

  // Whole lines, each once: "allow system capable when cap == 10;"
  std::vector<std::string> rules() const;

 private:
  void add_socket(const Observation& observation);

  // What happened to sockets of one family and type, by event; port -1: whichever.
  using Ends = std::set<std::int64_t>;
  std::map<std::tuple<std::int64_t, std::int64_t, std::string>, Ends> sockets_;
  std::map<std::string, std::set<std::int64_t>> commands_;  // by event, of its telling field
  std::set<std::string> lines_;
};

}  // namespace eventfilter::learn
