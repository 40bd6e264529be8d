// SPDX-License-Identifier: BSD-2-Clause
#include "diag/messages.h"

#include <algorithm>
#include <numeric>

namespace eventfilter::diag {
namespace {

struct Entry {
  std::string_view id;
  Severity severity;
  std::string_view sentence;
};

constexpr Entry kMessages[] = {
#define DIAG_MESSAGE(id, severity, sentence) {#id, Severity::severity, sentence},
#include "diag/messages.def"
};

// Names are cut to this in comparisons, so that a long one costs no more.
constexpr std::size_t kMaxCompared = 64;

// Insertions, removals, changes and swaps of neighbours that make one of the other.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  a = a.substr(0, kMaxCompared);
  b = b.substr(0, kMaxCompared);
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  std::iota(d[0].begin(), d[0].end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    d[i][0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
      d[i][j] = std::min({d[i - 1][j - 1] + change, d[i - 1][j] + 1, d[i][j - 1] + 1});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
    }
  }
  return d[a.size()][b.size()];
}

}  // namespace

const std::vector<std::string_view>& message_ids() {
  static const std::vector<std::string_view> ids = [] {
    std::vector<std::string_view> all;
    for (const Entry& entry : kMessages) all.push_back(entry.id);
    return all;
  }();
  return ids;
}

Diagnostic make(Message message, const Range& range,
                std::initializer_list<std::string_view> arguments) {
  const Entry& entry = kMessages[static_cast<std::size_t>(message)];
  Diagnostic finding;
  finding.severity = entry.severity;
  finding.id = entry.id;
  finding.range = range;
  for (std::size_t i = 0; i < entry.sentence.size(); ++i) {
    const bool is_argument = entry.sentence[i] == '%' && i + 1 < entry.sentence.size();
    if (!is_argument) {
      finding.text += entry.sentence[i];
      continue;
    }
    const auto index = static_cast<std::size_t>(entry.sentence[++i] - '1');
    if (index < arguments.size()) finding.text += arguments.begin()[index];
  }
  return finding;
}

std::string nearest(std::string_view name, const std::vector<std::string>& candidates) {
  // A third of the name may differ: beyond that a guess misleads.
  std::size_t best = std::max<std::size_t>(1, name.size() / 3) + 1;
  std::string found;
  for (const std::string& candidate : candidates) {
    const std::size_t distance = edit_distance(name, candidate);
    if (distance < best) {
      best = distance;
      found = candidate;
    }
  }
  return found;
}

std::string nearest_hint(std::string_view name, const std::vector<std::string>& candidates) {
  const std::string found = nearest(name, candidates);
  return found.empty() ? found : "did you mean \"" + found + "\"?";
}

}  // namespace eventfilter::diag
