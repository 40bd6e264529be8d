// SPDX-License-Identifier: BSD-2-Clause
//
// What is wrong with the user's text: every mistake of a run, with its place, shown as
//
//     web.policy:7:14-18: error: there is no label "lbi_t"
//       allow file open on lbi_t;
//                          ~~~~~
//     hint: did you mean "lib_t"?
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace eventfilter::diag {

// A text that ranges point into: a number that Diagnostics gave it.
using SourceId = std::uint32_t;

// Bytes [begin, end) of a source. Empty at the end of a text.
struct Range {
  SourceId source = 0;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;

  bool operator==(const Range&) const = default;
};

// From the start of one range to the end of another in the same source.
Range join(const Range& from, const Range& to);

// Where a range is, for people: lines and columns count from 1, columns in bytes.
struct Place {
  std::string file;
  unsigned line = 0;
  unsigned column = 0;
  unsigned end_column = 0;  // the last column, inclusive; of the first line of the range

  bool operator==(const Place&) const = default;
};

// "web.policy:7:14-18"; "web.policy:7:14" for one column.
std::string to_string(const Place& place);

enum class Severity { Warning, Error };

// A further place that explains a finding.
struct Note {
  Range range;
  std::string text;
};

// One finding. `id` is its stable name (messages.def), for programs and for the test that
// every message has a case in the corpus.
struct Diagnostic {
  Severity severity = Severity::Error;
  std::string_view id;
  Range range;
  std::string text;
  std::vector<Note> notes;
  std::string hint;
};

// render() shows this many findings and counts the others.
inline constexpr std::size_t kMaxShown = 100;

// Collects the findings of a run, and the sources that they point into.
class Diagnostics {
 public:
  SourceId add_source(std::string name, std::string text);
  const std::string& source_name(SourceId id) const { return sources_.at(id).name; }
  const std::string& source_text(SourceId id) const { return sources_.at(id).text; }
  std::size_t source_count() const { return sources_.size(); }

  // The same finding at the same place is kept once.
  void add(Diagnostic finding);

  bool has_errors() const { return errors_ != 0; }
  std::size_t errors() const { return errors_; }
  std::size_t warnings() const { return all_.size() - errors_; }
  const std::vector<Diagnostic>& all() const { return all_; }

  Place place(const Range& range) const;

  // All findings in the order of their places, as a terminal shows them.
  std::string render() const;

 private:
  struct Source {
    std::string name;
    std::string text;
    std::vector<std::size_t> lines;  // where each starts
  };

  // A place, a sentence, the source line and what of it is meant.
  std::string shown(const Range& range, std::string_view kind, std::string_view text) const;

  std::vector<Source> sources_;
  using Key = std::tuple<std::string_view, SourceId, std::uint32_t, std::uint32_t, std::string>;

  std::vector<Diagnostic> all_;
  std::set<Key> seen_;
  std::size_t errors_ = 0;
};

}  // namespace eventfilter::diag
