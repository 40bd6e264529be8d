// SPDX-License-Identifier: BSD-2-Clause
//
// What stands in front of each message: docs/protocol.md.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "ipc/refusal.h"

namespace eventfilter::ipc {

inline constexpr std::uint32_t kMagic = 0x50465645;  // "EVFP"
inline constexpr std::uint16_t kVersion = 1;
inline constexpr std::size_t kHeaderSize = 16;
// Bytes of a whole message. More must be in a memfd, of which there is one place that needs it.
inline constexpr std::size_t kMaxFrame = 65'536;

struct Frame {
  std::uint16_t type = 0;
  std::uint32_t id = 0;      // the sender's; an answer has that of its request, what comes unasked 0
  std::string_view content;  // of the bytes that were parsed
};

// A frame's bytes. Content that doesn't fit is our own mistake, and aborts.
std::string make_frame(std::uint16_t type, std::uint32_t id, std::string_view content);

// The same in place: what a message's content is appended to, and then the whole of it.
std::string begin_frame(std::uint16_t type, std::uint32_t id);
void end_frame(std::string& bytes);

// Takes one message as it was received.
std::variant<Frame, Refusal> parse_frame(std::string_view bytes);

}  // namespace eventfilter::ipc
