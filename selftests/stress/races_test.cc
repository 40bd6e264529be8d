// SPDX-License-Identifier: BSD-2-Clause
// Calls of the ABI against each other. With lockdep and KASAN underneath (the debug kernel) these
// find what no verdict shows; EVF_LONG=1 goes round more often.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <thread>
#include <tuple>
#include <vector>

#include "support/calls.h"
#include "support/child.h"
#include "support/label_probe.h"
#include "support/long_run.h"
#include "support/program.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/tree.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

void join(std::vector<std::thread>& threads) {
  for (std::thread& thread : threads) {
    thread.join();
  }
}

TEST(Races, WritingAgainstEnforcing) {
  for (int round = 0; round < rounds(20, 500); ++round) {
    in_child([] {
      const Ruleset ruleset("sys_enter_getppid: deny else errno EDOM\n");
      set_no_new_privs();
      std::atomic<bool> enforced = false;
      std::vector<std::thread> writers;
      for (int t = 0; t < 3; ++t) {
        writers.emplace_back([&] {
          bool was_enforced = false;
          while (true) {
            was_enforced = enforced;
            const long result = ruleset.write("sys_enter_lseek: fd == 1\n");
            if (result != 0) {
              EXPECT_EQ(errno, EBUSY);
              return;
            }
            EXPECT_FALSE(was_enforced) << "a frozen ruleset took a line";
          }
        });
      }
      EXPECT_ALLOWED(ruleset.try_enforce());
      enforced = true;
      join(writers);
      EXPECT_REFUSED(EDOM, syscall(SYS_getppid));
    });
  }
}

TEST(Races, EnforcingOneRulesetByManyThreads) {
  for (int round = 0; round < rounds(10, 200); ++round) {
    in_child([] {
      const Ruleset ruleset("sys_enter_getppid: deny else errno EDOM\n");
      set_no_new_privs();
      std::vector<std::thread> threads;
      for (int t = 0; t < 8; ++t) {
        threads.emplace_back([&] {
          for (int layer = 0; layer < 5; ++layer) {
            EXPECT_ALLOWED(ruleset.try_enforce());
          }
          EXPECT_REFUSED(EDOM, syscall(SYS_getppid));
        });
      }
      join(threads);
    });
  }
}

TEST(Races, LabellingOneSpaceByManyThreads) {
  const Tree tree;
  const LabelSpace space(kProbeNames);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    const std::string file = tree.make_file("d" + std::to_string(t) + "/file");
    threads.emplace_back([&space, file, t] {
      const Fd object(open(file.c_str(), O_PATH | O_CLOEXEC));
      for (int i = 0; i < rounds(50, 2000); ++i) {
        EXPECT_ALLOWED(space.stage(EVF_LABEL_FILE, object.get(), i % 2 != 0 ? "a_t" : "b_t"));
        EXPECT_ALLOWED(space.write("label t" + std::to_string(t) + "_" + std::to_string(i) + "\n"));
        EXPECT_ALLOWED(space.try_commit());
        if (i % 5 == 0) {
          EXPECT_ALLOWED(space.stage(EVF_UNLABEL, object.get(), ""));
        }
      }
      EXPECT_ALLOWED(space.stage(EVF_LABEL_FILE, object.get(), "c_t"));
    });
  }
  join(threads);
  space.commit();
  const LabelProbe probe(space);
  for (int t = 0; t < 4; ++t) {
    EXPECT_EQ(probe.of(tree.path("d" + std::to_string(t) + "/file")), "c_t");
  }
}

TEST(Races, ForkingEnforcingAndExiting) {
  const LabelSpace space("a_t");
  const Ruleset shared(space,
                       "file_open: !(label & a_t)\nsys_enter_getppid: deny else errno EDOM\n");
  std::vector<pid_t> families;
  for (int family = 0; family < 4; ++family) {
    const pid_t pid = fork();
    require_call(pid, "fork");
    if (pid == 0) {
      set_no_new_privs();
      for (int i = 0; i < rounds(50, 2000); ++i) {
        const pid_t child = fork();
        if (child == 0) {
          const bool good =
              shared.try_enforce() == 0 && shared.try_enforce(EVF_ENFORCE_ON_EXEC) == 0;
          if (i % 4 == 0) {
            execl(helper("evf_probe").c_str(), "evf_probe", "getppid", nullptr);
          }
          syscall(SYS_exit_group, good ? error_of(syscall(SYS_getppid)) : 1);
        }
        int status = 0;
        waitpid(child, &status, 0);
        if (status != EDOM << 8) {
          _exit(1);
        }
      }
      _exit(0);
    }
    families.push_back(pid);
  }
  for (const pid_t pid : families) {
    int status = 0;
    require_call(waitpid(pid, &status, 0), "waitpid");
    EXPECT_EQ(status, 0);
  }
}

TEST(Races, UnmountingAgainstLabelling) {
  const Tree tree;
  const std::string place = tree.make_dir("place");
  const LabelSpace first("a_t");
  for (int round = 0; round < rounds(30, 1000); ++round) {
    require_call(mount("evf-test", place.c_str(), "tmpfs", 0, nullptr), "mount");
    for (int i = 0; i < 20; ++i) {
      tree.make_file("place/f" + std::to_string(i));
    }
    std::vector<std::thread> threads;
    for (int t = 0; t < 3; ++t) {
      threads.emplace_back([&] {
        const LabelSpace own("a_t");
        for (int i = 0; i < 20; ++i) {
          const Fd object(open((place + "/f" + std::to_string(i)).c_str(), O_PATH | O_CLOEXEC));
          if (!object.is_open()) {
            break;
          }
          std::ignore = own.stage(EVF_LABEL_FILE, object.get(), "a_t");
          std::ignore = first.stage(EVF_LABEL_FILE, object.get(), "a_t");
        }
        std::ignore = own.try_commit();
      });
    }
    // Detached now, gone when the threads have closed what they opened
    EXPECT_ALLOWED(umount2(place.c_str(), MNT_DETACH));
    join(threads);
    first.commit();
  }
}

TEST(Races, RefusingAgainstRelabellingAndRenaming) {
  // Records name labels and paths that change meanwhile; nothing is read after it's gone
  const Tree tree;
  const std::string file = tree.make_file("a/b/file");
  const LabelSpace space("a_t b_t");
  in_child(Subject::kRoot, [&] {
    std::atomic<bool> stop = false;
    std::thread owner([&] {
      const Fd object(open(file.c_str(), O_PATH | O_CLOEXEC));
      for (int i = 0; i < rounds(100, 5000); ++i) {
        std::ignore = space.stage(EVF_LABEL_FILE, object.get(), i % 2 != 0 ? "a_t" : "b_t");
        std::ignore = space.try_commit();
        rename(tree.path("a/b").c_str(),
               tree.path("a/a rather long name that is not stored inline").c_str());
        rename(tree.path("a/a rather long name that is not stored inline").c_str(),
               tree.path("a/b").c_str());
      }
      stop = true;
    });
    std::thread confined([&] {
      enforce(space, "file_open: label & a_t && label & b_t && name == \"x\"\n");
      while (!stop) {
        EXPECT_LT(open(file.c_str(), O_RDONLY), 0);
      }
    });
    owner.join();
    confined.join();
  });
}

}  // namespace
}  // namespace eventfilter::selftest
