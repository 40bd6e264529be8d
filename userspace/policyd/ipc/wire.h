// SPDX-License-Identifier: BSD-2-Clause
//
// Between a message and its bytes: little-endian numbers, strings with their length in front, lists
// with their count. A message is a struct with `static void fields(auto& self, auto& visit)`, which
// names its members once, for both directions.
#pragma once

#include <bit>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace eventfilter::ipc {

// Bytes of a string, and items of a list, that a reader takes.
inline constexpr std::uint32_t kMaxString = 60'000;
inline constexpr std::uint32_t kMaxItems = 1024;

template <typename T>
concept Number = std::unsigned_integral<T> && !std::same_as<T, bool>;

// A struct of numbers without gaps, which lies in memory as it is written: `using Packed = void` says
// so, and the two asserts hold it to that.
template <typename T>
concept PackedNumbers = std::is_trivially_copyable_v<T> && requires { typename T::Packed; };
static_assert(std::endian::native == std::endian::little);

// A list of such structs as it's read, without a copy: in the bytes that it came in, wherever these are.
template <PackedNumbers T>
class PackedList {
 public:
  PackedList() = default;
  explicit PackedList(std::string_view bytes) : bytes_(bytes) {}

  std::size_t size() const { return bytes_.size() / sizeof(T); }
  T operator[](std::size_t at) const { return get<T>(at); }
  // The same as one number, where it has the size of one.
  std::uint64_t word(std::size_t at) const
    requires(sizeof(T) == sizeof(std::uint64_t))
  {
    return get<std::uint64_t>(at);
  }
  std::string_view bytes() const { return bytes_; }

 private:
  template <typename As>
  As get(std::size_t at) const {
    As one;
    std::memcpy(&one, bytes_.data() + at * sizeof(T), sizeof one);
    return one;
  }

  std::string_view bytes_;
};

class Writer {
 public:
  Writer() = default;
  explicit Writer(std::string begin) : bytes_(std::move(begin)) {}

  void operator()(std::string_view text);
  void operator()(bool value) { put(value ? 1 : 0, 1); }
  void operator()(Number auto value) { put(value, sizeof value); }
  template <typename T>
  void operator()(const std::vector<T>& items) {
    put(items.size(), 4);
    if constexpr (PackedNumbers<T>) {
      static_assert(std::has_unique_object_representations_v<T>);
      bytes_.append(reinterpret_cast<const char*>(items.data()), items.size() * sizeof(T));
    } else {
      for (const auto& item : items) (*this)(item);
    }
  }
  template <typename T>
  void operator()(const PackedList<T>& items) {
    put(items.size(), 4);
    bytes_ += items.bytes();
  }
  template <typename T>
    requires requires(const T& one, Writer& self) { T::fields(one, self); }
  void operator()(const T& message) {
    T::fields(message, *this);
  }

  // A list of so many packed items, all zero, to be written where they lie; until the next call of anything.
  template <PackedNumbers T>
  char* room_for(std::size_t count) {
    static_assert(std::has_unique_object_representations_v<T>);
    put(count, 4);
    bytes_.resize(bytes_.size() + count * sizeof(T));
    return bytes_.data() + bytes_.size() - count * sizeof(T);
  }

  std::string take() { return std::move(bytes_); }

 private:
  void put(std::uint64_t value, std::size_t size);

  std::string bytes_;
};

// Reads what somebody hostile may have written. After the first thing that isn't as it should be
// nothing more is read, and done() is false. Memory is bounded by the bytes that are there.
class Reader {
 public:
  explicit Reader(std::string_view bytes, std::uint32_t max_items = kMaxItems,
                  std::uint32_t max_string = kMaxString)
      : bytes_(bytes), max_items_(max_items), max_string_(max_string) {}

  void operator()(std::string& text);
  // Into the bytes that are read. Here, as a batch of questions is nothing but such
  void operator()(std::string_view& text) {
    const auto size = static_cast<std::uint32_t>(get(sizeof(std::uint32_t)));
    if (size > max_string_ || size > bytes_.size()) good_ = false;
    text = good_ ? bytes_.substr(0, size) : std::string_view();
    bytes_.remove_prefix(text.size());
  }
  void operator()(bool& value);
  template <Number T>
  void operator()(T& value) {
    value = static_cast<T>(get(sizeof value));
  }
  template <typename T>
  void operator()(std::vector<T>& items) {
    std::uint64_t count = get(4);
    // Each item has a byte at least, so the count can't ask for more than there is
    if (count > max_items_ || count > bytes_.size()) good_ = false;
    items.clear();
    if (good_) items.reserve(count);
    for (; good_ && count > 0; --count) (*this)(items.emplace_back());
  }
  template <typename T>
  void operator()(PackedList<T>& items) {
    static_assert(std::has_unique_object_representations_v<T>);
    const std::uint64_t count = get(4);
    if (count > max_items_ || count * sizeof(T) > bytes_.size()) good_ = false;
    items = PackedList<T>(good_ ? bytes_.substr(0, count * sizeof(T)) : std::string_view());
    bytes_.remove_prefix(items.bytes().size());
  }
  template <typename T>
    requires requires(T& one, Reader& self) { T::fields(one, self); }
  void operator()(T& message) {
    T::fields(message, *this);
  }

  // Whether all was as it should be, and nothing is left over.
  bool done() const { return good_ && bytes_.empty(); }

 private:
  std::uint64_t get(std::size_t size) {
    if (!good_ || bytes_.size() < size) {
      good_ = false;
      return 0;
    }
    std::uint64_t value = 0;
    std::memcpy(&value, bytes_.data(), size);
    bytes_.remove_prefix(size);
    return value;
  }

  std::string_view bytes_;
  std::uint32_t max_items_;
  std::uint32_t max_string_;
  bool good_ = true;
};

template <typename Message>
std::string encode(const Message& message) {
  Writer writer;
  writer(message);
  return writer.take();
}

// None if the bytes aren't exactly one such message.
template <typename Message>
std::optional<Message> decode(std::string_view bytes) {
  Message message;
  Reader reader(bytes);
  reader(message);
  if (!reader.done()) return std::nullopt;
  return message;
}

}  // namespace eventfilter::ipc
