// SPDX-License-Identifier: BSD-2-Clause
#include "records/record.h"

#include <algorithm>
#include <cerrno>
#include <charconv>

namespace eventfilter::records {
namespace {

constexpr std::string_view kMore = "...";

bool is_octal(char byte) { return byte >= '0' && byte <= '7'; }

// "\n", "\\", "\042" and their kin, from behind the backslash. Returns how many bytes they take, or
// 0.
std::size_t unescape_one(std::string_view text, char& byte) {
  if (text.size() >= 3 && std::all_of(text.begin(), text.begin() + 3, is_octal)) {
    const int value = (text[0] - '0') * 64 + (text[1] - '0') * 8 + (text[2] - '0');
    if (value > 255) return 0;
    byte = static_cast<char>(value);
    return 3;
  }
  constexpr std::string_view kLetters = "abtnvfre\\";
  constexpr std::string_view kBytes = "\a\b\t\n\v\f\r\033\\";
  const std::size_t at = text.empty() ? std::string_view::npos : kLetters.find(text[0]);
  if (at == std::string_view::npos) return 0;
  byte = kBytes[at];
  return 1;
}

bool unescape(std::string_view text, std::string& plain) {
  while (!text.empty()) {
    if (text[0] != '\\') {
      plain += text[0];
      text.remove_prefix(1);
      continue;
    }
    char byte = 0;
    const std::size_t taken = unescape_one(text.substr(1), byte);
    if (taken == 0) return false;
    plain += byte;
    text.remove_prefix(1 + taken);
  }
  return true;
}

template <typename Number>
bool read_number(const std::string& text, Number& number) {
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && rest == end;
}

// A line, value by value.
class Reader {
 public:
  explicit Reader(std::string_view line) : line_(line), rest_(line) {}

  base::Result<Record> record() {
    Record made;
    if (read_all(made)) return made;
    const auto column = std::to_string(line_.size() - rest_.size() + 1);
    return base::Error{EINVAL, "no record of the kernel: column " + column + ": " + wrong_};
  }

 private:
  bool fail(const char* wrong) {
    wrong_ = wrong;
    return false;
  }

  bool value(Value& made);
  bool header(Record& made);
  bool read_all(Record& made);
  bool take(std::string_view name, Value& made) {
    return value(made) && (made.name == name || fail("a field of every record is missing"));
  }

  std::string_view line_;
  std::string_view rest_;
  const char* wrong_ = "";
};

bool Reader::value(Value& made) {
  made = {};
  if (rest_.starts_with(' ')) rest_.remove_prefix(1);
  const std::size_t equals = rest_.find('=');
  if (equals == std::string_view::npos || equals == 0 || rest_.find(' ') < equals)
    return fail("NAME=VALUE, please");
  made.name = rest_.substr(0, equals);
  std::string_view text = rest_.substr(equals + 1);
  if (!text.starts_with('"')) {
    made.text = text.substr(0, text.find(' '));
    rest_ = text.substr(made.text.size());
    return !made.text.empty() || fail("a value is missing");
  }
  const std::size_t quote = text.find('"', 1);
  if (quote == std::string_view::npos) return fail("a quote is missing");
  made.is_string = true;
  if (!unescape(text.substr(1, quote - 1), made.text)) return fail("an escape that there isn't");
  rest_ = text.substr(quote + 1);
  return rest_.empty() || rest_[0] == ' ' || fail("something follows a quote");
}

bool Reader::header(Record& made) {
  Value pid, tid, comm, uid, domain, layer, action, error;
  const bool all = take("pid", pid) && take("tid", tid) && take("comm", comm) && take("uid", uid) &&
                   take("domain", domain) && take("layer", layer) && take("action", action) &&
                   take("error", error);
  if (!all) return false;
  made.comm = comm.text;
  made.uid = uid.text;
  made.action = action.text;
  const bool numbers = read_number(pid.text, made.pid) && read_number(tid.text, made.tid) &&
                       read_number(domain.text, made.domain) &&
                       read_number(layer.text, made.layer) && read_number(error.text, made.error);
  return numbers || fail("no number where there has to be one");
}

bool Reader::read_all(Record& made) {
  if (rest_.ends_with('\n')) rest_.remove_suffix(1);
  Value first;
  if (rest_.starts_with("lost=")) {
    if (!value(first)) return false;
    return (rest_.empty() && read_number(first.text, made.lost)) ||
           fail("no number of lost records");
  }
  const std::size_t begin = rest_.find("event=");
  if (begin == std::string_view::npos) return fail("\"event=\" is missing");
  rest_.remove_prefix(begin + std::string_view("event=").size());
  // What is always on has names of several words: "cross-label rename"
  made.event = rest_.substr(0, rest_.find(" pid="));
  rest_.remove_prefix(made.event.size());
  if (!header(made)) return false;
  // Audit's messages count what was lost here
  if (rest_.starts_with(" lost=") && (!value(first) || !read_number(first.text, made.lost)))
    return fail("no number of lost records");
  Value predicate, path;
  if (!take("predicate", predicate) || !take("path", path)) return false;
  made.predicate = predicate.text;
  made.path = path.text;
  while (!rest_.empty()) {
    if (rest_.substr(1) == kMore) {
      made.is_cut = true;
      return true;
    }
    if (!value(made.values.emplace_back())) return false;
  }
  return true;
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

base::Result<Record> parse_record(std::string_view line) { return Reader(line).record(); }

base::Result<std::int64_t> number_of(const Value& value) {
  std::int64_t number = 0;
  std::uint64_t large = 0;
  if (!value.is_string && read_number(value.text, number)) return number;
  if (!value.is_string && read_number(value.text, large)) return static_cast<std::int64_t>(large);
  if (!value.is_string && value.text.starts_with("0x")) {
    const char* const end = value.text.data() + value.text.size();
    const auto [rest, error] = std::from_chars(value.text.data() + 2, end, large, 16);
    if (error == std::errc() && rest == end) return static_cast<std::int64_t>(large);
  }
  return base::Error{EINVAL, value.name + "=" + value.text + " is no number"};
}

}  // namespace eventfilter::records
