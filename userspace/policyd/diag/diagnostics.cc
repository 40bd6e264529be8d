// SPDX-License-Identifier: BSD-2-Clause
#include "diag/diagnostics.h"

#include <algorithm>
#include <iterator>
#include <tuple>

namespace eventfilter::diag {
namespace {

// A source line is shown up to this many columns on each side of what is underlined.
constexpr std::size_t kContext = 60;
constexpr std::size_t kMaxUnderlined = 80;

struct Line {
  std::size_t begin = 0;
  std::size_t end = 0;
};

// `starts`: where the lines of a text of `size` bytes start.
Line line_at(const std::vector<std::size_t>& starts, std::size_t size, std::size_t offset) {
  const auto after = std::upper_bound(starts.begin(), starts.end(), offset);
  return {*std::prev(after), after == starts.end() ? size : *after - 1};
}

// A rule file may come from anybody: it must not drive the terminal.
std::string printable(std::string_view text) {
  std::string out(text);
  for (char& byte : out) {
    const auto value = static_cast<unsigned char>(byte);
    if ((value < 0x20 && byte != '\t') || value == 0x7f) byte = '?';
  }
  return out;
}

// The source line and, beneath, what is meant.
std::string excerpt(std::string_view text, const Line& line, const Range& range) {
  const std::size_t begin = std::clamp<std::size_t>(range.begin, line.begin, line.end);
  const std::size_t end = std::clamp<std::size_t>(range.end, begin, line.end);
  const std::size_t length = std::min(end - begin, kMaxUnderlined);
  std::size_t from = line.begin;
  std::size_t to = line.end;
  if (begin - from > kContext) from = begin - kContext;
  if (to - (begin + length) > kContext) to = begin + length + kContext;

  const std::string left = from == line.begin ? "" : "...";
  const std::string right = to == line.end ? "" : "...";
  std::string out = "  " + left + printable(text.substr(from, to - from)) + right + "\n  ";
  out += std::string(left.size(), ' ');
  for (const char byte : text.substr(from, begin - from)) out += byte == '\t' ? '\t' : ' ';
  out += length > 1 ? std::string(length, '~') : "^";
  return out + "\n";
}

}  // namespace

Range join(const Range& from, const Range& to) {
  return {from.source, from.begin, std::max(from.end, to.end)};
}

std::string to_string(const Place& place) {
  std::string out = place.file + ":" + std::to_string(place.line) + ":" +
                    std::to_string(place.column);
  if (place.end_column > place.column) out += "-" + std::to_string(place.end_column);
  return out;
}

SourceId Diagnostics::add_source(std::string name, std::string text) {
  std::vector<std::size_t> lines = {0};
  for (std::size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at + 1)) {
    lines.push_back(at + 1);
  }
  sources_.push_back({std::move(name), std::move(text), std::move(lines)});
  return static_cast<SourceId>(sources_.size() - 1);
}

void Diagnostics::add(Diagnostic finding) {
  // A rule for many events, or a macro for many domains, makes one mistake many times.
  const bool is_new =
      seen_.emplace(finding.id, finding.range.source, finding.range.begin, finding.range.end,
                    finding.text).second;
  if (!is_new) return;
  if (finding.severity == Severity::Error) ++errors_;
  all_.push_back(std::move(finding));
}

Place Diagnostics::place(const Range& range) const {
  const Source& source = sources_.at(range.source);
  const std::size_t begin = std::min<std::size_t>(range.begin, source.text.size());
  const Line line = line_at(source.lines, source.text.size(), begin);
  const std::size_t end = std::clamp<std::size_t>(range.end, begin, std::max(line.end, begin));
  const auto after = std::upper_bound(source.lines.begin(), source.lines.end(), begin);
  Place place;
  place.file = source.name;
  place.line = static_cast<unsigned>(after - source.lines.begin());
  place.column = static_cast<unsigned>(begin - line.begin) + 1;
  place.end_column = static_cast<unsigned>(std::max(end, begin + 1) - line.begin);
  return place;
}

std::string Diagnostics::shown(const Range& range, std::string_view kind,
                               std::string_view text) const {
  const Source& source = sources_.at(range.source);
  const Line line = line_at(source.lines, source.text.size(), range.begin);
  return printable(to_string(place(range))) + ": " + std::string(kind) + ": " + printable(text) +
         "\n" + excerpt(source.text, line, range);
}

std::string Diagnostics::render() const {
  std::vector<const Diagnostic*> sorted;
  for (const Diagnostic& finding : all_) sorted.push_back(&finding);
  std::stable_sort(sorted.begin(), sorted.end(), [](const Diagnostic* a, const Diagnostic* b) {
    return std::tie(a->range.source, a->range.begin) < std::tie(b->range.source, b->range.begin);
  });
  std::string out;
  for (std::size_t i = 0; i < sorted.size() && i < kMaxShown; ++i) {
    const Diagnostic& finding = *sorted[i];
    const bool is_error = finding.severity == Severity::Error;
    out += shown(finding.range, is_error ? "error" : "warning", finding.text);
    for (const Note& note : finding.notes) out += shown(note.range, "note", note.text);
    if (!finding.hint.empty()) out += "hint: " + printable(finding.hint) + "\n";
  }
  if (sorted.size() > kMaxShown) {
    out += std::to_string(sorted.size() - kMaxShown) + " more findings are not shown\n";
  }
  return out;
}

}  // namespace eventfilter::diag
