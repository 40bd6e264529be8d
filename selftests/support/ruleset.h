// SPDX-License-Identifier: BSD-2-Clause
// The calls of the ABI, as they are: no library between the test and the kernel.
#pragma once

#include <linux/eventfilter.h>

#include <string>
#include <string_view>

#include "support/fd.h"

namespace eventfilter::selftest {

// prctl(PR_EVENTFILTER, ...) with all five arguments as given
long evf(unsigned long command, unsigned long arg3 = 0, unsigned long arg4 = 0,
         unsigned long arg5 = 0);

// -1 as prctl's unsigned long
inline constexpr unsigned long kNoLabels = ~0UL;

void set_no_new_privs();

class LabelSpace;

class Ruleset {
 public:
  Ruleset();
  explicit Ruleset(const LabelSpace& space, unsigned flags = 0);
  static Ruleset permissive();
  // Whole: created, written
  explicit Ruleset(std::string_view text);
  Ruleset(const LabelSpace& space, std::string_view text, unsigned flags = 0);
  // One that gives its task a label
  static Ruleset labelled(const LabelSpace& space, const std::string& label, std::string_view text);

  [[nodiscard]] int fd() const { return fd_.get(); }

  // 0, or -1 with errno
  [[nodiscard]] long write(std::string_view text) const;
  // What the last write had to complain about: "LINE:COLUMN:LENGTH: CODE: sentence\n", or ""
  [[nodiscard]] std::string error() const;
  // Sets nothing else: who calls it has seen to no_new_privs
  [[nodiscard]] long try_enforce(unsigned flags = 0) const;
  // Sets no_new_privs; a failure ends the test
  void enforce(unsigned flags = 0) const;

 private:
  explicit Ruleset(Fd fd) : fd_(std::move(fd)) {}
  void write_or_fail(std::string_view text) const;

  Fd fd_;
};

// A ruleset without labels, enforced on the calling thread
void enforce(std::string_view text, unsigned flags = 0);
// The same, bound to a label space
void enforce(const LabelSpace& space, std::string_view text, unsigned flags = 0);

}  // namespace eventfilter::selftest
