// SPDX-License-Identifier: BSD-2-Clause
// The filter goes with the description: to every holder, by whichever descriptor, for as long as it
// exists. A re-open is another description: the task's own layers have to refuse that.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <thread>
#include <vector>

#include "support/attach.h"
#include "support/channel.h"
#include "support/child.h"
#include "support/program.h"
#include "support/require.h"
#include "support/tree.h"
#include "support/uring.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

class AttachedHolders : public testing::Test {
 protected:
  const Tree tree_;
  const std::string path_ = tree_.make_file("file", "content\n");
  const Fd file_{require_fd(open(path_.c_str(), O_RDWR | O_CLOEXEC), "open")};
  char byte_ = 0;
};

TEST_F(AttachedHolders, Duplicates) {
  const Fd before(dup(file_.get()));
  attach(file_.get(), "file_read: deny else errno EXDEV");
  const Fd after(fcntl(file_.get(), F_DUPFD_CLOEXEC, 100));
  EXPECT_REFUSED(EXDEV, read(before.get(), &byte_, 1));
  EXPECT_REFUSED(EXDEV, read(after.get(), &byte_, 1));
  const Fd third(dup2(after.get(), 200));
  EXPECT_REFUSED(EXDEV, read(third.get(), &byte_, 1));
}

TEST_F(AttachedHolders, ChildrenFromBeforeAndAfter) {
  const Channel channel;
  Child before([&] {
    EXPECT_EQ(channel.child().receive(), 0);
    EXPECT_REFUSED(EXDEV, read(file_.get(), &byte_, 1));
  });
  attach(file_.get(), "file_read: deny else errno EXDEV");
  channel.parent().send(0);
  before.wait();
  in_child([&] { EXPECT_REFUSED(EXDEV, read(file_.get(), &byte_, 1)); });
}

TEST_F(AttachedHolders, WhatAChildAttachesStays) {
  in_child([&] { attach(file_.get(), "file_read: deny else errno EXDEV"); });
  EXPECT_REFUSED(EXDEV, read(file_.get(), &byte_, 1)) << "they share it: see the threat model";
}

TEST_F(AttachedHolders, ExecutedPrograms) {
  in_child([&] {
    require_call(dup2(file_.get(), 0), "dup2");
    EXPECT_EQ(run({"cat"}).text, "content\n");
    require_call(lseek(0, 0, SEEK_SET), "lseek");
    attach(0, "file_read: deny else errno EXDEV");
    const Output output = run({"cat"});
    EXPECT_NE(output.exit_code(), 0);
    EXPECT_TRUE(output.says("Invalid cross-device link")) << output.text;
  });
}

TEST_F(AttachedHolders, ReceivedByMessage) {
  const Channel channel;
  Child child([&] {
    const Fd received = channel.child().receive_fd();
    EXPECT_REFUSED(EXDEV, read(received.get(), &byte_, 1));
    EXPECT_EQ(write(received.get(), "y", 1), 1);
  });
  attach(file_.get(), "file_read: deny else errno EXDEV");
  channel.parent().send_fd(file_.get());
  child.wait();
}

TEST_F(AttachedHolders, TakenByPidfd) {
  attach(file_.get(), "file_read: deny else errno EXDEV");
  const int victim = file_.get();
  const pid_t parent = getpid();
  in_child(Subject::kRoot, [&] {
    const Fd pidfd(static_cast<int>(syscall(SYS_pidfd_open, parent, 0)));
    const Fd taken(static_cast<int>(syscall(SYS_pidfd_getfd, pidfd.get(), victim, 0)));
    ASSERT_TRUE(taken.is_open());
    EXPECT_REFUSED(EXDEV, read(taken.get(), &byte_, 1));
  });
}

TEST_F(AttachedHolders, RingsAndRegisteredFiles) {
  const Fd memory(memfd_create("memory", MFD_CLOEXEC));  // a ring may hold it for longer
  attach(memory.get(), "file_read: deny else errno EXDEV");
  Ring ring;
  io_uring_sqe request{};
  request.opcode = IORING_OP_READ;
  request.fd = memory.get();
  request.addr = reinterpret_cast<uint64_t>(&byte_);
  request.len = 1;
  EXPECT_REFUSED(EXDEV, ring.do_request(request));
  const int fd = memory.get();
  require_call(uring_register(ring.fd(), IORING_REGISTER_FILES, &fd, 1), "IORING_REGISTER_FILES");
  request.fd = 0;
  request.flags = IOSQE_FIXED_FILE;
  EXPECT_REFUSED(EXDEV, ring.do_request(request));
  request.opcode = IORING_OP_WRITE;
  EXPECT_EQ(ring.do_request(request), 1);
}

TEST_F(AttachedHolders, ThreadsAtOnce) {
  std::atomic<bool> attached = false;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      char byte = 0;
      while (!attached) {
        pread(file_.get(), &byte, 1, 0);
      }
      EXPECT_REFUSED(EXDEV, pread(file_.get(), &byte, 1, 0)) << "from the moment it returned";
    });
  }
  attach(file_.get(), "file_read: deny else errno EXDEV");
  attached = true;
  for (std::thread& thread : threads) {
    thread.join();
  }
}

TEST_F(AttachedHolders, EndsWithTheDescription) {
  // Addresses of descriptions are used again: what is new must not inherit from what was
  for (int i = 0; i < 300; ++i) {
    Fd file(open(path_.c_str(), O_RDWR | O_CLOEXEC));
    char byte = 0;
    ASSERT_EQ(read(file.get(), &byte, 1), 1) << i;
    attach(file.get(), "file_read: deny else errno EXDEV");
    ASSERT_REFUSED(EXDEV, read(file.get(), &byte, 1));
  }
}

TEST_F(AttachedHolders, ManyAtOnceComeAndGo) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 100; ++i) {
        const Fd file(open(path_.c_str(), O_RDWR | O_CLOEXEC));
        const Ruleset first("file_read: deny else errno EXDEV");
        const Ruleset second("file_write: deny else errno EDOM");
        char byte = 0;
        EXPECT_ALLOWED(try_attach(file.get(), first));
        EXPECT_ALLOWED(try_attach(file.get(), second));
        EXPECT_REFUSED(EXDEV, pread(file.get(), &byte, 1, 0));
        EXPECT_REFUSED(EDOM, pwrite(file.get(), &byte, 1, 0));
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
}

TEST_F(AttachedHolders, Fact13AReopenIsAnotherDescription) {
  attach(file_.get(), "file_read: deny else errno EXDEV");
  const std::string self = "/proc/self/fd/" + std::to_string(file_.get());
  const Fd again(open(self.c_str(), O_RDONLY | O_CLOEXEC));
  EXPECT_EQ(read(again.get(), &byte_, 1), 1) << "who may open the file may";
}

TEST_F(AttachedHolders, LayersRefuseTheReopen) {
  attach(file_.get(), "file_read: deny else errno EXDEV");
  in_child([&] {
    enforce("file_open: deny else errno EDOM\nfile_exec: deny else errno EDOM");
    const std::string self = "/proc/self/fd/" + std::to_string(file_.get());
    EXPECT_REFUSED(EDOM, open(self.c_str(), O_RDONLY));
    EXPECT_REFUSED(EDOM, open(self.c_str(), O_RDWR));
    EXPECT_REFUSED(EXDEV, read(file_.get(), &byte_, 1));
    const Fd handle(open(self.c_str(), O_PATH | O_CLOEXEC));
    EXPECT_REFUSED(EBADF, read(handle.get(), &byte_, 1)) << "a handle is good for nothing";
  });
}

}  // namespace
}  // namespace eventfilter::selftest
