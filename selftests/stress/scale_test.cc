// SPDX-License-Identifier: BSD-2-Clause
// Many tasks, many rulesets, many of them one after the other: what they take is given back.
#include <gtest/gtest.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <memory>
#include <string>
#include <vector>

#include "support/child.h"
#include "support/long_run.h"
#include "support/program.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

constexpr std::array<const char*, 4> kErrnoNames = {"EDOM", "EXDEV", "ENOTTY", "ENOSPC"};
constexpr std::array<int, 4> kErrnos = {EDOM, EXDEV, ENOTTY, ENOSPC};

// Threads that are all confined before any of them makes the call that is refused
struct Crowd {
  std::vector<Ruleset> rulesets;
  std::atomic<int> next = 0;
  std::atomic<int> right = 0;
  pthread_barrier_t all_confined;
};

void* enforce_and_try(void* argument) {
  auto* crowd = static_cast<Crowd*>(argument);
  const std::size_t mine = static_cast<std::size_t>(crowd->next++) % crowd->rulesets.size();
  const bool enforced = crowd->rulesets[mine].try_enforce() == 0;
  pthread_barrier_wait(&crowd->all_confined);
  if (enforced && syscall(SYS_getppid) == -1 && errno == kErrnos[mine % kErrnos.size()])
    ++crowd->right;
  return nullptr;
}

TEST(Scale, ManyTasksInManyRulesets) {
  const int nr_tasks = rounds(1000, 10'000), nr_rulesets = nr_tasks / 10;
  const std::string limit = read_file("/proc/sys/kernel/threads-max");
  const std::string ids = read_file("/proc/sys/kernel/pid_max");
  write_file("/proc/sys/kernel/threads-max", std::to_string(2 * nr_tasks + 1000));
  write_file("/proc/sys/kernel/pid_max", std::to_string(std::max(std::stoi(ids), nr_tasks + 1000)));
  in_child(Subject::kRoot, [&] {
    const rlimit files{static_cast<rlim_t>(nr_rulesets) + 100,
                       static_cast<rlim_t>(nr_rulesets) + 100};
    require_call(setrlimit(RLIMIT_NOFILE, &files), "setrlimit");
    auto crowd = std::make_unique<Crowd>();
    pthread_barrier_init(&crowd->all_confined, nullptr, static_cast<unsigned>(nr_tasks));
    for (int i = 0; i < nr_rulesets; ++i) {
      crowd->rulesets.emplace_back("sys_enter_getppid: deny else errno " +
                                   std::string(kErrnoNames[static_cast<std::size_t>(i) % 4]) +
                                   "\n");
    }
    set_no_new_privs();
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 32 * 1024);
    std::vector<pthread_t> threads(static_cast<std::size_t>(nr_tasks));
    for (pthread_t& thread : threads) {
      // An incomplete crowd would wait for ever
      require(pthread_create(&thread, &attributes, enforce_and_try, crowd.get()) == 0, "a thread");
    }
    for (pthread_t& thread : threads) pthread_join(thread, nullptr);
    EXPECT_EQ(crowd->right, nr_tasks);
    EXPECT_ALLOWED(syscall(SYS_getppid)) << "who started them is in none";
  });
  write_file("/proc/sys/kernel/threads-max", limit);
  write_file("/proc/sys/kernel/pid_max", ids);
}

// What is charged goes up and down by some 200 KiB, as slabs are filled and given back. A ruleset
// and its domain that stay behind in each round are megabytes.
constexpr long kAllowance = 512 * 1024;

TEST(Scale, EnforcingAndExiting) {
  const int cycles = rounds(1500, 100'000);
  const std::string group = "/sys/fs/cgroup/evf-scale-" + std::to_string(getpid());
  write_file("/sys/fs/cgroup/cgroup.subtree_control", "+memory");
  require_call(mkdir(group.c_str(), 0755), "mkdir of a cgroup");
  in_child(Subject::kRoot, [&] {
    write_file(group + "/cgroup.procs", "0\n");
    set_no_new_privs();
    const auto charged = [&] { return std::stol(read_file(group + "/memory.current")); };
    const auto run_cycles = [](int nr) {
      for (int i = 0; i < nr; ++i) {
        const pid_t pid = fork();
        require_call(pid, "fork");
        if (pid == 0) {
          const Ruleset ruleset(
              "sys_enter_getppid: deny else errno EDOM\nfile_open: name != \"x\"\n");
          const bool good = ruleset.try_enforce() == 0 && ruleset.try_enforce() == 0;
          _exit(good && error_of(syscall(SYS_getppid)) == EDOM ? 0 : 1);
        }
        int status = 0;
        waitpid(pid, &status, 0);
        ASSERT_EQ(status, 0) << "cycle " << i;
      }
    };
    run_cycles(cycles / 10);
    const long before = charged();
    run_cycles(cycles);
    // The last ones are freed after a grace period, by a worker
    long after = charged();
    for (int wait = 0; wait < 100 && after > before + kAllowance; ++wait) {
      usleep(100'000);
      after = charged();
    }
    EXPECT_LE(after, before + kAllowance);
  });
  rmdir(group.c_str());
}

}  // namespace
}  // namespace eventfilter::selftest
