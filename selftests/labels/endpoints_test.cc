// SPDX-License-Identifier: BSD-2-Clause
// Which label an endpoint has: longest prefix, then narrowest range of ports, then the protocol.
#include <gtest/gtest.h>
#include <netinet/in.h>

#include <atomic>
#include <string>

#include "support/child.h"
#include "support/label_probe.h"
#include "support/net.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

class Endpoints : public testing::Test {
 protected:
  void say(const std::string& lines) const {
    require_call(space_.write(lines), lines);
    space_.commit();
  }
  // Refused connections are made nowhere, so any address will do
  [[nodiscard]] std::string of(const std::string& ip, unsigned port, int type = SOCK_DGRAM,
                               int protocol = 0) const {
    return LabelProbe(space_, "socket_connect").of([&] {
      return try_connect(ip_address(ip, port), type, protocol);
    });
  }
  [[nodiscard]] std::string of_tcp(const std::string& ip, unsigned port) const {
    return of(ip, port, SOCK_STREAM);
  }

  const LabelSpace space_{kProbeNames};
};

TEST_F(Endpoints, WhatNothingIsSaidAboutHasTheEmptySet) {
  EXPECT_EQ(of("10.0.0.1", 80), "");
  say("endpoint any 10.0.0.0/24 80 a_t\n");
  EXPECT_EQ(of("10.0.0.1", 80), "a_t");
  EXPECT_EQ(of("10.0.0.1", 81), "") << "another port";
  EXPECT_EQ(of("10.0.1.0", 80), "") << "another address";
  EXPECT_EQ(of("::1", 80), "");
}

TEST_F(Endpoints, TheLongestPrefixCounts) {
  say("endpoint any 0.0.0.0/0 * a_t\nendpoint any 10.0.0.0/8 * b_t\n"
      "endpoint any 10.1.0.0/16 * c_t\nendpoint any 10.1.2.3/32 * a_t b_t\n");
  EXPECT_EQ(of("11.0.0.1", 1), "a_t");
  EXPECT_EQ(of("10.0.0.1", 1), "b_t");
  EXPECT_EQ(of("10.255.255.255", 1), "b_t");
  EXPECT_EQ(of("10.1.255.255", 1), "c_t");
  EXPECT_EQ(of("10.1.2.3", 1), "a_t b_t");
  EXPECT_EQ(of("10.1.2.2", 1), "c_t");
}

TEST_F(Endpoints, TheLongestPrefixCountsForIpv6) {
  say("endpoint any ::/0 * a_t\nendpoint any fd00::/8 * b_t\n"
      "endpoint any fd00:1:2::/49 * c_t\nendpoint any fd00:1:2::3/128 * a_t b_t\n");
  EXPECT_EQ(of("fe00::1", 1), "a_t");
  EXPECT_EQ(of("fd01::1", 1), "b_t");
  EXPECT_EQ(of("fd00:1:2:7fff::", 1), "c_t");
  EXPECT_EQ(of("fd00:1:2:8000::", 1), "b_t");
  EXPECT_EQ(of("fd00:1:2::3", 1), "a_t b_t");
  EXPECT_EQ(of("127.0.0.1", 1), "") << "is no IPv6";
}

TEST_F(Endpoints, EveryLengthOfAPrefix) {
  for (unsigned length = 0; length <= 32; ++length) {
    const LabelSpace space(kProbeNames);
    const LabelProbe probe(space, "socket_connect");
    const unsigned inside = length == 0 ? 0 : ~0U << (32 - length) & 0x0a5a5a5aU;
    const auto dotted = [](unsigned ip) {
      return std::to_string(ip >> 24) + "." + std::to_string(ip >> 16 & 255) + "." +
             std::to_string(ip >> 8 & 255) + "." + std::to_string(ip & 255);
    };
    require_call(space.write("endpoint any " + dotted(inside) + "/" + std::to_string(length) +
                             " * a_t\n"),
                 "a line");
    space.commit();
    EXPECT_EQ(probe.of([&] { return try_connect(ip_address("10.90.90.90", 1), SOCK_DGRAM); }), "a_t")
        << length;
    if (length > 0) {
      const unsigned outside = 0x0a5a5a5aU ^ 1U << (32 - length);
      EXPECT_EQ(probe.of([&] { return try_connect(ip_address(dotted(outside), 1), SOCK_DGRAM); }),
                "")
          << length;
    }
  }
}

TEST_F(Endpoints, AtOnePrefixTheNarrowestRangeCounts) {
  say("endpoint any 10.0.0.0/8 * a_t\nendpoint any 10.0.0.0/8 1000-2000 b_t\n"
      "endpoint any 10.0.0.0/8 1500-1600 c_t\nendpoint any 10.0.0.0/8 1550 a_t b_t\n");
  EXPECT_EQ(of("10.0.0.1", 999), "a_t");
  EXPECT_EQ(of("10.0.0.1", 1000), "b_t");
  EXPECT_EQ(of("10.0.0.1", 1499), "b_t");
  EXPECT_EQ(of("10.0.0.1", 1500), "c_t");
  EXPECT_EQ(of("10.0.0.1", 1600), "c_t");
  EXPECT_EQ(of("10.0.0.1", 1601), "b_t");
  EXPECT_EQ(of("10.0.0.1", 1550), "a_t b_t");
  EXPECT_EQ(of("10.0.0.1", 2001), "a_t");
  EXPECT_EQ(of("10.0.0.1", 65535), "a_t");
}

TEST_F(Endpoints, OfTwoRangesAsNarrowTheLowerOneCounts) {
  say("endpoint any 10.0.0.0/8 15-25 b_t\nendpoint any 10.0.0.0/8 10-20 a_t\n");
  EXPECT_EQ(of("10.0.0.1", 17), "a_t");
  EXPECT_EQ(of("10.0.0.1", 21), "b_t");
}

TEST_F(Endpoints, ThePrefixCountsMoreThanThePort) {
  say("endpoint any 10.0.0.0/8 80 a_t\nendpoint any 10.1.0.0/16 * b_t\n");
  EXPECT_EQ(of("10.1.0.1", 80), "b_t");
}

TEST_F(Endpoints, AtOneRangeTheProtocolCounts) {
  say("endpoint any 10.0.0.0/8 80 a_t\nendpoint tcp 10.0.0.0/8 80 b_t\n"
      "endpoint udp 10.0.0.0/8 1-100 c_t\nendpoint any 10.0.0.0/8 1-100 a_t b_t\n");
  EXPECT_EQ(of_tcp("10.0.0.1", 80), "b_t");
  EXPECT_EQ(of("10.0.0.1", 80), "a_t") << "the narrower range counts more than the protocol";
  EXPECT_EQ(of("10.0.0.1", 81), "c_t");
  EXPECT_EQ(of_tcp("10.0.0.1", 81), "a_t b_t");
}

TEST_F(Endpoints, AnotherProtocolIsNotMeant) {
  say("endpoint tcp 10.0.0.0/8 80 a_t\nendpoint udp 10.1.0.0/16 * b_t\n");
  EXPECT_EQ(of("10.0.0.1", 80), "");
  EXPECT_EQ(of_tcp("10.1.0.1", 80), "a_t") << "the longer prefix says nothing about it";
  EXPECT_EQ(of("10.0.0.1", 80, SOCK_DGRAM, IPPROTO_UDPLITE), "") << "UDP-Lite is not UDP";
}

TEST_F(Endpoints, OtherProtocolsAreMeantByAny) {
  say("endpoint any 10.0.0.0/8 * a_t\nendpoint udp 10.0.0.0/8 80 b_t\n");
  EXPECT_EQ(of("10.0.0.1", 80, SOCK_DGRAM, IPPROTO_UDPLITE), "a_t");
}

TEST_F(Endpoints, NoNamesAreABarrier) {
  say("endpoint any any * a_t\nendpoint any 10.0.0.0/8 *\nendpoint any 10.1.0.0/16 22\n");
  EXPECT_EQ(of("11.0.0.1", 1), "a_t");
  EXPECT_EQ(of("10.0.0.1", 1), "");
}

TEST_F(Endpoints, AnyIsBothKindsOfAddresses) {
  say("endpoint any any 80 a_t\n");
  EXPECT_EQ(of("10.0.0.1", 80), "a_t");
  EXPECT_EQ(of("fd00::1", 80), "a_t");
  say("endpoint any 0.0.0.0/0 80 b_t\n");
  EXPECT_EQ(of("10.0.0.1", 80), "b_t") << "one half of it can be said alone";
  EXPECT_EQ(of("fd00::1", 80), "a_t");
}

TEST_F(Endpoints, MappedAddressesAreIpv4) {
  say("endpoint any 10.0.0.0/8 * a_t\nendpoint any ::/0 * b_t\n");
  EXPECT_EQ(of("::ffff:10.0.0.1", 80), "a_t");
  EXPECT_EQ(of("::ffff:11.0.0.1", 80), "") << "it's no IPv6 address";
  say("endpoint any ::ffff:10.1.0.0/112 * c_t\n");
  EXPECT_EQ(of("10.1.0.1", 80), "c_t") << "in a line, too";
  EXPECT_EQ(of("::ffff:10.1.0.1", 80), "c_t");
  say("endpoint any ::fffe:0:0/95 * c_t\n");
  EXPECT_EQ(of("::ffff:11.0.0.1", 80), "") << "a prefix of IPv6 that only begins like them";
}

TEST_F(Endpoints, AreStagedAndCommitted) {
  ASSERT_ALLOWED(space_.write("endpoint any 10.0.0.0/8 * a_t\n"));
  EXPECT_EQ(of("10.0.0.1", 1), "");
  space_.commit();
  EXPECT_EQ(of("10.0.0.1", 1), "a_t");
  ASSERT_ALLOWED(space_.write("endpoint any 10.0.0.0/8 * b_t\n"));
  EXPECT_EQ(of("10.0.0.1", 1), "a_t");
  space_.commit();
  EXPECT_EQ(of("10.0.0.1", 1), "b_t");
}

TEST_F(Endpoints, ManyOfThem) {
  std::string text;
  for (unsigned i = 0; i < 20000; ++i) {
    text += "endpoint any 10." + std::to_string(i / 256) + "." + std::to_string(i % 256) + ".0/24 " +
            std::to_string(i) + (i % 2 == 0 ? " a_t\n" : " b_t\n");
  }
  say(text);
  EXPECT_EQ(of("10.0.0.1", 0), "a_t");
  EXPECT_EQ(of("10.0.1.1", 1), "b_t");
  EXPECT_EQ(of("10.78.31.9", 19999), "b_t");
  EXPECT_EQ(of("10.78.31.9", 19998), "");
}

TEST_F(Endpoints, StayInForceWithoutADescriptor) {
  say("endpoint udp 127.0.0.1 9 a_t\n");
  in_child([&] {
    {
      const LabelSpace own("web_t");
      require_call(own.write("endpoint udp 127.0.0.1 9 web_t\n"), "a line");
      own.commit();
      require_call(own.write("unendpoint udp 127.0.0.1 9\n"), "a line");
      enforce(own, "socket_connect: label & web_t else errno EDOM");
    }
    EXPECT_ALLOWED(try_connect(ip_address("127.0.0.1", 9), SOCK_DGRAM)) << "staged and dropped";
    EXPECT_REFUSED(EDOM, try_connect(ip_address("127.0.0.1", 10), SOCK_DGRAM));
  });
}

TEST_F(Endpoints, AnEventIsJudgedBeforeOrAfterACommit) {
  // Two endpoints change places all the time; a connection to either finds one of the two states
  const Address address = ip_address("127.0.0.1", 9);
  say("endpoint udp 127.0.0.1 9 a_t\nendpoint udp 127.0.0.0/8 * b_t\n");
  Child looker([&] {
    enforce(space_, "socket_connect: label & a_t || label & b_t else errno EDOM");
    for (int i = 0; i < 20000; ++i) {
      ASSERT_ALLOWED(try_connect(address, SOCK_DGRAM)) << i;
    }
  });
  for (int i = 0; i < 50; ++i) {
    say("unendpoint udp 127.0.0.1 9\nendpoint udp 127.0.0.0/8 * a_t\n");
    say("endpoint udp 127.0.0.1 9 b_t\nendpoint udp 127.0.0.0/8 *\n");
    say("endpoint udp 127.0.0.1 9 a_t\nendpoint udp 127.0.0.0/8 * b_t\n");
  }
  EXPECT_TRUE(looker.wait().exited_normally());
}

}  // namespace
}  // namespace eventfilter::selftest
