// SPDX-License-Identifier: BSD-2-Clause
//
// Finds the objects that a policy's patterns name and assigns their labels.
#pragma once

#include <string>
#include <vector>

#include "apply/label_sink.h"
#include "apply/mounts.h"
#include "apply/path_walk.h"
#include "base/result.h"
#include "diag/diagnostics.h"
#include "emit/compiled_policy.h"

namespace eventfilter::apply {

// Something that the user may want to know. What a remark is about stays closed, never open.
struct Remark {
  enum class Level {
    Note,     // of interest to who asks why something is refused
    Warning,  // the policy probably doesn't do what was meant
  };
  Level level = Level::Note;
  diag::Place where;  // the pattern; no file when it is about no pattern
  std::string text;
};

struct Problem {
  diag::Place where;
  std::string text;
  std::string hint;
  int code = 0;  // errno
};

struct Labelled {
  std::vector<Remark> remarks;
  std::vector<Problem> problems;
};

// Hands every assignment of `policy` to `sink`, then those of the mounts beneath its trees.
//
// A pattern that can't be applied as it is meant is a problem, and then the space must not be
// used: without a label of its own an object has the one of its directory, which may be wider.
// What stays closed (a directory that the caller can't reach, a file system on which labels don't
// hold and that no other pattern covers) is a remark.
//
// Untrusted::Missing is for who labels for others: what they put in the way is reported, and stands
// for nothing; the name has the label, for when it's a file or a directory.
Labelled label_objects(const emit::CompiledPolicy& policy, const std::vector<Mount>& mounts,
                       LabelSink& sink, Untrusted untrusted = Untrusted::Error);

}  // namespace eventfilter::apply
