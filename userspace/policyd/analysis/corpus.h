// SPDX-License-Identifier: BSD-2-Clause
//
// Cases of grammar/corpus: a rule file, and beside it everything that the compiler answers.
#pragma once

#include <set>
#include <string>
#include <vector>

namespace eventfilter::analysis {

// What the compiler answered.
struct CorpusAnswer {
  bool compiled = false;
  std::string text;                    // findings, rulesets, labels
  std::string compiled_text;           // rulesets and labels alone
  std::set<std::string> message_ids;  // of the findings
};

// The cases of a folder: paths without ".policy", sorted.
std::vector<std::string> corpus_cases(const std::string& folder);

// Compiles a case. Lines "#! home none", "#! home PATH", "#! homes PATH..." and "#! target FILE" in it
// say for whom and for which kernel; usually it's /home/alice alone and the built-in target.
CorpusAnswer run_corpus_case(const std::string& path);

// The same with another text in the place of the case's.
CorpusAnswer run_corpus_case(const std::string& path, const std::string& text);

// The text of a case.
std::string corpus_text(const std::string& path);

// The answer that is written down.
std::string expected_answer(const std::string& path);

}  // namespace eventfilter::analysis
