// SPDX-License-Identifier: BSD-2-Clause
#include "labeld/space.h"

#include <cerrno>

#include <eventfilter.h>

namespace eventfilter::labeld {

base::Result<Space> Space::create() {
  const int space = eventfilter_labels_create(0);
  if (space < 0) return base::system_error(-space, "creating a label space");
  return Space(base::Fd(space));
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

base::Result<void> Space::begin(const std::vector<std::string>& lines) {
  if (const int result = eventfilter_labels_clear(space_.get()); result < 0)
    return base::system_error(-result, "clearing the label space");
  std::string text;
  for (const std::string& line : lines) text += line + '\n';
  return write(text);
}

base::Result<void> Space::stage(const Transitions& transitions) {
  for (const auto& [pair, ruleset] : transitions) {
    const int result = eventfilter_transition(space_.get(), pair.first.c_str(), pair.second.c_str(),
                                              ruleset->get());
    if (result < 0)
      return base::system_error(-result, "the transition of " + pair.first + " on " + pair.second);
  }
  return {};
}

base::Result<void> Space::end(base::Result<void> staged) {
  if (!staged) {
    eventfilter_labels_discard(space_.get());
    return staged;
  }
  if (const int result = eventfilter_labels_commit(space_.get()); result < 0)
    return base::system_error(-result, "committing labels");
  return {};
}

base::Result<void> Space::add(const Key& key, const Assignment& assignment) {
  return end(labeld::stage(space_.get(), key, assignment));
}

}  // namespace eventfilter::labeld
