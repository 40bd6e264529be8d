// SPDX-License-Identifier: BSD-2-Clause
//
// Between a message and its bytes: little-endian numbers, strings with their length in front, lists
// with their count. A message is a struct with `static void fields(auto& self, auto& visit)`, which
// names its members once, for both directions.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace eventfilter::ipc {

// Bytes of a string, and items of a list, that a reader takes.
inline constexpr std::uint32_t kMaxString = 60'000;
inline constexpr std::uint32_t kMaxItems = 1024;

template <typename T>
concept Number = std::unsigned_integral<T> && !std::same_as<T, bool>;

class Writer {
 public:
  void operator()(const std::string& text);
  void operator()(bool value) { put(value ? 1 : 0, 1); }
  void operator()(Number auto value) { put(value, sizeof value); }
  template <typename T>
  void operator()(const std::vector<T>& items) {
    put(items.size(), 4);
    for (const auto& item : items) (*this)(item);
  }
  template <typename T>
    requires requires(const T& one, Writer& self) { T::fields(one, self); }
  void operator()(const T& message) {
    T::fields(message, *this);
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
  void operator()(std::string_view& text);  // into the bytes that are read
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
    requires requires(T& one, Reader& self) { T::fields(one, self); }
  void operator()(T& message) {
    T::fields(message, *this);
  }

  // Whether all was as it should be, and nothing is left over.
  bool done() const { return good_ && bytes_.empty(); }

 private:
  std::uint64_t get(std::size_t size);

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
