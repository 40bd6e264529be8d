// SPDX-License-Identifier: BSD-2-Clause
#include "ipc/wire.h"

#include <bit>
#include <cstring>

namespace eventfilter::ipc {

void Writer::put(std::uint64_t value, std::size_t size) {
  static_assert(std::endian::native == std::endian::little);
  // Its lowest bytes are its first
  bytes_.append(reinterpret_cast<const char*>(&value), size);
}

void Writer::operator()(const std::string& text) {
  put(text.size(), 4);
  bytes_ += text;
}

std::uint64_t Reader::get(std::size_t size) {
  if (!good_ || bytes_.size() < size) {
    good_ = false;
    return 0;
  }
  std::uint64_t value = 0;
  std::memcpy(&value, bytes_.data(), size);
  bytes_.remove_prefix(size);
  return value;
}

void Reader::operator()(bool& value) {
  const std::uint64_t byte = get(1);
  if (byte > 1) good_ = false;
  value = byte == 1;
}

void Reader::operator()(std::string_view& text) {
  const std::uint64_t size = get(4);
  if (size > max_string_ || size > bytes_.size()) good_ = false;
  text = good_ ? bytes_.substr(0, size) : std::string_view();
  if (good_) bytes_.remove_prefix(size);
}

void Reader::operator()(std::string& text) {
  std::string_view view;
  (*this)(view);
  text = view;
}

}  // namespace eventfilter::ipc
