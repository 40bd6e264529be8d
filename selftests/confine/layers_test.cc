// SPDX-License-Identifier: BSD-2-Clause
// Layers only ever narrow: every one must agree, the oldest is asked first, and the first refusal
// decides what happens.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <string>

#include "support/calls.h"
#include "support/child.h"
#include "support/label_space.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/tree.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

std::string deny_lseek_of(unsigned offset, const char* error) {
  return "sys_enter_lseek: offset != " + std::to_string(offset) + " else errno " + error + "\n";
}

long lseek_to(long offset) { return syscall(SYS_lseek, -1, offset, SEEK_SET); }

class Layers : public testing::TestWithParam<unsigned> {};

TEST_P(Layers, EachRefusesItsOwn) {
  in_child([] {
    for (unsigned layer = 0; layer < GetParam(); ++layer) {
      enforce(deny_lseek_of(layer, "EXDEV"));
    }
    for (unsigned layer = 0; layer < GetParam(); ++layer) {
      EXPECT_REFUSED(EXDEV, lseek_to(layer)) << layer;
    }
    EXPECT_REFUSED(EBADF, lseek_to(GetParam())) << "let through, and failed by itself";
  });
}

TEST_P(Layers, TheOldestThatRefusesDecides) {
  in_child([] {
    enforce("sys_enter_getppid: deny else errno E2BIG");
    for (unsigned layer = 1; layer < GetParam(); ++layer) {
      enforce("sys_enter_getppid: deny else errno EXDEV");
    }
    EXPECT_REFUSED(E2BIG, syscall(SYS_getppid));
  });
}

TEST_P(Layers, OfFileEvents) {
  const Tree tree;
  for (unsigned name = 0; name < GetParam(); ++name) {
    tree.make_file("f" + std::to_string(name));
  }
  const std::string free = tree.make_file("free");
  in_child([&] {
    for (unsigned layer = 0; layer < GetParam(); ++layer) {
      enforce("file_open: name != \"f" + std::to_string(layer) + "\"");
    }
    for (unsigned layer = 0; layer < GetParam(); ++layer) {
      EXPECT_REFUSED(EACCES, try_open(tree.path("f" + std::to_string(layer)), O_RDONLY));
    }
    EXPECT_ALLOWED(try_open(free, O_RDONLY));
  });
}

INSTANTIATE_TEST_SUITE_P(Number, Layers,
                         testing::Values(1U, 2U, 16U, EVF_MAX_LAYERS - 1, EVF_MAX_LAYERS));

TEST(LayersLimit, OneMoreIsE2bigAndLeavesTheTaskAsItWas) {
  in_child([] {
    for (unsigned layer = 0; layer < EVF_MAX_LAYERS; ++layer) {
      enforce(deny_lseek_of(layer, "EXDEV"));
    }
    const Ruleset more("sys_enter_getppid: deny");
    EXPECT_REFUSED(E2BIG, more.try_enforce());
    EXPECT_REFUSED(E2BIG, more.try_enforce(EVF_ENFORCE_ON_EXEC));
    EXPECT_ALLOWED(syscall(SYS_getppid));
    EXPECT_REFUSED(EXDEV, lseek_to(EVF_MAX_LAYERS - 1));
    // Also for children: the limit is of the stack, not of a task's own calls
    in_child(Subject::kRoot, [&] { EXPECT_REFUSED(E2BIG, more.try_enforce()); });
  });
}

TEST(LayersOrder, MiddleLayersDecideWhenOlderOnesAgree) {
  in_child([] {
    enforce("sys_enter_getpgrp: deny else errno E2BIG");
    enforce("sys_enter_getppid: deny else errno EXDEV");
    enforce("sys_enter_getppid: deny else errno ENOTTY");
    EXPECT_REFUSED(EXDEV, syscall(SYS_getppid));
  });
}

TEST(LayersOrder, TheFirstFalseLineOfALayerDecides) {
  in_child([] {
    enforce(
        "sys_enter_lseek: offset < 100 else errno E2BIG\n"
        "sys_enter_lseek: offset < 10 else errno EXDEV\n"
        "sys_enter_lseek: offset != 3 else errno ENOTTY\n");
    EXPECT_REFUSED(E2BIG, lseek_to(100));
    EXPECT_REFUSED(EXDEV, lseek_to(99));
    EXPECT_REFUSED(EXDEV, lseek_to(10));
    EXPECT_REFUSED(ENOTTY, lseek_to(3));
    EXPECT_REFUSED(EBADF, lseek_to(2));
  });
}

TEST(LayersOrder, ALogOfAnOlderLayerDoesNotShieldFromANewer) {
  in_child([] {
    enforce("sys_enter_getppid: deny else log");
    EXPECT_ALLOWED(syscall(SYS_getppid));
    enforce("sys_enter_getppid: deny else errno EXDEV");
    EXPECT_REFUSED(EXDEV, syscall(SYS_getppid));
  });
}

TEST(LayersOrder, APermissiveLayerBetweenRefusesNothing) {
  in_child([] {
    enforce("sys_enter_getppid: deny else errno EXDEV");
    const Ruleset learning = Ruleset::permissive();
    ASSERT_ALLOWED(learning.write("syscalls: deny\nfile: deny\n"));
    learning.enforce();
    enforce("sys_enter_getpgrp: deny else errno ENOTTY");
    EXPECT_REFUSED(EXDEV, syscall(SYS_getppid));
    EXPECT_REFUSED(ENOTTY, syscall(SYS_getpgrp));
    EXPECT_ALLOWED(syscall(SYS_getuid));
    EXPECT_ALLOWED(try_open("/", O_RDONLY));
  });
}

TEST(LayersNarrow, ANewerLayerCannotWiden) {
  in_child([] {
    enforce("sys_enter_getppid: deny else errno EXDEV\nfile_open: deny");
    enforce("sys_enter_getppid: allow\nfile_open: allow\nsyscalls: allow\nfile: allow");
    EXPECT_REFUSED(EXDEV, syscall(SYS_getppid));
    EXPECT_REFUSED(EACCES, try_open("/", O_RDONLY));
  });
}

TEST(LayersNarrow, LayersOfDifferentLabelSpacesEachSeeTheirOwnLabels) {
  const Tree tree;
  const std::string both = tree.make_file("both");
  const std::string first_only = tree.make_file("first");
  const LabelSpace first("a_t");
  const LabelSpace second("a_t");
  first.label_file(both, "a_t");
  first.label_file(first_only, "a_t");
  second.label_file(both, "a_t");
  in_child([&] {
    enforce(first, "file_open: label & a_t");
    EXPECT_ALLOWED(try_open(first_only, O_RDONLY));
    enforce(second, "file_open: label & a_t");
    EXPECT_ALLOWED(try_open(both, O_RDONLY));
    EXPECT_REFUSED(EACCES, try_open(first_only, O_RDONLY));
  });
}

TEST(LayersNarrow, ManySyscallsInManyLayersAreKeptApart) {
  in_child([] {
    const char* const names[] = {"getppid", "getpgrp", "getuid", "geteuid",
                                 "getgid",  "getegid", "gettid"};
    const long numbers[] = {SYS_getppid, SYS_getpgrp, SYS_getuid, SYS_geteuid,
                            SYS_getgid,  SYS_getegid, SYS_gettid};
    const char* const errors[] = {"E2BIG", "EXDEV", "ENOTTY", "EDOM", "ERANGE", "ECHILD", "EPIPE"};
    const int expected[] = {E2BIG, EXDEV, ENOTTY, EDOM, ERANGE, ECHILD, EPIPE};
    for (size_t i = 0; i < std::size(names); ++i) {
      enforce(std::string("sys_enter_") + names[i] + ": deny else errno " + errors[i]);
      for (size_t j = 0; j < std::size(names); ++j) {
        if (j <= i) {
          EXPECT_REFUSED(expected[j], syscall(numbers[j])) << names[j];
        } else {
          EXPECT_ALLOWED(syscall(numbers[j])) << names[j];
        }
      }
    }
  });
}

}  // namespace
}  // namespace eventfilter::selftest
