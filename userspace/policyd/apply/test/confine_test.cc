// SPDX-License-Identifier: BSD-2-Clause
#include "apply/confine.h"

#include <cerrno>

#include <eventfilter.h>
#include <gtest/gtest.h>

#include "apply/refused_text.h"

namespace eventfilter::apply {
namespace {

TEST(Prepare, SaysWhatAKernelWithoutFiltersLacks) {
  if (eventfilter_abi_version() > 0) GTEST_SKIP() << "this kernel has event filters";
  emit::CompiledPolicy policy;
  policy.domains.emplace_back();
  policy.domains.back().name = "web_t";
  policy.domains.back().ruleset = "file_open: deny\n";
  const auto prepared = prepare(policy, policy.domains[0]);
  const Failure* failure = std::get_if<Failure>(&prepared);
  ASSERT_NE(failure, nullptr);
  EXPECT_EQ(failure->error.code, EOPNOTSUPP);
  EXPECT_EQ(failure->error.message, "creating a label space: Operation not supported");
}

TEST(ConfineNextExec, FailsWithoutARuleset) {
  const auto result = confine_next_exec(Confinement{});
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().message, "enforcing no ruleset: Invalid argument");
}

std::string marked(const std::string& text, unsigned line, unsigned column, unsigned length) {
  const eventfilter_text_error error = {line, column, length, "code", "sentence"};
  const RefusedText refused = refused_text(text, error);
  EXPECT_EQ(refused.sentence, "sentence");
  return refused.text.substr(refused.begin, refused.end - refused.begin);
}

TEST(RefusedText, FindsLineAndColumn) {
  const std::string text = "file_open: labl & x\nfile_exec: deny\n";
  EXPECT_EQ(marked(text, 1, 12, 4), "labl");
  EXPECT_EQ(marked(text, 2, 1, 9), "file_exec");
  EXPECT_EQ(marked(text, 2, 12, 4), "deny");
}

TEST(RefusedText, StaysInsideTheText) {
  EXPECT_EQ(marked("abc\n", 1, 1, 400), "abc\n");
  EXPECT_EQ(marked("abc\n", 1, 400, 4), "");
  EXPECT_EQ(marked("abc\n", 9, 1, 4), "");
  EXPECT_EQ(marked("", 1, 1, 1), "");
}

}  // namespace
}  // namespace eventfilter::apply
