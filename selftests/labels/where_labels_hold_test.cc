// SPDX-License-Identifier: BSD-2-Clause
// Which file systems take labels, beside the three of most tests; and that they keep them.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>

#include "support/label_probe.h"
#include "support/label_space.h"
#include "support/program.h"
#include "support/require.h"
#include "support/tree.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

void evict() {
  sync();
  for (int round = 0; round < 3; ++round) {
    write_file("/proc/sys/vm/drop_caches", "2\n");
  }
}

struct Place {
  const char* name;
  const char* path;
  const char* unlabelled;  // another file of the same file system
};

void PrintTo(const Place& place, std::ostream* out) { *out << place.path; }

class WhereLabelsHold : public testing::TestWithParam<Place> {};

TEST_P(WhereLabelsHold, TheyAreTakenAndKept) {
  const LabelSpace space(kProbeNames);
  const LabelProbe probe(space);
  space.label_file(GetParam().path, "a_t");
  EXPECT_EQ(probe.of(GetParam().path), "a_t");
  evict();
  EXPECT_EQ(probe.of(GetParam().path), "a_t") << "after eviction";
  EXPECT_EQ(probe.of(GetParam().unlabelled), "");
}

INSTANTIATE_TEST_SUITE_P(
    On, WhereLabelsHold,
    testing::Values(
        Place{"devtmpfs", "/dev/zero", "/dev/null"},
        Place{"sysfs", "/sys/class", "/sys/kernel/rcu_expedited"},
        Place{"sysfs_file", "/sys/kernel/rcu_expedited", "/sys/kernel/rcu_normal"},
        Place{"cgroup", "/sys/fs/cgroup/cgroup.procs", "/sys/fs/cgroup/cgroup.controllers"},
        Place{"securityfs", "/sys/kernel/security/eventfilter/version",
              "/sys/kernel/security/eventfilter/events"},
        Place{"debugfs", "/sys/kernel/debug/fault_around_bytes", "/sys/kernel/debug/sleep_time"},
        Place{"tracefs", "/sys/kernel/tracing/README", "/sys/kernel/tracing/trace_clock"},
        Place{"ext4_below_overlay", "/etc/passwd", "/etc/group"},
        Place{"ninep_with_cache", "/src/README.md", "/src/CMakeLists.txt"}),
    [](const auto& of) { return of.param.name; });

class WhereTheyDoNot : public testing::TestWithParam<Place> {};

TEST_P(WhereTheyDoNot, TheyAreRefused) {
  const LabelSpace space(kProbeNames);
  EXPECT_REFUSED(EOPNOTSUPP, space.stage(EVF_LABEL_FILE, std::string(GetParam().path), "a_t"));
  EXPECT_REFUSED(EOPNOTSUPP, space.stage(EVF_LABEL_SELF, std::string(GetParam().path), "a_t"));
}

INSTANTIATE_TEST_SUITE_P(On, WhereTheyDoNot,
                         testing::Values(Place{"proc_file", "/proc/version", ""},
                                         Place{"proc_process", "/proc/1", ""},
                                         Place{"proc_sys", "/proc/sys/kernel", ""}),
                         [](const auto& of) { return of.param.name; });

TEST(WhereTheyDoNotElsewhere, ObjectsWithoutAPlaceInAnyTree) {
  int pipe_ends[2];
  int sockets[2];
  ASSERT_ALLOWED(pipe(pipe_ends));
  ASSERT_ALLOWED(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets));
  const int memory = memfd_create("evf-test", 0);
  const int event = eventfd(0, 0);
  const LabelSpace space(kProbeNames);
  for (const int object : {pipe_ends[0], sockets[0], memory, event, space.fd()}) {
    EXPECT_REFUSED(EOPNOTSUPP, space.stage(EVF_LABEL_FILE, object, "a_t")) << object;
    close(object);
  }
}

TEST(WhereLabelsHoldElsewhere, TheRootOfProc) {
  const LabelSpace space(kProbeNames);
  const LabelProbe probe(space);
  space.label_file("/proc", "a_t");
  for (const char* path :
       {"/proc", "/proc/version", "/proc/1/status", "/proc/self/maps", "/proc/sys/kernel/ostype"}) {
    EXPECT_EQ(probe.of(path), "a_t") << path;
  }
}

TEST(WhereLabelsHoldElsewhere, ADiskOfVfat) {
  const LoopMount disk("vfat");
  write_file(disk.path("file"), "content");
  const LabelSpace space(kProbeNames);
  const LabelProbe probe(space);
  space.label_file(disk.root(), "a_t");
  space.label_file(disk.path("file"), "b_t");
  evict();
  EXPECT_EQ(probe.of(disk.path("file")), "b_t");
  EXPECT_EQ(probe.of(disk.root()), "a_t");
}

TEST(WhereLabelsHoldElsewhere, ASymlinkItself) {
  const Tree tree;
  const std::string link = tree.path("link");
  ASSERT_ALLOWED(symlink("nowhere", link.c_str()));
  const LabelSpace space(kProbeNames);
  space.label_file(link, "b_t");
  EXPECT_EQ(LabelProbe(space, "file_unlink").of([&] { return unlink(link.c_str()); }), "b_t");
}

TEST(WhereLabelsHoldElsewhere, DescriptorsThatAreOpenForUse) {
  // O_PATH is enough, but not needed
  const Tree tree;
  const std::string file = tree.make_file("file");
  const LabelSpace space(kProbeNames);
  const Fd opened(open(file.c_str(), O_RDWR | O_CLOEXEC));
  EXPECT_ALLOWED(space.stage(EVF_LABEL_FILE, opened.get(), "b_t"));
  space.commit();
  EXPECT_EQ(LabelProbe(space).of(file), "b_t");
}

TEST(WhereLabelsHoldElsewhere, ADeletedButPinnedFileKeepsItsSpaceUntilItIsLetGo) {
  LoopMount disk("ext4");
  const std::string file = disk.path("file");
  write_file(file, std::string(1 << 20, 'x'));
  const LabelSpace space(kProbeNames);
  space.label_file(file, "a_t");
  const Fd object(open(file.c_str(), O_PATH | O_CLOEXEC));
  ASSERT_ALLOWED(unlink(file.c_str()));
  EXPECT_ALLOWED(space.stage(EVF_UNLABEL, object.get(), ""));
  space.commit();
}

}  // namespace
}  // namespace eventfilter::selftest
