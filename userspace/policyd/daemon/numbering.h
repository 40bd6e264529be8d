// SPDX-License-Identifier: BSD-2-Clause
//
// Numbers for names, for batches of questions: built once with the policy, then only asked.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace eventfilter::daemon {

template <typename Number>
inline Number number_at(const char* at) {
  Number number = 0;
  std::memcpy(&number, at, sizeof number);
  return number;
}

// Eight bytes or more, by eight, the last ones once more where they don't come out even: names are short,
// and a call of memcmp(3) takes longer than all of the rest.
template <typename Step>
inline bool in_words(const char* text, std::size_t size, Step step) {
  for (std::size_t at = 0; at + 8 < size; at += 8) {
    if (!step(number_at<std::uint64_t>(text + at), at)) return false;
  }
  return step(number_at<std::uint64_t>(text + size - 8), size - 8);
}

// Fewer than eight, as one number; texts of one length have the same only if they are the same.
inline std::uint64_t short_text(const char* text, std::size_t size) {
  if (size >= 4)
    return static_cast<std::uint64_t>(number_at<std::uint32_t>(text)) << 32 |
           number_at<std::uint32_t>(text + size - 4);
  std::uint64_t number = 0;
  for (std::size_t at = 0; at < size; ++at) number = number << 8 | static_cast<unsigned char>(text[at]);
  return number;
}

inline bool is_same(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  if (a.size() < 8) return short_text(a.data(), a.size()) == short_text(b.data(), b.size());
  return in_words(a.data(), a.size(), [b](std::uint64_t word, std::size_t at) {
    return word == number_at<std::uint64_t>(b.data() + at);
  });
}

class Numbering {
 public:
  Numbering() : Numbering(std::vector<std::string>()) {}
  // Numbers from 1 on, in this order; of a name that is there twice the first counts.
  explicit Numbering(const std::vector<std::string>& names);

  // 0: there is no such name.
  std::uint32_t of(std::string_view name) const {
    for (std::size_t at = hash(name) & mask_; slots_[at].number != 0; at = (at + 1) & mask_) {
      if (is_same(slots_[at].name, name)) return slots_[at].number;
    }
    return 0;
  }

  // The highest number.
  std::uint32_t size() const { return size_; }

 private:
  struct Slot {
    std::string name;
    std::uint32_t number = 0;  // 0: nothing is here
  };

  // Whoever asks can't add a name, so nobody gains by texts that come to the same slot.
  static std::size_t hash(std::string_view text) {
    std::uint64_t sum = text.size();
    const auto add = [&sum](std::uint64_t word, std::size_t) {
      sum = (sum ^ word) * 0x9e3779b97f4a7c15U;
      sum ^= sum >> 32;
      return true;
    };
    if (text.size() < 8) add(short_text(text.data(), text.size()), 0);
    else in_words(text.data(), text.size(), add);
    return sum;
  }

  std::vector<Slot> slots_;  // a power of two of them, half of which stay empty
  std::size_t mask_ = 0;
  std::uint32_t size_ = 0;
};

}  // namespace eventfilter::daemon
