// SPDX-License-Identifier: BSD-2-Clause
// Packets that come and go through memory that is shared with the kernel, without a call for each: setting
// that up is judged as receiving and sending.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/if_xdp.h>
#include <sys/socket.h>

#include "support/attach.h"
#include "support/child.h"
#include "support/net.h"
#include "support/ruleset.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

Fd packet_socket() { return make_socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL)); }
Fd xdp_socket() { return make_socket(AF_XDP, SOCK_RAW); }

long set_packet_ring(int socket, int option) {
  tpacket_req ring{};
  ring.tp_block_size = 4096;
  ring.tp_block_nr = 1;
  ring.tp_frame_size = 2048;
  ring.tp_frame_nr = 2;
  return setsockopt(socket, SOL_PACKET, option, &ring, sizeof(ring));
}

long set_xdp_ring(int socket, int option) {
  const int entries = 64;
  return setsockopt(socket, SOL_XDP, option, &entries, sizeof(entries));
}

TEST(PacketRings, OfPacketSockets) {
  in_child(Subject::kRoot, [] {
    const Fd packet = packet_socket(), other = packet_socket();
    EXPECT_ALLOWED(set_packet_ring(other.get(), PACKET_RX_RING));
    enforce("socket_recv: deny else errno EDOM");
    EXPECT_REFUSED(EDOM, set_packet_ring(packet.get(), PACKET_RX_RING));
    EXPECT_ALLOWED(set_packet_ring(packet.get(), PACKET_TX_RING));
    const int one = 1;
    EXPECT_ALLOWED(setsockopt(packet.get(), SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)));
  });
}

TEST(PacketRings, OfXdpSockets) {
  in_child(Subject::kRoot, [] {
    const Fd xdp = xdp_socket();
    enforce("socket_recv: deny else errno EDOM");
    EXPECT_REFUSED(EDOM, set_xdp_ring(xdp.get(), XDP_RX_RING));
    EXPECT_ALLOWED(set_xdp_ring(xdp.get(), XDP_TX_RING));
  });
  in_child(Subject::kRoot, [] {
    const Fd xdp = xdp_socket();
    enforce("socket_send: deny else errno EDOM");
    EXPECT_ALLOWED(set_xdp_ring(xdp.get(), XDP_RX_RING));
    EXPECT_REFUSED(EDOM, set_xdp_ring(xdp.get(), XDP_TX_RING));
  });
}

TEST(PacketRings, UnderAttachedFilters) {
  in_child(Subject::kRoot, [] {
    const Fd packet = packet_socket();
    EXPECT_ALLOWED(try_attach(packet.get(), "socket_recv: deny else errno EDOM"));
    EXPECT_REFUSED(EDOM, set_packet_ring(packet.get(), PACKET_RX_RING));
  });
}

}  // namespace
}  // namespace eventfilter::selftest
