// SPDX-License-Identifier: BSD-2-Clause
#include "ipc/wire.h"

namespace eventfilter::ipc {

void Writer::put(std::uint64_t value, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) bytes_ += static_cast<char>(value >> (8 * i) & 0xff);
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
  for (std::size_t i = 0; i < size; ++i)
    value |= std::uint64_t{static_cast<unsigned char>(bytes_[i])} << (8 * i);
  bytes_.remove_prefix(size);
  return value;
}

void Reader::operator()(bool& value) {
  const std::uint64_t byte = get(1);
  if (byte > 1) good_ = false;
  value = byte == 1;
}

void Reader::operator()(std::string& text) {
  const std::uint64_t size = get(4);
  if (size > max_string_ || size > bytes_.size()) good_ = false;
  text.clear();
  if (!good_) return;
  text = bytes_.substr(0, size);
  bytes_.remove_prefix(size);
}

}  // namespace eventfilter::ipc
