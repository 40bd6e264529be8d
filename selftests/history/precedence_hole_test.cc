// SPDX-License-Identifier: BSD-2-Clause
// 2011, the first defect: layers were merged as text, "OLD && NEW", and && binds tighter than ||.
// So the second layer of "fd == 1 || fd == 2" and "whence == 0" held for fd 2 only.
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "support/child.h"
#include "support/ruleset.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

// Passes exactly when both filters are true
void expect_both(const char* first, const char* second, bool (*a)(long, long),
                 bool (*b)(long, long), bool two_lines) {
  in_child([&] {
    if (two_lines) {
      enforce(std::string("sys_enter_lseek: ") + first +
              " else errno EDOM\nsys_enter_lseek: " + second + " else errno EDOM\n");
    } else {
      enforce(std::string("sys_enter_lseek: ") + first + " else errno EDOM");
      enforce(std::string("sys_enter_lseek: ") + second + " else errno EDOM");
    }
    for (long fd = 1001; fd < 1005; ++fd) {
      for (long offset = 0; offset < 3; ++offset) {
        const bool passes = a(fd, offset) && b(fd, offset);
        EXPECT_REFUSED(passes ? EBADF : EDOM, syscall(SYS_lseek, fd, offset, 0))
            << fd << " " << offset;
      }
    }
  });
}

void expect_both(const char* first, const char* second, bool (*a)(long, long),
                 bool (*b)(long, long)) {
  expect_both(first, second, a, b, false);
  expect_both(second, first, b, a, false);
  expect_both(first, second, a, b, true);
  expect_both(second, first, b, a, true);
}

TEST(PrecedenceHole, AnOrInOneLayerDoesNotSwallowTheOther) {
  expect_both(
      "fd == 1001 || fd == 1002", "offset == 0",
      [](long fd, long) { return fd == 1001 || fd == 1002; },
      [](long, long offset) { return offset == 0; });
}

TEST(PrecedenceHole, OrsInBothLayers) {
  expect_both(
      "fd == 1001 || fd == 1002", "offset == 0 || fd == 1003",
      [](long fd, long) { return fd == 1001 || fd == 1002; },
      [](long fd, long offset) { return offset == 0 || fd == 1003; });
}

TEST(PrecedenceHole, ANegationAtTheStartOfALayer) {
  expect_both(
      "!(fd == 1001)", "offset == 1 || offset == 2", [](long fd, long) { return fd != 1001; },
      [](long, long offset) { return offset == 1 || offset == 2; });
}

}  // namespace
}  // namespace eventfilter::selftest
