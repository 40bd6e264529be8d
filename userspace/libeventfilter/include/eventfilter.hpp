// SPDX-License-Identifier: BSD-2-Clause
//
// libeventfilter for C++20: descriptors with one owner, exceptions for errors. eventfilter.h
// documents what each call does and may fail with.
#pragma once

#include <cerrno>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <unistd.h>

#include "eventfilter.h"

namespace eventfilter {

// A call failed: code().value() is the errno.
class Error : public std::system_error {
 public:
  Error(int negative_errno, const char* what)
      : std::system_error(-negative_errno, std::generic_category(), what) {}
};

// The text handed over is wrong, and where: line and column count from 1, in bytes.
class TextError : public Error {
 public:
  TextError(int negative_errno, const eventfilter_text_error& error)
      : Error(negative_errno, error.sentence), error_(error) {}
  unsigned line() const { return error_.line; }
  unsigned column() const { return error_.column; }
  unsigned length() const { return error_.length; }
  std::string_view code_name() const { return error_.code; }
  std::string_view sentence() const { return error_.sentence; }

 private:
  eventfilter_text_error error_;
};

namespace detail {

inline int check(int result, const char* what) {
  if (result < 0) throw Error(result, what);
  return result;
}

inline void check_text(int result, const eventfilter_text_error& error, const char* what) {
  if (result == -EINVAL && error.line != 0) throw TextError(result, error);
  check(result, what);
}

// Owns a descriptor of the kernel's.
class Handle {
 public:
  explicit Handle(int fd) : fd_(fd) {}
  Handle(Handle&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Handle& operator=(Handle&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Handle() {
    if (fd_ >= 0) close(fd_);
  }
  int fd() const { return fd_; }

 private:
  int fd_;
};

}  // namespace detail

inline int abi_version() { return detail::check(eventfilter_abi_version(), "eventfilter"); }

// A label space: names, and which objects carry them. Changes wait for commit().
class LabelSpace : public detail::Handle {
 public:
  LabelSpace() : Handle(detail::check(eventfilter_labels_create(0), "label space")) {}
  explicit LabelSpace(int fd) : Handle(fd) {}  // takes one that was received

  void add(const std::string& name) {
    eventfilter_text_error error;
    detail::check_text(eventfilter_labels_add(fd(), name.c_str(), &error), error, "label name");
  }
  void group(const std::string& name, const std::string& members) {
    eventfilter_text_error error;
    detail::check_text(eventfilter_labels_group(fd(), name.c_str(), members.c_str(), &error), error,
                       "group of labels");
  }
  void fs(const std::string& type, const std::string& names) {
    eventfilter_text_error error;
    detail::check_text(eventfilter_labels_fs(fd(), type.c_str(), names.c_str(), &error), error,
                       "label of a file system type");
  }
  void label_tree(int object, const std::string& names) {
    detail::check(eventfilter_label_tree(fd(), object, names.c_str()), "label");
  }
  void label_self(int object, const std::string& names) {
    detail::check(eventfilter_label_self(fd(), object, names.c_str()), "label");
  }
  void label_name(int directory, const std::string& pattern, const std::string& names) {
    detail::check(eventfilter_label_name(fd(), directory, pattern.c_str(), names.c_str()), "label");
  }
  void unlabel(int object) { detail::check(eventfilter_unlabel(fd(), object), "unlabel"); }
  void unlabel_name(int directory, const std::string& pattern) {
    detail::check(eventfilter_unlabel_name(fd(), directory, pattern.c_str()), "unlabel");
  }
  int commit() { return detail::check(eventfilter_labels_commit(fd()), "commit of labels"); }
};

// Filters; mutable until first enforced.
class Ruleset : public detail::Handle {
 public:
  explicit Ruleset(unsigned flags = 0) : Ruleset(-1, flags) {}
  explicit Ruleset(const LabelSpace& labels, unsigned flags = 0) : Ruleset(labels.fd(), flags) {}

  void write(std::string_view text) {
    eventfilter_text_error error;
    detail::check_text(eventfilter_ruleset_write(fd(), text.data(), text.size(), &error), error,
                       "ruleset");
  }
  void enforce(unsigned flags = 0) { detail::check(eventfilter_enforce(fd(), flags), "enforce"); }
  void confine_exec(unsigned flags = 0) {
    detail::check(eventfilter_confine_exec(fd(), flags), "enforce on exec");
  }

 private:
  Ruleset(int labels, unsigned flags)
      : Handle(detail::check(eventfilter_ruleset_create(labels, flags), "ruleset")) {}
};

inline void no_new_privs() { detail::check(eventfilter_no_new_privs(), "no_new_privs"); }

}  // namespace eventfilter
