// SPDX-License-Identifier: BSD-2-Clause
#include "daemon/vector_table.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <set>
#include <string>

#include "ipc/frame.h"
#include "ipc/refusal.h"
#include "ipc/wire.h"

namespace eventfilter::daemon {
namespace {

using ipc::Code;
using ipc::refuse;

template <typename T>
std::vector<std::string> names_of(const std::vector<T>& all) {
  std::vector<std::string> names;
  names.reserve(all.size());
  for (const T& one : all) names.push_back(one.name);
  return names;
}

std::vector<std::string> labels_of(const ipc::PolicyView& policy) {
  std::set<std::string> labels;
  for (const ipc::ViewDomain& domain : policy.domains) {
    for (const ipc::ViewVector& one : domain.vectors) {
      if (!one.label.empty()) labels.insert(one.label);
    }
  }
  return {labels.begin(), labels.end()};
}

std::size_t slots_for(const ipc::PolicyView& policy) {
  std::size_t vectors = 0;
  for (const ipc::ViewDomain& domain : policy.domains) vectors += domain.vectors.size();
  return std::bit_ceil(2 * vectors + 2);
}

}  // namespace

VectorTable::VectorTable(const ipc::PolicyView& policy)
    : domains_(names_of(policy.domains)),
      classes_(names_of(policy.classes)),
      labels_(labels_of(policy)),
      slots_(slots_for(policy)),
      shift_(64U - static_cast<unsigned>(std::countr_zero(slots_.size()))) {
  std::vector<std::pair<std::uint64_t, const ipc::ViewVector*>> all;
  for (const ipc::ViewDomain& domain : policy.domains) {
    for (const ipc::ViewVector& one : domain.vectors) {
      // Of a class that isn't there nobody can ask
      const auto found = pair(domain.name, one.user_class);
      if (const auto* const numbers = std::get_if<std::uint64_t>(&found)) all.emplace_back(*numbers, &one);
    }
  }
  for (const auto& [numbers, vector] : all) rows_.push_back(numbers);
  std::sort(rows_.begin(), rows_.end());
  rows_.erase(std::unique(rows_.begin(), rows_.end()), rows_.end());
  for (const auto& [numbers, one] : all) put(key_of(row(numbers), labels_.of(one->label)), one->vector);
}

void VectorTable::put(Key key, const ipc::Vector& vector) {
  std::size_t at = slots().begin(key);
  while (slots_[at].key != kNone && slots_[at].key != key) at = (at + 1) & slots().mask;
  slots_[at] = {key, vector};
}

std::variant<std::uint64_t, ipc::Refusal> VectorTable::pair(std::string_view subject,
                                                            std::string_view user_class) const {
  const std::uint64_t domain = domains_.of(subject);
  if (domain == 0) return refuse(Code::NoSuchDomain, subject);
  const std::uint64_t number = classes_.of(user_class);
  if (number == 0) return refuse(Code::NoSuchClass, user_class);
  return domain << 32 | number;
}

std::uint32_t VectorTable::row(std::uint64_t pair) const {
  const auto at = std::lower_bound(rows_.begin(), rows_.end(), pair);
  return at == rows_.end() || *at != pair ? 0 : static_cast<std::uint32_t>(at - rows_.begin()) + 1;
}

// Most batches are about one subject and one class: these are found once then.
template <typename Act>
std::optional<ipc::Refusal> VectorTable::for_each(const std::vector<ipc::QuestionView>& questions, Act act) const {
  if (questions.size() > ipc::kMaxQuestions) return refuse(Code::TooMany, "questions");
  const ipc::QuestionView* before = nullptr;
  std::uint32_t number = 0;
  for (const ipc::QuestionView& question : questions) {
    if (before == nullptr || !is_same(question.subject, before->subject) ||
        !is_same(question.user_class, before->user_class)) {
      const auto found = pair(question.subject, question.user_class);
      if (const auto* const refusal = std::get_if<ipc::Refusal>(&found)) return *refusal;
      number = row(std::get<std::uint64_t>(found));
      before = &question;
    }
    act(number, labels_.of(question.object));
  }
  return std::nullopt;
}

std::variant<ipc::Vectors, ipc::Refusal> VectorTable::check(const ipc::CheckView& check) const {
  ipc::Vectors answer;
  answer.vectors.resize(std::min<std::size_t>(check.questions.size(), ipc::kMaxQuestions));
  auto refusal = for_each(check.questions, [this, slots = slots(), next = answer.vectors.data()](
                                               std::uint32_t row, std::uint32_t label) mutable {
    const ipc::Vector* const found = row == 0 ? &nothing_ : slots.find(key_of(row, label));
    *next++ = found == nullptr ? unlabelled(row) : *found;
  });
  if (refusal) return std::move(*refusal);
  return answer;
}

std::variant<ipc::Numbers, ipc::Refusal> VectorTable::numbers(const ipc::GetNumbersView& asked) const {
  ipc::Numbers answer;
  answer.numbers.reserve(std::min<std::size_t>(asked.questions.size(), ipc::kMaxQuestions));
  auto refusal = for_each(asked.questions, [&](std::uint32_t row, std::uint32_t label) {
    answer.numbers.push_back({row, label});
  });
  if (refusal) return std::move(*refusal);
  return answer;
}

bool VectorTable::is_given(Key key) const {
  return row_of(key) <= rows_.size() && label_of(key) <= labels_.size();
}

// For what has no vector of its own: that of its row, mostly of the same one again; none: this was never given.
// Apart, so that the loop needs few registers.
[[gnu::noinline]] const ipc::Vector* VectorTable::otherwise(Key key, Row& before) const {
  if (row_of(key) == before.number && label_of(key) <= labels_.size()) return before.unlabelled;
  if (!is_given(key)) return nullptr;
  if (row_of(key) == 0) return &nothing_;
  before = {row_of(key), &unlabelled(row_of(key))};
  return before.unlabelled;
}

// Into room for a vector a question. The number of the first one that was never given, from 1; 0: there is none.
std::size_t VectorTable::fill(ipc::PackedList<ipc::NumberedQuestion> questions, char* answer) const {
  const Slots slots = this->slots();
  const std::size_t count = questions.size();
  Row before{0, &nothing_};
  for (std::size_t i = 0; i < count; ++i, answer += sizeof(ipc::Vector)) {
    const Key key = questions.word(i);
    const ipc::Vector* found = slots.find(key);
    if (found == nullptr || key == kNone) [[unlikely]] {
      found = otherwise(key, before);
      if (found == nullptr) return i + 1;
    }
    std::memcpy(answer, found, sizeof *found);
  }
  return 0;
}

// Written where it's sent from: an echo of it costs hardly less
std::variant<std::string, ipc::Refusal> VectorTable::check(const ipc::PackedList<ipc::NumberedQuestion>& questions,
                                                           std::uint64_t policy, std::uint32_t id) const {
  if (questions.size() > ipc::kMaxQuestions) return refuse(Code::TooMany, "questions");
  ipc::Writer writer(ipc::begin_frame(ipc::Vectors::kType, id));
  writer(policy);
  const std::size_t unknown = fill(questions, writer.room_for<ipc::Vector>(questions.size()));
  if (unknown != 0) return refuse(Code::NoSuchNumber, std::to_string(unknown));
  std::string frame = writer.take();
  ipc::end_frame(frame);
  return frame;
}

}  // namespace eventfilter::daemon
