// SPDX-License-Identifier: BSD-2-Clause
#include "daemon/answers.h"

#include <algorithm>

#include "ipc/refusal.h"
#include "records/record.h"

namespace eventfilter::daemon {
namespace {

using ipc::Code;
using ipc::refuse;

bool concerns(const ipc::ViewRule& rule, const records::Record& record) {
  if (rule.event != record.event) return false;
  if (rule.all) return true;
  const auto labels = record.labels("label");
  return std::any_of(labels.begin(), labels.end(), [&](const std::string& label) {
    // "home_t.u1000" is what uid 1000 has in the place of "home_t"
    const std::string plain = label.substr(0, label.rfind(".u"));
    return std::find(rule.labels.begin(), rule.labels.end(), plain) != rule.labels.end();
  });
}

std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

std::string what_happened(const records::Record& record, const std::string& domain) {
  std::string text = record.event + " by \"" + record.comm + "\" (pid " + std::to_string(record.pid) +
                     ", uid " + record.uid + ")";
  text += record.error == 0 ? " passed, and was recorded"
                            : std::string(" was refused: ") + strerrordesc_np(record.error);
  text += "\ndomain: " + domain + '\n';
  if (!record.path.empty()) text += "object: " + record.path + '\n';
  if (const records::Value* const label = record.find("label")) text += "label: " + label->text + '\n';
  text += "decided by: " + (record.predicate.empty() ? "no rule lets it pass" : record.predicate) + '\n';
  return text;
}

}  // namespace

std::variant<ipc::Text, ipc::Refusal> explain(const ipc::PolicyView& policy,
                                              const ipc::Explain& asked) {
  const auto record = records::parse_record(asked.record);
  if (!record || record.value().event.empty())
    return refuse(Code::Malformed, std::to_string(ipc::Explain::kType));
  const bool is_handle = asked.domain.starts_with(ipc::kHandlePrefix);
  const ipc::ViewDomain* const domain =
      is_handle ? policy.find_handle(std::string_view(asked.domain).substr(ipc::kHandlePrefix.size()))
                : policy.find_domain(asked.domain);
  if (domain == nullptr && is_handle) return refuse(Code::NoSuchHandle, asked.domain.substr(ipc::kHandlePrefix.size()));
  if (domain == nullptr) return refuse(Code::NoSuchDomain, asked.domain);
  std::string text = what_happened(record.value(), asked.domain);
  std::string rules;
  for (const ipc::ViewRule& rule : domain->rules) {
    if (concerns(rule, record.value())) rules += "  " + rule.where + ": " + one_line(rule.source) + '\n';
  }
  text += rules.empty() ? "no rule of " + domain->where + " is about this\n"
                        : "rules of " + asked.domain + " about this:\n" + rules;
  if (text.size() > ipc::kMaxString) text = text.substr(0, ipc::kMaxString - 4) + "...\n";
  return ipc::Text{std::move(text)};
}

std::vector<std::string> fixed_in(const ipc::PolicyView& policy, const std::string& name) {
  std::vector<std::string> fixed;
  for (const ipc::ViewDomain* at = policy.find_domain(name); at != nullptr;
       at = at->from.empty() ? nullptr : policy.find_domain(at->from)) {
    for (const std::string& one : at->fixed) {
      if (std::find(fixed.begin(), fixed.end(), one) == fixed.end()) fixed.push_back(one);
    }
  }
  return fixed;
}

}  // namespace eventfilter::daemon
