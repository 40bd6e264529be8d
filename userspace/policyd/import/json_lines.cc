// SPDX-License-Identifier: BSD-2-Clause
#include "import/json_lines.h"

#include <cerrno>
#include <iterator>
#include <memory>
#include <set>
#include <vector>

namespace eventfilter::import {
namespace {

// Counts the lines of what has been read.
class Counting {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  Counting(const char* at, unsigned* lines) : at_(at), lines_(lines) {}

  reference operator*() const { return *at_; }
  Counting& operator++() {
    if (*at_ == '\n') ++*lines_;
    ++at_;
    return *this;
  }
  Counting operator++(int) {
    Counting old = *this;
    ++*this;
    return old;
  }
  bool operator==(const Counting& other) const { return at_ == other.at_; }
  bool operator!=(const Counting& other) const { return at_ != other.at_; }

 private:
  const char* at_;
  unsigned* lines_;
};

// Notes where objects begin, in the order of the text.
class Positions : public nlohmann::json_sax<Json> {
 public:
  explicit Positions(const unsigned& line) : line_(line) {}

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_array(std::size_t) override { return true; }
  bool end_array() override { return true; }
  bool start_object(std::size_t) override {
    lines.push_back(line_);
    open_.emplace_back();
    return true;
  }
  bool key(string_t& name) override {
    if (open_.back().insert(name).second) return true;
    error = "line " + std::to_string(line_) + ": \"" + name + "\" is in this object already";
    return false;
  }
  bool end_object() override {
    open_.pop_back();
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception& what) override {
    // What comes before the last ": " is the library's own way of saying where.
    const std::string text = what.what();
    const std::size_t place = text.find("syntax error");
    error = "line " + std::to_string(line_) + ": " + (place == std::string::npos ? text : text.substr(place));
    return false;
  }

  std::vector<unsigned> lines;
  std::string error;

 private:
  const unsigned& line_;
  std::vector<std::set<std::string>> open_;
};

void add_lines(const Json& value, const std::vector<unsigned>& lines, std::size_t& next,
               std::map<const Json*, unsigned>& ret) {
  if (value.is_object()) ret[&value] = lines.at(next++);
  if (!value.is_structured()) return;
  for (const Json& one : value) add_lines(one, lines, next, ret);
}

}  // namespace

base::Result<JsonFile> JsonFile::read(const std::string& name, const std::string& text) {
  unsigned line = 1;
  Positions positions(line);
  const char* const begin = text.data();
  if (!Json::sax_parse(Counting(begin, &line), Counting(begin + text.size(), &line), &positions)) {
    return base::Error{EINVAL, name + ": " + positions.error};
  }
  JsonFile made;
  made.root_ = std::make_shared<const Json>(Json::parse(text));
  std::size_t next = 0;
  add_lines(*made.root_, positions.lines, next, made.lines_);
  return made;
}

}  // namespace eventfilter::import
