// SPDX-License-Identifier: BSD-2-Clause
// Events of group system that carry one number: capabilities, bpf, perf, user namespaces, code for
// the kernel.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <string>

#include "support/channel.h"
#include "support/child.h"
#include "support/event.h"
#include "support/program.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/trace.h"
#include "support/tree.h"
#include "support/verdict.h"
#include "support/victim.h"

namespace eventfilter::selftest {
namespace {

std::string without(int capability) {
  return "system_capable: cap != " + std::to_string(capability) + " else errno EXDEV";
}

// Each fails as it does for who lacks the capability, and a capability is asked for only where the
// caller has it: the errno is the call's own
TEST(SystemCapable, EachCapabilityOfRoot) {
  const Tree tree;
  const std::string file = tree.make_file("d/file");
  in_child(Subject::kRoot, [&] {
    enforce(without(CAP_CHOWN));
    EXPECT_REFUSED(EPERM, chown(file.c_str(), 5, 5));
    EXPECT_ALLOWED(chroot("/"));
  });
  in_child(Subject::kRoot, [&] {
    enforce(without(CAP_SYS_CHROOT));
    EXPECT_REFUSED(EPERM, chroot("/"));
    EXPECT_ALLOWED(chown(file.c_str(), 5, 5));
  });
  in_child(Subject::kRoot, [&] {
    enforce(without(CAP_DAC_OVERRIDE));
    EXPECT_ALLOWED(chmod(tree.path("d").c_str(), 0));
    EXPECT_REFUSED(EACCES, open((tree.path("d/new")).c_str(), O_CREAT | O_WRONLY, 0600));
  });
  in_child(Subject::kRoot, [&] {
    enforce(without(CAP_NET_RAW));
    EXPECT_REFUSED(EPERM, socket(AF_INET, SOCK_RAW, 1));
    enforce(without(CAP_SETUID));
    EXPECT_REFUSED(EPERM, setuid(5));
    EXPECT_ALLOWED(setgid(5));
  });
}

TEST(SystemCapable, AllOfThem) {
  in_child(Subject::kRoot, [] {
    enforce("system_capable: deny");
    EXPECT_REFUSED(EPERM, chroot("/"));
    EXPECT_REFUSED(EPERM, sethostname("x", 1));
    EXPECT_ALLOWED(getpid());
  });
}

TEST(SystemCapable, AlsoInAUserNamespaceOfItsOwn) {
  in_child([] {
    enforce(without(CAP_SYS_CHROOT));
    ASSERT_ALLOWED(unshare(CLONE_NEWUSER));
    EXPECT_REFUSED(EPERM, chroot("/"));
    EXPECT_ALLOWED(unshare(CLONE_NEWUTS)) << "CAP_SYS_ADMIN";
  });
}

TEST(SystemCapable, Cap) {
  const Raised raised{Subject::kRoot, "system_capable", [] {
                        const long returned = chroot("/");
                        errno = returned < 0 ? EDOM : 0;
                        return returned;
                      }};
  expect_number(raised, "cap", CAP_SYS_CHROOT, CAP_CHOWN);
}

TEST(SystemCapable, WhatTheTaskLacksIsNotAsked) {
  in_child([] {
    enforce("system_capable: deny else kill");
    EXPECT_REFUSED(EPERM, chroot("/"));
  });
}

TEST(SystemCapable, KillEndsIt) {
  EXPECT_EQ(end_of_child(Subject::kRoot,
                         [] {
                           enforce("system_capable: cap != 18 else kill");
                           chroot("/");
                         })
                .killed_by(),
            SIGSYS);
}

// Fact 31
TEST(SystemCapable, Fact31WhoOnlyWantsToKnowLeavesNoRecordAndLives) {
  const DeniedTrace trace;
  Child root(Subject::kRoot, [] {
    // EVF_ENFORCE asks so for CAP_SYS_ADMIN, when there is no no_new_privs
    const Ruleset first("system_capable: cap != 21 else kill");
    const Ruleset second("file_open: allow");
    EXPECT_ALLOWED(first.try_enforce());
    EXPECT_REFUSED(EPERM, second.try_enforce());
  });
  const pid_t pid = root.pid();
  EXPECT_TRUE(root.wait().exited_normally());
  EXPECT_TRUE(trace.of(pid).empty());
}

// The kernel asks whose file it is, not who writes to it
TEST(SystemCapable, Fact8OfWhoOpenedTheFile) {
  constexpr const char* kMap = "0 1000 1\n";
  const Victim confineds([] { require_call(unshare(CLONE_NEWUSER), "unshare"); });
  const Channel channel;
  Child opener(Subject::kRoot, [&] {
    enforce("system_capable: cap != " + std::to_string(CAP_SYS_ADMIN) + " else kill");
    const Fd file(require_fd(open(confineds.proc("uid_map").c_str(), O_WRONLY), "open"));
    channel.child().send_fd(file.get());
    EXPECT_EQ(channel.child().receive(), 0) << "it lives";
  });
  const Fd of_confined = channel.parent().receive_fd();
  EXPECT_REFUSED(EPERM, write(of_confined.get(), kMap, 9)) << "the opener's, and it isn't killed";
  channel.parent().send(0);
  EXPECT_TRUE(opener.wait().exited_normally());

  const Victim others([] { require_call(unshare(CLONE_NEWUSER), "unshare"); });
  const Fd of_free(require_fd(open(others.proc("uid_map").c_str(), O_WRONLY), "open"));
  in_child(Subject::kRoot, [&] {
    enforce("system_capable: cap != " + std::to_string(CAP_SYS_ADMIN) + " else kill");
    EXPECT_EQ(write(of_free.get(), kMap, 9), 9) << "opened by who has it";
  });
}

// The kernel has modprobe look for what a call needs: nothing is loaded in the caller's name
TEST(SystemModule, Fact31WhatTheKernelRequestsIsNotTheCallers) {
  constexpr int kNoSuchFamily = AF_X25;
  const TraceInstance trace;
  trace.write("events/module/module_request/enable", "1");
  in_child([] {
    enforce("system_module: deny else kill");
    EXPECT_REFUSED(EAFNOSUPPORT, socket(kNoSuchFamily, SOCK_STREAM, 0));
  });
  EXPECT_NE(trace.read("trace").find("net-pf-9"), std::string::npos) << "it was asked for";
}

union bpf_attr small_map() {
  union bpf_attr attributes {};
  attributes.map_type = BPF_MAP_TYPE_ARRAY;
  attributes.key_size = 4;
  attributes.value_size = 4;
  attributes.max_entries = 1;
  return attributes;
}

long make_map() {
  union bpf_attr attributes = small_map();
  return syscall(SYS_bpf, BPF_MAP_CREATE, &attributes, sizeof(attributes));
}

TEST(SystemBpf, AllowedAndRefused) {
  in_child(Subject::kRoot, [] {
    const long map = make_map();
    ASSERT_ALLOWED(map);
    enforce("system_bpf: cmd != 0 else errno EXDEV");
    EXPECT_REFUSED(EXDEV, make_map());
    union bpf_attr next {};
    __u32 key = 0;
    next.map_fd = static_cast<__u32>(map);
    next.next_key = reinterpret_cast<uintptr_t>(&key);
    EXPECT_ALLOWED(syscall(SYS_bpf, BPF_MAP_GET_NEXT_KEY, &next, sizeof(next)));
  });
}

TEST(SystemBpf, Cmd) {
  expect_number({Subject::kRoot, "system_bpf", make_map}, "cmd", BPF_MAP_CREATE, BPF_PROG_LOAD);
}

long open_counter() {
  perf_event_attr attributes{};
  attributes.type = PERF_TYPE_SOFTWARE;
  attributes.size = sizeof(attributes);
  attributes.config = PERF_COUNT_SW_TASK_CLOCK;
  attributes.exclude_kernel = 1;
  return syscall(SYS_perf_event_open, &attributes, 0, -1, -1, 0UL);
}

TEST(SystemPerf, AllowedAndRefused) {
  in_child([] {
    EXPECT_ALLOWED(open_counter());
    enforce("system_perf: deny else errno EXDEV");
    EXPECT_REFUSED(EXDEV, open_counter());
  });
}

TEST(SystemPerf, Type) {
  expect_number({Subject::kUser, "system_perf", open_counter}, "type", 0, 1);
}

long clone_user_namespace() {
  const long child = syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, nullptr, nullptr, nullptr, nullptr);
  if (child == 0) {
    _exit(0);
  }
  if (child > 0) {
    waitpid(static_cast<pid_t>(child), nullptr, 0);
  }
  return child;
}

TEST(SystemUserns, EveryDoor) {
  in_child([] {
    EXPECT_ALLOWED(clone_user_namespace());
    enforce("system_userns: deny else errno EXDEV");
    EXPECT_REFUSED(EXDEV, clone_user_namespace());
    EXPECT_REFUSED(EXDEV, unshare(CLONE_NEWUSER));
    EXPECT_REFUSED(EXDEV, unshare(CLONE_NEWUSER | CLONE_NEWNS));
    EXPECT_ALLOWED(unshare(CLONE_FS));
    EXPECT_NE(run({"unshare", "--user", "true"}).exit_code(), 0);
  });
}

TEST(SystemUserns, NestedOnes) {
  in_child([] {
    ASSERT_ALLOWED(unshare(CLONE_NEWUSER));
    // Who has no id in a namespace makes none in it, says the kernel
    write_file("/proc/self/uid_map", "0 1000 1\n");
    write_file("/proc/self/setgroups", "deny");
    write_file("/proc/self/gid_map", "0 1000 1\n");
    enforce("system_userns: deny else errno EXDEV");
    EXPECT_REFUSED(EXDEV, unshare(CLONE_NEWUSER));
    EXPECT_ALLOWED(unshare(CLONE_NEWUTS));
  });
}

TEST(SystemUserns, Flags) {
  expect_number({Subject::kUser, "system_userns", [] { return unshare(CLONE_NEWUSER); }}, "flags",
                CLONE_NEWUSER, 0);
}

long init_module() {
  // Less than a header would not even be looked at
  const std::string no_module(100, 'x');
  return syscall(SYS_init_module, no_module.data(), no_module.size(), "");
}

long finit_module() {
  const Fd file(open("/etc/passwd", O_RDONLY));
  return syscall(SYS_finit_module, file.get(), "", 0);
}

TEST(SystemModule, Fact31EveryDoor) {
  in_child(Subject::kRoot, [] {
    EXPECT_REFUSED(ENOEXEC, init_module()) << "let through";
    EXPECT_REFUSED(ENOEXEC, finit_module());
    enforce("system_module: deny else errno EXDEV");
    EXPECT_REFUSED(EXDEV, init_module());
    EXPECT_REFUSED(EXDEV, finit_module());
  });
}

TEST(SystemModule, Cmd) {
  for (const auto& load : {init_module, finit_module}) {
    const Raised raised{Subject::kRoot, "system_module", [&] {
                          // It's no module, so this is how it's let through
                          return load() == -1 && errno == ENOEXEC ? 0 : -1;
                        }};
    expect_number(raised, "cmd", EVF_MODULE_MODULE, EVF_MODULE_FIRMWARE);
  }
}

}  // namespace
}  // namespace eventfilter::selftest
