// SPDX-License-Identifier: BSD-2-Clause
#include "labeld/space.h"

#include <cerrno>

#include <eventfilter.h>

namespace eventfilter::labeld {

base::Result<Space> Space::create() {
  const int space = eventfilter_labels_create(0);
  if (space < 0) return base::system_error(-space, "creating a label space");
  return Space(base::Fd(space), {});
}

base::Result<void> Space::write(const std::string& text) {
  if (text.empty()) return {};
  eventfilter_text_error error = {};
  const int result = eventfilter_labels_write(space_.get(), text.data(), text.size(), &error);
  if (result == -EINVAL && error.line != 0)
    return base::Error{EINVAL, std::string("a line for the label space: ") + error.sentence + ":\n" + text};
  if (result < 0) return base::system_error(-result, "writing to the label space");
  return {};
}

base::Result<void> Space::name(const std::vector<std::string>& labels) {
  std::string text;
  for (const std::string& label : labels) text += "label " + label + '\n';
  return write(text);
}

// All lines are said again: it costs little, and the order of groups and labels can't matter
base::Result<void> Space::stage_lines(const Contents& next) {
  for (const auto& [about, line] : contents_.lines) {
    if (next.lines.contains(about) || line.undo.empty()) continue;
    // It may be gone already, when this state is one from before a restart
    (void)write(line.undo + '\n').ok();
  }
  std::string text;
  for (const auto& [about, line] : next.lines) text += line.set + '\n';
  return write(text);
}

base::Result<void> Space::stage_plan(const Contents& next) {
  for (const auto& [key, assignment] : contents_.plan) {
    if (next.plan.contains(key)) continue;
    if (auto done = unstage(space_.get(), key, assignment); !done) return done;
  }
  for (const auto& [key, assignment] : next.plan) {
    if (auto done = stage(space_.get(), key, assignment); !done) return done;
  }
  return {};
}

base::Result<void> Space::stage_transitions(const Contents& next) {
  for (const auto& [pair, ruleset] : contents_.transitions) {
    if (next.transitions.contains(pair)) continue;
    const int result =
        eventfilter_untransition(space_.get(), pair.first.c_str(), pair.second.c_str());
    if (result < 0 && result != -ENOENT) return base::system_error(-result, "a transition");
  }
  for (const auto& [pair, ruleset] : next.transitions) {
    if (!ruleset) continue;  // one from before a restart: it's in force
    const int result = eventfilter_transition(space_.get(), pair.first.c_str(), pair.second.c_str(),
                                              ruleset->get());
    if (result < 0)
      return base::system_error(-result, "the transition of " + pair.first + " on " + pair.second);
  }
  return {};
}

base::Result<void> Space::stage_all(const Contents& next) {
  if (auto done = name(next.labels); !done) return done;
  if (auto done = stage_lines(next); !done) return done;
  if (auto done = stage_plan(next); !done) return done;
  return stage_transitions(next);
}

base::Result<void> Space::become(Contents next) {
  if (auto staged = stage_all(next); !staged) {
    // What is staged can't be dropped, only staged once more as it was. Until then `contents_` is
    // whatever may have been staged
    const Contents before = contents_;
    for (const auto& [key, assignment] : next.plan) contents_.plan.try_emplace(key, assignment);
    for (const auto& [about, line] : next.lines) contents_.lines.try_emplace(about, line);
    for (const auto& [pair, ruleset] : next.transitions)
      contents_.transitions.try_emplace(pair, ruleset);
    (void)stage_all(before).ok();
    contents_ = before;
    return staged;
  }
  if (const int result = eventfilter_labels_commit(space_.get()); result < 0)
    return base::system_error(-result, "committing labels");
  contents_ = std::move(next);
  return {};
}

}  // namespace eventfilter::labeld
