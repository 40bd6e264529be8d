// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <linux/eventfilter.h>

#include <string>
#include <string_view>

#include "support/fd.h"

namespace eventfilter::selftest {

// A label space, by its raw calls. Those that return long give 0 (or what the call returned), or -1
// with errno; the others end the test when they fail. Paths are opened with O_PATH | O_NOFOLLOW.
class LabelSpace {
 public:
  // With these names, committed: "tmp_t secret_t"
  explicit LabelSpace(std::string_view names = "");

  [[nodiscard]] int fd() const { return fd_.get(); }

  [[nodiscard]] long write(std::string_view text) const;
  [[nodiscard]] std::string error() const;

  // Staged only
  [[nodiscard]] long stage(unsigned long request, int object, std::string_view names,
                           std::string_view pattern = {}) const;
  [[nodiscard]] long stage(unsigned long request, const std::string& path, std::string_view names,
                           std::string_view pattern = {}) const;
  [[nodiscard]] long try_commit() const;

  // Staged, committed; names "" is a barrier
  void label_file(const std::string& path, std::string_view names) const;
  void label_self(const std::string& path, std::string_view names) const;
  void label_name(const std::string& directory, std::string_view pattern,
                  std::string_view names) const;
  void unlabel(const std::string& path) const;
  void unlabel_name(const std::string& directory, std::string_view pattern) const;
  void add_names(std::string_view names) const;
  void commit() const;

 private:
  void do_now(unsigned long request, const std::string& path, std::string_view names,
              std::string_view pattern) const;

  Fd fd_;
};

// EVF_TRANSITION: who has the label `task` and executes a file with `file` gets the ruleset, -1 takes
// that back. Staged: 0, or -1 with errno.
long stage_transition(const LabelSpace& space, const std::string& task, const std::string& file,
                      int ruleset);

}  // namespace eventfilter::selftest
