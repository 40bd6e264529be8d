// SPDX-License-Identifier: BSD-2-Clause
#include "cli/terminal.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <unistd.h>

#include "cli/json.h"

namespace eventfilter::cli {
namespace {

bool as_json = false;

constexpr std::string_view kBold = "\033[1m";
constexpr std::string_view kRed = "\033[1;31m";
constexpr std::string_view kMagenta = "\033[1;35m";
constexpr std::string_view kCyan = "\033[1;36m";
constexpr std::string_view kGreen = "\033[1;32m";
constexpr std::string_view kReset = "\033[0m";

std::string painted(std::string_view colour, std::string_view text) {
  return std::string(colour) + std::string(text) + std::string(kReset);
}

struct Kind {
  std::string_view word;
  std::string_view colour;
};
constexpr Kind kKinds[] = {{": error: ", kRed}, {": warning: ", kMagenta}, {": note: ", kCyan}};

// The first kind on the line: the sentence after it may hold such words, too.
const Kind* kind_of(std::string_view line, std::size_t& at) {
  const Kind* found = nullptr;
  at = std::string_view::npos;
  for (const Kind& kind : kKinds) {
    if (const std::size_t place = line.find(kind.word); place < at) {
      found = &kind;
      at = place;
    }
  }
  return found;
}

std::string coloured_line(std::string_view line) {
  if (line.starts_with("  ")) {
    const std::size_t mark = line.find_first_not_of(" \t");
    const bool underline = mark != std::string_view::npos &&
                           line.find_first_not_of("~^", mark) == std::string_view::npos;
    if (!underline) return std::string(line);
    return std::string(line.substr(0, mark)) + painted(kGreen, line.substr(mark));
  }
  if (line.starts_with("hint: ")) return painted(kCyan, "hint:") + std::string(line.substr(5));
  std::size_t at = 0;
  const Kind* kind = kind_of(line, at);
  if (kind == nullptr) return std::string(line);
  const std::string_view word = kind->word.substr(2, kind->word.size() - 3);
  return painted(kBold, line.substr(0, at + 1)) + ' ' + painted(kind->colour, word) + ' ' +
         std::string(line.substr(at + kind->word.size()));
}

}  // namespace

void speak_json() { as_json = true; }
bool speaks_json() { return as_json; }

bool has_terminal() {
  const char* const terminal = std::getenv("TERM");
  return isatty(STDERR_FILENO) && terminal != nullptr && std::strcmp(terminal, "dumb") != 0;
}

bool wants_colours() {
  const char* const none = std::getenv("NO_COLOR");
  return has_terminal() && (none == nullptr || *none == '\0');
}

std::string coloured(std::string_view rendered) {
  std::string out;
  while (!rendered.empty()) {
    const std::size_t end = rendered.find('\n');
    out += coloured_line(rendered.substr(0, end));
    if (end == std::string_view::npos) break;
    out += '\n';
    rendered.remove_prefix(end + 1);
  }
  return out;
}

void show(std::string_view rendered) {
  if (rendered.empty()) return;
  std::string text(rendered);
  if (as_json) text = json_object({{"kind", "text"}, {"text", rendered}}) + '\n';
  else if (wants_colours()) text = coloured(rendered);
  std::fwrite(text.data(), 1, text.size(), stderr);
}

std::string json_finding(const diag::Diagnostic& finding, const diag::Diagnostics& findings) {
  const diag::Place place = findings.place(finding.range);
  const bool is_error = finding.severity == diag::Severity::Error;
  std::string text = "{\"kind\": " + json_string(is_error ? "error" : "warning") +
                     ", \"id\": " + json_string(finding.id) + ", \"file\": " + json_string(place.file) +
                     ", \"line\": " + std::to_string(place.line) + ", \"column\": " + std::to_string(place.column) +
                     ", \"end_column\": " + std::to_string(place.end_column) +
                     ", \"text\": " + json_string(finding.text);
  if (!finding.hint.empty()) text += ", \"hint\": " + json_string(finding.hint);
  return text + '}';
}

void show(const diag::Diagnostics& findings) {
  if (!as_json) return show(findings.render());
  for (const diag::Diagnostic& one : findings.all()) {
    const std::string line = json_finding(one, findings) + '\n';
    std::fwrite(line.data(), 1, line.size(), stderr);
  }
}

void say(std::string_view kind, std::string_view text) {
  if (as_json) {
    const std::string line = json_object({{"kind", kind}, {"text", text}}) + '\n';
    std::fwrite(line.data(), 1, line.size(), stderr);
    return;
  }
  show("policyctl: " + std::string(kind) + ": " + std::string(text) + '\n');
}

}  // namespace eventfilter::cli
