// SPDX-License-Identifier: BSD-2-Clause
// "endpoint" and "unendpoint" lines of a label space: what is taken, and what is wrong with the rest.
#include <gtest/gtest.h>

#include <string>

#include "support/child.h"
#include "support/label_probe.h"
#include "support/label_space.h"
#include "support/net.h"
#include "support/ruleset.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

std::string label_of(const LabelSpace& space, const std::string& ip, unsigned port) {
  return LabelProbe(space, "socket_connect").of([&] {
    return try_connect(ip_address(ip, port), SOCK_DGRAM);
  });
}

TEST(EndpointLines, AreTaken) {
  const char* const lines[] = {
      "endpoint tcp 10.0.0.0/8 443 a_t",
      "endpoint udp 10.0.0.0/8 0-65535 a_t",
      "endpoint any 10.0.0.1 * a_t b_t",
      "endpoint any 0.0.0.0/0 * a_t",
      "endpoint any ::/0 * a_t",
      "endpoint any any 65535 a_t",
      "endpoint any any 0 a_t",
      "endpoint tcp fd00::/8 1024-1024 a_t",
      "endpoint tcp ::1/128 80 a_t",
      "endpoint tcp ::ffff:10.1.0.0/112 80 a_t",
      "endpoint tcp ::fffe:0:0/95 80 a_t",
      "endpoint tcp 10.0.0.0/8 443",
      "\tendpoint  tcp\t10.0.0.0/8   443 a_t a_t  # a comment",
      "endpoint tcp 10.0.0.0/8 *# a comment",
      "endpoint tcp 10.0.0.1/32 443 new_t\nlabel new_t",
  };
  for (const char* line : lines) {
    const LabelSpace space(kProbeNames);
    EXPECT_ALLOWED(space.write(line + std::string("\n"))) << line << space.error();
    EXPECT_ALLOWED(space.try_commit());
  }
}

TEST(EndpointLines, AreRefusedWithPlaceAndSentence) {
  const struct {
    const char* text;
    const char* error;
  } cases[] = {
      {"endpoint\n", "1:9:0: missing_protocol: the protocol is missing: tcp, udp or any\n"},
      {"endpoint # tcp\n", "1:10:0: missing_protocol: the protocol is missing: tcp, udp or any\n"},
      {"endpoint sctp ::1 1 a_t\n", "1:10:4: wrong_protocol: a protocol is tcp, udp or any\n"},
      {"endpoint TCP ::1 1 a_t\n", "1:10:3: wrong_protocol: a protocol is tcp, udp or any\n"},
      {"endpoint tcp\n",
       "1:13:0: missing_address: the address is missing, such as 10.0.0.0/8, fd00::/8 or any\n"},
      {"endpoint tcp localhost 1\n",
       "1:14:9: wrong_address: an address is like 10.0.0.0/8, fd00::/8 or any\n"},
      {"endpoint tcp 10.0.0/8 1\n",
       "1:14:8: wrong_address: an address is like 10.0.0.0/8, fd00::/8 or any\n"},
      {"endpoint tcp 10.0.0.256/8 1\n",
       "1:14:12: wrong_address: an address is like 10.0.0.0/8, fd00::/8 or any\n"},
      {"endpoint tcp 1::2::3 1\n",
       "1:14:7: wrong_address: an address is like 10.0.0.0/8, fd00::/8 or any\n"},
      {"endpoint tcp /8 1\n",
       "1:14:2: wrong_address: an address is like 10.0.0.0/8, fd00::/8 or any\n"},
      {"endpoint tcp any/8 1\n",
       "1:14:5: wrong_address: an address is like 10.0.0.0/8, fd00::/8 or any\n"},
      {"endpoint tcp 10.0.0.0/33 1\n",
       "1:14:11: wrong_prefix: the length of a prefix is a number up to 32 for IPv4, up to 128 for "
       "IPv6\n"},
      {"endpoint tcp 10.0.0.0/ 1\n",
       "1:14:9: wrong_prefix: the length of a prefix is a number up to 32 for IPv4, up to 128 for "
       "IPv6\n"},
      {"endpoint tcp ::/129 1\n",
       "1:14:6: wrong_prefix: the length of a prefix is a number up to 32 for IPv4, up to 128 for "
       "IPv6\n"},
      {"endpoint tcp ::/-1 1\n",
       "1:14:5: wrong_prefix: the length of a prefix is a number up to 32 for IPv4, up to 128 for "
       "IPv6\n"},
      {"endpoint tcp 10.0.0.1/8 1\n",
       "1:14:10: address_beyond_prefix: the address has bits beyond its prefix\n"},
      {"endpoint tcp fd00::1/64 1\n",
       "1:14:10: address_beyond_prefix: the address has bits beyond its prefix\n"},
      {"endpoint tcp ::ffff:10.0.0.1/104 1\n",
       "1:14:19: address_beyond_prefix: the address has bits beyond its prefix\n"},
      {"endpoint tcp ::1\n",
       "1:17:0: missing_ports: the ports are missing, such as 443, 1024-65535 or *\n"},
      {"endpoint tcp ::1 http\n", "1:18:4: wrong_ports: ports are like 443, 1024-65535 or *\n"},
      {"endpoint tcp ::1 65536\n", "1:18:5: wrong_ports: ports are like 443, 1024-65535 or *\n"},
      {"endpoint tcp ::1 0x10\n", "1:18:4: wrong_ports: ports are like 443, 1024-65535 or *\n"},
      {"endpoint tcp ::1 -5\n", "1:18:2: wrong_ports: ports are like 443, 1024-65535 or *\n"},
      {"endpoint tcp ::1 5-\n", "1:18:2: wrong_ports: ports are like 443, 1024-65535 or *\n"},
      {"endpoint tcp ::1 1-2-3\n", "1:18:5: wrong_ports: ports are like 443, 1024-65535 or *\n"},
      {"endpoint tcp ::1 6-5\n", "1:18:3: wrong_port_range: a range of ports goes up\n"},
      {"endpoint tcp ::1 5 other_t\n",
       "1:20:7: unknown_label: the label space has no such name\n"},
      {"endpoint tcp ::1 5 a_t (\n",
       "1:24:1: expected_label_name: a label's name starts with a letter or \"_\"\n"},
      {"label b_t\nunendpoint tcp ::1 5\n",
       "2:12:9: no_such_endpoint: nothing is assigned to this endpoint\n"},
      {"unendpoint tcp ::1 5 a_t\n",
       "1:22:3: trailing_text: the line has ended before this\n"},
      {"unendpoint tcp any 5\n", "1:12:9: no_such_endpoint: nothing is assigned to this endpoint\n"},
  };
  for (const auto& [text, error] : cases) {
    const LabelSpace space("a_t");
    EXPECT_REFUSED(EINVAL, space.write(text)) << text;
    EXPECT_EQ(space.error(), error) << text;
  }
}

TEST(EndpointLines, AreAllOrNothing) {
  const LabelSpace space(kProbeNames);
  EXPECT_REFUSED(EINVAL,
                 space.write("endpoint any 127.0.0.1 1 a_t\nlabel new_t\nendpoint any ::1 1 x_t\n"));
  space.commit();
  EXPECT_EQ(label_of(space, "127.0.0.1", 1), "");
  EXPECT_REFUSED(EINVAL, space.write("endpoint any ::1 1 new_t\n")) << "nor is the name there";
  EXPECT_REFUSED(EINVAL, space.write("unendpoint any 127.0.0.1 1\n"));
}

TEST(EndpointLines, TheLastLineOfATextCounts) {
  const LabelSpace space(kProbeNames);
  ASSERT_ALLOWED(space.write("endpoint any 127.0.0.1 1 a_t\nendpoint any 127.0.0.1 1 b_t\n"));
  space.commit();
  EXPECT_EQ(label_of(space, "127.0.0.1", 1), "b_t");
}

TEST(EndpointLines, AreTakenBack) {
  const LabelSpace space(kProbeNames);
  ASSERT_ALLOWED(space.write("endpoint any any * a_t\nendpoint any 127.0.0.1 1 b_t\n"));
  EXPECT_ALLOWED(space.write("unendpoint any 127.0.0.1 1\n")) << "what is only staged";
  EXPECT_REFUSED(EINVAL, space.write("unendpoint any 127.0.0.1 1\n")) << "once";
  ASSERT_ALLOWED(space.write("endpoint any 127.0.0.1 1 b_t\n")) << "changed one's mind";
  space.commit();
  EXPECT_EQ(label_of(space, "127.0.0.1", 1), "b_t");
  ASSERT_ALLOWED(space.write("unendpoint any 127.0.0.1/32 1-1\n")) << "the same by other words";
  EXPECT_EQ(label_of(space, "127.0.0.1", 1), "b_t") << "until the commit";
  space.commit();
  EXPECT_EQ(label_of(space, "127.0.0.1", 1), "a_t") << "what counts then is what counted less";
  ASSERT_ALLOWED(space.write("unendpoint any 0.0.0.0/0 *\n")) << "one half of any";
  space.commit();
  EXPECT_EQ(label_of(space, "127.0.0.1", 1), "");
  EXPECT_EQ(label_of(space, "::1", 1), "a_t");
  EXPECT_REFUSED(EINVAL, space.write("unendpoint any any *\n")) << "only one half is left";
  EXPECT_REFUSED(EINVAL, space.write("unendpoint tcp ::/0 *\n")) << "another protocol";
}

TEST(EndpointLines, ATaskConfinedByTheSpaceMustNotWriteThem) {
  const LabelSpace space("a_t");
  in_child([&] {
    EXPECT_ALLOWED(space.write("endpoint any any * a_t\n"));
    enforce(space, "socket_connect: label & a_t");
    EXPECT_REFUSED(EPERM, space.write("endpoint any any * a_t\n"));
    EXPECT_REFUSED(EPERM, space.write("unendpoint any any *\n"));
  });
}

TEST(EndpointLimits, PortRangesOfAPrefix) {
  const LabelSpace space(kProbeNames);
  std::string text;
  for (unsigned i = 0; i < EVF_MAX_PORT_RANGES - 1; ++i) {
    text += "endpoint any 127.0.0.1 " + std::to_string(10 * i) + "-" + std::to_string(10 * i + 9) +
            " a_t\n";
  }
  ASSERT_ALLOWED(space.write(text));
  EXPECT_REFUSED(EINVAL, space.write("endpoint tcp 127.0.0.1 * a_t\nendpoint udp 127.0.0.1 * b_t"))
      << "all or nothing";
  EXPECT_EQ(space.error(),
            "2:10:15: too_many_port_ranges: a prefix has at most 64 ranges of ports\n");
  EXPECT_ALLOWED(space.write("endpoint udp 127.0.0.1 * b_t"));
  EXPECT_REFUSED(EINVAL, space.write("endpoint tcp 127.0.0.1 * a_t"));
  EXPECT_ALLOWED(space.write("endpoint udp 127.0.0.1 * c_t")) << "replaces one";
  EXPECT_ALLOWED(space.write("endpoint udp 127.0.0.1 5000 b_t")) << "single ports are not meant";
  EXPECT_ALLOWED(space.write("endpoint tcp 127.0.0.0/31 * a_t")) << "nor other prefixes";
  space.commit();
  EXPECT_EQ(label_of(space, "127.0.0.1", 629), "a_t");
  EXPECT_EQ(label_of(space, "127.0.0.1", 630), "c_t");
  EXPECT_EQ(label_of(space, "127.0.0.1", 5000), "b_t");
  ASSERT_ALLOWED(space.write("unendpoint any 127.0.0.1 0-9\n"));
  EXPECT_REFUSED(EINVAL, space.write("endpoint tcp 127.0.0.1 * a_t")) << "it's still in force";
  space.commit();
  EXPECT_ALLOWED(space.write("endpoint tcp 127.0.0.1 * a_t"));
}

TEST(EndpointLimits, AssignmentsOfASpace) {
  const LabelSpace space(kProbeNames);
  std::string text;
  unsigned nr = 0;
  for (; nr < EVF_MAX_SPACE_ASSIGNMENTS - 1; ++nr) {
    text += "endpoint any ::" + std::to_string(nr / 65536) + " " + std::to_string(nr % 65536) +
            " a_t\n";
    if (text.size() > EVF_MAX_TEXT - 100) {
      ASSERT_ALLOWED(space.write(text));
      text.clear();
    }
  }
  ASSERT_ALLOWED(space.write(text));
  EXPECT_REFUSED(EINVAL, space.write("endpoint any any 1 a_t\n")) << "these are two";
  EXPECT_EQ(space.error(), "1:10:9: too_many_assignments: a label space has at most 262144 "
                           "assignments\n");
  EXPECT_ALLOWED(space.write("endpoint any ::1 1 b_t\nendpoint any 127.0.0.1 1 b_t\n"));
  EXPECT_REFUSED(EINVAL, space.write("endpoint any 127.0.0.1 2 b_t\n"));
  space.commit();
  EXPECT_EQ(label_of(space, "::1", 1), "b_t");
  EXPECT_EQ(label_of(space, "::1", 65535), "a_t");
  ASSERT_ALLOWED(space.write("unendpoint any ::1 1\n"));
  space.commit();
  EXPECT_ALLOWED(space.write("endpoint any 127.0.0.1 2 b_t\n"));
}

}  // namespace
}  // namespace eventfilter::selftest
