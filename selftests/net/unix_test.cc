// SPDX-License-Identifier: BSD-2-Clause
// unix_connect, unix_send: which socket is at the other end, and every door to it.
#include <gtest/gtest.h>
#include <linux/io_uring.h>
#include <sys/uio.h>
#include <unistd.h>

#include "support/event.h"
#include "support/label_probe.h"
#include "support/net.h"
#include "support/program.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/tree.h"
#include "support/uring.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

class Unix : public testing::Test {
 protected:
  Unix() {
    for (const char* name : {"d/stream", "d/dgram", "d/packet"}) {
      require_call(chmod(tree_.path(name).c_str(), 0777), "chmod");
    }
  }
  [[nodiscard]] static Raised connected(const Address& address, int type) {
    return {Subject::kUser, "unix_connect", [=] { return try_connect(address, type); }};
  }
  [[nodiscard]] static Raised sent(const Fd& socket) {
    return {Subject::kUser, "unix_send", [&socket] { return send_byte(socket.get()); }};
  }
  [[nodiscard]] std::string label_of(const std::string& event, const std::function<long()>& raise,
                                     const std::string& field = "label") const {
    return LabelProbe(space_, event, field).of(raise);
  }

  const Tree tree_;
  const std::string dir_ = tree_.make_dir("d");
  const LabelSpace space_{kProbeNames};
  const Address path_ = unix_address(tree_.path("d/stream"));
  const Address dgram_path_ = unix_address(tree_.path("d/dgram"));
  const Address packet_path_ = unix_address(tree_.path("d/packet"));
  const Address abstract_ = abstract_address("evf-stream");
  const Address abstract_dgram_ = abstract_address("evf-dgram");
  const Fd stream_ = listening_socket(path_);
  const Fd packet_ = listening_socket(packet_path_, SOCK_SEQPACKET);
  const Fd dgram_ = bound_socket(dgram_path_, SOCK_DGRAM);
  const Fd named_ = listening_socket(abstract_);
  const Fd named_dgram_ = bound_socket(abstract_dgram_, SOCK_DGRAM);
};

TEST_F(Unix, AllowedAndRefused) {
  space_.label_file(tree_.path("d/stream"), "a_t");
  in_child([&] {
    enforce(space_, "unix_connect: label & a_t");
    EXPECT_ALLOWED(try_connect(path_, SOCK_STREAM));
    EXPECT_REFUSED(EPERM, try_connect(packet_path_, SOCK_SEQPACKET));
    EXPECT_REFUSED(EPERM, try_connect(dgram_path_, SOCK_DGRAM));
    EXPECT_REFUSED(EPERM, try_connect(abstract_, SOCK_STREAM));
  });
}

TEST_F(Unix, LabelIsThatOfTheSocketsPlace) {
  const auto connect_it = [&] { return try_connect(path_, SOCK_STREAM); };
  EXPECT_EQ(label_of("unix_connect", connect_it), "");
  space_.label_file(dir_, "a_t");
  EXPECT_EQ(label_of("unix_connect", connect_it), "a_t") << "the directory's";
  space_.label_name(dir_, "stream", "b_t");
  EXPECT_EQ(label_of("unix_connect", connect_it), "b_t") << "the name's";
  space_.label_file(tree_.path("d/stream"), "c_t");
  EXPECT_EQ(label_of("unix_connect", connect_it), "c_t") << "its own";
  EXPECT_EQ(label_of("unix_connect", [&] { return try_connect(packet_path_, SOCK_SEQPACKET); }),
            "a_t");
  EXPECT_EQ(label_of("unix_connect", [&] { return try_connect(dgram_path_, SOCK_DGRAM); }), "a_t");
}

TEST_F(Unix, AnotherPathToItIsTheSamePlace) {
  space_.label_file(tree_.path("d/stream"), "a_t");
  require_call(symlink(tree_.path("d/stream").c_str(), tree_.path("link").c_str()), "symlink");
  EXPECT_EQ(label_of("unix_connect",
                     [&] { return try_connect(unix_address(tree_.path("link")), SOCK_STREAM); }),
            "a_t");
  require_call(rename(tree_.path("d/stream").c_str(), tree_.path("moved").c_str()), "rename");
  const Address moved = unix_address(tree_.path("moved"));
  EXPECT_EQ(label_of("unix_connect", [&] { return try_connect(moved, SOCK_STREAM); }), "a_t");
  expect_string(connected(moved, SOCK_STREAM), "name", "moved");
}

TEST_F(Unix, Fact25AbstractNamesHaveNoPlace) {
  space_.label_file(dir_, "a_t");
  EXPECT_EQ(label_of("unix_connect", [&] { return try_connect(abstract_, SOCK_STREAM); }), "");
  expect_number(connected(abstract_, SOCK_STREAM), "abstract", 1, 0);
  expect_number(connected(path_, SOCK_STREAM), "abstract", 0, 1);
  expect_string(connected(abstract_, SOCK_STREAM), "name", "evf-stream");
  expect_string(connected(abstract_dgram_, SOCK_DGRAM), "name", "evf-dgram");
  expect_string(connected(path_, SOCK_STREAM), "name", "stream");
  expect_string(connected(packet_path_, SOCK_SEQPACKET), "name", "packet");
}

TEST_F(Unix, Type) {
  expect_number(connected(path_, SOCK_STREAM), "type", SOCK_STREAM, SOCK_DGRAM);
  expect_number(connected(packet_path_, SOCK_SEQPACKET), "type", SOCK_SEQPACKET, SOCK_STREAM);
  expect_number(connected(dgram_path_, SOCK_DGRAM), "type", SOCK_DGRAM, SOCK_STREAM);
  expect_number(connected(path_, SOCK_STREAM), "uid", 1000, 0);
}

TEST_F(Unix, PeerLabelIsThatOfATaskWithoutLayers) {
  EXPECT_EQ(label_of("unix_connect", [&] { return try_connect(path_, SOCK_STREAM); }, "peer_label"),
            "");
  EXPECT_EQ(
      label_of("unix_connect", [&] { return try_connect(dgram_path_, SOCK_DGRAM); }, "peer_label"),
      "");
}

TEST_F(Unix, SendingByAConnectionIsJudgedByItsOtherEnd) {
  space_.label_file(tree_.path("d/stream"), "a_t");
  space_.label_file(tree_.path("d/packet"), "b_t");
  const Fd stream = connected_socket(path_, SOCK_STREAM);
  const Fd packet = connected_socket(packet_path_, SOCK_SEQPACKET);
  const Fd abstract = connected_socket(abstract_, SOCK_STREAM);
  EXPECT_EQ(label_of("unix_send", [&] { return send_byte(stream.get()); }), "a_t");
  EXPECT_EQ(label_of("unix_send", [&] { return send_byte(packet.get()); }), "b_t");
  EXPECT_EQ(label_of("unix_send", [&] { return send_byte(abstract.get()); }), "");
  EXPECT_EQ(label_of("unix_send", [&] { return send_byte(stream.get()); }, "peer_label"), "");
  expect_number(sent(stream), "type", SOCK_STREAM, SOCK_SEQPACKET);
  expect_number(sent(packet), "type", SOCK_SEQPACKET, SOCK_STREAM);
  expect_number(sent(abstract), "abstract", 1, 0);
  expect_string(sent(abstract), "name", "evf-stream");
  expect_string(sent(stream), "name", "stream");
  // The other way: whoever connected has no name
  const Fd accepted(require_fd(accept(stream_.get(), nullptr, nullptr), "accept"));
  expect_number(sent(accepted), "abstract", 0, 1);
  EXPECT_TRUE(holds(sent(accepted), "name == \"\""));
}

TEST_F(Unix, DatagramsAreJudgedOneByOne) {
  space_.label_file(tree_.path("d/dgram"), "a_t");
  const Fd dgram = make_socket(AF_UNIX, SOCK_DGRAM);
  EXPECT_EQ(label_of("unix_send", [&] { return send_byte_to(dgram.get(), dgram_path_); }), "a_t");
  EXPECT_EQ(label_of("unix_send", [&] { return send_byte_to(dgram.get(), abstract_dgram_); }), "");
  in_child([&] {
    enforce(space_, "unix_send: label & a_t");
    EXPECT_EQ(send_byte_to(dgram.get(), dgram_path_), 1);
    EXPECT_REFUSED(EPERM, send_byte_to(dgram.get(), abstract_dgram_));
  });
  EXPECT_EQ(receive_byte(dgram_.get()), 1);
  EXPECT_REFUSED(EAGAIN, receive_byte(named_dgram_.get()));
}

TEST_F(Unix, Fact25ADatagramToSomebodyElseConnectsToo) {
  const Fd dgram = connected_socket(dgram_path_, SOCK_DGRAM);
  in_child([&] {
    enforce("unix_connect: deny else errno EDOM");
    EXPECT_EQ(send_byte(dgram.get()), 1) << "to the peer";
    EXPECT_EQ(send_byte_to(dgram.get(), dgram_path_), 1) << "named";
    EXPECT_REFUSED(EDOM, send_byte_to(dgram.get(), abstract_dgram_));
    EXPECT_REFUSED(EDOM, connect_to(dgram.get(), abstract_dgram_));
  });
  EXPECT_EQ(receive_byte(dgram_.get()), 1);
  EXPECT_EQ(receive_byte(dgram_.get()), 1);
}

TEST_F(Unix, EveryDoorToAConnection) {
  in_child([&] {
    Ring ring;
    enforce("unix_connect: deny else errno EDOM", EVF_ENFORCE_KEEP_IO_URING);
    EXPECT_REFUSED(EDOM, try_connect(path_, SOCK_STREAM));
    EXPECT_REFUSED(EDOM, try_connect(abstract_, SOCK_STREAM | SOCK_NONBLOCK));
    EXPECT_REFUSED(EDOM, try_connect(packet_path_, SOCK_SEQPACKET));
    EXPECT_REFUSED(EDOM, try_connect(dgram_path_, SOCK_DGRAM));
    const Fd made = make_socket(AF_UNIX, SOCK_STREAM);
    io_uring_sqe request{};
    request.opcode = IORING_OP_CONNECT;
    request.fd = made.get();
    request.addr = reinterpret_cast<uintptr_t>(path_.get());
    request.off = path_.length;
    EXPECT_REFUSED(EDOM, ring.do_request(request));
    int pair[2];
    EXPECT_ALLOWED(socketpair(AF_UNIX, SOCK_STREAM, 0, pair)) << "connects nobody to others";
    EXPECT_ALLOWED(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair));
  });
}

TEST_F(Unix, EveryDoorToSending) {
  const Fd stream = connected_socket(path_, SOCK_STREAM);
  const Fd packet = connected_socket(packet_path_, SOCK_SEQPACKET);
  const Fd dgram = connected_socket(dgram_path_, SOCK_DGRAM);
  in_child([&] {
    Ring ring;
    enforce("unix_send: deny else errno EDOM", EVF_ENFORCE_KEEP_IO_URING);
    char byte = 'x';
    iovec data{&byte, 1};
    mmsghdr messages[1]{};
    messages[0].msg_hdr.msg_iov = &data;
    messages[0].msg_hdr.msg_iovlen = 1;
    for (const int socket : {stream.get(), packet.get(), dgram.get()}) {
      EXPECT_REFUSED(EDOM, send_byte(socket));
      EXPECT_REFUSED(EDOM, send_byte_by_sendmsg(socket));
      EXPECT_REFUSED(EDOM, sendmmsg(socket, messages, 1, 0));
      EXPECT_REFUSED(EDOM, write(socket, "x", 1));
      EXPECT_REFUSED(EDOM, writev(socket, &data, 1));
      io_uring_sqe request{};
      request.opcode = IORING_OP_SEND;
      request.fd = socket;
      request.addr = reinterpret_cast<uintptr_t>(&byte);
      request.len = 1;
      EXPECT_REFUSED(EDOM, ring.do_request(request));
      request.opcode = IORING_OP_WRITE;
      EXPECT_REFUSED(EDOM, ring.do_request(request));
    }
    const Fd fresh = make_socket(AF_UNIX, SOCK_DGRAM);
    EXPECT_REFUSED(EDOM, send_byte_to(fresh.get(), dgram_path_));
    EXPECT_REFUSED(EDOM, send_byte_by_sendmsg(fresh.get(), &abstract_dgram_));
  });
}

TEST_F(Unix, PairsSendToEachOther) {
  in_child([&] {
    int pair[2];
    int dgrams[2];
    require_call(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), "socketpair");
    require_call(socketpair(AF_UNIX, SOCK_DGRAM, 0, dgrams), "socketpair");
    enforce("unix_send: name == \"\" && !abstract && type == 1 else errno EDOM");
    EXPECT_EQ(send_byte(pair[0]), 1);
    EXPECT_REFUSED(EDOM, send_byte(dgrams[0]));
    enforce(space_, "unix_send: label & anonymous else errno EXDEV");
    EXPECT_EQ(send_byte(pair[0]), 1) << "a socket without a name";
  });
  in_child([&] {
    const Fd named = connected_socket(abstract_, SOCK_STREAM);
    enforce(space_, "unix_send: label & anonymous else errno EXDEV");
    EXPECT_REFUSED(EXDEV, send_byte(named.get())) << "has a name, though no place";
  });
}

TEST_F(Unix, SocketEventsAreRaisedBesides) {
  const Fd stream = connected_socket(path_, SOCK_STREAM);
  in_child([&] {
    enforce("socket_connect, socket_send: family != 1 else errno EDOM");
    EXPECT_REFUSED(EDOM, try_connect(path_, SOCK_STREAM));
    EXPECT_REFUSED(EDOM, send_byte(stream.get()));
  });
  EXPECT_EQ(label_of("socket_connect", [&] { return try_connect(path_, SOCK_STREAM); }), "")
      << "endpoints are of IP";
}

TEST_F(Unix, AnExchangeDuringCommitsAndRenames) {
  // Judged under the peer's lock, with the walk up the tree: lockdep watches on the debug kernel
  space_.label_file(dir_, "a_t");
  Child sender([&] {
    const Fd dgram = make_socket(AF_UNIX, SOCK_DGRAM);
    enforce(space_, "unix_connect, unix_send: label & a_t && name ~ \"d*\" else errno EDOM");
    for (int i = 0; i < 2000; ++i) {
      const long sent = send_byte_to(dgram.get(), dgram_path_, MSG_DONTWAIT);
      ASSERT_TRUE(sent == 1 || errno == EAGAIN || errno == ENOENT || errno == ECONNREFUSED)
          << errno_name(errno);
    }
  });
  for (int i = 0; i < 500; ++i) {
    require_call(rename(tree_.path("d/dgram").c_str(), tree_.path("d/dgram2").c_str()), "rename");
    require_call(rename(tree_.path("d/dgram2").c_str(), tree_.path("d/dgram").c_str()), "rename");
    while (receive_byte(dgram_.get()) == 1) {
    }
  }
  EXPECT_TRUE(sender.wait().exited_normally());
}

TEST_F(Unix, RealPrograms) {
  const auto connect_by_python = [](const std::string& name) {
    return run({"python3", "-c", "import socket; socket.socket(socket.AF_UNIX).connect(" + name +
                                     ")"});
  };
  space_.label_file(tree_.path("d/stream"), "a_t");
  in_child([&] {
    enforce(space_, "unix_connect: label & a_t");
    EXPECT_TRUE(connect_by_python("'" + tree_.path("d/stream") + "'").succeeded());
    EXPECT_TRUE(connect_by_python("'\\0evf-stream'").says("PermissionError"));
  });
}

}  // namespace
}  // namespace eventfilter::selftest
