// SPDX-License-Identifier: BSD-2-Clause
//
// The daemon's own processes: what they hold, and what code that took one over can't do. For the
// latter a child makes itself what they are, by the functions that they call, and tries.
#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include <eventfilter.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/capability.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "daemon/test/guest/daemon.h"
#include "ipc/labeld_protocol.h"
#include "ipc/socket.h"
#include "service/own_filters.h"
#include "service/privileges.h"
#include "support/child.h"
#include "support/program.h"
#include "support/require.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

constexpr const char* kRules =
    "label x_t = \"HERE/x\";\n"
    "domain a_t { allow file open on x_t; }\n";

// "CapEff" -> "0000000000000004"
std::map<std::string, std::string> status_of(pid_t pid) {
  std::map<std::string, std::string> fields;
  std::istringstream text(read_file("/proc/" + std::to_string(pid) + "/status"));
  for (std::string line; std::getline(text, line);) {
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos) continue;
    std::istringstream values(line.substr(colon + 1));
    std::string all;
    for (std::string one; values >> one;) all += (all.empty() ? "" : " ") + one;
    fields[line.substr(0, colon)] = all;
  }
  return fields;
}

void expect_capabilities(pid_t pid, const std::string& held) {
  auto fields = status_of(pid);
  EXPECT_EQ(fields["CapEff"], held);
  EXPECT_EQ(fields["CapPrm"], held);
  EXPECT_EQ(fields["CapInh"], "0000000000000000");
  EXPECT_EQ(fields["CapAmb"], "0000000000000000");
  EXPECT_EQ(fields["CapBnd"], "0000000000000000");
  EXPECT_EQ(fields["NoNewPrivs"], "1");
  EXPECT_EQ(fields["Groups"], "");
}

// How many of a process' descriptors are label spaces.
int spaces_of(pid_t pid) {
  int count = 0;
  for (const auto& one : std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/fd")) {
    std::error_code gone;
    const std::string target = std::filesystem::read_symlink(one.path(), gone);
    if (target.find("labels") != std::string::npos && target.starts_with("anon_inode:")) ++count;
  }
  return count;
}

TEST(Own, TheFrontEndHoldsNothing) {
  const Daemon daemon(kRules);
  expect_capabilities(daemon.front(), "0000000000000000");
  EXPECT_EQ(status_of(daemon.front())["Uid"], "990 990 990 990");
  EXPECT_EQ(status_of(daemon.front())["Gid"], "990 990 990 990");
  EXPECT_EQ(spaces_of(daemon.front()), 0);
}

TEST(Own, LabeldHoldsTheRightToReadAndTheOneLabelSpace) {
  const Daemon daemon(kRules);
  expect_capabilities(daemon.labeld(), "0000000000000004");  // 1 << CAP_DAC_READ_SEARCH
  EXPECT_EQ(status_of(daemon.labeld())["Uid"], "991 991 991 991");
  EXPECT_EQ(spaces_of(daemon.labeld()), 1) << "that of its own filters is closed";
}

TEST(Own, BothAreConfined) {
  const Daemon daemon(kRules);
  const std::string domains = read_file("/sys/kernel/security/eventfilter/domains");
  EXPECT_NE(domains.find("file_open: (label in { rules_t, users_t, proc_t, kernel_t } && access == 4)"),
            std::string::npos);
  EXPECT_NE(domains.find("unix_connect: (label & labeld_t) || (label & notify_t)"), std::string::npos);
}

long connect_inet() {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  return socket;
}

long connect_unix(const std::string& path) {
  const base::Fd socket(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  return connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

// What code in either process tries first.
void try_the_usual(const Daemon& daemon, pid_t victim) {
  EXPECT_REFUSED(EACCES, open("/etc/shadow", O_RDONLY));
  EXPECT_REFUSED(EACCES, open("/etc/hostname", O_RDONLY));
  EXPECT_REFUSED(EACCES, open("/etc/passwd", O_WRONLY));
  EXPECT_REFUSED(EACCES, open((daemon.here() + "/new").c_str(), O_WRONLY | O_CREAT, 0600));
  EXPECT_REFUSED(EACCES, open(daemon.here().c_str(), O_TMPFILE | O_RDWR, 0600));
  char program[] = "/bin/true";
  char* const arguments[] = {program, nullptr};
  EXPECT_REFUSED(EACCES, execve(program, arguments, nullptr));
  EXPECT_REFUSED(EPERM, ptrace(PTRACE_SEIZE, victim, nullptr, nullptr));
  EXPECT_REFUSED(EPERM, kill(victim, SIGTERM));
  EXPECT_REFUSED(EPERM, fork());
  EXPECT_REFUSED(EPERM, connect_inet());
  EXPECT_REFUSED(EPERM, connect_unix(daemon.socket()));
  EXPECT_REFUSED(EPERM, unshare(CLONE_NEWUSER));
  EXPECT_REFUSED(EACCES, mount("none", "/mnt", "tmpfs", 0, nullptr));
}

// Relabelling itself takes a descriptor of the space that its filters are bound to. It has none, and one
// that it makes is another.
void try_to_relabel() {
  const base::Fd space(eventfilter_labels_create(0));
  ASSERT_TRUE(space);
  EXPECT_EQ(eventfilter_labels_add(space.get(), "users_t", nullptr), 0);
  EXPECT_EQ(eventfilter_labels_add(space.get(), "rules_t", nullptr), 0);
  const base::Fd etc(open("/etc", O_PATH | O_CLOEXEC));
  EXPECT_EQ(eventfilter_label_name(space.get(), etc.get(), "shadow", "users_t"), 0);
  EXPECT_GT(eventfilter_labels_commit(space.get()), 0);
  EXPECT_REFUSED(EACCES, open("/etc/shadow", O_RDONLY));
}

void become(const char* user, const std::vector<int>& capabilities) {
  const auto found = service::find_user(user);
  require(found.ok(), "the user");
  require(service::drop_privileges(found.value(), capabilities).ok(), "dropping privileges");
}

TEST(Own, ATakenOverFrontEnd) {
  const Daemon daemon(kRules);
  const Child victim(Subject::kRoot, [] { pause(); });
  in_child(Subject::kRoot, [&] {
    become("policyd", {});
    require(service::confine_self(service::front_filters(daemon.here() + "/../run", "")).ok(), "confining");
    try_the_usual(daemon, victim.pid());
    try_to_relabel();
    // What it may: read who there is, and ask labeld
    EXPECT_ALLOWED(open("/etc/passwd", O_RDONLY));
    EXPECT_REFUSED(EACCES, open(daemon.rules().c_str(), O_RDONLY));
    client::Client labeld(daemon.here() + "/../run/labeld");
    EXPECT_EQ(refusal<ipc::Done>(labeld, ipc::Bind{"x_t", false}), "this socket takes no message of type 34");
    EXPECT_EQ(refusal<ipc::Reloaded>(labeld, ipc::SetBoolean{"b", true}),
              "this socket takes no message of type 33");
    EXPECT_EQ(refusal<ipc::Rulesets>(labeld, ipc::GetRulesets{"none_t", 0}),
              "the policy has no domain \"none_t\"");
    // Rulesets it gets are frozen, and of the policy
    auto got = must<ipc::Rulesets>(labeld, ipc::GetRulesets{"a_t", 0});
    EXPECT_EQ(eventfilter_ruleset_write(got.descriptors.front().get(), "file: allow\n", 12, nullptr), -EBUSY);
  });
  kill(victim.pid(), SIGKILL);
}

TEST(Own, ATakenOverLabeld) {
  const Daemon daemon(kRules);
  // Without the filters its capability reads everything: what refuses below is them
  in_child(Subject::kRoot, [&] {
    become("policyd-labels", {CAP_DAC_READ_SEARCH});
    EXPECT_ALLOWED(open("/etc/shadow", O_RDONLY));
  });
  const Child victim(Subject::kRoot, [] { pause(); });
  in_child(Subject::kRoot, [&] {
    become("policyd-labels", {CAP_DAC_READ_SEARCH});
    require(service::confine_self(service::labeld_filters({daemon.rules()}, "")).ok(), "confining");
    try_the_usual(daemon, victim.pid());
    try_to_relabel();
    EXPECT_ALLOWED(open("/etc/passwd", O_RDONLY));
    EXPECT_ALLOWED(open("/etc/login.defs", O_RDONLY)) << "whose homes there are";
    EXPECT_ALLOWED(open((daemon.rules() + "/test.policy").c_str(), O_RDONLY));
    EXPECT_REFUSED(EACCES, open((daemon.rules() + "/test.policy").c_str(), O_RDWR));
    EXPECT_ALLOWED(open("/proc/self/mountinfo", O_RDONLY));
    EXPECT_REFUSED(EACCES, open("/root", O_RDONLY | O_DIRECTORY));
  });
  kill(victim.pid(), SIGKILL);
}

TEST(Own, WhoIsNotRootKeepsNoMoreThanIsMeant) {
  in_child(Subject::kRoot, [&] {
    become("policyd", {CAP_DAC_READ_SEARCH});
    EXPECT_TRUE(service::drop_privileges({990, 990}, {}).ok());
    EXPECT_EQ(status_of(getpid())["CapPrm"], "0000000000000000");
    EXPECT_FALSE(service::drop_privileges({990, 990}, {CAP_DAC_READ_SEARCH}).ok());
  });
}

}  // namespace
}  // namespace eventfilter::selftest
