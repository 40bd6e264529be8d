// SPDX-License-Identifier: BSD-2-Clause
#include "ipc/wire.h"

#include <gtest/gtest.h>

namespace eventfilter::ipc {
namespace {

struct Sample {
  std::uint16_t small = 0;
  std::uint64_t big = 0;
  bool yes = false;
  std::string text;
  std::vector<std::string> list;

  static void fields(auto& self, auto& visit) {
    visit(self.small);
    visit(self.big);
    visit(self.yes);
    visit(self.text);
    visit(self.list);
  }
  bool operator==(const Sample&) const = default;
};

const Sample kSample = {0x1234, 0x1122334455667788, true, std::string("a\0b", 3), {"", "x"}};

TEST(Wire, IsLittleEndianWithLengthsInFront) {
  EXPECT_EQ(encode(kSample), std::string("\x34\x12"
                                         "\x88\x77\x66\x55\x44\x33\x22\x11"
                                         "\x01"
                                         "\x03\0\0\0a\0b"
                                         "\x02\0\0\0" "\0\0\0\0" "\x01\0\0\0x", 31));
}

TEST(Wire, ComesBackAsItWas) { EXPECT_EQ(decode<Sample>(encode(kSample)), kSample); }

TEST(Wire, EveryCutAndEveryAdditionIsSeen) {
  const std::string bytes = encode(kSample);
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(decode<Sample>(bytes.substr(0, size))) << size;
  EXPECT_FALSE(decode<Sample>(bytes + '\0'));
}

TEST(Wire, ABooleanIsZeroOrOne) {
  std::string bytes = encode(kSample);
  bytes[10] = 2;
  EXPECT_FALSE(decode<Sample>(bytes));
}

struct OneList {
  std::vector<std::uint16_t> items;
  static void fields(auto& self, auto& visit) { visit(self.items); }
};

TEST(Wire, ItemsBelowAtAndAboveTheLimit) {
  for (const std::size_t count : {std::size_t{kMaxItems} - 1, std::size_t{kMaxItems}})
    EXPECT_EQ(decode<OneList>(encode(OneList{std::vector<std::uint16_t>(count)}))->items.size(), count);
  EXPECT_FALSE(decode<OneList>(encode(OneList{std::vector<std::uint16_t>(kMaxItems + 1)})));
}

TEST(Wire, ACountBeyondTheBytesTakesNoMemory) {
  EXPECT_FALSE(decode<OneList>(std::string("\xff\xff\xff\xff", 4)));
  EXPECT_FALSE(decode<OneList>(std::string("\x10\0\0\0\0\0", 6)));
}

struct Point {
  using Packed = void;
  std::uint32_t x = 0;
  std::uint32_t y = 0;
  static void fields(auto& self, auto& visit) {
    visit(self.x);
    visit(self.y);
  }
  bool operator==(const Point&) const = default;
};
struct Points {
  std::vector<Point> items;
  static void fields(auto& self, auto& visit) { visit(self.items); }
};
struct PointsView {
  PackedList<Point> items;
  static void fields(auto& self, auto& visit) { visit(self.items); }
};

TEST(Wire, PackedItemsAreReadWhereTheyLie) {
  // At no address that is a number's
  const std::string bytes = "x" + encode(Points{{{1, 2}, {3, 0x80000000}}});
  const auto view = decode<PointsView>(std::string_view(bytes).substr(1));
  ASSERT_TRUE(view);
  ASSERT_EQ(view->items.size(), 2U);
  EXPECT_EQ(view->items[0], (Point{1, 2}));
  EXPECT_EQ(view->items[1], (Point{3, 0x80000000}));
  EXPECT_EQ(view->items.word(1), 0x80000000'00000003);
  EXPECT_EQ("x" + encode(*view), bytes);
  for (std::size_t size = 1; size < bytes.size(); ++size)
    EXPECT_FALSE(decode<PointsView>(std::string_view(bytes).substr(1, size - 1))) << size;
  EXPECT_FALSE(decode<PointsView>(bytes.substr(1) + '\0'));
}

TEST(Wire, PackedItemsBelowAtAndAboveTheLimit) {
  for (const std::size_t count : {std::size_t{kMaxItems} - 1, std::size_t{kMaxItems}})
    EXPECT_EQ(decode<PointsView>(encode(Points{std::vector<Point>(count)}))->items.size(), count);
  EXPECT_FALSE(decode<PointsView>(encode(Points{std::vector<Point>(kMaxItems + 1)})));
  EXPECT_FALSE(decode<PointsView>(std::string("\xff\xff\xff\xff", 4)));
}

TEST(Wire, RoomForPackedItemsIsThatOfAList) {
  Writer writer;
  const std::vector<Point> points = {{1, 2}, {3, 4}};
  std::memcpy(writer.room_for<Point>(2), points.data(), 2 * sizeof(Point));
  EXPECT_EQ(writer.take(), encode(Points{points}));
  Writer none;
  none.room_for<Point>(0);
  EXPECT_EQ(none.take(), encode(Points{}));
}

struct OneString {
  std::string text;
  static void fields(auto& self, auto& visit) { visit(self.text); }
};

TEST(Wire, StringsBelowAtAndAboveTheLimit) {
  for (const std::size_t size : {std::size_t{kMaxString} - 1, std::size_t{kMaxString}})
    EXPECT_EQ(decode<OneString>(encode(OneString{std::string(size, 'x')}))->text.size(), size);
  EXPECT_FALSE(decode<OneString>(encode(OneString{std::string(kMaxString + 1, 'x')})));
}

}  // namespace
}  // namespace eventfilter::ipc
