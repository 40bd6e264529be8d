// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// What the tests of the core share: rules that free themselves, and one call per question.
#pragma once

#include <cerrno>
#include <string>
#include <string_view>

#include "core/rules.h"
#include "kunit/vectors.h"

namespace eventfilter::core_test {

class Rules {
 public:
  Rules() = default;
  explicit Rules(std::string_view text) { parse(text); }
  ~Rules() { evf_rules_free(&rules_); }
  Rules(const Rules&) = delete;
  Rules& operator=(const Rules&) = delete;

  int parse(std::string_view text) {
    error_ = {};
    return evf_rules_parse(&rules_, &evf_vector_schema, text.data(), text.size(), &error_);
  }

  std::string code() const { return evf_code_name(error_.code); }
  const evf_error& error() const { return error_; }
  const evf_rules* operator->() const { return &rules_; }
  // What is said of the name with this number, and the event that it is
  const evf_rule& operator[](std::uint32_t i) const { return *evf_rule_of(&rules_, i); }
  [[nodiscard]] const evf_event* event(std::uint32_t i) const { return rules_.event[i]; }

 private:
  evf_rules rules_{};
  evf_error error_{};
};

inline std::string sentence(const evf_error& error) {
  char buf[512];
  return std::string(buf, evf_error_sentence(&error, buf, sizeof(buf)));
}

// The canonical form, or the error's code in angle brackets.
inline std::string format(std::string_view text) {
  char* out = nullptr;
  evf_error error{};
  const int err = evf_format(&evf_vector_schema, text.data(), text.size(), &out, &error);
  if (err == -EINVAL) return std::string("<") + evf_code_name(error.code) + ">";
  if (err != 0) return "<" + std::to_string(-err) + ">";
  std::string result = out;
  evf_free(out);
  return result;
}

inline std::string repeat(std::string_view what, std::size_t times) {
  std::string result;
  for (std::size_t i = 0; i < times; ++i) result += what;
  return result;
}

}  // namespace eventfilter::core_test
