// SPDX-License-Identifier: BSD-2-Clause
//
// libeventfilter for C++20: descriptors with one owner, results that must be looked at. Header-only;
// throws nothing of its own and works with -fno-exceptions. eventfilter.h documents what each call
// does and may fail with.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include <eventfilter.h>
#include <eventfilter/result.hpp>

namespace eventfilter {

// The version of the kernel's interface
inline Result<int> abi_version() { return detail::number(eventfilter_abi_version(), "eventfilter"); }

inline Result<void> no_new_privs() { return detail::done(eventfilter_no_new_privs(), "no_new_privs"); }

class Ruleset;

// A label space: names, and which objects carry them. Changes wait for commit().
class LabelSpace : public Handle {
 public:
  static Result<LabelSpace> create(unsigned flags = 0) {
    return detail::handle<LabelSpace>(eventfilter_labels_create(flags), "label space");
  }
  explicit LabelSpace(int fd) : Handle(fd) {}  // takes one that was received

  Result<void> add(const std::string& name) {
    return detail::text("label name", [&](auto* error) {
      return eventfilter_labels_add(fd(), name.c_str(), error);
    });
  }
  Result<void> write(std::string_view lines) {
    return detail::text("label space", [&](auto* error) {
      return eventfilter_labels_write(fd(), lines.data(), lines.size(), error);
    });
  }
  Result<void> group(const std::string& name, const std::string& members) {
    return detail::text("group of labels", [&](auto* error) {
      return eventfilter_labels_group(fd(), name.c_str(), members.c_str(), error);
    });
  }
  Result<void> fs(const std::string& type, const std::string& names) {
    return detail::text("label of a file system type", [&](auto* error) {
      return eventfilter_labels_fs(fd(), type.c_str(), names.c_str(), error);
    });
  }
  Result<void> endpoint(const std::string& endpoint, const std::string& names) {
    return detail::text("label of an endpoint", [&](auto* error) {
      return eventfilter_labels_endpoint(fd(), endpoint.c_str(), names.c_str(), error);
    });
  }
  Result<void> unendpoint(const std::string& endpoint) {
    return detail::text("label of an endpoint", [&](auto* error) {
      return eventfilter_labels_unendpoint(fd(), endpoint.c_str(), error);
    });
  }
  Result<void> label_tree(int object, const std::string& names) {
    return detail::done(eventfilter_label_tree(fd(), object, names.c_str()), "label");
  }
  Result<void> label_self(int object, const std::string& names) {
    return detail::done(eventfilter_label_self(fd(), object, names.c_str()), "label");
  }
  Result<void> label_name(int directory, const std::string& pattern, const std::string& names) {
    return detail::done(eventfilter_label_name(fd(), directory, pattern.c_str(), names.c_str()),
                        "label of a name");
  }
  Result<void> unlabel(int object) {
    return detail::done(eventfilter_unlabel(fd(), object), "unlabel");
  }
  Result<void> unlabel_name(int directory, const std::string& pattern) {
    return detail::done(eventfilter_unlabel_name(fd(), directory, pattern.c_str()),
                        "unlabel of a name");
  }
  inline Result<void> transition(const std::string& task, const std::string& file,
                                 const Ruleset& ruleset);
  Result<void> untransition(const std::string& task, const std::string& file) {
    return detail::done(eventfilter_untransition(fd(), task.c_str(), file.c_str()),
                        "transition");
  }
  // -> the generation
  Result<int> commit() {
    return detail::number(eventfilter_labels_commit(fd()), "commit of labels");
  }
  // Stages that nothing is assigned, and that there are no transitions
  Result<void> clear() { return detail::done(eventfilter_labels_clear(fd()), "clearing labels"); }
  // Drops what is staged
  Result<void> discard() {
    return detail::done(eventfilter_labels_discard(fd()), "discarding staged labels");
  }
};

// Filters; mutable until first enforced.
class Ruleset : public Handle {
 public:
  static Result<Ruleset> create(unsigned flags = 0) {
    return detail::handle<Ruleset>(eventfilter_ruleset_create(-1, flags), "ruleset");
  }
  static Result<Ruleset> create(const LabelSpace& labels, unsigned flags = 0) {
    return detail::handle<Ruleset>(eventfilter_ruleset_create(labels.fd(), flags), "ruleset");
  }
  static Result<Ruleset> create(const LabelSpace& labels, const std::string& label,
                                unsigned flags = 0) {
    return detail::handle<Ruleset>(
        eventfilter_ruleset_create_labelled(labels.fd(), flags, label.c_str()), "ruleset");
  }
  explicit Ruleset(int fd) : Handle(fd) {}  // takes one that was received

  Result<void> write(std::string_view text) {
    return detail::text("ruleset", [&](auto* error) {
      return eventfilter_ruleset_write(fd(), text.data(), text.size(), error);
    });
  }
  Result<void> enforce(unsigned flags = 0) const {
    return detail::done(eventfilter_enforce(fd(), flags), "enforce");
  }
  Result<void> confine_exec(unsigned flags = 0) const {
    return detail::done(eventfilter_confine_exec(fd(), flags), "enforce on exec");
  }
  // From now on it also judges what anybody does with the open file description behind object
  Result<void> attach_to(int object) const {
    return detail::done(eventfilter_attach(object, fd()), "attach");
  }
};

inline Result<void> LabelSpace::transition(const std::string& task, const std::string& file,
                                           const Ruleset& ruleset) {
  return detail::done(eventfilter_transition(fd(), task.c_str(), file.c_str(), ruleset.fd()),
                      "transition");
}

// What layers of a ruleset refuse or log
class Records : public Handle {
 public:
  static Result<Records> open(const Ruleset& ruleset) {
    return detail::handle<Records>(eventfilter_records_open(ruleset.fd()), "records");
  }
  explicit Records(int fd) : Handle(fd) {}  // takes one that was received

  // Waits for records, unless O_NONBLOCK is set: then none is the error EAGAIN
  Result<std::string> read() {
    std::string text(4 * EVENTFILTER_MAX_RECORD, '\0');
    const int length = eventfilter_records_read(fd(), text.data(), text.size());
    if (length < 0) return Error(length, "records");
    text.resize(static_cast<size_t>(length));
    return text;
  }
};

// Calls visit(const eventfilter_record&) for each record of a text. false if a line was none.
template <typename Visit>
[[nodiscard]] bool for_each_record(std::string_view text, Visit&& visit) {
  eventfilter_slice rest{text.data(), text.size()};
  eventfilter_record record;
  bool all = true;
  for (int result; (result = eventfilter_record_next(&rest, &record)) != 0;) {
    if (result > 0)
      visit(std::as_const(record));
    else
      all = false;
  }
  return all && rest.length == 0;
}

inline std::string_view view(const eventfilter_slice& slice) { return {slice.start, slice.length}; }

}  // namespace eventfilter
