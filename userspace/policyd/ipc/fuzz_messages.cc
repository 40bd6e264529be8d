// SPDX-License-Identifier: BSD-2-Clause
//
// Whatever arrives at one of the sockets is refused, or is one message, which is written as it was.
#include <cstdlib>

#include "ipc/client_protocol.h"
#include "ipc/labeld_protocol.h"
#include "ipc/message.h"

namespace eventfilter::ipc {
namespace {

template <typename T>
void try_as(const Frame& frame, std::string_view bytes) {
  if (frame.type != T::kType) return;
  const auto message = decode<T>(frame.content);
  if (message && pack(frame.id, *message) != bytes) std::abort();
}

template <typename... T>
void try_all(const Frame& frame, std::string_view bytes) {
  (try_as<T>(frame, bytes), ...);
}

}  // namespace
}  // namespace eventfilter::ipc

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace eventfilter::ipc;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto parsed = parse_frame(bytes);
  if (const Frame* const frame = std::get_if<Frame>(&parsed)) {
    try_all<Refusal, Enter, Session, Check, Explain, Status, Subscribe, Classes, GetPage, GetNumbers, GetNumbersView,
            CheckNumbers, CheckNumbersView, Handle, Reload, SetBoolean, Bind, ListProcesses, Done, Entered, Vectors, Text,
            State, Denied, ClassBits, Reloaded, Processes, Numbers, Follow, GetRulesets, GetSession, ReadAgain, GetHandle,
            Policy, Rulesets, Records>(*frame, bytes);
  }
  return 0;
}
