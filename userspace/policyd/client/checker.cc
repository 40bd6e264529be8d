// SPDX-License-Identifier: BSD-2-Clause
#include "client/checker.h"

#include <algorithm>
#include <cerrno>

namespace eventfilter::client {

std::uint32_t Checker::subject(const std::string& domain, const std::string& user_class) {
  const auto [at, is_new] =
      subject_names_.try_emplace({domain, user_class}, static_cast<std::uint32_t>(subjects_.size()));
  if (is_new) subjects_.push_back({domain, user_class});
  return at->second;
}

std::uint32_t Checker::label(const std::string& label) {
  const auto [at, is_new] = label_names_.try_emplace(label, static_cast<std::uint32_t>(labels_.size()));
  if (is_new) labels_.push_back({label});
  return at->second;
}

void Checker::forget(std::uint64_t edition) {
  for (Subject& one : subjects_) one.row = kUnknown;
  for (Label& one : labels_) one.number = kUnknown;
  edition_ = edition;
}

// Those that ask for all that isn't known, and for little else.
std::vector<Checker::Pair> Checker::without_numbers(const std::vector<Pair>& pairs) const {
  std::vector<Pair> unknown;
  for (const Pair& one : pairs) {
    if (subjects_[one.subject].row == kUnknown || labels_[one.label].number == kUnknown) unknown.push_back(one);
  }
  return unknown;
}

// Numbers for these pairs, or why there are none. What is of another edition is forgotten.
std::optional<Checker::Refused> Checker::learn(const std::vector<Pair>& pairs) {
  ipc::GetNumbers wanted;
  for (const Pair& one : pairs) {
    const Subject& subject = subjects_[one.subject];
    wanted.questions.push_back({subject.domain, labels_[one.label].text, subject.user_class});
  }
  const auto asked = client_.ask<ipc::Numbers>(wanted);
  if (const auto* const refusal = std::get_if<ipc::Refusal>(&asked)) return *refusal;
  if (const auto* const error = std::get_if<base::Error>(&asked)) return *error;
  const ipc::Numbers& given = std::get<Answer<ipc::Numbers>>(asked).message;
  if (given.numbers.size() != pairs.size()) return Client::protocol_error();
  if (given.edition != edition_) forget(given.edition);
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    subjects_[pairs[i].subject].row = given.numbers[i].row;
    labels_[pairs[i].label].number = given.numbers[i].label;
  }
  return std::nullopt;
}

Asked<ipc::Vectors> Checker::check(const std::vector<Pair>& pairs) {
  const auto is_strange = [this](const Pair& one) {
    return one.subject >= subjects_.size() || one.label >= labels_.size();
  };
  if (std::any_of(pairs.begin(), pairs.end(), is_strange))
    return base::Error{EINVAL, "a subject or a label that this checker never named"};
  if (pairs.size() > ipc::kMaxQuestions) return ipc::refuse(ipc::Code::TooMany, "questions");
  if (pairs.empty()) return Answer<ipc::Vectors>{};
  for (int i = 0; i < kTries; ++i) {
    if (const auto unknown = without_numbers(pairs); !unknown.empty()) {
      if (auto refused = learn(unknown)) return std::visit([](auto& one) -> Asked<ipc::Vectors> { return one; }, *refused);
      // Where what was known of the others turned out to be of another edition
      if (!without_numbers(pairs).empty()) continue;
    }
    ipc::CheckNumbers numbered{edition_, {}};
    numbered.questions.reserve(pairs.size());
    for (const Pair& one : pairs) numbered.questions.push_back({subjects_[one.subject].row, labels_[one.label].number});
    auto answer = client_.ask<ipc::Vectors>(numbered);
    const auto* const good = std::get_if<Answer<ipc::Vectors>>(&answer);
    if (good != nullptr && good->message.vectors.size() != pairs.size()) return Client::protocol_error();
    const auto* const refusal = std::get_if<ipc::Refusal>(&answer);
    if (refusal == nullptr || !refusal->is(ipc::Code::Stale)) return answer;
    forget(0);
  }
  return base::Error{EAGAIN, "the policy changes faster than its numbers can be asked for"};
}

}  // namespace eventfilter::client
