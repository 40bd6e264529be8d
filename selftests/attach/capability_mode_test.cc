// SPDX-License-Identifier: BSD-2-Clause
// Capability mode: no way to anything but the descriptors that are held, and on these what was
// attached lets through. With Debian's own gzip, which is given two descriptors.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/keyctl.h>
#include <mqueue.h>
#include <sched.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <csignal>
#include <functional>
#include <string>

#include "support/attach.h"
#include "support/child.h"
#include "support/net.h"
#include "support/program.h"
#include "support/require.h"
#include "support/tree.h"
#include "support/uring.h"
#include "support/verdict.h"
#include "support/victim.h"

namespace eventfilter::selftest {
namespace {

// Every name that is the system's or another task's, and looking names up
constexpr const char* kNothingNew =
    "file, meta, task, system: deny else errno EXDEV\n"
    "socket_create, socket_bind, socket_connect, unix_connect: deny else errno EXDEV\n"
    // Datagrams go where they are told; who is connected has its peer
    "socket_send: type == 1 || family == 1 else errno EXDEV\n"
    "sys_enter_access, sys_enter_faccessat, sys_enter_faccessat2, sys_enter_chdir,"
    "sys_enter_statfs, sys_enter_name_to_handle_at: deny else errno EXDEV\n";

TEST(CapabilityMode, OnlyDescriptorsThatAreHeld) {
  const Tree tree;
  const std::string path = tree.make_file("file");
  const Fd in(require_fd(open(path.c_str(), O_RDONLY | O_CLOEXEC), "open"));
  const Fd dir(require_fd(open(tree.root().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC), "open"));
  attach(in.get(), "file_ioctl: deny else errno EDOM");
  in_child([&] {
    enforce(kNothingNew);
    char byte = 0;
    EXPECT_EQ(read(in.get(), &byte, 1), 1);
    EXPECT_REFUSED(EDOM, ioctl(in.get(), 0x541B, &byte));
    EXPECT_REFUSED(EXDEV, open(path.c_str(), O_RDONLY));
    EXPECT_REFUSED(EXDEV, openat(dir.get(), "file", O_RDONLY)) << "nor beneath a directory";
    EXPECT_REFUSED(EXDEV, openat(dir.get(), "new", O_RDWR | O_CREAT, 0600));
    EXPECT_REFUSED(EXDEV, mkdirat(dir.get(), "new", 0700));
    EXPECT_REFUSED(EXDEV, unlinkat(dir.get(), "file", 0));
    EXPECT_REFUSED(EXDEV, open(("/proc/self/fd/" + std::to_string(in.get())).c_str(), O_RDONLY));
    EXPECT_REFUSED(EXDEV, truncate(path.c_str(), 0));
    EXPECT_REFUSED(EXDEV, execl("/bin/true", "true", nullptr));
  });
}

// What is held, and then the mode
class GlobalNames : public testing::Test {
 protected:
  void in_capability_mode(const std::function<void()>& body) const {
    in_child([&] {
      enforce(kNothingNew);
      body();
    });
  }

  const Tree tree_;
  const std::string path_ = tree_.make_file("file");
  const Fd dir_{open(tree_.root().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  const Fd listening_ = listening_socket(ip_address("127.0.0.1", 0));
  const Address tcp_ = address_of(listening_.get());
  const Address abstract_ = abstract_address("evf-capability-mode");
  const Fd unix_listening_ = listening_socket(abstract_);
};

TEST_F(GlobalNames, OfFilesTellNothing) {
  require_call(symlink("file", tree_.path("link").c_str()), "symlink");
  in_capability_mode([&] {
    struct stat status;
    char link[16];
    EXPECT_REFUSED(EXDEV, stat(path_.c_str(), &status));
    EXPECT_REFUSED(EXDEV, lstat(tree_.path("link").c_str(), &status));
    EXPECT_REFUSED(EXDEV, fstatat(dir_.get(), "file", &status, 0));
    EXPECT_REFUSED(EXDEV, readlink(tree_.path("link").c_str(), link, sizeof(link)));
    EXPECT_REFUSED(EXDEV, readlinkat(dir_.get(), "link", link, sizeof(link)));
    EXPECT_REFUSED(EXDEV, getxattr(path_.c_str(), "user.x", link, sizeof(link)));
    EXPECT_REFUSED(EXDEV, listxattr(path_.c_str(), link, sizeof(link)));
    EXPECT_REFUSED(EXDEV, access(path_.c_str(), F_OK));
    EXPECT_REFUSED(EXDEV, chdir("/"));
    const Fd watch(require_fd(inotify_init1(IN_CLOEXEC), "inotify_init1"));
    EXPECT_REFUSED(EXDEV, inotify_add_watch(watch.get(), tree_.root().c_str(), IN_CREATE));
    const Fd by_path(require_fd(open(path_.c_str(), O_PATH | O_CLOEXEC), "O_PATH opens nothing"));
    EXPECT_REFUSED(EXDEV, fstat(by_path.get(), &status)) << "and tells nothing";
    EXPECT_REFUSED(EXDEV, execl("/bin/true", "true", nullptr));
  });
}

TEST_F(GlobalNames, OfSocketsLeadNowhere) {
  const Fd tcp = make_socket(AF_INET, SOCK_STREAM);
  const Fd udp = make_socket(AF_INET, SOCK_DGRAM);
  const Fd stream = make_socket(AF_UNIX, SOCK_STREAM);
  const Fd dgram = make_socket(AF_UNIX, SOCK_DGRAM);
  const Fd receiving = bound_socket(abstract_address("evf-capability-dgram"), SOCK_DGRAM);
  const Fd held = connected_socket(tcp_, SOCK_STREAM);
  const Fd held_unix = connected_socket(abstract_, SOCK_STREAM);
  in_capability_mode([&] {
    EXPECT_REFUSED(EXDEV, try_socket(AF_INET, SOCK_STREAM));
    EXPECT_REFUSED(EXDEV, try_socket(AF_UNIX, SOCK_DGRAM));
    EXPECT_REFUSED(EXDEV, try_socket(AF_NETLINK, SOCK_RAW));
    int pair[2];
    EXPECT_REFUSED(EXDEV, socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
    EXPECT_REFUSED(EXDEV, connect_to(tcp.get(), tcp_));
    EXPECT_REFUSED(EXDEV, send_byte_to(tcp.get(), tcp_, MSG_FASTOPEN));
    EXPECT_REFUSED(EXDEV, bind_to(tcp.get(), ip_address("127.0.0.1", 0)));
    EXPECT_REFUSED(EXDEV, connect_to(udp.get(), tcp_));
    EXPECT_REFUSED(EXDEV, send_byte_to(udp.get(), tcp_));
    EXPECT_REFUSED(EXDEV, connect_to(stream.get(), abstract_));
    EXPECT_REFUSED(EXDEV, send_byte_to(dgram.get(), abstract_address("evf-capability-dgram")));
    EXPECT_EQ(send_byte(held.get()), 1) << "what is held goes on";
    EXPECT_EQ(send_byte(held_unix.get()), 1);
  });
  EXPECT_REFUSED(EAGAIN, receive_byte(receiving.get()));
}

TEST_F(GlobalNames, OfTasksReachNobody) {
  const Victim other([] {});
  in_capability_mode([&] {
    EXPECT_REFUSED(EXDEV, kill(other.pid(), 0));
    EXPECT_REFUSED(EXDEV, kill(other.pid(), SIGKILL));
    EXPECT_REFUSED(EXDEV, setpriority(PRIO_PROCESS, static_cast<id_t>(other.pid()), 10));
    rlimit limit;
    EXPECT_REFUSED(EXDEV, prlimit(other.pid(), RLIMIT_NOFILE, nullptr, &limit));
    EXPECT_LT(syscall(SYS_ptrace, 0x4206, other.pid(), 0, 0), 0);
    EXPECT_REFUSED(EXDEV, fork());
    EXPECT_REFUSED(EXDEV, unshare(CLONE_FS));
    EXPECT_ALLOWED(kill(getpid(), 0)) << "but itself";
  });
  EXPECT_ALLOWED(kill(other.pid(), 0)) << "it lives";
}

TEST_F(GlobalNames, OfTheSystemOpenNothing) {
  const int queue = static_cast<int>(require_call(msgget(0x65766621, IPC_CREAT | 0666), "msgget"));
  in_capability_mode([&] {
    EXPECT_REFUSED(EXDEV, msgget(IPC_PRIVATE, IPC_CREAT | 0600));
    EXPECT_LT(msgget(0x65766621, 0), 0) << "one that exists; the kernel's own errno";
    EXPECT_REFUSED(EXDEV, semget(IPC_PRIVATE, 1, IPC_CREAT | 0600));
    EXPECT_REFUSED(EXDEV, shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600));
    EXPECT_REFUSED(EXDEV, mq_open("/evf-capability-mode", O_RDWR | O_CREAT, 0600, nullptr));
    EXPECT_REFUSED(EXDEV, syscall(SYS_add_key, "user", "evf", "x", 1, KEY_SPEC_PROCESS_KEYRING));
    EXPECT_REFUSED(EXDEV, unshare(CLONE_NEWUSER));
    io_uring_params parameters{};
    EXPECT_LT(uring_setup(1, &parameters), 0);
  });
  msgctl(queue, IPC_RMID, nullptr);
}

TEST(CapabilityMode, ARealProgram) {
  const Tree tree;
  const std::string path = tree.make_file("in", std::string(100'000, 'z'));
  const std::string packed = tree.make_file("out", "");
  const Fd in(require_fd(open(path.c_str(), O_RDONLY | O_CLOEXEC), "open"));
  const Fd out(require_fd(open(packed.c_str(), O_WRONLY | O_CLOEXEC), "open"));
  attach(in.get(), "file_write: deny\nfile_truncate: deny\nfile_ioctl: deny");
  attach(out.get(), "file_read: deny\nfile_truncate: deny\nfile_ioctl: deny");
  in_child([&] {
    // What the loader needs is there until the program is; gzip itself opens nothing
    const pid_t child = fork();
    if (child == 0) {
      dup2(in.get(), 0);
      dup2(out.get(), 1);
      enforce(
          "file_open: access == 4 && !(name ~ \"in\" || name ~ \"out\")\n"
          "file_exec: name == \"gzip\" || name ~ \"ld-linux*\"\nfile: deny\nsystem: deny\n");
      execl("/bin/gzip", "gzip", "-c", nullptr);
      _exit(127);
    }
    int status = -1;
    require_call(waitpid(child, &status, 0), "waitpid");
    EXPECT_EQ(status, 0);
  });
  EXPECT_EQ(read_file(packed).substr(0, 2), "\x1f\x8b");
  EXPECT_TRUE(run({"sh", "-c", "gzip -dc <" + packed}).text == read_file(path));
}

}  // namespace
}  // namespace eventfilter::selftest
