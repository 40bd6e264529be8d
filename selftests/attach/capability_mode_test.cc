// SPDX-License-Identifier: BSD-2-Clause
// Capability mode: no way to anything but the descriptors that are held, and on these what was
// attached lets through. With Debian's own gzip, which is given two descriptors.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/attach.h"
#include "support/child.h"
#include "support/program.h"
#include "support/require.h"
#include "support/tree.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

constexpr const char* kNothingNew = "file: deny else errno EXDEV\nsystem: deny else errno EXDEV\n";

TEST(CapabilityMode, OnlyDescriptorsThatAreHeld) {
  const Tree tree;
  const std::string path = tree.make_file("file");
  const Fd in(require_fd(open(path.c_str(), O_RDONLY | O_CLOEXEC), "open"));
  const Fd dir(require_fd(open(tree.root().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC), "open"));
  attach(in.get(), "file_ioctl: deny else errno EDOM");
  in_child([&] {
    enforce(kNothingNew);
    char byte = 0;
    EXPECT_EQ(read(in.get(), &byte, 1), 1);
    EXPECT_REFUSED(EDOM, ioctl(in.get(), 0x541B, &byte));
    EXPECT_REFUSED(EXDEV, open(path.c_str(), O_RDONLY));
    EXPECT_REFUSED(EXDEV, openat(dir.get(), "file", O_RDONLY)) << "nor beneath a directory";
    EXPECT_REFUSED(EXDEV, openat(dir.get(), "new", O_RDWR | O_CREAT, 0600));
    EXPECT_REFUSED(EXDEV, mkdirat(dir.get(), "new", 0700));
    EXPECT_REFUSED(EXDEV, unlinkat(dir.get(), "file", 0));
    EXPECT_REFUSED(EXDEV, open(("/proc/self/fd/" + std::to_string(in.get())).c_str(), O_RDONLY));
    EXPECT_REFUSED(EXDEV, truncate(path.c_str(), 0));
    EXPECT_NE(run({"/bin/true"}).exit_code(), 0);
  });
}

TEST(CapabilityMode, ARealProgram) {
  const Tree tree;
  const std::string path = tree.make_file("in", std::string(100'000, 'z'));
  const std::string packed = tree.make_file("out", "");
  const Fd in(require_fd(open(path.c_str(), O_RDONLY | O_CLOEXEC), "open"));
  const Fd out(require_fd(open(packed.c_str(), O_WRONLY | O_CLOEXEC), "open"));
  attach(in.get(), "file_write: deny\nfile_truncate: deny\nfile_ioctl: deny");
  attach(out.get(), "file_read: deny\nfile_truncate: deny\nfile_ioctl: deny");
  in_child([&] {
    // What the loader needs is there until the program is; gzip itself opens nothing
    const pid_t child = fork();
    if (child == 0) {
      dup2(in.get(), 0);
      dup2(out.get(), 1);
      enforce(
          "file_open: access == 4 && !(name ~ \"in\" || name ~ \"out\")\n"
          "file_exec: name == \"gzip\" || name ~ \"ld-linux*\"\nfile: deny\nsystem: deny\n");
      execl("/bin/gzip", "gzip", "-c", nullptr);
      _exit(127);
    }
    int status = -1;
    require_call(waitpid(child, &status, 0), "waitpid");
    EXPECT_EQ(status, 0);
  });
  EXPECT_EQ(read_file(packed).substr(0, 2), "\x1f\x8b");
  EXPECT_TRUE(run({"sh", "-c", "gzip -dc <" + packed}).text == read_file(path));
}

}  // namespace
}  // namespace eventfilter::selftest
