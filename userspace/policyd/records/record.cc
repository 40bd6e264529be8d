// SPDX-License-Identifier: BSD-2-Clause
#include "records/record.h"

#include <algorithm>
#include <cerrno>
#include <charconv>

#include <eventfilter.h>

namespace eventfilter::records {
namespace {

constexpr std::string_view kMore = "...";

std::string_view view(const eventfilter_slice& slice) { return {slice.start, slice.length}; }

bool unescape(std::string_view escaped, std::string& plain) {
  const eventfilter_slice from = {escaped.data(), escaped.size()};
  plain.resize(escaped.size());
  const int size = eventfilter_unescape(&from, plain.data(), plain.size());
  plain.resize(static_cast<std::size_t>(std::max(size, 0)));
  return size >= 0;
}

template <typename Number>
bool read_number(std::string_view text, Number& number, int radix = 10) {
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number, radix);
  return error == std::errc() && rest == end;
}

// The values' form has been looked through by the library.
bool read_values(std::string_view text, std::vector<Value>& ret) {
  while (!text.empty()) {
    const std::size_t equals = text.find('=');
    Value& made = ret.emplace_back();
    made.name = text.substr(0, equals);
    text.remove_prefix(equals + 1);
    made.is_string = text.starts_with('"');
    if (made.is_string) text.remove_prefix(1);
    const std::size_t end = std::min(text.find(made.is_string ? '"' : ' '), text.size());
    const std::string_view value = text.substr(0, end);
    made.text = value;
    if (made.is_string && !unescape(value, made.text)) return false;
    text.remove_prefix(std::min(text.size(), end + (made.is_string ? 2 : 1)));
  }
  return true;
}

bool convert(const eventfilter_record& from, Record& to) {
  to.event = view(from.event);
  to.pid = from.pid;
  to.tid = from.tid;
  to.uid = from.uid < 0 ? "unmapped" : std::to_string(from.uid);
  to.domain = from.domain;
  to.layer = from.layer;
  to.action = view(from.action);
  to.error = from.error;
  to.is_cut = from.cut != 0;
  return unescape(view(from.comm), to.comm) && unescape(view(from.predicate), to.predicate) &&
         unescape(view(from.path), to.path) && read_values(view(from.values), to.values);
}

// An audit message has words before the record, and in it how many weren't sent before this one:
// takes both out. Between quotes there are no quotes, so nobody's name is taken for that.
std::string without_audit(std::string line, std::uint64_t& ret_lost) {
  const std::size_t event = line.find("event=");
  if (event == std::string::npos || line.starts_with("lost=")) return line;
  line.erase(0, event);
  const std::size_t end = line.find(" predicate=\"");
  const std::size_t lost = line.rfind(" lost=", end);
  const std::size_t value = lost + std::string_view(" lost=").size();
  if (lost == std::string::npos || end == std::string::npos) return line;
  if (read_number(std::string_view(line).substr(value, end - value), ret_lost))
    line.erase(lost, end - lost);
  return line;
}

}  // namespace

const Value* Record::find(std::string_view name) const {
  const auto found = std::find_if(values.begin(), values.end(),
                                  [name](const Value& value) { return value.name == name; });
  return found == values.end() ? nullptr : &*found;
}

std::vector<std::string> Record::labels(std::string_view name) const {
  std::vector<std::string> names;
  const Value* const value = find(name);
  if (value == nullptr || value->text == "none" || value->text == "unknown") return names;
  for (std::string_view rest = value->text; !rest.empty();) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    if (rest.substr(0, comma) != kMore) names.emplace_back(rest.substr(0, comma));
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  return names;
}

base::Result<Record> parse_record(std::string_view line) {
  Record made;
  if (line.ends_with('\n')) line.remove_suffix(1);
  const std::string text = without_audit(std::string(line), made.lost) + '\n';
  eventfilter_slice rest = {text.data(), text.size()};
  eventfilter_record record = {};
  const bool is_record =
      line.find('\n') == std::string_view::npos && eventfilter_record_next(&rest, &record) == 1;
  if (is_record && record.lost != 0) {
    made.lost = record.lost;
    return made;
  }
  if (is_record && convert(record, made)) return made;
  return base::Error{EINVAL, "this is no record of the kernel"};
}

base::Result<std::int64_t> number_of(const Value& value) {
  std::int64_t number = 0;
  std::uint64_t large = 0;
  if (!value.is_string && read_number(value.text, number)) return number;
  if (!value.is_string && read_number(value.text, large)) return static_cast<std::int64_t>(large);
  if (!value.is_string && value.text.starts_with("0x") &&
      read_number(std::string_view(value.text).substr(2), large, 16))
    return static_cast<std::int64_t>(large);
  return base::Error{EINVAL, value.name + "=" + value.text + " is no number"};
}

}  // namespace eventfilter::records
