// SPDX-License-Identifier: BSD-2-Clause
//
// Why a request is refused: a code for programs, a sentence for people.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace eventfilter::ipc {

enum class Code : std::uint32_t {
#define REFUSAL(name, number, word, sentence) name = number,
#include "ipc/refusals.def"
#undef REFUSAL
};

// Also a message: what is sent instead of an answer.
struct Refusal {
  static constexpr std::uint16_t kType = 1;
  std::uint32_t code = 0;
  std::string sentence;

  static void fields(auto& self, auto& visit) {
    visit(self.code);
    visit(self.sentence);
  }
  bool is(Code one) const { return code == static_cast<std::uint32_t>(one); }
  bool operator==(const Refusal&) const = default;
};

// `detail` takes the place of the sentence's "%". A sentence that is too long is cut.
Refusal refuse(Code code, std::string_view detail = {});

// "no_such_domain"; "unknown" for a number that a newer daemon may have.
std::string_view word_of(std::uint32_t code);

}  // namespace eventfilter::ipc
