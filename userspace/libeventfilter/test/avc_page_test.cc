// SPDX-License-Identifier: BSD-2-Clause
// The page that carries the generation: who may write to it, what a reader takes, and how it ends.
#include <cerrno>
#include <csignal>
#include <functional>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "eventfilter/avc.hpp"

namespace eventfilter {
namespace {

class Page {
 public:
  Page() : fd_(eventfilter_avc_page_create(&page_)) { EXPECT_GE(fd_.fd(), 0); }
  ~Page() {
    if (page_) end();
  }
  void end() { eventfilter_avc_page_destroy(std::exchange(page_, nullptr)); }
  [[nodiscard]] int fd() const { return fd_.fd(); }
  [[nodiscard]] eventfilter_avc_page* get() const { return page_; }

 private:
  eventfilter_avc_page* page_ = nullptr;
  Handle fd_;
};

class Mapped {
 public:
  explicit Mapped(int fd) : result_(eventfilter_avc_page_map(fd, &page_)) {}
  ~Mapped() {
    if (result_ == 0) eventfilter_avc_page_unmap(page_);
  }
  [[nodiscard]] int result() const { return result_; }
  [[nodiscard]] const eventfilter_avc_page* get() const { return page_; }
  const eventfilter_avc_page* operator->() const { return page_; }

 private:
  const eventfilter_avc_page* page_ = nullptr;
  int result_;
};

// A file like a page but for what the test changes
Handle forged(int seals, off_t size, uint32_t magic, uint32_t version) {
  Handle fd(memfd_create("forged", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  EXPECT_EQ(ftruncate(fd.fd(), size), 0);
  const uint32_t head[] = {magic, version};
  EXPECT_EQ(pwrite(fd.fd(), head, sizeof(head), 0), static_cast<ssize_t>(sizeof(head)));
  EXPECT_EQ(ftruncate(fd.fd(), size), 0);
  EXPECT_EQ(fcntl(fd.fd(), F_ADD_SEALS, seals), 0);
  return fd;
}

constexpr int kSeals = static_cast<int>(EVENTFILTER_AVC_PAGE_SEALS);
constexpr uint32_t kMagic = EVENTFILTER_AVC_PAGE_MAGIC;

TEST(AvcPage, ReaderSeesWhatIsPublished) {
  Page page;
  const Mapped seen(page.fd());
  ASSERT_EQ(seen.result(), 0);
  const uint64_t first = eventfilter_avc_page_generation(seen.get());
  EXPECT_NE(first, 0u);
  EXPECT_TRUE(eventfilter_avc_page_is_alive(seen.get()));
  EXPECT_EQ(eventfilter_avc_page_publish(page.get()), first + 1);
  EXPECT_EQ(eventfilter_avc_page_generation(seen.get()), first + 1);
  page.end();
  EXPECT_FALSE(eventfilter_avc_page_is_alive(seen.get()));
}

TEST(AvcPage, NoTwoBeginAlike) {
  Page one, other;
  EXPECT_NE(one.get()->generation, other.get()->generation);
}

TEST(AvcPage, NobodyElseWritesOrCutsIt) {
  Page page;
  EXPECT_EQ(fcntl(page.fd(), F_GET_SEALS) & kSeals, kSeals);
  EXPECT_NE(fcntl(page.fd(), F_GETFD) & FD_CLOEXEC, 0);
  EXPECT_EQ(mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, page.fd(), 0), MAP_FAILED);
  EXPECT_EQ(errno, EPERM);
  EXPECT_EQ(pwrite(page.fd(), "x", 1, 0), -1);
  EXPECT_EQ(errno, EPERM);
  EXPECT_EQ(ftruncate(page.fd(), 0), -1);
  EXPECT_EQ(errno, EPERM);
  EXPECT_EQ(fallocate(page.fd(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 4096), -1);
  EXPECT_EQ(errno, EPERM);
  EXPECT_EQ(fcntl(page.fd(), F_ADD_SEALS, F_SEAL_WRITE), -1) << "nor stops the maker from writing";
  const Mapped seen(page.fd());
  EXPECT_EQ(mprotect(const_cast<eventfilter_avc_page*>(seen.get()), 4096, PROT_READ | PROT_WRITE), -1);
  EXPECT_EQ(errno, EACCES);
  const std::string again = "/proc/self/fd/" + std::to_string(page.fd());
  const Handle reopened(open(again.c_str(), O_RDWR | O_CLOEXEC));
  EXPECT_EQ(mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, reopened.fd(), 0), MAP_FAILED);
}

TEST(AvcPage, EndsWithItsMakersThread) {
  int fd = -1;
  std::thread([&] {
    eventfilter_avc_page* page;
    fd = eventfilter_avc_page_create(&page);
    const Mapped seen(fd);
    EXPECT_TRUE(eventfilter_avc_page_is_alive(seen.get()));
  }).join();
  const Handle kept(fd);
  const Mapped seen(fd);
  ASSERT_EQ(seen.result(), 0);
  EXPECT_FALSE(eventfilter_avc_page_is_alive(seen.get()));
}

// Runs maker in a child and gives the test the page that it made
void with_maker(const std::function<void()>& maker, const std::function<void(pid_t, const Mapped&)>& test) {
  int ends[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
  const pid_t child = fork();
  if (child == 0) {
    eventfilter_avc_page* page;
    const int fd = eventfilter_avc_page_create(&page);
    char byte;
    if (write(ends[1], &fd, sizeof(fd)) != sizeof(fd) || read(ends[1], &byte, 1) != 1) _exit(1);
    maker();
    _exit(0);
  }
  const Handle ours(ends[0]), theirs(ends[1]);
  int number = -1;
  ASSERT_EQ(read(ours.fd(), &number, sizeof(number)), static_cast<ssize_t>(sizeof(number)));
  const std::string path = "/proc/" + std::to_string(child) + "/fd/" + std::to_string(number);
  const Handle page(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  const Mapped seen(page.fd());
  ASSERT_EQ(seen.result(), 0);
  EXPECT_TRUE(eventfilter_avc_page_is_alive(seen.get()));
  ASSERT_EQ(write(ours.fd(), "g", 1), 1);
  test(child, seen);
}

TEST(AvcPage, EndsWhenItsMakerIsKilledBeforeAnybodyHears) {
  with_maker([] { pause(); },
             [](pid_t child, const Mapped& seen) {
               kill(child, SIGKILL);
               ASSERT_EQ(waitpid(child, nullptr, 0), child);
               EXPECT_FALSE(eventfilter_avc_page_is_alive(seen.get()));
             });
}

TEST(AvcPage, EndsWhenItsMakerExecutes) {
  with_maker([] { execl("/bin/sleep", "sleep", "1000", nullptr); },
             [](pid_t child, const Mapped& seen) {
               while (eventfilter_avc_page_is_alive(seen.get())) usleep(1000);
               kill(child, SIGKILL);
               ASSERT_EQ(waitpid(child, nullptr, 0), child);
             });
}

TEST(AvcPage, IsNotInheritedByAMakersChild) {
  Page page;
  const pid_t child = fork();
  if (child == 0) {
    _exit(msync(page.get(), 4096, MS_ASYNC) == 0 ? 1 : errno == ENOMEM ? 7 : 2);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(WEXITSTATUS(status), 7) << "it isn't mapped there";
  EXPECT_TRUE(eventfilter_avc_page_is_alive(page.get()));
}

TEST(AvcPage, ReaderRefusesWhatIsNotSealed) {
  EXPECT_EQ(Mapped(forged(kSeals, 4096, kMagic, 1).fd()).result(), 0) << "but for what follows";
  for (const int seal : {F_SEAL_SEAL, F_SEAL_SHRINK, F_SEAL_GROW, F_SEAL_FUTURE_WRITE})
    EXPECT_EQ(Mapped(forged(kSeals & ~seal, 4096, kMagic, 1).fd()).result(), -EPERM) << seal;
  const Handle file(open("/bin/sh", O_RDONLY | O_CLOEXEC));
  EXPECT_EQ(Mapped(file.fd()).result(), -EPERM) << "no memfd";
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  const Handle reader(ends[0]), writer(ends[1]);
  EXPECT_EQ(Mapped(ends[0]).result(), -EPERM);
  EXPECT_EQ(Mapped(-1).result(), -EBADF);
}

TEST(AvcPage, ReaderRefusesOtherSizesAndContent) {
  EXPECT_EQ(Mapped(forged(kSeals, 4095, kMagic, 1).fd()).result(), -EBADMSG);
  EXPECT_EQ(Mapped(forged(kSeals, 4097, kMagic, 1).fd()).result(), -EBADMSG);
  EXPECT_EQ(Mapped(forged(kSeals, 0, kMagic, 1).fd()).result(), -EBADMSG);
  EXPECT_EQ(Mapped(forged(kSeals, 4096, kMagic + 1, 1).fd()).result(), -EBADMSG);
  EXPECT_EQ(Mapped(forged(kSeals, 4096, kMagic, 2).fd()).result(), -EBADMSG);
  EXPECT_EQ(Mapped(forged(kSeals, 4096, kMagic, 0).fd()).result(), -EBADMSG);
}

}  // namespace
}  // namespace eventfilter
