// SPDX-License-Identifier: BSD-2-Clause
#include "apply/label_objects.h"

#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "apply/assigned.h"
#include "apply/mount_labels.h"
#include "apply/path_walk.h"
#include "sema/glob.h"

namespace eventfilter::apply {
namespace {

using emit::Cover;
using emit::LabelAssignment;

// A name of which nothing exists yet but a directory further up.
struct Gap {
  base::Fd directory;
  std::string name;
  const LabelAssignment* assignment;
};

// An assignment that its file system can't hold.
struct Unheld {
  std::string path;
  base::Error error;
  const LabelAssignment* assignment;
};

class Labeller {
 public:
  Labeller(LabelSink& sink, Untrusted untrusted) : sink_(sink), untrusted_(untrusted) {}

  void assign(const LabelAssignment& assignment) {
    const std::string& path =
        assignment.cover == Cover::Name ? assignment.directory : assignment.path;
    auto walked = walk(path, untrusted_);
    if (!walked) return unreachable(assignment, walked.error());
    Walked found = std::move(walked).value();
    if (!found.blocked.empty())
      remark(Remark::Level::Warning, assignment, found.blocked + ": not labelled");
    if (assignment.cover == Cover::Name) {
      assign_names(assignment, std::move(found));
    } else if (!found.object) {
      assign_missing(assignment, std::move(found));
    } else if (S_ISDIR(found.status.st_mode)) {
      assign_directory(assignment, found);
    } else {
      assign_file(assignment, found);
    }
  }

  // Closes what is missing by more than its name, even if that has a label: with it, what is
  // created there later would be as open as its directory, although a pattern says otherwise.
  void close_gaps() {
    for (Gap& gap : gaps_) close_gap(gap);
    gaps_.clear();
  }

  // Once all else is assigned it shows what those objects have instead of their labels.
  void judge_unheld() {
    for (const Unheld& unheld : unheld_) {
      const std::string instead = assigned_.decide(unheld.path).value_or("");
      if (instead == unheld.assignment->label) continue;
      if (!instead.empty()) {
        problem(*unheld.assignment, unheld.error.message + "; it would have " + instead,
                unheld.error.code, "label its directory instead");
      } else {
        remark(Remark::Level::Warning, *unheld.assignment,
               '"' + unheld.path + "\" stays closed: labels don't hold on this file system");
      }
    }
  }

  void label_mounts(const std::vector<Mount>& mounts) {
    apply::label_mounts(mounts, assigned_, sink_, result_.remarks);
  }

  Labelled take() { return std::move(result_); }

 private:
  void problem(const LabelAssignment& assignment, std::string text, int code,
               std::string hint = "") {
    result_.problems.push_back({assignment.where, std::move(text), std::move(hint), code});
  }

  void remark(Remark::Level level, const LabelAssignment& assignment, std::string text) {
    // The standard includes name what some systems have: nothing that their user could mend
    const bool standard = assignment.where.file.starts_with('<');
    result_.remarks.push_back(
        {standard ? Remark::Level::Note : level, assignment.where, std::move(text)});
  }

  void unreachable(const LabelAssignment& assignment, const base::Error& error) {
    if (error.code == EACCES) {
      // Who can't search the directory can't open what is in it either
      return remark(Remark::Level::Note, assignment,
                    error.message + ": out of reach, so not labelled");
    }
    problem(assignment, error.message, error.code,
            error.code == ELOOP ? "write the path that the link stands for" : "");
  }

  void assign_names(const LabelAssignment& assignment, Walked found) {
    if (!found.object) return remember_gap(assignment, std::move(found));
    if (!S_ISDIR(found.status.st_mode))
      return problem(assignment, '"' + assignment.directory + "\" is not a directory", ENOTDIR);
    put_name(assignment, found.object, found.status, assignment.component);
  }

  void assign_missing(const LabelAssignment& assignment, Walked found) {
    if (found.missing > 1) return remember_gap(assignment, std::move(found));
    put_name_at(assignment, found.parent, found.name);
    put_link(assignment, found);
  }

  void assign_directory(const LabelAssignment& assignment, const Walked& found) {
    const bool tree = assignment.cover == Cover::Tree;
    const Decision decision{assignment.label, assignment.where};
    switch (assigned_.own(found.object, found.status, tree, decision)) {
      case Assigned::Verdict::New:
        if (!report(assignment, path_of(found.object.get()),
                    tree ? sink_.tree(found.object.get(), decision.label)
                         : sink_.self(found.object.get(), decision.label)))
          assigned_.drop_own(found.object, found.status);
        break;
      case Assigned::Verdict::Known:
        break;
      case Assigned::Verdict::Conflict:
        conflict(assignment);
    }
    // Whoever may rename in the directory above can put another in this one's place
    if (tree && found.parent && !found.parent_is_roots)
      put_name_at(assignment, found.parent, found.name);
  }

  // By name: an editor that replaces the file by a rename keeps its label
  void assign_file(const LabelAssignment& assignment, const Walked& found) {
    put_name_at(assignment, found.parent, found.name);
    put_link(assignment, found);
  }

  void put_link(const LabelAssignment& assignment, const Walked& found) {
    if (found.link_parent) put_name_at(assignment, found.link_parent, found.link_name);
  }

  void put_name_at(const LabelAssignment& assignment, const base::Fd& parent,
                   const std::string& literal) {
    struct stat status = {};
    if (fstat(parent.get(), &status) != 0)
      return problem(assignment, base::system_error(errno, assignment.path).message, errno);
    put_name(assignment, parent, status, sema::escape_glob(literal));
  }

  void put_name(const LabelAssignment& assignment, const base::Fd& directory,
                const struct stat& status, const std::string& pattern) {
    switch (assigned_.name(directory, status, pattern, {assignment.label, assignment.where})) {
      case Assigned::Verdict::New:
        if (!report(assignment, path_of(directory.get()) + '/' + pattern,
                    sink_.name(directory.get(), pattern, assignment.label)))
          assigned_.drop_name(directory, status, pattern);
        break;
      case Assigned::Verdict::Known:
        break;
      case Assigned::Verdict::Conflict:
        conflict(assignment);
    }
  }

  // False if the kernel didn't take it.
  bool report(const LabelAssignment& assignment, const std::string& path,
              const base::Result<void>& result) {
    if (result) return true;
    const base::Error& error = result.error();
    if (error.code == EOPNOTSUPP) {
      unheld_.push_back({path, error, &assignment});
    } else {
      problem(assignment, error.message, error.code);
    }
    return false;
  }

  void conflict(const LabelAssignment& assignment) {
    const Decision& other = assigned_.conflicting();
    problem(assignment,
            "this pattern and that of " + to_string(other.where) +
                " name the same object with two labels, " + assignment.label + " and " +
                other.label,
            EEXIST);
  }

  void remember_gap(const LabelAssignment& assignment, Walked found) {
    gaps_.push_back({std::move(found.parent), found.name, &assignment});
  }

  void close_gap(const Gap& gap) {
    struct stat status = {};
    const std::string directory = path_of(gap.directory.get());
    if (fstat(gap.directory.get(), &status) != 0)
      return problem(*gap.assignment, base::system_error(errno, directory).message, errno);
    const std::string missing = (directory == "/" ? "" : directory) + '/' + gap.name;
    const std::string pattern = sema::escape_glob(gap.name);
    if (assigned_.close_name(gap.directory, status, pattern, gap.assignment->where)) {
      if (!report(*gap.assignment, missing, sink_.name(gap.directory.get(), pattern, "")))
        return assigned_.drop_name(gap.directory, status, pattern);
    }
    remark_gap(gap, missing);
  }

  void remark_gap(const Gap& gap, const std::string& missing) {
    // Nobody is going to miss what the caller couldn't create
    const bool creatable = faccessat(gap.directory.get(), ".", W_OK, AT_EACCESS) == 0;
    remark(creatable ? Remark::Level::Warning : Remark::Level::Note, *gap.assignment,
           '"' + missing + "\" doesn't exist: it stays closed, also when it is created later; create it first");
  }

  LabelSink& sink_;
  Untrusted untrusted_;
  Assigned assigned_;
  std::vector<Gap> gaps_;
  std::vector<Unheld> unheld_;
  Labelled result_;
};

}  // namespace

Labelled label_objects(const emit::CompiledPolicy& policy, const std::vector<Mount>& mounts,
                       LabelSink& sink, Untrusted untrusted) {
  Labeller labeller(sink, untrusted);
  for (const LabelAssignment& assignment : policy.assignments) labeller.assign(assignment);
  labeller.close_gaps();
  labeller.judge_unheld();
  labeller.label_mounts(mounts);
  return labeller.take();
}

}  // namespace eventfilter::apply
