// SPDX-License-Identifier: BSD-2-Clause
// Objects that are in no tree carry the name "anonymous", which every label space has.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/shm.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include "support/child.h"
#include "support/label_probe.h"
#include "support/label_space.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/tree.h"
#include "support/uring.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

// What opening a path ends in under this rule
int error_under(const LabelSpace& space, const std::string& rule, const std::string& path) {
  return value_from_child(Subject::kRoot, [&] {
    enforce(space, rule);
    return error_of(open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  });
}

// The open itself may fail: sockets and anonymous inodes can't be opened
void expect_anonymous(const LabelSpace& space, const std::string& path) {
  EXPECT_NE(error_under(space, "file_open: label & anonymous else errno EXDEV", path), EXDEV);
  EXPECT_EQ(error_under(space, "file_open: !(label & anonymous) else errno EXDEV", path), EXDEV);
  EXPECT_EQ(LabelProbe(space).of(path), "") << "and nothing else";
}

void expect_not_anonymous(const LabelSpace& space, const std::string& path) {
  EXPECT_EQ(error_under(space, "file_open: label & anonymous else errno EXDEV", path), EXDEV);
}

std::string path_of(int fd) { return "/proc/self/fd/" + std::to_string(fd); }

// A mapping, as its file: how to open what has no descriptor
std::string path_of(const void* start, size_t length) {
  char path[80];
  const auto from = reinterpret_cast<unsigned long>(start);
  std::snprintf(path, sizeof(path), "/proc/self/map_files/%lx-%lx", from, from + length);
  return path;
}

int one_end(const std::function<int(int*)>& make) {
  int ends[2];
  require_call(make(ends), "two ends");
  close(ends[1]);
  return ends[0];
}

int signals() {
  sigset_t none;
  sigemptyset(&none);
  return signalfd(-1, &none, SFD_CLOEXEC);
}

struct Kind {
  const char* name;
  std::function<int()> make;
};

class Anonymous : public testing::TestWithParam<Kind> {};

TEST_P(Anonymous, IsWhatItCarries) {
  const LabelSpace space(kProbeNames);
  const Fd object(require_fd(GetParam().make(), GetParam().name));
  expect_anonymous(space, path_of(object.get()));
}

TEST_P(Anonymous, AndWhatItsTypeIsAssignedDoesNotCount) {
  const LabelSpace space(kProbeNames);
  ASSERT_ALLOWED(
      space.write("fs pipefs a_t\nfs sockfs a_t\nfs tmpfs a_t\nfs anon_inodefs a_t\nfs nsfs a_t\n"));
  space.commit();
  const Fd object(require_fd(GetParam().make(), GetParam().name));
  expect_anonymous(space, path_of(object.get()));
}

INSTANTIATE_TEST_SUITE_P(
    Objects, Anonymous,
    testing::Values(
        Kind{"pipe", [] { return one_end([](int* ends) { return pipe2(ends, O_CLOEXEC); }); }},
        Kind{"unix_socket",
             [] {
               return one_end(
                   [](int* ends) { return socketpair(AF_UNIX, SOCK_STREAM, 0, ends); });
             }},
        Kind{"inet_socket", [] { return socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0); }},
        Kind{"memfd", [] { return memfd_create("evf-test", MFD_CLOEXEC); }},
        Kind{"eventfd", [] { return eventfd(0, EFD_CLOEXEC); }},
        Kind{"epoll", [] { return epoll_create1(EPOLL_CLOEXEC); }},
        Kind{"timerfd", [] { return timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC); }},
        Kind{"signalfd", [] { return signals(); }},
        Kind{"inotify", [] { return inotify_init1(IN_CLOEXEC); }},
        Kind{"pidfd", [] { return static_cast<int>(syscall(SYS_pidfd_open, getpid(), 0)); }},
        Kind{"userfaultfd", [] { return static_cast<int>(syscall(SYS_userfaultfd, O_CLOEXEC)); }},
        Kind{"label_space", [] { return static_cast<int>(evf(EVF_LABELS)); }},
        Kind{"namespace", [] { return open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC); }}),
    [](const auto& kind) { return kind.param.name; });

TEST(AnonymousElsewhere, Fact7HugePagesWithoutAName) {
  const LabelSpace space(kProbeNames);
  const Fd memory(memfd_create("evf-test", MFD_CLOEXEC | MFD_HUGETLB));
  if (memory.get() < 0) {
    GTEST_SKIP() << "this kernel has no huge pages";
  }
  expect_anonymous(space, path_of(memory.get()));
}

TEST(AnonymousElsewhere, MemoryThatIsShared) {
  const LabelSpace space(kProbeNames);
  const size_t page = 4096;
  void* const shared = mmap(nullptr, page, PROT_READ, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(shared, MAP_FAILED);
  expect_anonymous(space, path_of(shared, page));
  munmap(shared, page);
}

TEST(AnonymousElsewhere, SystemVsMemory) {
  const LabelSpace space(kProbeNames);
  const size_t page = 4096;
  const int id = shmget(IPC_PRIVATE, page, 0600);
  ASSERT_ALLOWED(id);
  void* const shared = shmat(id, nullptr, SHM_RDONLY);
  shmctl(id, IPC_RMID, nullptr);
  ASSERT_NE(shared, reinterpret_cast<void*>(-1));
  expect_anonymous(space, path_of(shared, page));
  shmdt(shared);
}

TEST(AnonymousElsewhere, Fact7ANamespaceWhereverItIsMounted) {
  const Tree tree;
  const std::string place = tree.make_file("ns");
  const LabelSpace space(kProbeNames);
  space.label_file(tree.root(), "a_t");
  in_child(Subject::kRoot, [&] {
    require_call(unshare(CLONE_NEWNS), "unshare");
    require_call(mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr), "make private");
    require_call(mount("/proc/self/ns/uts", place.c_str(), nullptr, MS_BIND, nullptr), "bind");
    expect_anonymous(space, place);
  });
  EXPECT_EQ(LabelProbe(space).of(place), "a_t") << "the place itself";
}

TEST(AnonymousElsewhere, IsNothingThatHasAName) {
  const Tree tree;
  const LabelSpace space(kProbeNames);
  const std::string fifo = tree.path("fifo");
  ASSERT_ALLOWED(mkfifo(fifo.c_str(), 0600));
  for (const std::string& path : {fifo, tree.make_file("file"), tree.root(), std::string("/"),
                                  std::string("/proc/version"), std::string("/dev/null")}) {
    expect_not_anonymous(space, path);
  }
}

TEST(AnonymousElsewhere, IsNotWhatHasLostItsName) {
  const Tree tree;
  const LabelSpace space(kProbeNames);
  space.label_file(tree.root(), "a_t");
  const Fd file(open(tree.make_file("file").c_str(), O_RDONLY | O_CLOEXEC));
  const Fd never(open(tree.root().c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  ASSERT_ALLOWED(unlink(tree.path("file").c_str()));
  expect_not_anonymous(space, path_of(file.get()));
  EXPECT_EQ(LabelProbe(space).of(path_of(file.get())), "a_t");
  expect_not_anonymous(space, path_of(never.get()));
}

TEST(AnonymousElsewhere, TheNameIsALabelLikeOthers) {
  const Tree tree;
  const LabelSpace space;
  EXPECT_ALLOWED(space.write("label anonymous\n")) << "that it's there already is no error";
  space.label_file(tree.make_file("file"), "anonymous");
  EXPECT_EQ(error_under(space, "file_open: label & anonymous else errno EXDEV", tree.path("file")),
            0);
}

TEST(AnonymousElsewhere, WithoutALabelSpaceThereIsNoSuchName) {
  EXPECT_REFUSED(EINVAL, Ruleset().write("file_open: label & anonymous"));
}

}  // namespace
}  // namespace eventfilter::selftest
