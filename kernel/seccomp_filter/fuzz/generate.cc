// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "fuzz/generate.hh"

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>

#include "kunit/vectors.h"

namespace eventfilter::oracle {
namespace {

constexpr std::array kEvents = {"test_types",      "sys_enter_write", "file_open",
                                "sys_enter_lseek", "file_rename",     "sys_enter_openat"};
constexpr std::array kLabels = {"bin_t",  "etc_t", "tmp_t", "user_home_t",
                                "disk_t", "allow", "web_t", "last_t"};
constexpr std::array kTexts = {"",  "a", "b", "ab", "ba",     "abc",  "a.c",
                               "*", "[", "]", "-",  "aaaaab", "x\"y", "\\"};
constexpr std::array kPatterns = {"*",     "a*",  "*b",    "?",      "*a*b",  "[ab]", "[!a]*",
                                  "[a-c]", "[]]", "*[*]*", "a?c",    "[-a]",  "ab",   "*.c",
                                  "",      "?*",  "[[]",   "*a*a*b", "[!a-b]"};

class Generator {
 public:
  Generator(const std::uint8_t* data, std::size_t size) : data_(data), end_(data + size) {}

  Case make() {
    const std::string name = pick(kEvents);
    event_ = evf_vector_schema.find_event(&evf_vector_schema, name.data(), name.size());
    result_.event = event_;
    make_record();
    result_.filter = make_expression(0);
    return std::move(result_);
  }

 private:
  unsigned draw(unsigned below) { return data_ == end_ ? 0 : *data_++ % below; }

  template <class Array>
  std::string pick(const Array& array) {
    return array[draw(static_cast<unsigned>(array.size()))];
  }

  // Near what decides: zero, the ends of types, and values of fields
  std::uint64_t make_bits() {
    const std::uint64_t edge = std::uint64_t{1} << draw(64);
    switch (draw(8)) {
      case 0:
      case 1:
      case 2:
        return draw(8);
      case 3:
        return edge;
      case 4:
        return edge - 1;
      case 5:
        return ~std::uint64_t{draw(8)};
      case 6:
        return draw(256) * edge;
      default:
        return seen_.empty() ? 64 : seen_[draw(static_cast<unsigned>(seen_.size()))] + draw(3) - 1;
    }
  }

  void make_record() {
    for (int i = 0; i < event_->nr_fields; ++i) {
      const evf_field& field = event_->fields[i];
      Value value;
      value.absent = field.kind != EVF_KIND_INT && field.kind != EVF_KIND_STRING && draw(12) == 1;
      value.bits = make_bits();
      seen_.push_back(value.bits);
      value.text = pick(kTexts);
      for (unsigned n = draw(4); n > 0; --n) value.names.insert(pick(kLabels));
      result_.record[field.name] = value;
    }
  }

  std::string space() { return draw(2) ? " " : ""; }

  std::string make_expression(int depth) {
    const unsigned kind = draw(8);
    if (depth > 5 || kind < 3) return make_test();
    if (kind == 3) return "!" + space() + make_expression(depth + 1);
    if (kind == 4) return "(" + make_expression(depth + 1) + space() + ")";
    std::string text = make_expression(depth + 1);
    for (unsigned n = 1 + draw(3); n > 0; --n)
      text += space() + (kind == 5 ? "&&" : "||") + space() + make_expression(depth + 1);
    return kind == 7 ? "(" + text + ")" : text;
  }

  const evf_field& pick_field() {
    for (;;) {
      const evf_field& field = event_->fields[draw(event_->nr_fields)];
      if (field.kind != EVF_KIND_POINTER) return field;
      if (data_ == end_)
        return event_->fields[0].kind == EVF_KIND_POINTER ? event_->fields[2] : event_->fields[0];
    }
  }

  std::string make_test() {
    const evf_field& field = pick_field();
    const std::string name = field.name;
    if (field.kind == EVF_KIND_LABEL) return make_label_test(name);
    if (field.kind == EVF_KIND_STRING) return make_string_test(name);
    const bool id = field.kind != EVF_KIND_INT;
    switch (draw(6)) {
      case 0:
        return name;
      case 1:
        return name + " in " + make_set(field);
      case 2:
        return make_field_test(field);
      default: {
        static constexpr std::array kOperators = {"==", "!=", "<", "<=", ">", ">=", "&"};
        const std::string op = kOperators[draw(id ? 6 : 7)];
        return name + space() + op + space() + make_number(field, op == "&");
      }
    }
  }

  std::string make_field_test(const evf_field& field) {
    const evf_field& other = pick_field();
    const bool numbers = other.kind != EVF_KIND_LABEL && other.kind != EVF_KIND_STRING;
    const bool id = field.kind != EVF_KIND_INT, other_id = other.kind != EVF_KIND_INT;
    if (!numbers || (id && other_id && field.kind != other.kind)) return field.name;
    static constexpr std::array kOperators = {"==", "!=", "<", "<=", ">", ">=", "&"};
    return field.name + space() + kOperators[draw(id || other_id ? 6 : 7)] + " " + other.name;
  }

  // Sometimes an undefined label's name would do as well; the table has enough of them
  std::string make_label_test(const std::string& name) {
    if (draw(2)) return name + space() + "&" + space() + pick(kLabels);
    std::string text = name + " in {" + pick(kLabels);
    for (unsigned n = draw(6); n > 0; --n) text += "," + pick(kLabels);
    return text + "}";
  }

  static std::string quoted(const std::string& text) {
    std::string result = "\"";
    for (const char c : text) {
      if (c == '"' || c == '\\') result += '\\';
      result += c;
    }
    return result + '"';
  }

  std::string make_string_test(const std::string& name) {
    switch (draw(5)) {
      case 0:
        return name + " == " + quoted(pick(kTexts));
      case 1:
        return name + "!=" + quoted(pick(kTexts));
      case 2:
        return name + (draw(2) ? " ~ " : "!~") + quoted(pick(kPatterns));
      case 3:
        if (std::string_view(event_->name) == "file_rename")
          return "name" + pick(kEquality) + "new_name";
        return name + " ~ " + quoted(pick(kPatterns));
      default: {
        std::string text = name + " in { " + quoted(pick(kTexts));
        for (unsigned n = draw(8); n > 0; --n) text += ", " + quoted(pick(kTexts));
        return text + " }";
      }
    }
  }

  // A constant that its field can take
  std::uint64_t fit(const evf_field& field, std::uint64_t bits) {
    const int unused = 64 - 8 * field.size;
    bits <<= unused;
    return field.is_signed ? static_cast<std::uint64_t>(static_cast<std::int64_t>(bits) >> unused)
                           : bits >> unused;
  }

  std::string written(const evf_field& field, std::uint64_t bits) {
    static constexpr char kHex[] = "0123456789abcdef";
    if (field.is_signed && static_cast<std::int64_t>(bits) < 0)
      return bits == std::uint64_t{1} << 63 ? "-9223372036854775808"
                                            : std::to_string(static_cast<std::int64_t>(bits));
    if (draw(4) != 1) return std::to_string(bits);
    std::string text;
    do text.insert(text.begin(), kHex[bits % 16]);
    while (bits /= 16);
    return "0x" + text;
  }

  std::string make_number(const evf_field& field, bool mask) {
    std::uint64_t bits = make_bits();
    if (mask && field.is_signed && draw(2)) {
      const evf_field pattern{field.name, nullptr, field.kind, field.slot, field.size, false};
      return written(pattern, fit(pattern, bits));
    }
    return written(field, fit(field, bits));
  }

  std::string make_set(const evf_field& field) {
    std::string text = "{";
    for (unsigned n = 1 + draw(8); n > 0; --n) {
      std::uint64_t low = fit(field, make_bits()), high = low;
      if (draw(2)) high = fit(field, draw(2) ? make_bits() : low + draw(100));
      const bool reversed = field.is_signed
                                ? static_cast<std::int64_t>(low) > static_cast<std::int64_t>(high)
                                : low > high;
      if (reversed) std::swap(low, high);
      text += space() + written(field, low);
      if (low != high) text += space() + ".." + space() + written(field, high);
      text += n > 1 ? "," : "}";
    }
    return text;
  }

  static constexpr std::array<const char*, 2> kEquality = {" == ", " != "};

  const std::uint8_t* data_;
  const std::uint8_t* end_;
  const evf_event* event_ = nullptr;
  std::vector<std::uint64_t> seen_;
  Case result_;
};

}  // namespace

Case generate(const std::uint8_t* data, std::size_t size) { return Generator(data, size).make(); }

CoreRecord core_record(const evf_event& event, const Record& record) {
  CoreRecord result;
  for (int i = 0; i < event.nr_fields; ++i) {
    const evf_field& field = event.fields[i];
    const Value& value = record.find(std::string_view(field.name))->second;
    evf_value& slot = result.record.v[field.slot];
    const std::uint32_t bit = std::uint32_t{1} << field.slot;
    slot.num = value.bits;
    if (field.kind == EVF_KIND_LABEL) {
      // Its memory is that of a struct evf_labels: how many, then the ids
      auto& set = result.labels.emplace_back(1);
      for (const auto& name : value.names)
        set.push_back(static_cast<std::uint16_t>(
            evf_vector_schema.find_label(&evf_vector_schema, name.data(), name.size())));
      std::sort(set.begin() + 1, set.end());
      set[0] = static_cast<std::uint16_t>(set.size() - 1);
      slot.labels = value.absent ? nullptr : reinterpret_cast<const evf_labels*>(set.data());
      if (value.absent) result.record.unknown |= bit;
    } else if (field.kind == EVF_KIND_STRING) {
      slot.string = &result.strings.emplace_back(
          evf_string{value.text.data(), static_cast<std::uint32_t>(value.text.size())});
    } else if (value.absent) {
      result.record.undefined |= bit;
    }
  }
  return result;
}

}  // namespace eventfilter::oracle
