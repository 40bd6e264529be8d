// SPDX-License-Identifier: BSD-2-Clause
// Requests of io_uring that answer again and again: each time is an event of its own, also of those
// that were submitted before the confinement.
#include <gtest/gtest.h>
#include <linux/io_uring.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support/child.h"
#include "support/net.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/uring.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

constexpr unsigned short kBuffers = 7;

class Multishot : public testing::Test {
 protected:
  [[nodiscard]] io_uring_sqe accepting() const {
    io_uring_sqe request{};
    request.opcode = IORING_OP_ACCEPT;
    request.fd = listening_.get();
    request.ioprio = IORING_ACCEPT_MULTISHOT;
    return request;
  }
  static io_uring_sqe receiving(int socket) {
    io_uring_sqe request{};
    request.opcode = IORING_OP_RECV;
    request.fd = socket;
    request.ioprio = IORING_RECV_MULTISHOT;
    request.flags = IOSQE_BUFFER_SELECT;
    request.buf_group = kBuffers;
    return request;
  }
  void provide_buffers(Ring& ring) {
    io_uring_sqe request{};
    request.opcode = IORING_OP_PROVIDE_BUFFERS;
    request.fd = 4;
    request.addr = reinterpret_cast<uintptr_t>(buffers_);
    request.len = sizeof(buffers_) / 4;
    request.buf_group = kBuffers;
    require_call(ring.do_request(request), "buffers");
  }

  const Address address_ = abstract_address("evf-multishot");
  const Fd listening_ = listening_socket(address_);
  char buffers_[64] = {};
};

TEST_F(Multishot, AcceptIsJudgedEachTime) {
  in_child([&] {
    Ring ring;
    require_call(ring.submit({accepting()}), "submitting");
    const Fd first = connected_socket(address_, SOCK_STREAM);
    EXPECT_GE(ring.wait_for_answer(), 0);
    enforce("socket_accept: deny else errno EDOM", EVF_ENFORCE_KEEP_IO_URING);
    const Fd second = connected_socket(address_, SOCK_STREAM);
    EXPECT_REFUSED(EDOM, ring.wait_for_answer());
    EXPECT_REFUSED(EDOM, ring.do_request(accepting())) << "submitted since";
  });
}

TEST_F(Multishot, ReceivingIsJudgedEachTime) {
  in_child([&] {
    Ring ring;
    provide_buffers(ring);
    int pair[2];
    require_call(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), "socketpair");
    require_call(ring.submit({receiving(pair[0])}), "submitting");
    EXPECT_EQ(send_byte(pair[1]), 1);
    EXPECT_EQ(ring.wait_for_answer(), 1);
    enforce("socket_recv: deny else errno EDOM", EVF_ENFORCE_KEEP_IO_URING);
    EXPECT_EQ(send_byte(pair[1]), 1);
    EXPECT_REFUSED(EDOM, ring.wait_for_answer());
    EXPECT_REFUSED(EDOM, ring.do_request(receiving(pair[0]))) << "submitted since";
  });
}

}  // namespace
}  // namespace eventfilter::selftest
