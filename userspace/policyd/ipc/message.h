// SPDX-License-Identifier: BSD-2-Clause
//
// A message of either protocol as the bytes that are sent, and back.
#pragma once

#include <optional>
#include <string>

#include "ipc/frame.h"
#include "ipc/wire.h"

namespace eventfilter::ipc {

template <typename T>
std::string pack(std::uint32_t id, const T& message) {
  Writer writer(begin_frame(T::kType, id));
  writer(message);
  std::string bytes = writer.take();
  end_frame(bytes);
  return bytes;
}

// The frame's content as a T, or the refusal to be sent.
template <typename T>
std::variant<T, Refusal> unpack(const Frame& frame) {
  auto message = decode<T>(frame.content);
  if (!message) return refuse(Code::Malformed, std::to_string(frame.type));
  return std::move(*message);
}

}  // namespace eventfilter::ipc
