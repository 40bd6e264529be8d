// SPDX-License-Identifier: BSD-2-Clause
// What holds for system calls that a ruleset doesn't name, that have no metadata, or no name at
// all.
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "support/calls.h"
#include "support/child.h"
#include "support/program.h"
#include "support/ruleset.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

TEST(Defaults, WithoutAGroupsDefaultWhatIsNotNamedPasses) {
  in_child([] {
    enforce("sys_enter_getppid: deny\n");
    EXPECT_ALLOWED(syscall(SYS_getpgrp));
    EXPECT_REFUSED(EPERM, syscall(SYS_getppid)) << "and the errno is EPERM unless one is named";
  });
}

TEST(Defaults, AGroupsDefaultHoldsForWhatIsNotNamed) {
  in_child([] {
    enforce(
        "syscalls: deny errno ENOSYS\nsys_enter_getppid: allow\nsys_enter_lseek: fd == 5 else "
        "errno EXDEV\n");
    EXPECT_ALLOWED(syscall(SYS_getppid));
    EXPECT_REFUSED(EBADF, syscall(SYS_lseek, 5, 0, 0));
    EXPECT_REFUSED(EXDEV, syscall(SYS_lseek, 6, 0, 0))
        << "a filter of its own is instead of the default";
    EXPECT_REFUSED(ENOSYS, syscall(SYS_getpgrp));
  });
}

TEST(Defaults, TheOrderOfTheLinesDoesNotMatter) {
  in_child([] {
    enforce("sys_enter_getppid: allow\nsyscalls: deny errno ENOSYS\n");
    EXPECT_ALLOWED(syscall(SYS_getppid));
    EXPECT_REFUSED(ENOSYS, syscall(SYS_getpgrp));
  });
}

TEST(Defaults, NumbersAboveTheTableGetTheGroupsDefault) {
  in_child([] {
    enforce("syscalls: deny errno EXDEV\n");
    for (const long number : {500L, 600L, 1000L, 100000L, 0x3fffffffL}) {
      EXPECT_REFUSED(EXDEV, syscall(number)) << number;
    }
    EXPECT_REFUSED(ENOSYS, syscall(-1)) << "no call, so nothing to refuse";
  });
}

TEST(Defaults, WithoutADefaultTheyAreTheKernels) {
  in_child([] {
    enforce("sys_enter_getppid: allow\nsys_enter_getpgrp: deny else log\n");
    EXPECT_REFUSED(ENOSYS, syscall(600));
  });
}

TEST(Defaults, OnlyTheLowerHalfOfTheNumberCounts) {
  // As the kernel's own entry has it
  in_child([] {
    enforce("sys_enter_getppid: deny errno EXDEV\n");
    EXPECT_REFUSED(EXDEV, raw_syscall(static_cast<long>(dirty(SYS_getppid))));
  });
}

TEST(Defaults, HolesInTheTableGetTheGroupsDefault) {
  in_child([] {
    enforce("syscalls: deny errno EXDEV\n");
    EXPECT_REFUSED(EXDEV, syscall(335)) << "a hole in the table";
    EXPECT_REFUSED(EXDEV, syscall(SYS_create_module)) << "a call that was removed";
  });
}

TEST(Defaults, Fact30CallsThatTheKernelLacksCanBeNamed) {
  const Ruleset ruleset;
  for (const char* name :
       {"sys_enter_kexec_load", "sys_enter_memfd_secret", "sys_enter_modify_ldt"}) {
    EXPECT_ALLOWED(ruleset.write(std::string(name) + ": deny\n")) << name << ruleset.error();
  }
}

TEST(Defaults, Fact30TheUsualNamesOfCallsAreTaken) {
  for (const char* name :
       {"stat", "fstat", "lstat", "newstat", "sendfile", "sendfile64", "uname", "newuname",
        "umount2", "umount", "getdents", "fadvise64", "pread64", "renameat2"}) {
    const Ruleset ruleset;
    EXPECT_ALLOWED(ruleset.write("sys_enter_" + std::string(name) + ": deny\n"))
        << name << " " << ruleset.error();
  }
  in_child([] {
    enforce("sys_enter_uname: deny errno EXDEV\n");
    EXPECT_REFUSED(EXDEV, syscall(SYS_uname, nullptr));
  });
}

// Each event that securityfs lists, with each of its fields
TEST(Defaults, EveryListedEventAndFieldCanBeUsed) {
  std::ifstream events("/sys/kernel/security/eventfilter/events");
  int calls = 0;
  int pointers = 0;
  for (std::string line; std::getline(events, line);) {
    std::istringstream words(line);
    std::string names, group;
    words >> names >> group;
    const std::string name = names.substr(0, names.find(','));
    EXPECT_ALLOWED(Ruleset().write(name + ": deny")) << name;
    calls += group == "syscalls" ? 1 : 0;
    for (std::string field; words >> field;) {
      const size_t colon = field.find(':');
      if (colon == std::string::npos) {
        continue;  // "nr=..."
      }
      const std::string type = field.substr(colon + 1);
      field.resize(colon);
      const Ruleset ruleset;
      if (type.rfind("pointer", 0) == 0) {
        EXPECT_REFUSED(EINVAL, ruleset.write(name + ": " + field + " == 0")) << line;
        EXPECT_TRUE(ruleset.error().find(" pointer_") != std::string::npos) << ruleset.error();
        ++pointers;
      } else if (type == "string") {
        EXPECT_ALLOWED(ruleset.write(name + ": " + field + " == \"x\"")) << line << ruleset.error();
      } else if (type != "label") {
        EXPECT_ALLOWED(ruleset.write(name + ": " + field + " == 0")) << line << ruleset.error();
      }
    }
  }
  EXPECT_GT(calls, 300);
  EXPECT_GT(pointers, 300);
}

TEST(Defaults, Fact30PointersThatDoNotLookLikeOneAreNumbersToNobody) {
  for (const char* rule :
       {"capget: header == 0", "capget: dataptr == 0", "capset: data == 0", "signal: handler == 0",
        "rt_sigaction: act == 0", "futex: uaddr == 0", "io_submit: iocbpp == 0"}) {
    const Ruleset ruleset;
    EXPECT_REFUSED(EINVAL, ruleset.write(std::string("sys_enter_") + rule)) << rule;
    EXPECT_EQ(ruleset.error().find("unknown_field"), std::string::npos) << ruleset.error();
  }
}

TEST(Defaults, APointersErrorNamesTheObjectEvent) {
  const struct {
    const char* rule;
    const char* event;
  } cases[] = {{"sys_enter_openat: filename == 0", "file_open"},
               {"sys_enter_open: filename == 0", "file_open"},
               {"sys_enter_execve: filename == 0", "file_exec"},
               {"sys_enter_unlink: pathname == 0", "file_unlink"},
               {"sys_enter_mkdir: pathname == 0", "file_create"},
               {"sys_enter_truncate: path == 0", "file_truncate"}};
  for (const auto& [rule, event] : cases) {
    const Ruleset ruleset;
    EXPECT_REFUSED(EINVAL, ruleset.write(rule));
    EXPECT_NE(ruleset.error().find(std::string("filter the event ") + event + " instead"),
              std::string::npos)
        << rule << ": " << ruleset.error();
  }
}

}  // namespace
}  // namespace eventfilter::selftest
