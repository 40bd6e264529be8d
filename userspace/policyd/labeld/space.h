// SPDX-License-Identifier: BSD-2-Clause
//
// The label space that everything confined by the policy is judged by: from one state to the next in
// one commit, or not at all.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "labeld/plan.h"

namespace eventfilter::labeld {

// A line of the label space that is staged, and the one that takes it back.
struct Line {
  std::string set;
  std::string undo;
  bool operator==(const Line&) const = default;
};

// What a label space holds.
struct Contents {
  std::vector<std::string> labels;  // names, which can only be added
  std::map<std::string, Line> lines;  // groups, file system types, endpoints; by what they are about
  Plan plan;
  std::map<std::pair<std::string, std::string>, SharedFd> transitions;  // task, file -> ruleset
};

class Space {
 public:
  // A new, empty one.
  static base::Result<Space> create();

  // One that rested elsewhere, with what was in it, and perhaps more than was.
  Space(base::Fd space, Contents contents)
      : space_(std::move(space)), contents_(std::move(contents)) {}

  int get() const { return space_.get(); }
  const Contents& contents() const { return contents_; }

  // Makes new names known, which changes nothing by itself.
  base::Result<void> name(const std::vector<std::string>& labels);

  // Commits what differs. An error: everything is as before.
  base::Result<void> become(Contents next);

 private:
  base::Result<void> stage_all(const Contents& next);
  base::Result<void> stage_lines(const Contents& next);
  base::Result<void> stage_plan(const Contents& next);
  base::Result<void> stage_transitions(const Contents& next);
  base::Result<void> write(const std::string& text);

  base::Fd space_;
  Contents contents_;
};

}  // namespace eventfilter::labeld
