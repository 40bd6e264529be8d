// SPDX-License-Identifier: BSD-2-Clause
// Two files that one of us each refuses, and one that nobody does.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <string>

#include "support/label_space.h"
#include "support/program.h"
#include "support/ruleset.h"
#include "support/tree.h"

namespace eventfilter::selftest {

// Is this module in lsm=?
bool module_is_on(const std::string& name);

class Neighbours {
 public:
  Neighbours();

  // Refuses our file and the common one, with EXDEV
  void enforce_ours() const;

  std::string ours;    // we refuse it
  std::string theirs;  // the neighbour refuses it
  std::string both;    // each of us would
  std::string free;    // nobody does

 private:
  LabelSpace space_;
};

// open(2) for reading, closed again: 0 or -1 with errno
int try_open(const std::string& path);

}  // namespace eventfilter::selftest
