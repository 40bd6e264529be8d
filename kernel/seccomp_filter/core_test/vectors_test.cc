// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "kunit/vectors.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

namespace {

void try_rows(evf_vector_kind kind, unsigned at_least) {
  unsigned rows = 0;
  for (std::uint32_t i = 0; i < evf_nr_vectors; ++i) {
    const evf_vector& vector = evf_vectors[i];
    if (vector.kind != kind) continue;
    ++rows;
    evf_vector_result result{};
    EXPECT_TRUE(evf_vector_check(&vector, &result))
        << vector.where << ":" << vector.line << ": " << result.wrong << " ("
        << evf_code_name(result.error.code) << " at " << result.error.offset << "+"
        << result.error.length << ", predicate " << result.predicate << ")\n"
        << vector.text;
  }
  EXPECT_GE(rows, at_least);
}

TEST(Vectors, RowsThatPass) { try_rows(EVF_V_PASSES, 250); }
TEST(Vectors, RowsThatRefuse) { try_rows(EVF_V_REFUSES, 200); }
TEST(Vectors, RowsThatAreConstant) { try_rows(EVF_V_CONSTANT, 50); }
TEST(Vectors, RowsInCanonicalForm) { try_rows(EVF_V_CANONICAL, 50); }
TEST(Vectors, RowsThatAreWrong) { try_rows(EVF_V_WRONG, 290); }

// Limits have texts too long for a row; limits_test.cc has them.
TEST(Vectors, EveryErrorHasARow) {
  std::set<std::string> seen = {"ok",
                                "internal",
                                "line_too_long",
                                "too_many_names",
                                "too_many_rules",
                                "too_many_predicates",
                                "too_many_items"};
  for (std::uint32_t i = 0; i < evf_nr_vectors; ++i)
    if (evf_vectors[i].kind == EVF_V_WRONG) seen.insert(evf_code_name(evf_vectors[i].code));
  for (std::uint16_t code = 0; code < EVF_NR_CODES; ++code)
    EXPECT_EQ(seen.count(evf_code_name(code)), 1U) << evf_code_name(code);
}

TEST(Vectors, EnoughOfThemRunThroughTheAbi) {
  std::map<std::string, unsigned> calls;
  for (std::uint32_t i = 0; i < evf_nr_vectors; ++i) {
    const char* event = nullptr;
    std::uint64_t args[6];
    if (evf_vector_syscall(&evf_vectors[i], &event, args)) ++calls[event];
  }
  EXPECT_GE(calls["sys_enter_write"], 100U);
  EXPECT_GE(calls["sys_enter_lseek"], 30U);
  EXPECT_GE(calls["sys_enter_openat"], 10U);
  EXPECT_GE(calls["sys_enter_socket"], 4U);
}

TEST(Vectors, BrokenProgramsDoNotVerify) { EXPECT_STREQ(evf_vector_verifier(), nullptr); }

}  // namespace
