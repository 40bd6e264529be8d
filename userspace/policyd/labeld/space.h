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

// task, file -> ruleset
using Transitions = std::map<std::pair<std::string, std::string>, SharedFd>;

class Space {
 public:
  // A new, empty one.
  static base::Result<Space> create();

  // One that rested elsewhere, with what was in it.
  explicit Space(base::Fd space) : space_(std::move(space)) {}

  int get() const { return space_.get(); }

  // Makes new names known, which changes nothing by itself.
  base::Result<void> name(const std::vector<std::string>& labels);

  // From now on is staged what it's to hold instead of what it holds: these lines (groups, file system types,
  // endpoints), then whatever else is staged. Groups that aren't said anew stay as they were: rulesets of earlier
  // policies may test them.
  base::Result<void> begin(const std::vector<std::string>& lines);
  base::Result<void> stage(const Transitions& transitions);

  // Commits what was staged; or, if `staged` is an error, drops it and returns that.
  base::Result<void> end(base::Result<void> staged);

  // Commits one assignment beside those in force. An error: everything is as before.
  base::Result<void> add(const Key& key, const Assignment& assignment);

 private:
  base::Result<void> write(const std::string& text);

  base::Fd space_;
};

}  // namespace eventfilter::labeld
