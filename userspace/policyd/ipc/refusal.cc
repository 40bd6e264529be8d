// SPDX-License-Identifier: BSD-2-Clause
#include "ipc/refusal.h"

#include "ipc/wire.h"

namespace eventfilter::ipc {
namespace {

struct Known {
  Code code;
  std::string_view word;
  std::string_view sentence;
};

constexpr Known kKnown[] = {
#define REFUSAL(name, number, word, sentence) {Code::name, word, sentence},
#include "ipc/refusals.def"
#undef REFUSAL
};

const Known* find(std::uint32_t code) {
  for (const Known& known : kKnown) {
    if (static_cast<std::uint32_t>(known.code) == code) return &known;
  }
  return nullptr;
}

}  // namespace

Refusal refuse(Code code, std::string_view detail) {
  std::string sentence(find(static_cast<std::uint32_t>(code))->sentence);
  if (const std::size_t at = sentence.find('%'); at != std::string::npos)
    sentence.replace(at, 1, detail);
  if (sentence.size() > kMaxString) sentence = sentence.substr(0, kMaxString - 4) + "\n...";
  return {static_cast<std::uint32_t>(code), sentence};
}

std::string_view word_of(std::uint32_t code) {
  const Known* const known = find(code);
  return known == nullptr ? "unknown" : known->word;
}

}  // namespace eventfilter::ipc
