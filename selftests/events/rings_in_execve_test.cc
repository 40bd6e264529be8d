// SPDX-License-Identifier: BSD-2-Clause
// An execve carries out what a ring was asked for before it: that is judged like any other use, though
// what the execve itself reads isn't.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/time_types.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <string>

#include "support/child.h"
#include "support/label_probe.h"
#include "support/program.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/tree.h"
#include "support/uring.h"

namespace eventfilter::selftest {
namespace {

class RingsInExecve : public testing::TestWithParam<Fs> {
 protected:
  RingsInExecve()
      : memory_(static_cast<char*>(mmap(nullptr, 4096, PROT_READ | PROT_WRITE,
                                        MAP_SHARED | MAP_ANONYMOUS, -1, 0))) {
    require(memory_ != MAP_FAILED, "mmap");
    write_file(file_, "secret");
    space_.label_file(file_, "a_t");
  }
  ~RingsInExecve() override { munmap(memory_, 4096); }

  // Asks for `request` behind a timeout, lets that pass without a look at the ring, and executes
  static void execute_with(io_uring_sqe request) {
    const pid_t pid = fork();
    require_call(pid, "fork");
    if (pid == 0) {
      // The work waits for the task to come for it, and an execve comes
      Ring ring(IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN);
      const __kernel_timespec soon{0, 1};
      io_uring_sqe timeout{};
      timeout.opcode = IORING_OP_TIMEOUT;
      timeout.addr = reinterpret_cast<uintptr_t>(&soon);
      timeout.len = 1;
      timeout.flags = IOSQE_IO_HARDLINK;
      require_call(ring.submit({timeout, request}), "submitting");
      usleep(50'000);
      execl("/bin/true", "true", nullptr);
      _exit(127);
    }
    int status = 0;
    waitpid(pid, &status, 0);
    EXPECT_EQ(status, 0) << "the program itself is read and runs";
  }
  [[nodiscard]] io_uring_sqe reading(int fd) const {
    io_uring_sqe request{};
    request.opcode = IORING_OP_READ;
    request.fd = fd;
    request.addr = reinterpret_cast<uintptr_t>(memory_);
    request.len = 6;
    return request;
  }
  // What of the file a read within an execve got
  std::string read_under(const std::string& rules) {
    std::memset(memory_, '-', 6);
    in_child([&] {
      const Fd fd(require_fd(open(file_.c_str(), O_RDONLY | O_CLOEXEC), "open"));
      char cached[6];
      require_call(read(fd.get(), cached, 6), "read into the page cache");
      enforce(space_, rules);
      execute_with(reading(fd.get()));
    });
    return std::string(memory_, 6);
  }
  char* const memory_;
  const Tree tree_{GetParam()};
  const std::string file_ = tree_.make_file("file");
  const LabelSpace space_{kProbeNames};
};

TEST_P(RingsInExecve, ReadsAreJudged) {
  EXPECT_EQ(read_under("file_read: allow"), "secret") << "the execve carries it out";
  EXPECT_EQ(read_under("file_read: !(label & a_t) else errno EDOM"), "------");
}

INSTANTIATE_TEST_SUITE_P(FileSystems, RingsInExecve, testing::Values(Fs::kTmpfs, Fs::kExt4));

}  // namespace
}  // namespace eventfilter::selftest
