// SPDX-License-Identifier: BSD-2-Clause
#include "ipc/frame.h"

#include <gtest/gtest.h>

namespace eventfilter::ipc {
namespace {

Refusal refusal_of(std::string_view bytes) {
  const auto parsed = parse_frame(bytes);
  const Refusal* const refusal = std::get_if<Refusal>(&parsed);
  return refusal == nullptr ? Refusal{} : *refusal;
}

TEST(Frame, HasAHeaderOfSixteenBytes) {
  EXPECT_EQ(make_frame(0x0203, 7, "ab"), std::string("EVFP\x01\0\x03\x02\x02\0\0\0\x07\0\0\0ab", 18));
}

TEST(Frame, ComesBackAsItWas) {
  const std::string bytes = make_frame(9, 77, "content");
  const auto parsed = parse_frame(bytes);
  const Frame& frame = std::get<Frame>(parsed);
  EXPECT_EQ(frame.type, 9);
  EXPECT_EQ(frame.id, 77U);
  EXPECT_EQ(frame.content, "content");
}

TEST(Frame, RefusesWhatIsNone) {
  const std::string good = make_frame(1, 1, "abc");
  std::string magic = good;
  magic[0] = 'X';
  for (const std::string& bad : {std::string(), good.substr(0, 15), magic, good + 'x',
                                 good.substr(0, good.size() - 1)}) {
    EXPECT_EQ(refusal_of(bad).sentence, "this is no message of policyd's protocol");
    EXPECT_TRUE(refusal_of(bad).is(Code::BadFrame));
  }
}

TEST(Frame, RefusesAnotherVersion) {
  std::string bytes = make_frame(1, 1, "");
  bytes[4] = 2;
  EXPECT_EQ(refusal_of(bytes).sentence, "policyd speaks version 1 of the protocol, not version 2");
}

TEST(Frame, SizeBelowAtAndAboveTheLimit) {
  for (const std::size_t size : {kMaxFrame - kHeaderSize - 1, kMaxFrame - kHeaderSize})
    EXPECT_TRUE(std::holds_alternative<Frame>(parse_frame(make_frame(1, 1, std::string(size, 'x')))));
  const std::string large = make_frame(1, 1, std::string(kMaxFrame - kHeaderSize, 'x'));
  EXPECT_TRUE(refusal_of(large + 'x').is(Code::BadFrame));
  EXPECT_DEATH(make_frame(1, 1, std::string(kMaxFrame - kHeaderSize + 1, 'x')), "");
}

}  // namespace
}  // namespace eventfilter::ipc
