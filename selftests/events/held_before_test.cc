// SPDX-License-Identifier: BSD-2-Clause
// What was held before the confinement and no hook can take back (fact 33): it goes on working, and
// nothing new of its kind is to be had. docs/threat-model.md lists it.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/perf_event.h>
#include <linux/userfaultfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <string>

#include "support/child.h"
#include "support/fd.h"
#include "support/program.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/tree.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

constexpr size_t kPage = 4096;

TEST(HeldBefore, Fact33AMapping) {
  const Tree tree;
  const std::string path = tree.make_file("file", std::string(kPage, 'x'));
  in_child(Subject::kRoot, [&] {
    const Fd file(require_fd(open(path.c_str(), O_RDWR | O_CLOEXEC), "open"));
    void* const mapped = mmap(nullptr, kPage, PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0);
    require(mapped != MAP_FAILED, "mmap");
    enforce("file, use: deny else errno EDOM");
    EXPECT_REFUSED(EDOM, pread(file.get(), mapped, 1, 0));
    EXPECT_REFUSED(EDOM, pwrite(file.get(), "y", 1, 0));
    EXPECT_EQ(mmap(nullptr, kPage, PROT_READ, MAP_SHARED, file.get(), 0), MAP_FAILED);
    EXPECT_EQ(errno, EDOM) << "there is no other";
    auto* content = static_cast<volatile char*>(mapped);
    EXPECT_EQ(*content, 'x') << "it reads";
    *content = 'y';
    EXPECT_ALLOWED(msync(mapped, kPage, MS_SYNC));
    void* const moved = mremap(mapped, kPage, kPage, MREMAP_MAYMOVE | MREMAP_FIXED,
                               static_cast<char*>(mapped) + 16 * kPage);
    ASSERT_NE(moved, MAP_FAILED);
    EXPECT_EQ(*static_cast<char*>(moved), 'y') << "and is moved";
    EXPECT_REFUSED(EDOM, mprotect(moved, kPage, PROT_READ)) << "but not changed";
  });
  EXPECT_EQ(read_file(path).substr(0, 2), "yx") << "it wrote";
}

TEST(HeldBefore, Fact33ACounter) {
  const auto open_counter = [] {
    perf_event_attr attributes{};
    attributes.type = PERF_TYPE_SOFTWARE;
    attributes.size = sizeof(attributes);
    attributes.config = PERF_COUNT_SW_PAGE_FAULTS;
    attributes.exclude_kernel = 1;
    return static_cast<int>(syscall(SYS_perf_event_open, &attributes, 0, -1, -1, 0UL));
  };
  in_child([&] {
    const Fd counter(require_fd(open_counter(), "perf_event_open"));
    enforce("system_perf: deny else errno EDOM");
    EXPECT_REFUSED(EDOM, open_counter());
    uint64_t before = 0;
    uint64_t after = 0;
    EXPECT_EQ(read(counter.get(), &before, sizeof(before)), 8);
    EXPECT_ALLOWED(ioctl(counter.get(), PERF_EVENT_IOC_DISABLE, 0));
    EXPECT_ALLOWED(ioctl(counter.get(), PERF_EVENT_IOC_ENABLE, 0));
    auto* const fresh = static_cast<volatile char*>(
        mmap(nullptr, kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    *fresh = 'x';
    EXPECT_EQ(read(counter.get(), &after, sizeof(after)), 8);
    EXPECT_GT(after, before) << "it counts";
  });
}

TEST(HeldBefore, Fact33AUserfaultfd) {
  const auto make = [] {
    return static_cast<int>(syscall(SYS_userfaultfd, O_CLOEXEC | UFFD_USER_MODE_ONLY));
  };
  in_child([&] {
    const Fd faults(require_fd(make(), "userfaultfd"));
    void* const memory =
        mmap(nullptr, kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    require(memory != MAP_FAILED, "mmap");
    enforce("sys_enter_userfaultfd: deny else errno EDOM");
    EXPECT_REFUSED(EDOM, make());
    uffdio_api api{};
    api.api = UFFD_API;
    EXPECT_ALLOWED(ioctl(faults.get(), UFFDIO_API, &api));
    uffdio_register range{};
    range.range = {reinterpret_cast<uintptr_t>(memory), kPage};
    range.mode = UFFDIO_REGISTER_MODE_MISSING;
    EXPECT_ALLOWED(ioctl(faults.get(), UFFDIO_REGISTER, &range));
    uffdio_zeropage zero{};
    zero.range = range.range;
    EXPECT_ALLOWED(ioctl(faults.get(), UFFDIO_ZEROPAGE, &zero));
  });
  in_child([&] {
    const Fd faults(require_fd(make(), "userfaultfd"));
    enforce("file_ioctl: deny else errno EXDEV");
    uffdio_api api{};
    api.api = UFFD_API;
    EXPECT_REFUSED(EXDEV, ioctl(faults.get(), UFFDIO_API, &api)) << "its use can be refused";
  });
}

}  // namespace
}  // namespace eventfilter::selftest
