// SPDX-License-Identifier: BSD-2-Clause
//
// Limits whose cases are too large for a file that a person reads.
#include <gtest/gtest.h>

#include <linux/eventfilter.h>

#include "emit/compile.h"

namespace eventfilter::emit {
namespace {

std::string finding(const std::string& text) {
  diag::Diagnostics diagnostics;
  compile({"f", "policy 1;\n" + text}, {}, diagnostics);
  return diagnostics.all().empty() ? "" : diagnostics.all().front().text;
}

TEST(Limits, LabelNames) {
  for (const unsigned count : {EVF_MAX_SPACE_NAMES - 1U, EVF_MAX_SPACE_NAMES + 0U, EVF_MAX_SPACE_NAMES + 1U}) {
    std::string text;
    for (unsigned i = 0; i < count; ++i) {
      text += "label l" + std::to_string(i) + " = \"/" + std::to_string(i) + "\";\n";
    }
    EXPECT_EQ(finding(text), count > EVF_MAX_SPACE_NAMES ? "a policy has at most 16384 labels" : "");
  }
}

TEST(Limits, Roles) {
  for (const unsigned count : {999U, 1000U, 1001U}) {
    std::string text;
    for (unsigned i = 0; i < count; ++i) text += "role r" + std::to_string(i) + " { }\n";
    EXPECT_EQ(finding(text), count > 1000 ? "a policy has at most 1000 roles" : "");
  }
}

TEST(Limits, MacrosWithArguments) {
  std::string head;
  for (unsigned i = 0; i < 40; ++i) {
    head += "label l" + std::to_string(i) + " = \"/" + std::to_string(i) + "\";\n";
  }
  head += "macro two(x, y) { allow file rename on x when new_label & y; }\ndomain d {\n";
  for (const unsigned count : {999U, 1000U, 1001U}) {
    std::string text = head;
    for (unsigned i = 0; i < count; ++i) {
      text += "use two(l" + std::to_string(i / 40) + ", l" + std::to_string(i % 40) + ");\n";
    }
    EXPECT_EQ(finding(text + "}"),
              count > 1000 ? "a domain uses more than 1000 macros with different arguments" : "");
  }
}

// The kernel's filter has at most 4,096 comparisons.
TEST(Limits, KernelLanguage) {
  for (const unsigned count : {4095U, 4096U, 4097U}) {
    std::string text = "domain d { default * allow; allow file open when ino == 1";
    for (unsigned i = 1; i < count; ++i) text += " || ino == " + std::to_string(i + 1);
    EXPECT_EQ(finding(text + "; }"),
              count > 4096 ? "the kernel's language can't hold the rules of this domain: a filter "
                             "has at most 4096 comparisons"
                           : "");
  }
}

}  // namespace
}  // namespace eventfilter::emit
