// SPDX-License-Identifier: BSD-2-Clause
#include "ipc/wire.h"

namespace eventfilter::ipc {

void Writer::put(std::uint64_t value, std::size_t size) {
  // Its lowest bytes are its first
  bytes_.append(reinterpret_cast<const char*>(&value), size);
}

void Writer::operator()(std::string_view text) {
  put(text.size(), 4);
  bytes_ += text;
}

void Reader::operator()(bool& value) {
  const std::uint64_t byte = get(1);
  if (byte > 1) good_ = false;
  value = byte == 1;
}

void Reader::operator()(std::string& text) {
  std::string_view view;
  (*this)(view);
  text = view;
}

}  // namespace eventfilter::ipc
