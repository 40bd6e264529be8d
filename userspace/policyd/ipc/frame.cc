// SPDX-License-Identifier: BSD-2-Clause
#include "ipc/frame.h"

#include <cstdlib>
#include <cstring>

#include "ipc/wire.h"

namespace eventfilter::ipc {
namespace {

constexpr std::size_t kLengthAt = 8;

struct Header {
  std::uint32_t magic = kMagic;
  std::uint16_t version = kVersion;
  std::uint16_t type = 0;
  std::uint32_t length = 0;
  std::uint32_t id = 0;

  static void fields(auto& self, auto& visit) {
    visit(self.magic);
    visit(self.version);
    visit(self.type);
    visit(self.length);
    visit(self.id);
  }
};

}  // namespace

std::string begin_frame(std::uint16_t type, std::uint32_t id) {
  Header header;
  header.type = type;
  header.id = id;
  return encode(header);
}

void end_frame(std::string& bytes) {
  if (bytes.size() > kMaxFrame) std::abort();
  const auto length = static_cast<std::uint32_t>(bytes.size() - kHeaderSize);
  std::memcpy(bytes.data() + kLengthAt, &length, sizeof length);
}

std::string make_frame(std::uint16_t type, std::uint32_t id, std::string_view content) {
  std::string bytes = begin_frame(type, id);
  bytes += content;
  end_frame(bytes);
  return bytes;
}

std::variant<Frame, Refusal> parse_frame(std::string_view bytes) {
  const auto header = decode<Header>(bytes.substr(0, kHeaderSize));
  if (!header || header->magic != kMagic || bytes.size() > kMaxFrame) return refuse(Code::BadFrame);
  if (header->version != kVersion)
    return refuse(Code::BadVersion, std::to_string(header->version));
  const std::string_view content = bytes.substr(kHeaderSize);
  if (header->length != content.size()) return refuse(Code::BadFrame);
  return Frame{header->type, header->id, content};
}

}  // namespace eventfilter::ipc
