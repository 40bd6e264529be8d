// SPDX-License-Identifier: BSD-2-Clause
// What can't be attached, and to what: every errno and limit of EVF_ATTACH.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <mqueue.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "support/attach.h"
#include "support/child.h"
#include "support/require.h"
#include "support/tree.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

class AttachErrors : public testing::Test {
 protected:
  const Tree tree_;
  const Fd file_{require_fd(open(tree_.make_file("file").c_str(), O_RDWR | O_CLOEXEC), "open")};
};

TEST_F(AttachErrors, OfDescriptors) {
  const Ruleset ruleset("file_read: allow");
  EXPECT_REFUSED(EBADF, try_attach(-1, ruleset));
  EXPECT_REFUSED(EBADF, try_attach(1000, ruleset));
  EXPECT_REFUSED(EBADF, evf(EVF_ATTACH, 0x1'0000'0000UL + static_cast<unsigned>(file_.get()),
                            static_cast<unsigned long>(ruleset.fd())));
  const auto fd = static_cast<unsigned long>(file_.get());
  EXPECT_REFUSED(EBADF, evf(EVF_ATTACH, fd, 1000));
  EXPECT_REFUSED(EBADFD, evf(EVF_ATTACH, fd, fd));
  EXPECT_REFUSED(EINVAL,
                 evf(EVF_ATTACH, fd, static_cast<unsigned long>(ruleset.fd()), 1)) << "arg5";
  const Fd path(open(tree_.path("file").c_str(), O_PATH | O_CLOEXEC));
  EXPECT_REFUSED(EBADF, try_attach(path.get(), ruleset)) << "O_PATH";
  EXPECT_ALLOWED(try_attach(file_.get(), ruleset));
}

TEST_F(AttachErrors, Fact13OfRules) {
  for (const char* text :
       {"sys_enter_write: deny", "syscalls: deny", "file_open: deny", "meta: deny", "system: deny",
        "file_read: deny\nfile_unlink: allow", "compat: allow\nfile_read: deny",
        "file_read: deny else kill", "file_read: access & 1 else kill", "use: deny else kill"}) {
    EXPECT_REFUSED(EINVAL, try_attach(file_.get(), text)) << text;
  }
  EXPECT_REFUSED(ENODATA, try_attach(file_.get(), "# nothing\n"));
  EXPECT_ALLOWED(check_use(file_.get(), "file_read")) << "none of these did anything";
  for (const char* text : {"file_read: allow", "use: allow", "file: allow", "file_truncate: allow",
                           "file_lock: deny else log", "file_fcntl: cmd != 900 else errno EXDEV"}) {
    EXPECT_ALLOWED(try_attach(file_.get(), text)) << text;
  }
}

TEST_F(AttachErrors, TheRulesetFreezes) {
  const Ruleset ruleset("file_read: allow");
  EXPECT_ALLOWED(ruleset.write("file_write: allow\n"));
  EXPECT_ALLOWED(try_attach(file_.get(), ruleset));
  EXPECT_REFUSED(EBUSY, ruleset.write("file_write: allow\n"));
  EXPECT_ALLOWED(try_attach(file_.get(), ruleset)) << "it can be attached again";
}

TEST_F(AttachErrors, ReadsAndWritesOfPipes) {
  int ends[2];
  require_call(pipe2(ends, O_CLOEXEC), "pipe");
  const Fd in(ends[0]), out(ends[1]);
  require_call(mkfifo(tree_.path("fifo").c_str(), 0600), "mkfifo");
  const Fd fifo(open(tree_.path("fifo").c_str(), O_RDWR | O_CLOEXEC));
  for (const int fd : {in.get(), out.get(), fifo.get()}) {
    EXPECT_REFUSED(EOPNOTSUPP, try_attach(fd, "file_read: deny"));
    EXPECT_REFUSED(EOPNOTSUPP, try_attach(fd, "file_write: access & 2"));
    EXPECT_REFUSED(EOPNOTSUPP, try_attach(fd, "use: deny"));
    EXPECT_ALLOWED(try_attach(fd, "file_ioctl: deny\nfile_receive: deny\nfile_read: allow"));
  }
}

// mq_send(3) and mq_receive(3) come past no hook
TEST_F(AttachErrors, ReadsAndWritesOfQueues) {
  const mqd_t queue = mq_open("/evf-attach", O_RDWR | O_CREAT | O_CLOEXEC, 0600, nullptr);
  require_call(queue, "mq_open");
  mq_unlink("/evf-attach");
  const Fd fd(static_cast<int>(queue));
  EXPECT_REFUSED(EOPNOTSUPP, try_attach(fd.get(), "file_read: deny"));
  EXPECT_REFUSED(EOPNOTSUPP, try_attach(fd.get(), "file_write: access & 2"));
  EXPECT_ALLOWED(try_attach(fd.get(), "file_ioctl: deny\nfile_receive: deny"));
}

TEST_F(AttachErrors, MappingsThatMayHaveAnotherDescription) {
  const Tree overlay(Fs::kOverlay);
  const Fd lower(open(overlay.make_file("file").c_str(), O_RDWR | O_CLOEXEC));
  const Fd device(open("/dev/zero", O_RDWR | O_CLOEXEC));
  for (const int fd : {lower.get(), device.get()}) {
    EXPECT_REFUSED(EOPNOTSUPP, try_attach(fd, "file_map: !(prot & 4)"));
    EXPECT_REFUSED(EOPNOTSUPP, try_attach(fd, "file_map: deny else log"));
    void* mapping = mmap(nullptr, 4096, PROT_READ, MAP_PRIVATE, fd, 0);
    ASSERT_NE(mapping, MAP_FAILED);
    munmap(mapping, 4096);
    EXPECT_ALLOWED(try_attach(fd, "file_map: deny else errno EXDEV"));
    EXPECT_EQ(mmap(nullptr, 4096, PROT_READ, MAP_PRIVATE, fd, 0), MAP_FAILED);
    EXPECT_EQ(errno, EXDEV);
  }
  for (const Fs fs : {Fs::kTmpfs, Fs::kExt4}) {
    const Tree tree(fs);
    const Fd file(open(tree.make_file("file").c_str(), O_RDWR | O_CLOEXEC));
    EXPECT_ALLOWED(try_attach(file.get(), "file_map: !(prot & 4)"));
  }
}

TEST_F(AttachErrors, SoManyOnOneDescription) {
  const Ruleset ruleset("file_write: allow");
  for (int i = 0; i < EVF_MAX_ATTACHED - 1; ++i) {
    ASSERT_ALLOWED(try_attach(file_.get(), ruleset)) << i;
  }
  EXPECT_ALLOWED(try_attach(file_.get(), "file_read: deny else errno EXDEV")) << "at";
  EXPECT_REFUSED(E2BIG, try_attach(file_.get(), "file_write: deny")) << "above";
  char byte = 0;
  EXPECT_REFUSED(EXDEV, read(file_.get(), &byte, 1)) << "the last one counts";
  EXPECT_EQ(write(file_.get(), &byte, 1), 1) << "the one too many doesn't";
  const Fd other(open(tree_.path("file").c_str(), O_RDWR | O_CLOEXEC));
  EXPECT_ALLOWED(try_attach(other.get(), ruleset)) << "of another description";
}

TEST_F(AttachErrors, NeedsNoPrivilege) {
  in_child([&] { EXPECT_ALLOWED(try_attach(file_.get(), "file_read: deny")); });
}

}  // namespace
}  // namespace eventfilter::selftest
