// SPDX-License-Identifier: BSD-2-Clause
//
// By which other doors code that took one of the daemon's processes over could do what it isn't
// meant to. All of them are ones that file modes and users leave open, so that what refuses is the
// daemon's own filters; without them, the same child gets through.
#include <csignal>
#include <filesystem>
#include <functional>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/test/guest/daemon.h"
#include "service/own_filters.h"
#include "service/privileges.h"
#include "support/calls.h"
#include "support/child.h"
#include "support/program.h"
#include "support/require.h"
#include "support/verdict.h"
#include "support/victim.h"

namespace eventfilter::selftest {
namespace {

namespace fs = std::filesystem;

enum class Which { kFront, kLabeld };

void become(Which which) {
  const bool front = which == Which::kFront;
  const auto user = service::find_user(front ? "policyd" : "policyd-labels");
  const std::vector<int> held = front ? std::vector<int>{} : std::vector<int>{CAP_DAC_READ_SEARCH};
  require(user.ok() && service::drop_privileges(user.value(), held).ok(), "becoming it");
}

void confine(Which which, const Daemon& daemon) {
  const auto filters = which == Which::kFront
                           ? service::front_filters(daemon.here() + "/../run", "")
                           : service::labeld_filters({daemon.rules()}, "");
  require(service::confine_self(filters).ok(), "confining");
}

// Something to try, and how it's refused.
struct Door {
  const char* name;
  int error;
  std::function<long()> call;
};

class Doors : public ::testing::TestWithParam<Which> {
 protected:
  Doors() : daemon_("label x_t = \"HERE/x\";\ndomain a_t { allow file open on x_t; }\n") {
    fs::create_directory(folder());
    chmod(folder().c_str(), 0777);
    for (const char* const name : {"/file", "/other"}) {
      write_file(folder() + name, "x");
      chmod((folder() + name).c_str(), 0666);
    }
  }
  std::string folder() const { return daemon_.here() + "/open"; }
  std::string file() const { return folder() + "/file"; }
  std::string other() const { return folder() + "/other"; }
  std::string spare() const { return folder() + "/spare"; }
  // Another one for each child
  std::string fresh() const { return folder() + "/new" + std::to_string(getpid()); }

  // Each of them without the filters, where it's let through, and with them.
  void expect_shut(const std::function<std::vector<Door>()>& doors) const {
    for (const bool confined : {false, true}) {
      write_file(spare(), "x");
      in_child(Subject::kRoot, [&] {
        become(GetParam());
        const std::vector<Door> all = doors();
        if (confined) confine(GetParam(), daemon_);
        for (const Door& one : all) {
          SCOPED_TRACE(std::string(one.name) + (confined ? ", confined" : ", not confined"));
          if (confined) {
            EXPECT_REFUSED(one.error, one.call());
          } else {
            EXPECT_ALLOWED(one.call());
          }
        }
      });
    }
  }

  Daemon daemon_;
};

TEST_P(Doors, ToFilesThatEverybodyMayChange) {
  expect_shut([&] {
    return std::vector<Door>{
        {"write", EACCES, [&] { return open(file().c_str(), O_WRONLY | O_CLOEXEC); }},
        {"read", EACCES, [&] { return open(file().c_str(), O_RDONLY | O_CLOEXEC); }},
        {"truncate", EACCES, [&] { return truncate(file().c_str(), 0); }},
        {"touch", EACCES, [&] { return utimensat(AT_FDCWD, file().c_str(), nullptr, 0); }},
        {"mkdir", EACCES, [&] { return mkdir((fresh() + "d").c_str(), 0700); }},
        {"symlink", EACCES, [&] { return symlink("/etc", (fresh() + "s").c_str()); }},
        {"fifo", EACCES, [&] { return mkfifo((fresh() + "f").c_str(), 0600); }},
        {"create", EACCES,
         [&] { return open((fresh() + "c").c_str(), O_RDONLY | O_CREAT | O_CLOEXEC, 0600); }},
        {"unnamed", EACCES,
         [&] { return open(folder().c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600); }},
        {"rename", EACCES,
         [&] {
           return renameat2(AT_FDCWD, file().c_str(), AT_FDCWD, other().c_str(), RENAME_EXCHANGE);
         }},
        {"unlink", EACCES, [&] { return unlink(spare().c_str()); }},
        {"a device", EACCES, [] { return open("/dev/null", O_RDWR | O_CLOEXEC); }},
    };
  });
}

TEST_P(Doors, ToProcessesOfItsOwnUser) {
  const Victim victim(
      [&] {
        become(GetParam());
        prctl(PR_SET_DUMPABLE, 1);
      },
      Subject::kRoot);
  const pid_t pid = victim.pid();
  static char word[8];
  expect_shut([&] {
    return std::vector<Door>{
        {"signal", EPERM, [pid] { return kill(pid, 0) == 0 ? kill(pid, SIGCONT) : -1; }},
        {"its memory", EPERM,
         [pid] {
           iovec here = {word, sizeof word};
           iovec there = {word, sizeof word};
           return process_vm_readv(pid, &here, 1, &there, 1, 0);
         }},
        {"its descriptors", EPERM,
         [pid] {
           const long pidfd = syscall(SYS_pidfd_open, pid, 0);
           return syscall(SYS_pidfd_getfd, pidfd, 0, 0);
         }},
        {"its limits", EPERM,
         [pid] {
           const rlimit none = {0, RLIM_INFINITY};
           return prlimit(pid, RLIMIT_CORE, &none, nullptr);
         }},
        {"its processors", EPERM,
         [pid] {
           cpu_set_t set;
           CPU_ZERO(&set);
           CPU_SET(0, &set);
           return sched_setaffinity(pid, sizeof set, &set);
         }},
        {"trace", EPERM, [pid] { return ptrace(PTRACE_SEIZE, pid, nullptr, nullptr); }},
        {"another process", EPERM,
         [] {
           const pid_t child = fork();
           if (child == 0) _exit(0);
           return child > 0 ? waitpid(child, nullptr, 0) : -1;
         }},
    };
  });
}

long connected(int type, const std::string& path) {
  const base::Fd socket(::socket(AF_UNIX, type | SOCK_CLOEXEC, 0));
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  return connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

long sent_to(const std::string& path) {
  const base::Fd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  return sendto(socket.get(), "x", 1, 0, reinterpret_cast<const sockaddr*>(&address),
                sizeof address);
}

base::Fd bound(int type, const std::string& path) {
  base::Fd socket(::socket(AF_UNIX, type | SOCK_CLOEXEC, 0));
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  require(bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0,
          "a socket");
  chmod(path.c_str(), 0666);
  return socket;
}

TEST_P(Doors, ToSocketsThatEverybodyMayUse) {
  const std::string log = folder() + "/log";
  const std::string service = folder() + "/service";
  const base::Fd datagrams = bound(SOCK_DGRAM, log);
  const base::Fd streams = bound(SOCK_STREAM, service);
  ASSERT_EQ(listen(streams.get(), 10), 0);
  expect_shut([&] {
    return std::vector<Door>{
        {"the internet", EPERM, [] { return socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0); }},
        {"its next version", EPERM, [] { return socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0); }},
        {"the kernel", EPERM, [] { return socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, 0); }},
        {"a service", EPERM, [&] { return connected(SOCK_STREAM, service); }},
        {"a log", EPERM, [&] { return connected(SOCK_DGRAM, log); }},
        {"a datagram", EPERM, [&] { return sent_to(log); }},
        {"a name of its own", EPERM,
         [] {
           const base::Fd one(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
           sockaddr_un address = {};
           address.sun_family = AF_UNIX;
           return bind(one.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(sa_family_t));
         }},
    };
  });
}

TEST_P(Doors, ToTheSystem) {
  expect_shut([] {
    return std::vector<Door>{
        {"memory of others", EPERM, [] { return shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600); }},
        {"a user namespace", EPERM, [] { return unshare(CLONE_NEWUSER); }},
    };
  });
}

// With its capability, a handle opens what no path was walked to.
class DoorsOfSearching : public Doors {};

TEST_P(DoorsOfSearching, ToWhatItsCapabilityReaches) {
  const std::string place = daemon_.here() + "/hidden";
  fs::create_directory(place);
  write_file(place + "/secret", "x");
  chmod((place + "/secret").c_str(), 0600);
  chmod(place.c_str(), 0700);
  const Handle secret = handle_of(place + "/secret");
  expect_shut([&] {
    require(chdir(place.c_str()) == 0, "chdir");
    return std::vector<Door>{
        {"by its path", EACCES,
         [&] { return open((place + "/secret").c_str(), O_RDONLY | O_CLOEXEC); }},
        {"by its own root", EACCES,
         [&] {
           return open(("/proc/self/root" + place + "/secret").c_str(), O_RDONLY | O_CLOEXEC);
         }},
        {"from where it stands", EACCES, [] { return open("secret", O_RDONLY | O_CLOEXEC); }},
        {"by a handle", EACCES,
         [&] { return open_handle(AT_FDCWD, secret, O_RDONLY | O_CLOEXEC); }},
        {"its directory", EACCES,
         [&] { return open(place.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); }},
        {"the passwords", EACCES, [] { return open("/etc/shadow", O_RDONLY | O_CLOEXEC); }},
        {"a descriptor that can't be read, again", EACCES,
         [] {
           const base::Fd path(open("secret", O_PATH | O_CLOEXEC));
           return open(("/proc/self/fd/" + std::to_string(path.get())).c_str(),
                       O_RDONLY | O_CLOEXEC);
         }},
    };
  });
}

std::string name_of(const ::testing::TestParamInfo<Which>& one) {
  return one.param == Which::kFront ? "Front" : "Labeld";
}

INSTANTIATE_TEST_SUITE_P(Own, Doors, ::testing::Values(Which::kFront, Which::kLabeld), name_of);
INSTANTIATE_TEST_SUITE_P(Own, DoorsOfSearching, ::testing::Values(Which::kLabeld), name_of);

}  // namespace
}  // namespace eventfilter::selftest
