// SPDX-License-Identifier: BSD-2-Clause
#include "support/child.h"

#include <grp.h>
#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <string>

#include "support/fd.h"
#include "support/long_run.h"
#include "support/require.h"

namespace eventfilter::selftest {

// Failures, one after another: "FILE\0LINE\0MESSAGE\0". Shared with the child; threads reserve
// space.
struct Child::Mailbox {
  static constexpr size_t kBytes = 1 << 18;
  std::atomic<size_t> used;
  std::atomic<bool> finished;
  char text[kBytes];

  void add(const char* file, int line, const char* message) {
    std::string entry = file;
    entry.push_back('\0');
    entry += std::to_string(line);
    entry.push_back('\0');
    entry += message;
    entry.push_back('\0');
    const size_t at = used.fetch_add(entry.size());
    if (at + entry.size() <= kBytes) {
      std::memcpy(text + at, entry.data(), entry.size());
    }
  }
};

namespace {

// In a child: sends failures home, from this thread or from every other, instead of printing them
template <typename Mailbox>
class Reporter : public testing::ScopedFakeTestPartResultReporter {
 public:
  Reporter(InterceptMode whose, Mailbox* to)
      : ScopedFakeTestPartResultReporter(whose, nullptr), to_(to) {}

  void ReportTestPartResult(const testing::TestPartResult& result) override {
    if (!result.passed()) {
      to_->add(result.file_name() != nullptr ? result.file_name() : "?", result.line_number(),
               result.message());
    }
  }

 private:
  Mailbox* to_;
};

void run_body(Subject subject, const Child::Body& body) {
  try {
    if (subject == Subject::kUser) {
      become_user();
    }
    // After the change of credentials, which clears it
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    body();
  } catch (const std::exception& failure) {
    ADD_FAILURE() << failure.what();
  }
}

// In seconds
int usual_limit() {
  const char* const for_all = std::getenv("EVF_TEST_TIMEOUT");
  return rounds(std::max(120, for_all != nullptr ? std::atoi(for_all) / 3 : 0), 4 * 3600);
}

}  // namespace

bool ChildEnd::exited_normally() const {
  return !timed_out && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

int ChildEnd::killed_by() const { return WIFSIGNALED(status) ? WTERMSIG(status) : 0; }

Child::Child(Subject subject, const Body& body) {
  void* memory = mmap(nullptr, sizeof(Mailbox), PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  require(memory != MAP_FAILED, "mmap of a mailbox");
  mailbox_ = static_cast<Mailbox*>(memory);
  fflush(nullptr);
  pid_ = static_cast<pid_t>(require_call(fork(), "fork"));
  if (pid_ == 0) {
    // A group of its own, so that a child that hangs can be ended with everything it started
    setpgid(0, 0);
    using Home = Reporter<Mailbox>;
    const Home of_this_thread(Home::INTERCEPT_ONLY_CURRENT_THREAD, mailbox_);
    const Home of_all_threads(Home::INTERCEPT_ALL_THREADS, mailbox_);
    run_body(subject, body);
    mailbox_->finished = true;
    // Not exit(): the parent's buffers and destructors are not the child's business
    syscall(SYS_exit_group, 0);
  }
  setpgid(pid_, pid_);
}

Child::~Child() {
  if (pid_ > 0) {
    kill(-pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    import_failures();
  }
  munmap(mailbox_, sizeof(Mailbox));
}

ChildEnd Child::wait(int limit_seconds) {
  ChildEnd end;
  if (limit_seconds == 0) limit_seconds = usual_limit();
  const Fd pidfd(static_cast<int>(require_call(syscall(SYS_pidfd_open, pid_, 0), "pidfd_open")));
  pollfd ready{pidfd.get(), POLLIN, 0};
  if (poll(&ready, 1, limit_seconds * 1000) == 0) {
    end.timed_out = true;
    ADD_FAILURE() << "the child didn't end within " << limit_seconds << " s";
  }
  // Also what the child left behind
  if (end.timed_out) {
    kill(-pid_, SIGKILL);
  }
  waitpid(pid_, &end.status, 0);
  kill(-pid_, SIGKILL);
  pid_ = -1;
  import_failures();
  return end;
}

void Child::import_failures() {
  const size_t used = std::min(mailbox_->used.load(), Mailbox::kBytes);
  const char* at = mailbox_->text;
  const char* const end = at + used;
  const auto next = [&] {
    const std::string word(at, strnlen(at, static_cast<size_t>(end - at)));
    at += std::min(word.size() + 1, static_cast<size_t>(end - at));
    return word;
  };
  while (at < end) {
    const std::string file = next();
    const int line = std::atoi(next().c_str());
    ADD_FAILURE_AT(file.c_str(), line) << "in a child: " << next();
  }
  mailbox_->used = 0;
}

ChildEnd end_of_child(Subject subject, const Child::Body& body) {
  return Child(subject, body).wait();
}

void in_child(Subject subject, const Child::Body& body) {
  const ChildEnd end = end_of_child(subject, body);
  if (end.timed_out) {
    return;
  }
  EXPECT_EQ(end.killed_by(), 0) << "the child was killed by " << strsignal(end.killed_by());
  EXPECT_TRUE(end.exited_normally()) << "status " << end.status;
}

int value_from_child(Subject subject, const std::function<int()>& body) {
  void* shared =
      mmap(nullptr, sizeof(int), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  require(shared != MAP_FAILED, "mmap");
  int* const value = static_cast<int*>(shared);
  *value = -1;
  in_child(subject, [&] { *value = body(); });
  const int result = *value;
  munmap(shared, sizeof(int));
  return result;
}

void become_user() {
  require_call(setgroups(0, nullptr), "setgroups");
  require_call(setresgid(kUserId, kUserId, kUserId), "setresgid");
  require_call(setresuid(kUserId, kUserId, kUserId), "setresuid");
  require_call(prctl(PR_SET_DUMPABLE, 1), "PR_SET_DUMPABLE");
}

}  // namespace eventfilter::selftest
