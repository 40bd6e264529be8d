// SPDX-License-Identifier: BSD-2-Clause
// The records descriptor: how it's opened, read and polled, by whom, and what each error is.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/uio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <thread>

#include "support/channel.h"
#include "support/child.h"
#include "support/records.h"
#include "support/require.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

constexpr const char* kRule = "sys_enter_getppid: deny";

// By a task of its own
void raise_refusals(const Ruleset& ruleset, int count) {
  in_child([&] {
    ruleset.enforce();
    for (int i = 0; i < count; ++i) {
      EXPECT_REFUSED(EPERM, syscall(SYS_getppid));
    }
  });
}

short ready(int fd) {
  pollfd poller{fd, POLLIN | POLLOUT, 0};
  require_call(poll(&poller, 1, 0), "poll");
  return poller.revents;
}

long read_some(int fd, size_t size = EVF_MAX_RECORD) {
  char buffer[EVF_MAX_RECORD];
  return read(fd, buffer, size);
}

TEST(RecordsDescriptor, ClosesOnExecAndIsReadOnly) {
  in_child([] {
    const Ruleset ruleset(kRule);
    const Records records(ruleset);
    EXPECT_EQ(fcntl(records.fd(), F_GETFD), FD_CLOEXEC);
    EXPECT_EQ(fcntl(records.fd(), F_GETFL) & O_ACCMODE, O_RDONLY);
    EXPECT_REFUSED(EBADF, write(records.fd(), "x", 1));
    EXPECT_REFUSED(ESPIPE, lseek(records.fd(), 0, SEEK_SET));
    EXPECT_REFUSED(ENOTTY, ioctl(records.fd(), EVF_RECORDS, 0));
  });
}

TEST(RecordsDescriptor, Errors) {
  in_child([] {
    const Ruleset ruleset(kRule);
    EXPECT_REFUSED(EINVAL, open_records(ruleset, 1));
    EXPECT_REFUSED(ENOTTY, ioctl(ruleset.fd(), _IO(EVF_IOC_MAGIC, 17), 0));
    EXPECT_REFUSED(EBADF, ioctl(-1, EVF_RECORDS, 0));
    rlimit limit{};
    require_call(getrlimit(RLIMIT_NOFILE, &limit), "getrlimit");
    const rlimit none{static_cast<rlim_t>(ruleset.fd()) + 1, limit.rlim_max};
    require_call(setrlimit(RLIMIT_NOFILE, &none), "setrlimit");
    const Fd filler(dup(0));
    while (dup(0) >= 0) {
    }
    EXPECT_REFUSED(EMFILE, open_records(ruleset));
    require_call(setrlimit(RLIMIT_NOFILE, &limit), "setrlimit");
    const Records records(ruleset);
    EXPECT_EQ(ready(records.fd()), 0) << "a failed attempt leaves nothing behind";
  });
}

TEST(RecordsDescriptor, OneAtATime) {
  const Ruleset ruleset(kRule);
  {
    const Records records(ruleset);
    EXPECT_REFUSED(EBUSY, open_records(ruleset));
    const Ruleset other(kRule);
    EXPECT_ALLOWED(Fd(require_fd(static_cast<int>(open_records(other)), "another's")).get());
  }
  raise_refusals(ruleset, 1);
  const Records again(ruleset);
  EXPECT_EQ(again.text(), "") << "what came while there was none is not kept";
  raise_refusals(ruleset, 1);
  EXPECT_EQ(again.take().size(), 1U);
}

TEST(RecordsDescriptor, OutlivesTheRulesetsDescriptor) {
  const Channel channel;
  auto ruleset = std::make_unique<Ruleset>(kRule);
  const Records records(*ruleset);
  Child child([&] {
    ruleset->enforce();
    ruleset.reset();
    channel.child().send(0);
    EXPECT_EQ(channel.child().receive(), 0);
    EXPECT_REFUSED(EPERM, syscall(SYS_getppid));
  });
  EXPECT_EQ(channel.parent().receive(), 0);
  ruleset.reset();
  channel.parent().send(0);
  child.wait();
  EXPECT_EQ(records.take().size(), 1U);
}

TEST(RecordsDescriptor, PollSaysWhen) {
  const Ruleset ruleset(kRule);
  const Records records(ruleset);
  const Fd epoll(epoll_create1(EPOLL_CLOEXEC));
  epoll_event event{};
  event.events = EPOLLIN;
  require_call(epoll_ctl(epoll.get(), EPOLL_CTL_ADD, records.fd(), &event), "epoll_ctl");
  EXPECT_EQ(epoll_wait(epoll.get(), &event, 1, 0), 0);
  EXPECT_EQ(ready(records.fd()), 0);
  raise_refusals(ruleset, 1);
  EXPECT_EQ(epoll_wait(epoll.get(), &event, 1, 10'000), 1);
  EXPECT_EQ(ready(records.fd()), POLLIN);
  EXPECT_GT(read_some(records.fd()), 0);
  EXPECT_EQ(ready(records.fd()), 0);
}

TEST(RecordsDescriptor, AReaderWaits) {
  const Ruleset ruleset(kRule);
  const Records records(ruleset);
  long got = 0;
  std::thread reader([&] { got = read_some(records.fd()); });
  raise_refusals(ruleset, 1);
  reader.join();
  EXPECT_GT(got, 0);
}

TEST(RecordsDescriptor, NonBlockingIsHonoured) {
  const Ruleset ruleset(kRule);
  const Records records(ruleset);
  records.set_nonblocking();
  EXPECT_REFUSED(EAGAIN, read_some(records.fd()));
  raise_refusals(ruleset, 1);
  EXPECT_GT(read_some(records.fd()), 0);
  EXPECT_REFUSED(EAGAIN, read_some(records.fd()));
}

TEST(RecordsDescriptor, WholeRecordsOnly) {
  const Ruleset ruleset(kRule);
  const Records records(ruleset);
  records.set_nonblocking();
  raise_refusals(ruleset, 3);
  char buffer[2 * EVF_MAX_RECORD];
  EXPECT_REFUSED(EMSGSIZE, read_some(records.fd(), 1));
  EXPECT_EQ(read_some(records.fd(), 0), 0);
  const long one = read_some(records.fd(), 200);
  ASSERT_GT(one, 0);
  const auto length = static_cast<size_t>(one);
  EXPECT_REFUSED(EMSGSIZE, read_some(records.fd(), length - 1)) << "below";
  EXPECT_EQ(read_some(records.fd(), length), one) << "at";
  raise_refusals(ruleset, 1);
  const long both = read(records.fd(), buffer, sizeof(buffer));
  ASSERT_GT(both, one);
  EXPECT_EQ(parse_records({buffer, static_cast<size_t>(both)}).size(), 2U) << "above";
}

TEST(RecordsDescriptor, AFaultLosesNothing) {
  const Ruleset ruleset(kRule);
  const Records records(ruleset);
  raise_refusals(ruleset, 1);
  EXPECT_REFUSED(EFAULT, syscall(SYS_read, records.fd(), 8L, 4096L));
  EXPECT_EQ(records.take().size(), 1U);
}

TEST(RecordsDescriptor, ASignalInterruptsTheReader) {
  const ChildEnd end = end_of_child([] {
    const Ruleset ruleset(kRule);
    const Records records(ruleset);
    alarm(1);
    read_some(records.fd());
  });
  EXPECT_EQ(end.killed_by(), SIGALRM);
}

TEST(ConfinedByTheRuleset, CannotOpenThem) {
  const Ruleset ruleset(kRule);
  in_child([&] {
    ruleset.enforce();
    EXPECT_REFUSED(EPERM, open_records(ruleset));
    enforce("sys_enter_getpgrp: allow");
    EXPECT_REFUSED(EPERM, open_records(ruleset)) << "an older layer counts, too";
    in_child(Subject::kRoot, [&] { EXPECT_REFUSED(EPERM, open_records(ruleset)); });
    const Ruleset own(kRule);
    EXPECT_ALLOWED(Fd(require_fd(static_cast<int>(open_records(own)), "its own")).get());
  });
  EXPECT_ALLOWED(Records(ruleset).fd());
}

TEST(ConfinedByTheRuleset, CannotReadAnInheritedOne) {
  const Ruleset ruleset(kRule);
  const Records records(ruleset);
  raise_refusals(ruleset, 1);
  in_child([&] {
    EXPECT_EQ(ready(records.fd()), POLLIN) << "before";
    ruleset.enforce();
    EXPECT_REFUSED(EPERM, read_some(records.fd()));
    EXPECT_EQ(ready(records.fd()), POLLERR) << "nor learn whether there are any";
    iovec part{};
    char byte = 0;
    part = {&byte, 1};
    EXPECT_REFUSED(EPERM, readv(records.fd(), &part, 1));
    const Fd copy(dup(records.fd()));
    EXPECT_REFUSED(EPERM, read_some(copy.get()));
    int pipe_fds[2];
    require_call(pipe(pipe_fds), "pipe");
    EXPECT_LT(splice(records.fd(), nullptr, pipe_fds[1], nullptr, 4096, 0), 0);
    EXPECT_LT(sendfile(pipe_fds[1], records.fd(), nullptr, 4096), 0);
    const std::string path = "/proc/self/fd/" + std::to_string(records.fd());
    EXPECT_LT(open(path.c_str(), O_RDONLY), 0);
  });
  EXPECT_EQ(records.take().size(), 1U) << "and it took nothing";
}

TEST(ConfinedByTheRuleset, CannotReadAReceivedOne) {
  const Ruleset ruleset(kRule);
  const Records records(ruleset);
  raise_refusals(ruleset, 1);
  const Channel channel;
  Child child([&] {
    ruleset.enforce();
    channel.child().send(0);
    const Fd received = channel.child().receive_fd();
    EXPECT_REFUSED(EPERM, read_some(received.get()));
  });
  EXPECT_EQ(channel.parent().receive(), 0);
  channel.parent().send_fd(records.fd());
  child.wait();
  EXPECT_EQ(records.take().size(), 1U);
}

TEST(ConfinedByTheRuleset, CannotWaitForThemBeforehand) {
  const Ruleset ruleset(kRule);
  const Records records(ruleset);
  const Channel channel;
  in_child([&] {
    // A thread that sleeps in read(2) when its process is confined is a thread without the layer;
    // it reads, and the confined one doesn't
    std::thread reader([&] { EXPECT_GT(read_some(records.fd()), 0); });
    std::thread subject([&] {
      ruleset.enforce();
      EXPECT_REFUSED(EPERM, syscall(SYS_getppid));
      EXPECT_REFUSED(EPERM, read_some(records.fd()));
    });
    subject.join();
    reader.join();
  });
}

TEST(ConfinedByTheRuleset, SomebodyElseMayRead) {
  const Ruleset ruleset(kRule);
  const Records records(ruleset);
  raise_refusals(ruleset, 1);
  in_child([&] {
    enforce("sys_enter_getpgrp: allow");
    EXPECT_GT(read_some(records.fd()), 0);
  });
}

}  // namespace
}  // namespace eventfilter::selftest
