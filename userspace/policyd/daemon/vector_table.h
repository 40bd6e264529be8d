// SPDX-License-Identifier: BSD-2-Clause
//
// What the policy's own classes allow, for questions by text and by number.
//
// A row is a domain with a class that the policy has rules for; it and the label make the key of a table with
// open addressing that has the policy's vectors and nothing else: at most four slots of 24 bytes for each,
// however many domains, classes and labels there are.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "daemon/numbering.h"
#include "ipc/client_protocol.h"
#include "ipc/policy_view.h"

namespace eventfilter::daemon {

class VectorTable {
 public:
  VectorTable() : VectorTable(ipc::PolicyView()) {}
  explicit VectorTable(const ipc::PolicyView& policy);

  // The vectors for each question. An object whose label the policy doesn't know has that of those
  // without a label.
  std::variant<ipc::Vectors, ipc::Refusal> check(const ipc::CheckView& check) const;

  // A row and a label for each question. Row 0 has no vector at all. Label 0 is the one that the policy doesn't know,
  // and that of those without.
  std::variant<ipc::Numbers, ipc::Refusal> numbers(const ipc::GetNumbersView& asked) const;

  // The same as check(), by what numbers() of this table said, as the frame that is sent: Vectors of policy
  // `policy`, to request `id`. Numbers that no question of numbers() would give are refused.
  std::variant<std::string, ipc::Refusal> check(const ipc::PackedList<ipc::NumberedQuestion>& questions,
                                                std::uint64_t policy, std::uint32_t id) const;

 private:
  using Key = std::uint64_t;

  // No question's: rows begin with 1.
  static constexpr Key kNone = 0;

  struct Slot {
    Key key = kNone;
    ipc::Vector vector;
  };

  static Key key_of(std::uint32_t row, std::uint32_t label) { return static_cast<Key>(label) << 32 | row; }
  static std::uint32_t row_of(Key key) { return static_cast<std::uint32_t>(key); }
  static std::uint32_t label_of(Key key) { return static_cast<std::uint32_t>(key >> 32); }

  // Where to look; a copy of it, which no byte of an answer can be thought to change, stays in registers.
  struct Slots {
    const Slot* first;
    std::size_t mask;
    unsigned shift;

    // Rows and labels are small numbers one after the other. A multiple of each, by two fractions that have no
    // ratio with one another, spreads a rectangle of them evenly.
    std::size_t begin(Key key) const { return (key * 0xc13fa9a991e10da5U) >> shift; }
    const ipc::Vector* find(Key key) const {
      for (std::size_t at = begin(key);; at = (at + 1) & mask) {
        if (first[at].key == key) [[likely]] return &first[at].vector;
        if (first[at].key == kNone) return nullptr;
      }
    }
  };
  Slots slots() const { return {slots_.data(), slots_.size() - 1, shift_}; }
  void put(Key key, const ipc::Vector& vector);
  // That of objects without a label.
  const ipc::Vector& unlabelled(std::uint32_t row) const {
    const ipc::Vector* const found = slots().find(key_of(row, 0));
    return found == nullptr ? nothing_ : *found;
  }

  bool is_given(Key key) const;
  struct Row {
    std::uint32_t number;
    const ipc::Vector* unlabelled;
  };
  const ipc::Vector* otherwise(Key key, Row& before) const;
  std::size_t fill(ipc::PackedList<ipc::NumberedQuestion> questions, char* answer) const;
  // A domain's and a class's numbers.
  std::variant<std::uint64_t, ipc::Refusal> pair(std::string_view subject, std::string_view user_class) const;
  std::uint32_t row(std::uint64_t pair) const;
  template <typename Act>
  std::optional<ipc::Refusal> for_each(const std::vector<ipc::QuestionView>& questions, Act act) const;

  Numbering domains_;
  Numbering classes_;
  Numbering labels_;
  std::vector<std::uint64_t> rows_;  // pairs that have a vector, ascending: row 1 is the first
  std::vector<Slot> slots_;  // a power of two of them, at most half of which are taken
  unsigned shift_ = 0;
  ipc::Vector nothing_;
};

}  // namespace eventfilter::daemon
