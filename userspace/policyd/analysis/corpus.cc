// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/corpus.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>

#include "analysis/compile.h"
#include "base/file.h"
#include "events/target.h"

namespace eventfilter::analysis {
namespace {

std::string read(const std::string& path) {
  base::Result<std::string> text = base::read_text_file(path);
  return text ? std::move(text).value() : "(" + text.error().message + ")";
}

// The rest of the first line that starts with "#! " and the word.
std::optional<std::string> directive(const std::string& text, const std::string& word) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("#! " + word + " ")) return line.substr(word.size() + 4);
  }
  return std::nullopt;
}

std::string answer_text(const diag::Diagnostics& diagnostics,
                        const std::optional<emit::CompiledPolicy>& policy) {
  std::string text = diagnostics.render();
  if (!policy) return text;
  if (!text.empty()) text += "\n";
  text += emit::print_rulesets(*policy);
  const std::string labels = emit::print_labels(*policy);
  if (!labels.empty()) text += "\n" + labels;
  return text;
}

}  // namespace

std::vector<std::string> corpus_cases(const std::string& folder) {
  std::vector<std::string> cases;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".policy") continue;
    cases.push_back((entry.path().parent_path() / entry.path().stem()).string());
  }
  std::sort(cases.begin(), cases.end());
  return cases;
}

std::string corpus_text(const std::string& path) { return read(path + ".policy"); }

CorpusAnswer run_corpus_case(const std::string& path) {
  return run_corpus_case(path, corpus_text(path));
}

CorpusAnswer run_corpus_case(const std::string& path, const std::string& text) {
  const std::filesystem::path file(path + ".policy");
  const std::string folder = file.parent_path().string() + "/";
  const emit::Source source{file.filename().string(), text};
  emit::Options options;
  const std::string home = directive(source.text, "home").value_or("/home/alice");
  if (home != "none") options.variables["HOME"] = home;
  std::istringstream homes(directive(source.text, "homes").value_or(""));
  for (std::string one; homes >> one;) options.homes.push_back(one);
  options.include_path = {"include"};
  // Messages name files as the case does, wherever the corpus is.
  options.read_file = [&](const std::string& name) -> base::Result<std::string> {
    base::Result<std::string> included = base::read_text_file(folder + name);
    if (included) return included;
    return base::Error{included.error().code, included.error().message.substr(folder.size())};
  };
  std::optional<events::Target> target;
  if (const auto name = directive(source.text, "target")) {
    target = events::parse_target(*name, read(folder + *name)).value();
    options.target = &*target;
  }
  diag::Diagnostics diagnostics;
  const std::optional<emit::CompiledPolicy> policy =
      analysis::compile(source, options, diagnostics);
  CorpusAnswer answer;
  answer.compiled = policy.has_value();
  answer.text = answer_text(diagnostics, policy);
  answer.compiled_text = answer_text({}, policy);
  for (const diag::Diagnostic& one : diagnostics.all()) answer.message_ids.emplace(one.id);
  return answer;
}

std::string expected_answer(const std::string& path) { return read(path + ".expected"); }

}  // namespace eventfilter::analysis
