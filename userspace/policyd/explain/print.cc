// SPDX-License-Identifier: BSD-2-Clause
#include "explain/print.h"

namespace eventfilter::explain {
namespace {

// Names of files and programs hold any bytes; a terminal gets none that it acts upon.
std::string printable(const std::string& text) {
  constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  for (const char byte : text) {
    const auto value = static_cast<unsigned char>(byte);
    const bool is_plain = value >= 0x20 && value != 0x7f;
    out += is_plain ? std::string(1, byte)
                    : std::string("\\x") + kHex[value >> 4] + kHex[value & 15];
  }
  return out;
}

std::string lines(const diag::Diagnostics& diagnostics, const std::vector<diag::Note>& notes) {
  std::string out;
  for (const diag::Note& note : notes) {
    out += "  " + to_string(diagnostics.place(note.range)) + ": " + note.text + "\n";
  }
  return out;
}

std::string repair_lines(const Explanation& explanation) {
  std::string out;
  for (const Repair& one : explanation.repairs) {
    if (!one.declaration.empty()) out += "  to the labels: " + one.declaration + "\n";
    out += "  to the domain " + one.domain + (one.file.empty() ? "" : " of " + one.file) + ": " + one.rule + "\n";
  }
  const std::vector<std::string>& also = explanation.repairs.front().also;
  if (also.empty()) return out + "tried: with it this passes, and no other event does\n";
  out += "tried: with it this passes, and also changes:\n";
  for (const std::string& one : also) out += "  " + one + "\n";
  return out;
}

}  // namespace

std::string print(const records::Record& record, const Explanation& explanation,
                  const diag::Diagnostics& diagnostics) {
  std::string out = record.event;
  if (!record.path.empty()) out += " of " + printable(record.path);
  out += " by " + printable(record.comm) + " (pid " + std::to_string(record.pid) + ")";
  if (!explanation.is_refused) return out + ": not refused here: " + explanation.hindrance + "\n";
  out += ": refused by " + explanation.layer + "\n";
  if (!explanation.predicate.empty()) out += "false: " + printable(explanation.predicate) + "\n";
  const bool has_none = explanation.denies.empty() && explanation.allows.empty();
  out += lines(diagnostics, explanation.denies) + lines(diagnostics, explanation.allows);
  if (has_none) out += "no rule of the domain is about it\n";
  if (explanation.repairs.empty()) return out + "no rule to add: " + explanation.hindrance + "\n";
  return out + "the smallest rule that allows it, to be added\n" + repair_lines(explanation);
}

}  // namespace eventfilter::explain
