// SPDX-License-Identifier: BSD-2-Clause
//
// Rule text -> filter strings: whatever the text, either findings or rulesets that the core
// takes; never both wrong, never a crash. Its usual form has the same syntax tree, and formatting that changes nothing.
#include <cstdint>
#include <cstdlib>

#include "emit/compile.h"
#include "syntax/format.h"
#include "syntax/parse.h"
#include "syntax/tree_text.h"

namespace {

using eventfilter::emit::CompiledPolicy;

// A refusal by the core can only be one of its limits: anything else is the compiler's.
bool is_limit(const std::string& text) {
  return text.find("at most") != std::string::npos;
}

void check(const eventfilter::diag::Diagnostics& diagnostics,
           const std::optional<CompiledPolicy>& policy) {
  if (policy.has_value() == diagnostics.has_errors()) std::abort();
  for (const auto& finding : diagnostics.all()) {
    if (finding.id == "ruleset_refused" && !is_limit(finding.text)) std::abort();
  }
  static_cast<void>(diagnostics.render());
}

std::string tree(const std::string& text) {
  eventfilter::diag::Diagnostics diagnostics;
  return eventfilter::syntax::tree_text(eventfilter::syntax::parse(diagnostics.add_source("fuzz", text), diagnostics));
}

std::optional<std::string> formatted(const std::string& text) {
  eventfilter::diag::Diagnostics diagnostics;
  auto made = eventfilter::syntax::format(diagnostics.add_source("fuzz", text), diagnostics);
  if (made.has_value() == diagnostics.has_errors()) std::abort();
  return made;
}

void check_format(const std::string& text) {
  const auto once = formatted(text);
  if (!once) return;
  if (tree(*once) != tree(text)) std::abort();
  if (formatted(*once) != *once) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  check_format(text);
  eventfilter::emit::Options options;
  options.variables["HOME"] = "/home/alice";
  eventfilter::diag::Diagnostics diagnostics;
  check(diagnostics, eventfilter::emit::compile({"fuzz", text}, options, diagnostics));
  return 0;
}
