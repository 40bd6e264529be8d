// SPDX-License-Identifier: BSD-2-Clause
// Every door to an open file leads past file_open.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/openat2.h>
#include <mqueue.h>
#include <sys/fanotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

#include "support/calls.h"
#include "support/channel.h"
#include "support/child.h"
#include "support/program.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/tree.h"
#include "support/uring.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

long open_by_openat2(const std::string& path, unsigned long long flags) {
  open_how how{};
  how.flags = flags;
  return syscall(SYS_openat2, AT_FDCWD, path.c_str(), &how, sizeof(how));
}

class OpenDoors : public testing::TestWithParam<Fs> {
 protected:
  // In a child that may open everything but the secret
  void confined(Subject subject, const std::function<void()>& body) const {
    in_child(subject, [&] {
      enforce("file_open: name != \"secret\"");
      body();
    });
  }
  void confined(const std::function<void()>& body) const { confined(Subject::kUser, body); }

  const Tree tree_{GetParam()};
  const std::string dir_ = tree_.make_dir("d");
  const std::string secret_ = tree_.make_file("d/secret");
  const std::string open_ = tree_.make_file("d/open");
};

TEST_P(OpenDoors, Open) {
  confined([&] {
    for (const int flags :
         {O_RDONLY, O_WRONLY, O_RDWR, O_RDWR | O_CREAT, O_RDONLY | O_NOFOLLOW, 3}) {
      EXPECT_REFUSED(EACCES, syscall(SYS_open, secret_.c_str(), flags, 0600));
      EXPECT_ALLOWED(syscall(SYS_open, open_.c_str(), flags, 0600));
    }
  });
}

TEST_P(OpenDoors, Openat) {
  confined([&] {
    const int dir = open(dir_.c_str(), O_RDONLY | O_DIRECTORY);
    EXPECT_REFUSED(EACCES, openat(dir, "secret", O_RDONLY));
    EXPECT_ALLOWED(openat(dir, "open", O_RDONLY));
  });
}

TEST_P(OpenDoors, Openat2) {
  confined([&] {
    EXPECT_REFUSED(EACCES, open_by_openat2(secret_, O_RDONLY));
    EXPECT_ALLOWED(open_by_openat2(open_, O_RDONLY));
  });
}

TEST_P(OpenDoors, Creat) {
  confined([&] {
    EXPECT_REFUSED(EACCES, creat(secret_.c_str(), 0600));
    EXPECT_ALLOWED(creat(open_.c_str(), 0600));
  });
  EXPECT_EQ(read_file(secret_), "content\n") << "a refused open truncates nothing";
}

TEST_P(OpenDoors, OpenByHandle) {
  if (GetParam() == Fs::kOverlay) {
    return;  // it gives no handles unless it is exported by NFS
  }
  const Handle secret = handle_of(secret_);
  const Handle open = handle_of(open_);
  confined(Subject::kRoot, [&] {
    const int mount = ::open(tree_.root().c_str(), O_RDONLY | O_DIRECTORY);
    EXPECT_REFUSED(EACCES, open_handle(mount, secret, O_RDONLY));
    EXPECT_ALLOWED(open_handle(mount, open, O_RDONLY));
  });
}

TEST_P(OpenDoors, ReopenOfAnOPathDescriptor) {
  confined([&] {
    const int path = open(secret_.c_str(), O_PATH);
    ASSERT_ALLOWED(path);
    EXPECT_REFUSED(EACCES, try_open("/proc/self/fd/" + std::to_string(path), O_RDONLY));
    EXPECT_REFUSED(EACCES, try_open("/dev/fd/" + std::to_string(path), O_RDONLY));
    EXPECT_REFUSED(EACCES, try_open("/proc/thread-self/fd/" + std::to_string(path), O_RDWR));
    char byte = 0;
    EXPECT_REFUSED(EBADF, read(path, &byte, 1));
  });
}

TEST_P(OpenDoors, Fact33ReopenOfAnInheritedDescriptor) {
  // What is open stays open (a documented limit), but it doesn't become more
  const Fd inherited(open(secret_.c_str(), O_RDONLY | O_CLOEXEC));
  confined([&] {
    char byte = 0;
    EXPECT_EQ(read(inherited.get(), &byte, 1), 1);
    EXPECT_REFUSED(EACCES, try_open("/proc/self/fd/" + std::to_string(inherited.get()), O_RDWR));
  });
}

TEST_P(OpenDoors, SymlinksAndHardLinks) {
  require_call(symlink(secret_.c_str(), tree_.path("symlink").c_str()), "symlink");
  confined([&] {
    EXPECT_REFUSED(EACCES, try_open(tree_.path("symlink"), O_RDONLY));
    EXPECT_REFUSED(EACCES, try_open("/proc/self/root" + secret_, O_RDONLY));
    EXPECT_REFUSED(EACCES, try_open("/proc/self/cwd/../../../../../../.." + secret_, O_RDONLY));
  });
}

TEST_P(OpenDoors, IoUring) {
  confined([&] {
    Ring ring;
    EXPECT_REFUSED(EACCES, ring.do_request(openat_request(secret_.c_str(), O_RDONLY)));
    EXPECT_ALLOWED(ring.do_request(openat_request(open_.c_str(), O_RDONLY)));
    open_how how{};
    io_uring_sqe request = openat_request(secret_.c_str(), 0);
    request.opcode = IORING_OP_OPENAT2;
    request.len = sizeof(how);
    request.off = reinterpret_cast<uintptr_t>(&how);
    request.open_flags = 0;
    EXPECT_REFUSED(EACCES, ring.do_request(request));
    request.addr = reinterpret_cast<uintptr_t>(open_.c_str());
    EXPECT_ALLOWED(ring.do_request(request));
  });
}

TEST_P(OpenDoors, Fact8IoUringByItsWorkers) {
  confined([&] {
    Ring ring;
    io_uring_sqe request = openat_request(secret_.c_str(), O_RDONLY);
    request.flags = IOSQE_ASYNC;
    EXPECT_REFUSED(EACCES, ring.do_request(request));
    request.addr = reinterpret_cast<uintptr_t>(open_.c_str());
    EXPECT_ALLOWED(ring.do_request(request));
  });
}

TEST_P(OpenDoors, ByAUserNamespaceOfOnesOwn) {
  confined([&] {
    require_call(unshare(CLONE_NEWUSER | CLONE_NEWNS), "unshare");
    EXPECT_REFUSED(EACCES, try_open(secret_, O_RDONLY));
  });
}

TEST_P(OpenDoors, ByAProgram) {
  confined([&] {
    EXPECT_TRUE(run({"cat", secret_}).says("Permission denied"));
    EXPECT_TRUE(run({"cp", secret_, tree_.path("copy")}).says("Permission denied"));
    EXPECT_TRUE(run({"python3", "-c", "import mmap,os; os.open('" + secret_ + "', 0)"})
                    .says("PermissionError"));
    EXPECT_TRUE(run({"sh", "-c", "read line < " + secret_}).says("Permission denied"));
    EXPECT_EQ(run({"cat", open_}).text, "content\n");
  });
}

TEST_P(OpenDoors, TheLoaderOfPrograms) {
  // ld.so PROGRAM is an open of PROGRAM
  const std::string program = tree_.path("d/secret_program");
  run_or_fail({"cp", "/bin/true", program});
  in_child([&] {
    enforce("file_open: name != \"secret_program\"");
    EXPECT_TRUE(run({program}).succeeded()) << "an exec of it is file_exec";
    const Output loaded = run({"/lib64/ld-linux-x86-64.so.2", program});
    EXPECT_TRUE(loaded.says("Permission denied")) << loaded.text;
  });
}

// What the kernel opens for whoever asks it to use a file. It has been opened when the answer is
// that it's no such file.
TEST_P(OpenDoors, Uselib) {
  for (const std::string& file : {secret_, open_}) {
    require_call(chmod(file.c_str(), 0755), "chmod");
  }
  // Only the 32-bit table has it, with 32-bit pointers
  constexpr long kIa32Uselib = 86;
  const LowMemory path;
  confined([&] {
    EXPECT_REFUSED(EACCES, ia32_syscall(kIa32Uselib, path.put(secret_)));
    EXPECT_REFUSED(ENOEXEC, ia32_syscall(kIa32Uselib, path.put(open_)));
  });
}

TEST_P(OpenDoors, Swapon) {
  confined(Subject::kRoot, [&] {
    EXPECT_REFUSED(EACCES, swapon(secret_.c_str(), 0));
    EXPECT_REFUSED(EINVAL, swapon(open_.c_str(), 0));
  });
}

TEST_P(OpenDoors, Swapoff) {
  confined(Subject::kRoot, [&] {
    EXPECT_REFUSED(EACCES, swapoff(secret_.c_str()));
    EXPECT_REFUSED(EINVAL, swapoff(open_.c_str()));
  });
}

TEST_P(OpenDoors, Acct) {
  if (GetParam() == Fs::kOverlay) {
    return;  // what accounting has let go of keeps the mount for a moment longer
  }
  confined(Subject::kRoot, [&] {
    EXPECT_REFUSED(EACCES, acct(secret_.c_str()));
    EXPECT_ALLOWED(acct(open_.c_str()));
    EXPECT_ALLOWED(acct(nullptr));
  });
}

INSTANTIATE_TEST_SUITE_P(On, OpenDoors, testing::ValuesIn(kEveryFs),
                         [](const auto& of) { return fs_name(of.param); });

TEST(OpenDoorsElsewhere, MessageQueues) {
  const mqd_t queue = mq_open("/evf-test", O_CREAT | O_RDWR, 0666, nullptr);
  ASSERT_ALLOWED(queue);
  in_child(Subject::kRoot, [] {
    enforce("file_open: name != \"evf-test\"");
    EXPECT_REFUSED(EACCES, mq_open("/evf-test", O_RDONLY));
  });
  mq_close(queue);
  mq_unlink("/evf-test");
}

// The kernel opens programs with a flag of its own, and then asks for file_exec only. Two calls
// pass flags on as they come, so that bit must not turn an open into an execution.
constexpr int kFmodeExec = 0x20;

TEST(OpenDoorsElsewhere, AMessageQueueAsIfToExecuteIt) {
  const mqd_t queue = mq_open("/evf-test", O_CREAT | O_RDWR, 0666, nullptr);
  ASSERT_ALLOWED(queue);
  in_child(Subject::kRoot, [] {
    enforce("file_open: name != \"evf-test\"");
    EXPECT_REFUSED(EACCES, syscall(SYS_mq_open, "evf-test", O_RDWR | kFmodeExec, 0, nullptr));
  });
  mq_close(queue);
  mq_unlink("/evf-test");
}

TEST(OpenDoorsElsewhere, ThePeerOfATerminal) {
  in_child(Subject::kRoot, [] {
    const Fd master(posix_openpt(O_RDWR | O_NOCTTY));
    require(master.is_open() && unlockpt(master.get()) == 0, "a pseudo terminal");
    enforce("file_open: deny");
    EXPECT_REFUSED(EACCES, ioctl(master.get(), TIOCGPTPEER, O_RDWR | O_NOCTTY));
    EXPECT_REFUSED(EACCES, ioctl(master.get(), TIOCGPTPEER, O_RDWR | O_NOCTTY | kFmodeExec));
  });
}

TEST(OpenDoorsElsewhere, OpenWithTheKernelsOwnFlags) {
  const Tree tree;
  const std::string secret = tree.make_file("secret");
  in_child([&] {
    enforce("file_open: name != \"secret\"");
    for (const unsigned flag : {0x20U, 0x4000000U, 0x80000000U}) {
      EXPECT_LT(syscall(SYS_open, secret.c_str(), O_RDONLY | flag), 0) << flag;
      EXPECT_LT(open_by_openat2(secret, O_RDONLY | flag), 0) << flag;
      Ring ring;
      EXPECT_LT(ring.do_request(openat_request(secret.c_str(), static_cast<int>(flag))), 0) << flag;
    }
  });
}

TEST(OpenDoorsElsewhere, FilesInMemoryByTheirDescriptor) {
  in_child([] {
    const int memory = memfd_create("evf-test", 0);
    ASSERT_ALLOWED(memory);
    enforce("file_open: deny");
    EXPECT_REFUSED(EACCES, try_open("/proc/self/fd/" + std::to_string(memory), O_RDWR));
    EXPECT_EQ(write(memory, "x", 1), 1) << "what is open is open";
  });
}

TEST(OpenDoorsElsewhere, PipesByTheirDescriptor) {
  in_child([] {
    int ends[2];
    require_call(pipe(ends), "pipe");
    enforce("file_open: deny");
    EXPECT_REFUSED(EACCES, try_open("/proc/self/fd/" + std::to_string(ends[0]), O_WRONLY));
  });
}

TEST(OpenDoorsElsewhere, FanotifysDescriptors) {
  // The kernel opens the file for whoever listens
  const Tree tree;
  const std::string secret = tree.make_file("secret");
  in_child(Subject::kRoot, [&] {
    const Fd listener(static_cast<int>(
        require_call(fanotify_init(FAN_CLASS_NOTIF | FAN_NONBLOCK, O_RDONLY), "fanotify_init")));
    require_call(fanotify_mark(listener.get(), FAN_MARK_ADD, FAN_OPEN, AT_FDCWD, secret.c_str()),
                 "fanotify_mark");
    in_child(Subject::kRoot, [&] { EXPECT_ALLOWED(try_open(secret, O_RDONLY)); });
    enforce("file_open: deny");
    fanotify_event_metadata event{};
    EXPECT_REFUSED(EACCES, read(listener.get(), &event, sizeof(event)));
  });
}

}  // namespace
}  // namespace eventfilter::selftest
