// SPDX-License-Identifier: BSD-2-Clause
//
// What a call returns when the world may fail it: a value, or why there is none. For a
// mistake in the user's text there is diag::Diagnostics instead.
#pragma once

#include <string>
#include <utility>
#include <variant>

namespace eventfilter::base {

// Why the world refused: an errno, and a sentence that names what was being done.
struct Error {
  int code = 0;
  std::string message;
};

// An Error from an errno: "WHAT: No such file or directory".
Error system_error(int code, std::string what);

// A T or an Error. Asking for the one that it isn't aborts: that mistake is ours.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() & { return std::get<0>(state_); }
  const T& value() const& { return std::get<0>(state_); }
  T&& value() && { return std::get<0>(std::move(state_)); }
  const Error& error() const { return std::get<1>(state_); }

 private:
  std::variant<T, Error> state_;
};

// A Result of a call that returns nothing.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : failed_(true), error_(std::move(error)) {}

  bool ok() const { return !failed_; }
  explicit operator bool() const { return ok(); }
  const Error& error() const { return error_; }

 private:
  bool failed_ = false;
  Error error_;
};

}  // namespace eventfilter::base
