// SPDX-License-Identifier: BSD-2-Clause
#include "explain/rule.h"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <set>

#include "analysis/filter.h"
#include "analysis/label_of.h"
#include "learn/symbols.h"
#include "policy/permissions.h"

namespace eventfilter::explain {
namespace {

constexpr std::uint64_t kAccessRead = 4;
constexpr std::uint64_t kAccessWrite = 2 | 8;
constexpr std::size_t kMaxName = 40;

// "file { read write }", "syscall write"
std::string permission_of(const records::Record& record, const events::Event& event) {
  if (event.group == events::Group::Syscalls) {
    const std::string& name = event.usual_name.empty() ? event.name : event.usual_name;
    return "syscall " + name.substr(std::string("sys_enter_").size());
  }
  if (event.name == "file_open") {
    const records::Value* const value = record.find("access");
    const auto access = value == nullptr ? base::Result<std::int64_t>(0) : records::number_of(*value);
    const auto bits = static_cast<std::uint64_t>(access ? access.value() : 0);
    const bool reads = (bits & kAccessRead) != 0;
    const bool writes = (bits & kAccessWrite) != 0;
    if (reads && writes) return "file { read write }";
    return reads ? "file read" : writes ? "file write" : "file open";
  }
  for (const policy::Permission& one : policy::permissions()) {
    if (one.event == event.name) return std::string(one.object_class) + " " + std::string(one.name);
  }
  return "";
}

// What existing conditions of the layer about this event ask for.
void add_fields(const analysis::Filter& filter, std::set<std::string>& ret) {
  if (!filter.field.empty() && filter.kind != analysis::Filter::Kind::Label) ret.insert(filter.field);
  if (!filter.other.empty()) ret.insert(filter.other);
  for (const analysis::Filter& one : filter.operands) add_fields(one, ret);
}

// Where no label says what is meant, these do.
std::set<std::string> telling_fields(const std::string& event) {
  if (event == "socket_create") return {"family", "type"};
  if (event == "system_capable") return {"cap"};
  return {};
}

bool can_be_written(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char byte) {
    return byte >= 0x20 && byte < 0x7f && byte != '"' && byte != '\\';
  });
}

// As a rule writes it: `value` is a number or can be written.
std::string value_of(const events::Event& event, const records::Value& value) {
  if (value.is_string) return '"' + value.text + '"';
  return learn::symbol_of_field(event.name, value.name, records::number_of(value).value());
}

std::string condition_of(const records::Record& record, const events::Event& event,
                         const emit::CompiledDomain& layer) {
  std::set<std::string> fields = telling_fields(event.name);
  for (const emit::CompiledRule& rule : layer.rules) {
    if (rule.event == event.name && !rule.when.empty()) {
      add_fields(analysis::read_filter(rule.when), fields);
    }
  }
  std::string text;
  for (const std::string& field : fields) {
    const records::Value* const value = record.find(field);
    if (value == nullptr || (value->is_string && !can_be_written(value->text))) continue;
    if (!value->is_string && !records::number_of(*value)) continue;
    text += text.empty() ? " when " : " && ";
    text += field + " == " + value_of(event, *value);
  }
  return text;
}

// "x_key_t" for "/srv/x.key", and no label that there is.
std::string name_for(const std::string& path, const emit::CompiledPolicy& policy) {
  std::string name = path.substr(path.rfind('/') + 1, kMaxName);
  for (char& byte : name) {
    if (!std::isalnum(static_cast<unsigned char>(byte))) byte = '_';
  }
  if (name.empty() || std::isdigit(static_cast<unsigned char>(name.front()))) name = "object_" + name;
  std::string made = name + "_t";
  for (unsigned i = 2; std::find(policy.labels.begin(), policy.labels.end(), made) != policy.labels.end(); ++i) {
    made = name + std::to_string(i) + "_t";
  }
  return made;
}

base::Error none(const std::string& why) { return {ENOENT, why}; }

// A label for an object that has none.
base::Result<Proposal> declared(const records::Record& record, const emit::CompiledPolicy& policy) {
  const records::Value* const value = record.find("label");
  if (value != nullptr && value->text == "unknown") {
    return none("the object's label could not be found out, and then nothing passes");
  }
  if (record.path.empty()) return none("the object has no label and no path to give it one by");
  if (!can_be_written(record.path) || record.path.find_first_of("*?[") != std::string::npos) {
    return none("the object has no label, and its path can't be written as a pattern");
  }
  if (const std::string label = analysis::label_of(policy, record.path); !label.empty()) {
    return none("by this file " + record.path + " has the label " + label +
                ", and the object hadn't: it isn't what the pattern means, or was labelled later");
  }
  Proposal made;
  made.label = name_for(record.path, policy);
  made.declaration = "label " + made.label + " = \"" + record.path + "\";";
  return made;
}

}  // namespace

std::set<std::string> labels_in(const records::Record& record, const events::Event& event) {
  std::set<std::string> all;
  for (const char* const field : {"label", "new_label"}) {
    if (event.find(field) == nullptr) continue;
    for (const std::string& label : record.labels(field)) all.insert(label);
  }
  return all;
}

base::Result<Proposal> propose(const records::Record& record, const events::Event& event,
                               const emit::CompiledPolicy& policy,
                               const emit::CompiledDomain& layer) {
  const std::string permission = permission_of(record, event);
  if (permission.empty()) return none("no permission is for " + event.name);
  Proposal made;
  std::string on;
  if (event.find("label") != nullptr) {
    std::set<std::string> labels = labels_in(record, event);
    if (labels.empty()) {
      auto one = declared(record, policy);
      if (!one) return one;
      made = std::move(one).value();
      labels = {made.label};
    }
    for (const std::string& label : labels) on += (on.empty() ? "" : " ") + label;
    on = labels.size() == 1 ? " on " + on : " on { " + on + " }";
  }
  made.rule = "allow " + permission + on + condition_of(record, event, layer) + ";";
  return made;
}

}  // namespace eventfilter::explain
