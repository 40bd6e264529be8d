// SPDX-License-Identifier: BSD-2-Clause
#include "learn/endpoints.h"

#include <netinet/in.h>

#include <gtest/gtest.h>

namespace eventfilter::learn {
namespace {

TEST(Endpoints, TheLongestPrefixThenTheFewestPortsThenTheProtocol) {
  emit::CompiledPolicy policy;
  const auto add = [&](const char* label, const char* line) {
    policy.places.push_back({label, line, {}});
  };
  add("any_t", "endpoint any any *");
  add("web_t", "endpoint tcp any 443");
  add("high_t", "endpoint tcp any 400-500");
  add("lan_t", "endpoint any 10.0.0.0/8 *");
  add("six_t", "endpoint any fd00::/9 *");
  add("host_t", "endpoint udp 10.1.2.3 53");
  add("range_t", "endpoint any any 100-110");
  add("tcp_range_t", "endpoint tcp any 100-111");
  EXPECT_EQ(label_of_endpoint(policy, "192.0.2.1:80", IPPROTO_TCP), "any_t");
  EXPECT_EQ(label_of_endpoint(policy, "192.0.2.1:443", IPPROTO_TCP), "web_t");
  EXPECT_EQ(label_of_endpoint(policy, "192.0.2.1:443", IPPROTO_UDP), "any_t");
  EXPECT_EQ(label_of_endpoint(policy, "192.0.2.1:444", IPPROTO_TCP), "high_t");
  EXPECT_EQ(label_of_endpoint(policy, "10.9.9.9:443", IPPROTO_TCP), "lan_t");
  EXPECT_EQ(label_of_endpoint(policy, "10.1.2.3:53", IPPROTO_UDP), "host_t");
  EXPECT_EQ(label_of_endpoint(policy, "[fd7f::1]:1", IPPROTO_TCP), "six_t");
  EXPECT_EQ(label_of_endpoint(policy, "[fdff::1]:1", IPPROTO_UDP), "any_t");
  EXPECT_EQ(label_of_endpoint(policy, "[::ffff:192.0.2.1]:80", IPPROTO_TCP), "any_t")
      << "that is IPv4";
  EXPECT_EQ(label_of_endpoint(policy, "192.0.2.1:105", IPPROTO_TCP), "range_t");
  EXPECT_EQ(label_of_endpoint(policy, "192.0.2.1:443", IPPROTO_MPTCP), "web_t");
  EXPECT_EQ(label_of_endpoint(policy, "192.0.2.1:443", IPPROTO_SCTP), "any_t");
  EXPECT_EQ(label_of_endpoint(policy, "nowhere", IPPROTO_TCP), "");
}

}  // namespace
}  // namespace eventfilter::learn
