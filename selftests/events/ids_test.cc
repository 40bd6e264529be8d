// SPDX-License-Identifier: BSD-2-Clause
// uid and gid of every event are those of who raises it.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/bpf.h>
#include <linux/kcmp.h>
#include <linux/keyctl.h>
#include <linux/perf_event.h>
#include <linux/securebits.h>
#include <sched.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <functional>
#include <string>
#include <vector>

#include "core/event_list.h"
#include "support/child.h"
#include "support/net.h"
#include "support/program.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/tree.h"
#include "support/uring.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

constexpr uid_t kUid = 66;
constexpr gid_t kGid = 77;

// Ids of its own, and all that root may
void become_somebody() {
  require_call(prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0), "securebits");
  require_call(setresgid(kGid, kGid, kGid), "setresgid");
  require_call(setresuid(kUid, kUid, kUid), "setresuid");
}

// What a child of the caller's comes to: its exit code as an errno
long in_fork(const std::function<long()>& call) {
  const pid_t child = fork();
  if (child < 0) return -1;
  if (child == 0) _exit(error_of(call()));
  int status = 0;
  require_call(waitpid(child, &status, 0), "waitpid");
  errno = WEXITSTATUS(status);
  return errno == 0 ? 0 : -1;
}

// The kernel has an errno of its own for it
long whatever_the_errno(long returned) {
  if (returned < 0) errno = EDOM;
  return returned;
}

struct Door {
  const char* event;
  std::function<long()> raise;
};

class Ids : public testing::Test {
 protected:
  [[nodiscard]] std::string at(const char* name) const { return tree_.path(name); }
  // In a mount namespace of its own
  static long make_private() {
    require_call(unshare(CLONE_NEWNS), "unshare");
    return mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
  }
  [[nodiscard]] long look_at_a_child() const {
    const pid_t child = fork();
    if (child == 0) {
      for (;;) pause();
    }
    const long result = syscall(SYS_kcmp, getpid(), child, KCMP_VM, 0, 0);
    const int error = errno;
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    errno = error;
    return result;
  }
  [[nodiscard]] std::vector<Door> doors_to_files() const;
  [[nodiscard]] std::vector<Door> doors_to_sockets() const;
  [[nodiscard]] std::vector<Door> doors_to_tasks() const;
  [[nodiscard]] std::vector<Door> doors_to_the_system() const;
  [[nodiscard]] std::vector<Door> doors() const {
    std::vector<Door> all;
    for (const auto& some :
         {doors_to_files(), doors_to_sockets(), doors_to_tasks(), doors_to_the_system()}) {
      all.insert(all.end(), some.begin(), some.end());
    }
    return all;
  }
  static bool passes(const Door& door, const std::string& expression) {
    return value_from_child(Subject::kRoot, [&] {
             become_somebody();
             enforce(std::string(door.event) + ": " + expression + " else errno EDOM");
             return error_of(door.raise());
           }) != EDOM;
  }

  const Tree tree_;
  const std::string path_ = tree_.make_file("file", "content");
  const std::string dir_ = tree_.make_dir("dir");
  const Fd file_{require_fd(open(path_.c_str(), O_RDWR | O_CLOEXEC), "open")};
  const Address unix_ = abstract_address("evf-ids");
  const Fd unix_listening_ = listening_socket(unix_);
  const Fd tcp_listening_ = listening_socket(ip_address("127.0.0.1", 0));
};

std::vector<Door> Ids::doors_to_files() const {
  return {
      {"file_open", [this] { return open(path_.c_str(), O_RDONLY); }},
      {"file_exec", [] { return in_fork([] { return execl("/bin/true", "true", nullptr); }); }},
      {"file_create",
       [this] { return unlink(at("n").c_str()), open(at("n").c_str(), O_CREAT | O_RDWR, 0600); }},
      {"file_unlink", [this] { return write_file(at("x"), ""), unlink(at("x").c_str()); }},
      {"file_rename",
       [this] { return write_file(at("x"), ""), rename(at("x").c_str(), at("y").c_str()); }},
      {"file_link",
       [this] { return unlink(at("z").c_str()), link(path_.c_str(), at("z").c_str()); }},
      {"file_truncate", [this] { return truncate(path_.c_str(), 7); }},
      {"file_setattr", [this] { return chmod(path_.c_str(), 0644); }},
      {"file_chroot", [] { return chroot("/"); }},
      {"file_mount", [] { return make_private(); }},
      {"file_umount",
       [this] {
         require_call(make_private(), "private mounts");
         require_call(mount("evf", dir_.c_str(), "tmpfs", 0, nullptr), "mount");
         return umount2(dir_.c_str(), 0);
       }},
      {"file_ioctl", [this] { return ioctl(file_.get(), FIOCLEX); }},
      {"file_read",
       [this] {
         char byte;
         return pread(file_.get(), &byte, 1, 0);
       }},
      {"file_write", [this] { return pwrite(file_.get(), "x", 1, 0); }},
      {"file_map",
       [this] {
         return mmap(nullptr, 1, PROT_READ, MAP_SHARED, file_.get(), 0) == MAP_FAILED ? -1L : 0L;
       }},
      {"file_fcntl", [this] { return fcntl(file_.get(), F_GETFL); }},
      {"file_lock", [this] { return flock(file_.get(), LOCK_SH); }},
      {"file_receive",
       [this] {
         const long self = require_call(syscall(SYS_pidfd_open, getpid(), 0), "pidfd_open");
         return syscall(SYS_pidfd_getfd, self, file_.get(), 0);
       }},
      {"file_stat",
       [this] {
         struct stat status;
         return stat(path_.c_str(), &status);
       }},
      {"file_readlink",
       [] {
         char link[64];
         return readlink("/proc/self", link, sizeof(link));
       }},
      {"file_notify",
       [this] { return inotify_add_watch(inotify_init1(IN_CLOEXEC), path_.c_str(), IN_MODIFY); }},
  };
}

std::vector<Door> Ids::doors_to_sockets() const {
  const auto with_pair = [](const std::function<long(int from, int to)>& call) {
    return [call] {
      int pair[2];
      require_call(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), "socketpair");
      return call(pair[0], pair[1]);
    };
  };
  return {
      {"socket_create", [] { return try_socket(AF_INET, SOCK_STREAM); }},
      {"socket_bind", [] { return try_bind(ip_address("127.0.0.1", 0), SOCK_STREAM); }},
      {"socket_connect",
       [this] { return try_connect(address_of(tcp_listening_.get()), SOCK_STREAM); }},
      {"socket_send", with_pair([](int from, int) { return send_byte(from); })},
      {"socket_recv", with_pair([](int from, int to) {
         return require_call(send_byte(from), "send"), receive_byte(to);
       })},
      {"socket_listen",
       [] { return listen(bound_socket(ip_address("127.0.0.1", 0), SOCK_STREAM).get(), 1); }},
      {"socket_accept",
       [this] {
         const Fd client = connected_socket(unix_, SOCK_STREAM);
         return accept(unix_listening_.get(), nullptr, nullptr);
       }},
      {"unix_connect", [this] { return try_connect(unix_, SOCK_STREAM); }},
      {"unix_send", with_pair([](int from, int) { return send_byte(from); })},
  };
}

std::vector<Door> Ids::doors_to_tasks() const {
  return {
      {"task_create", [] { return in_fork([] { return 0L; }); }},
      {"task_signal", [] { return kill(getppid(), 0); }},
      {"task_ptrace", [this] { return whatever_the_errno(look_at_a_child()); }},
      {"task_setsched", [] { return setpriority(PRIO_PROCESS, 0, 1); }},
      {"task_prlimit",
       [] {
         const rlimit none{};
         return setrlimit(RLIMIT_CORE, &none);
       }},
  };
}

std::vector<Door> Ids::doors_to_the_system() const {
  return {
      {"system_capable", [] { return whatever_the_errno(chroot("/")); }},
      {"system_bpf",
       [] {
         bpf_attr map{};
         map.map_type = BPF_MAP_TYPE_ARRAY;
         map.key_size = map.value_size = 4;
         map.max_entries = 1;
         return syscall(SYS_bpf, BPF_MAP_CREATE, &map, sizeof(map));
       }},
      {"system_perf",
       [] {
         perf_event_attr counter{};
         counter.type = PERF_TYPE_SOFTWARE;
         counter.size = sizeof(counter);
         counter.config = PERF_COUNT_SW_TASK_CLOCK;
         return syscall(SYS_perf_event_open, &counter, 0, -1, -1, 0UL);
       }},
      {"system_userns", [] { return unshare(CLONE_NEWUSER); }},
      {"system_module",
       [] {
         const Fd file(open("/etc/passwd", O_RDONLY));
         return syscall(SYS_finit_module, file.get(), "", 0);
       }},
      {"system_key",
       [] { return syscall(SYS_add_key, "user", "evf-ids", "x", 1, KEY_SPEC_PROCESS_KEYRING); }},
      {"system_ipc",
       [] {
         const int queue = msgget(IPC_PRIVATE, 0600);
         return queue < 0 ? -1 : msgctl(queue, IPC_RMID, nullptr);
       }},
      {"system_io_uring",
       [] {
         io_uring_params parameters{};
         return uring_setup(1, &parameters);
       }},
  };
}

TEST_F(Ids, OfWhoRaisesTheEvent) {
  for (const Door& door : doors()) {
    const auto expect = [&](const std::string& expression, bool wanted) {
      EXPECT_EQ(passes(door, expression), wanted) << door.event << ": " << expression;
    };
    expect("uid == 66 && gid == 77", true);
    expect("uid != 66", false);
    expect("uid < 66 || uid > 66", false);
    expect("gid != 77", false);
    expect("gid == 66 || uid == 77", false);
  }
}

TEST_F(Ids, OfEveryEventThereIs) {
  std::vector<std::string> tried;
  for (const Door& door : doors()) tried.emplace_back(door.event);
#define EVF_NAME(event, group) #event,
  std::vector<std::string> all = {EVF_EVENTS(EVF_NAME)};
#undef EVF_NAME
  std::sort(tried.begin(), tried.end());
  std::sort(all.begin(), all.end());
  EXPECT_EQ(tried, all);
}

}  // namespace
}  // namespace eventfilter::selftest
