// SPDX-License-Identifier: BSD-2-Clause
//
// Formatting changes nothing that a rule file means: every case of the corpus, before and after.
#include "syntax/format.h"

#include <gtest/gtest.h>

#include "analysis/corpus.h"
#include "syntax/parse.h"
#include "syntax/tree_text.h"

namespace eventfilter::analysis {
namespace {

std::optional<std::string> formatted(const std::string& text) {
  diag::Diagnostics diagnostics;
  return syntax::format(diagnostics.add_source("f", text), diagnostics);
}

std::string tree(const std::string& text) {
  diag::Diagnostics diagnostics;
  return syntax::tree_text(syntax::parse(diagnostics.add_source("f", text), diagnostics));
}

TEST(Format, TheTreeOfATextHasAllItsWords) {
  EXPECT_EQ(tree("user %a{b}level l<h;"),
            "(user \"1:a\" + [\"1:b\"])\n(levels [\"1:l\"\"1:h\"])\n");
  EXPECT_NE(tree("user a{b}"), tree("user %a{b}"));
  EXPECT_NE(tree("domain d{allow file read when !(a&1);}"), tree("domain d{allow file read when !a&1;}"));
}

TEST(Format, TheGoodCorpusCompilesToTheSameBytes) {
  std::size_t count = 0;
  for (const std::string& path : corpus_cases(EVENTFILTER_CORPUS "/good")) {
    const auto once = formatted(corpus_text(path));
    ASSERT_TRUE(once.has_value()) << path;
    EXPECT_EQ(formatted(*once), *once) << path;
    EXPECT_EQ(tree(*once), tree(corpus_text(path))) << path;
    const CorpusAnswer before = run_corpus_case(path);
    const CorpusAnswer after = run_corpus_case(path, *once);
    EXPECT_TRUE(after.compiled) << path << after.text;
    EXPECT_EQ(after.compiled_text, before.compiled_text) << path;
    EXPECT_EQ(after.message_ids, before.message_ids) << path;
    ++count;
  }
  EXPECT_GT(count, 80U);
}

TEST(Format, TheBadCorpusHasTheSameMistakes) {
  std::size_t count = 0;
  for (const std::string& path : corpus_cases(EVENTFILTER_CORPUS "/bad")) {
    const auto once = formatted(corpus_text(path));
    if (!once) continue;
    EXPECT_EQ(formatted(*once), *once) << path;
    EXPECT_EQ(run_corpus_case(path, *once).message_ids, run_corpus_case(path).message_ids) << path;
    ++count;
  }
  EXPECT_GT(count, 60U);
}

}  // namespace
}  // namespace eventfilter::analysis
