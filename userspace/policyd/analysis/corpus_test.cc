// SPDX-License-Identifier: BSD-2-Clause
//
// Every case of grammar/corpus, compared in full; and every message has a case.
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "diag/messages.h"
#include "analysis/corpus.h"

namespace eventfilter::analysis {
namespace {

const std::string kCorpus = EVENTFILTER_CORPUS;

class Good : public testing::TestWithParam<std::string> {};
class Bad : public testing::TestWithParam<std::string> {};

// With CORPUS_UPDATE in the environment the answers are written down instead: to be read by
// a person before they are kept.
void compare(const std::string& path, const CorpusAnswer& answer) {
  if (std::getenv("CORPUS_UPDATE") != nullptr) std::ofstream(path + ".expected") << answer.text;
  EXPECT_EQ(answer.text, expected_answer(path));
}

TEST_P(Good, GivesExactlyThis) {
  const CorpusAnswer answer = run_corpus_case(GetParam());
  EXPECT_TRUE(answer.compiled);
  compare(GetParam(), answer);
}

TEST_P(Bad, SaysExactlyThis) {
  const CorpusAnswer answer = run_corpus_case(GetParam());
  EXPECT_FALSE(answer.compiled);
  compare(GetParam(), answer);
}

std::string name_of(const testing::TestParamInfo<std::string>& info) {
  return std::filesystem::path(info.param).filename().string();
}

INSTANTIATE_TEST_SUITE_P(Corpus, Good, testing::ValuesIn(corpus_cases(kCorpus + "/good")), name_of);
INSTANTIATE_TEST_SUITE_P(Corpus, Bad, testing::ValuesIn(corpus_cases(kCorpus + "/bad")), name_of);

TEST(Corpus, EveryMessageHasACase) {
  // Too large for a file that a person reads: the layers' own tests have them.
  std::set<std::string> seen = {"too_many_labels", "too_many_patterns", "too_many_globs",
                                "ruleset_refused", "include_too_many", "too_many_macros",
                                "not_decided", "too_many_roles"};
  for (const char* const folder : {"/good", "/bad"}) {
    for (const std::string& path : corpus_cases(kCorpus + folder)) {
      seen.merge(run_corpus_case(path).message_ids);
    }
  }
  for (const std::string_view id : diag::message_ids()) {
    EXPECT_EQ(seen.count(std::string(id)), 1U) << id << " has no case";
  }
}

}  // namespace
}  // namespace eventfilter::analysis
