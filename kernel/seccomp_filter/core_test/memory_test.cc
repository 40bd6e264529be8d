// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Memory that runs out: whatever allocation fails, nothing changes and nothing is lost.
#include <gtest/gtest.h>

#include <cerrno>
#include <cstddef>
#include <string>

#include "core/rules.h"
#include "kunit/vectors.h"

namespace {

int left = -1;  // allocations until one fails; below 0 none does

}  // namespace

// What the linker makes of the core's calls
extern "C" void* __real_calloc(std::size_t count, std::size_t size);
extern "C" void* __wrap_calloc(std::size_t count, std::size_t size);

void* __wrap_calloc(std::size_t count, std::size_t size) {
  if (left == 0) return nullptr;
  if (left > 0) --left;
  return __real_calloc(count, size);
}

namespace {

constexpr char kText[] =
    "file_open, file_exec: label in { tmp_t, bin_t, last_t } && name in { \"a\", \"b\" } && uid in "
    "{ 1, 5, 70000 }\n"
    "sys_enter_write: fd in { 1, 3, 5, 7, 9, 11, 13, 15, 17, 1000 } || count == fd\n"
    "file: deny\nmeta: deny\nuse: deny\ntask: deny\nsystem: deny\nsocket: deny\nsyscalls: deny\n";

TEST(Memory, RunsOutAnywhereWhileParsing) {
  evf_rules rules{};
  evf_error error{};
  const std::string first = "file_open: uid == 5\ncompat: allow\n";
  ASSERT_EQ(evf_rules_parse(&rules, &evf_vector_schema, first.data(), first.size(), &error), 0);
  int failures = 0;
  for (;; ++failures) {
    left = failures;
    const int err = evf_rules_parse(&rules, &evf_vector_schema, kText, sizeof(kText) - 1, &error);
    left = -1;
    if (err == 0) break;
    ASSERT_EQ(err, -ENOMEM);
    ASSERT_EQ(rules.nr, 1U);
    ASSERT_EQ(rules.text_len, first.size());
  }
  EXPECT_GE(failures, 20);
  EXPECT_EQ(rules.nr, 11U);
  evf_rules_free(&rules);
}

TEST(Memory, RunsOutAnywhereWhileFormatting) {
  evf_error error{};
  char* out = nullptr;
  int failures = 0;
  for (;; ++failures) {
    left = failures;
    const int err = evf_format(&evf_vector_schema, kText, sizeof(kText) - 1, &out, &error);
    left = -1;
    if (err == 0) break;
    ASSERT_EQ(err, -ENOMEM);
    ASSERT_EQ(out, nullptr);
  }
  EXPECT_GE(failures, 10);
  evf_free(out);
}

}  // namespace
