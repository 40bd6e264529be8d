// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "core/rules.h"
#include "fuzz/generate.hh"
#include "kunit/vectors.h"

namespace eventfilter::oracle {
namespace {

[[noreturn]] void differ(const Case& c, const std::string& text, const std::string& why) {
  std::fprintf(stderr, "%s\n  %s: %s\n", why.c_str(), c.event->name, text.c_str());
  for (const auto& [name, value] : c.record) {
    std::fprintf(stderr, "  %s%s = %#llx \"%s\" {", value.absent ? "? " : "", name.c_str(),
                 static_cast<unsigned long long>(value.bits), value.text.c_str());
    for (const auto& label : value.names) std::fprintf(stderr, " %s", label.c_str());
    std::fprintf(stderr, " }\n");
  }
  std::abort();
}

// What the core says of the line's first rule.
bool verdict(const Case& c, const std::string& line, const evf_record& record) {
  evf_rules rules{};
  evf_error error{};
  if (evf_rules_parse(&rules, &evf_vector_schema, line.data(), line.size(), &error) != 0)
    differ(c, line, std::string("the core refuses: ") + evf_code_name(error.code));
  const evf_rule& rule = rules.rule[0];
  bool passes = rule.kind == EVF_RULE_ALLOW;
  if (rule.kind == EVF_RULE_FILTER) passes = evf_program_run(rule.program, &record) == EVF_PASS;
  evf_rules_free(&rules);
  return passes;
}

// The line's rule, printed from what is kept of it
std::string printed(const Case& c, const std::string& line) {
  evf_rules rules{};
  evf_error error{};
  char* text = nullptr;
  if (evf_rules_parse(&rules, &evf_vector_schema, line.data(), line.size(), &error) != 0 ||
      evf_rules_print(&rules, &evf_vector_schema, &text) != 0)
    differ(c, line, "a rule that can't be printed");
  std::string result = text;
  evf_free(text);
  evf_rules_free(&rules);
  return result;
}

}  // namespace

void compare(const Case& c) {
  const std::string start = std::string(c.event->name) + ": ";
  const std::string line = start + c.filter;
  const CoreRecord record = core_record(*c.event, c.record);
  const bool expected = Filter(c.filter, *c.event)(c.record);
  if (verdict(c, line, record.record) != expected)
    differ(
        c, c.filter,
        expected ? "the core refuses, the oracle passes" : "the core passes, the oracle refuses");

  // Of a rule that is kept the text comes from its program. It doesn't name what was constant, so it
  // may not know that something in it is unknown.
  const std::string kept = printed(c, line);
  const bool absent = std::any_of(c.record.begin(), c.record.end(),
                                  [](const auto& field) { return field.second.absent; });
  if (!absent && verdict(c, kept, record.record) != expected)
    differ(c, kept, "the printed program differs in the core");

  char* formatted = nullptr;
  evf_error error{};
  if (evf_format(&evf_vector_schema, line.data(), line.size(), &formatted, &error) != 0)
    differ(c, c.filter, "no canonical form");
  std::string canonical = formatted;
  evf_free(formatted);
  if (verdict(c, canonical, record.record) != expected)
    differ(c, canonical, "the canonical form differs in the core");
  canonical.pop_back();
  if (Filter(canonical.substr(start.size()), *c.event)(c.record) != expected)
    differ(c, canonical, "the canonical form differs in the oracle");
}

}  // namespace eventfilter::oracle
