// SPDX-License-Identifier: BSD-2-Clause
//
// What calls of eventfilter.hpp return, and what owns a descriptor. Part of eventfilter.hpp.
#pragma once

#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <variant>

#include <unistd.h>

#include <eventfilter/text.h>

namespace eventfilter {

// Why a call failed.
class Error {
 public:
  Error(int negative_errno, const char* what) : code_(-negative_errno), what_(what) {}
  Error(int negative_errno, const char* what, const eventfilter_text_error& text)
      : code_(-negative_errno), what_(what) {
    if (text.line != 0) text_ = text;
  }

  int code() const { return code_; }                 // the errno
  std::string_view what() const { return what_; }    // what was being done
  // Where a text is wrong, and why, if the kernel said so
  const std::optional<eventfilter_text_error>& text() const { return text_; }

  // For people: "ruleset: 2:18: this event has no such field", "enforce: Operation not permitted"
  std::string message() const {
    const std::string what = std::string(what_) + ": ";
    if (!text_) return what + std::generic_category().message(code_);
    return what + std::to_string(text_->line) + ":" + std::to_string(text_->column) + ": " +
           text_->sentence;
  }

 private:
  int code_;
  const char* what_;
  std::optional<eventfilter_text_error> text_;
};

// A T or an Error. Asking for the one that it isn't ends the process: going on without a
// filter that one believes to have is what this library is against.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }
  T& value() & { return *checked(std::get_if<0>(&state_)); }
  T&& value() && { return std::move(*checked(std::get_if<0>(&state_))); }
  const Error& error() const { return *checked(std::get_if<1>(&state_)); }

 private:
  template <typename P>
  static P* checked(P* pointer) {
    if (!pointer) std::abort();
    return pointer;
  }
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}

  bool ok() const { return !error_; }
  explicit operator bool() const { return ok(); }
  const Error& error() const {
    if (!error_) std::abort();
    return *error_;
  }
  // Ends the process unless ok()
  void value() const {
    if (error_) std::abort();
  }

 private:
  std::optional<Error> error_;
};

// Owns a descriptor.
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
  [[nodiscard]] int release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

namespace detail {

inline Result<int> number(int result, const char* what) {
  if (result < 0) return Error(result, what);
  return result;
}

inline Result<void> done(int result, const char* what) {
  if (result < 0) return Error(result, what);
  return {};
}

template <typename T>
Result<T> handle(int fd, const char* what) {
  if (fd < 0) return Error(fd, what);
  return T(fd);
}

// call(eventfilter_text_error*)
template <typename Call>
Result<void> text(const char* what, Call&& call) {
  eventfilter_text_error error = {};
  const int result = call(&error);
  if (result < 0) return Error(result, what, error);
  return {};
}

}  // namespace detail

}  // namespace eventfilter
