// SPDX-License-Identifier: BSD-2-Clause
#include "bench/operations.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <memory>

#include "bench/child.h"
#include "bench/measure.h"
#include "support/net.h"
#include "support/program.h"
#include "support/require.h"

namespace eventfilter::selftest {
namespace {

// Descriptor 1 must be something that takes a byte at once
Once prepare_write() {
  require_call(dup2(require_fd(open("/dev/null", O_WRONLY), "open of /dev/null"), 1), "dup2");
  return [] { return syscall(SYS_write, 1, "x", 1); };
}

Once prepare_fstat() {
  const int fd = require_fd(open("/dev/null", O_RDONLY), "open of /dev/null");
  return [fd] {
    struct stat out;
    return static_cast<long>(fstat(fd, &out));
  };
}

Operation open_at(unsigned depth) {
  const std::string path = Playground::file_at(depth);
  return {"open_close_" + std::to_string(depth), 200, 3, [path] {
            return Once([path] { return static_cast<long>(close(open(path.c_str(), O_RDONLY))); });
          }};
}

long create_and_unlink() {
  close(open("new", O_CREAT | O_EXCL | O_WRONLY, 0600));
  return unlink("new");
}

long rename_and_back() {
  const long moved = rename("d/file", "moved");
  return moved != 0 ? moved : rename("moved", "d/file");
}

// The program does nothing: what it costs to get there
long start_program() {
  const pid_t pid = vfork();
  if (pid == 0) {
    char name[] = "nothing";
    char* const arguments[] = {name, nullptr};
    char* const none[] = {nullptr};
    execve(name, arguments, none);
    _exit(1);
  }
  int status = 0;
  return pid < 0 || waitpid(pid, &status, 0) != pid || status != 0 ? -1 : 0;
}

// A listening socket, and how to connect to it
struct Server {
  Fd listening;
  Address address;
};

Once connect_cycle(const Address& address) {
  auto server = std::make_shared<Server>(Server{listening_socket(address), Address{}});
  server->address = address_of(server->listening.get());
  return [server] {
    const int client = socket(server->address.get()->sa_family, SOCK_STREAM, 0);
    const long connected = connect(client, server->address.get(), server->address.length);
    const int accepted = connected < 0 ? -1 : accept(server->listening.get(), nullptr, nullptr);
    // Reset rather than wait: thousands of connections in TIME_WAIT would be in the way
    const linger at_once{1, 0};
    setsockopt(client, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    close(client);
    return static_cast<long>(close(accepted));
  };
}

std::vector<Operation> make_operations() {
  std::vector<Operation> all = {
      {"getpid", 2000, 1, [] { return Once([] { return syscall(SYS_getpid); }); }},
      {"write", 2000, 1, prepare_write},
      {"fstat", 1000, 1, prepare_fstat},
      {"kill", 1000, 1, [] { return Once([] { return static_cast<long>(kill(getpid(), 0)); }); }},
  };
  for (const unsigned depth : Playground::kDepths) {
    all.push_back(open_at(depth));
  }
  all.push_back({"create_close_unlink", 100, 3, [] { return Once(create_and_unlink); }});
  all.push_back({"rename_and_back", 100, 3, [] { return Once(rename_and_back); }});
  all.push_back({"vfork_exec", 10, 9, [] { return Once(start_program); }});
  all.push_back({"tcp_connect", 20, 5, [] { return connect_cycle(ip_address("127.0.0.1", 0)); }});
  all.push_back({"unix_connect", 50, 5, [] { return connect_cycle(unix_address("socket")); }});
  return all;
}

}  // namespace

Playground::Playground() {
  tree_.make_file("d/file");
  for (const unsigned depth : kDepths) {
    tree_.make_file(file_at(depth));
  }
  for (unsigned i = 0; i < kMaxRules; ++i) {
    tree_.make_dir("rules/" + std::to_string(i));
  }
  const auto own = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  write_file(tree_.path("nothing"), read_file(own / "evf_nothing"));
  require_call(chmod(tree_.path("nothing").c_str(), 0755), "chmod");
}

std::string Playground::rule_folder(unsigned number) const {
  return tree_.path("rules/" + std::to_string(number));
}

std::string Playground::file_at(unsigned depth) {
  std::string path;
  for (unsigned i = 1; i < depth; ++i) {
    path += "d/";
  }
  return path + "file";
}

const std::vector<Operation>& operations() {
  static const std::vector<Operation> all = make_operations();
  return all;
}

const Operation& operation(const std::string& name) {
  for (const Operation& what : operations()) {
    if (what.name == name) return what;
  }
  fail_setup("no operation " + name, false, std::source_location::current());
}

double instructions_of(const Operation& what, const Playground& where,
                       const std::function<void()>& confine) {
  return median_of_children(static_cast<int>(what.children), [&] {
    require_call(chdir(where.root().c_str()), "chdir");
    unlink("socket");
    const Once once = what.prepare();
    if (confine) confine();
    require_call(once(), what.name);
    return ticks_per_operation(what.batch, once);
  });
}

}  // namespace eventfilter::selftest
