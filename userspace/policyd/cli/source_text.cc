// SPDX-License-Identifier: BSD-2-Clause
#include "cli/source_text.h"

#include <sstream>

namespace eventfilter::cli {

std::string source_line(const diag::Diagnostics& diagnostics, const diag::Range& range) {
  std::istringstream words(
      diagnostics.source_text(range.source).substr(range.begin, range.end - range.begin));
  std::string line;
  for (std::string word; words >> word;) line += (line.empty() ? "" : " ") + word;
  return line;
}

std::string note_lines(const diag::Diagnostics& diagnostics, const std::vector<diag::Note>& notes) {
  std::string lines;
  for (const diag::Note& note : notes) {
    lines += "  " + to_string(diagnostics.place(note.range)) + ": " + note.text + "\n";
  }
  return lines;
}

}  // namespace eventfilter::cli
