// SPDX-License-Identifier: BSD-2-Clause
// The label of a task: how a ruleset is given one, and what EVF_GET_TASK tells of it.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <string>

#include "support/label_space.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/verdict.h"
#include "support/victim.h"

namespace eventfilter::selftest {
namespace {

constexpr const char* kHarmless = "sys_enter_getpgrp: allow";

long make_ruleset(int space, const char* label) {
  return evf(EVF_RULESET, static_cast<unsigned long>(space), 0,
             reinterpret_cast<unsigned long>(label));
}

TEST(RulesetLabel, MustBeOneOfItsSpace) {
  const std::string longest(EVF_MAX_LABEL_NAME, 'x');
  const LabelSpace space("a_t " + longest);
  EXPECT_ALLOWED(make_ruleset(space.fd(), "a_t"));
  EXPECT_ALLOWED(make_ruleset(space.fd(), longest.c_str()));
  for (const std::string& name : {std::string("b_t"), std::string(), std::string("a_t "),
                                  longest + "x", longest.substr(1), longest + longest}) {
    EXPECT_REFUSED(ENOENT, make_ruleset(space.fd(), name.c_str())) << name;
  }
}

TEST(RulesetLabel, NeedsASpaceAndAnAddress) {
  const LabelSpace space("a_t");
  EXPECT_REFUSED(EINVAL, make_ruleset(-1, "a_t"));
  EXPECT_REFUSED(EFAULT, evf(EVF_RULESET, static_cast<unsigned long>(space.fd()), 0, 1));
  EXPECT_REFUSED(EBADF, make_ruleset(1000, "a_t"));
}

class TaskQuery : public testing::Test {
 protected:
  struct Answer {
    long returned;
    int error;
    evf_task task;
    std::string names;
  };

  static Fd pidfd_of(pid_t pid) {
    return Fd(static_cast<int>(require_call(syscall(SYS_pidfd_open, pid, 0), "pidfd_open")));
  }

  [[nodiscard]] Answer ask(int pidfd, int ruleset = -1, size_t room = 4096) const {
    std::string names(room, '#');
    Answer answer{};
    answer.task.size = sizeof(answer.task);
    answer.task.pidfd = pidfd;
    answer.task.ruleset_fd = ruleset;
    answer.task.names_len = static_cast<__u32>(room);
    answer.task.names = reinterpret_cast<uintptr_t>(names.data());
    answer.returned = ioctl(space_.fd(), EVF_GET_TASK, &answer.task);
    answer.error = errno;
    answer.names = answer.returned == 0 ? names.substr(0, answer.task.names_len) : names;
    return answer;
  }

  const LabelSpace space_{"a_t b_t"};
};

TEST_F(TaskQuery, TellsTheLabelAndTheLayers) {
  const Ruleset mine = Ruleset::labelled(space_, "b_t", kHarmless);
  const Ruleset plain(space_, kHarmless);
  const Ruleset another = Ruleset::labelled(space_, "a_t", kHarmless);
  const LabelSpace other("a_t");
  const Victim victim([&] {
    mine.enforce();
    plain.enforce();
    mine.enforce();
    another.enforce();
    Ruleset::labelled(other, "a_t", kHarmless).enforce();
  });
  const Fd pidfd = pidfd_of(victim.pid());
  const Answer answer = ask(pidfd.get(), mine.fd());
  ASSERT_EQ(answer.returned, 0);
  EXPECT_EQ(answer.names, "a_t b_t");
  EXPECT_EQ(answer.task.layers, 4U);
  EXPECT_EQ(answer.task.ruleset_layers, 2U);
  EXPECT_NE(answer.task.domain, 0U);
  EXPECT_EQ(ask(pidfd.get(), plain.fd()).task.ruleset_layers, 1U);
  EXPECT_EQ(ask(pidfd.get()).task.ruleset_layers, 0U);
  EXPECT_EQ(ask(pidfd.get(), Ruleset(space_).fd()).task.ruleset_layers, 0U);
}

TEST_F(TaskQuery, ATaskWithoutLayersHasNothing) {
  const Victim victim([] {});
  const Answer answer = ask(pidfd_of(victim.pid()).get());
  ASSERT_EQ(answer.returned, 0);
  EXPECT_EQ(answer.names, "");
  EXPECT_EQ(answer.task.layers, 0U);
  EXPECT_EQ(answer.task.domain, 0U);
}

TEST_F(TaskQuery, OfOtherSpacesItTellsNothing) {
  const LabelSpace other("a_t");
  const Victim victim([&] { Ruleset::labelled(other, "a_t", kHarmless).enforce(); });
  const Answer answer = ask(pidfd_of(victim.pid()).get());
  ASSERT_EQ(answer.returned, 0);
  EXPECT_EQ(answer.names, "");
  EXPECT_EQ(answer.task.layers, 0U);
}

TEST_F(TaskQuery, SaysHowMuchRoomItNeeds) {
  const Victim victim([&] { Ruleset::labelled(space_, "a_t", kHarmless).enforce(); });
  const Fd pidfd = pidfd_of(victim.pid());
  for (const size_t room : {size_t{0}, size_t{2}}) {
    const Answer answer = ask(pidfd.get(), -1, room);
    EXPECT_EQ(answer.returned, -1);
    EXPECT_EQ(answer.error, ERANGE);
    EXPECT_EQ(answer.task.names_len, 3U);
    EXPECT_EQ(answer.task.layers, 1U);
    EXPECT_EQ(answer.names, std::string(room, '#')) << "nothing was written";
  }
  EXPECT_EQ(ask(pidfd.get(), -1, 3).names, "a_t");
  EXPECT_EQ(ask(pidfd.get(), -1, 4).names, "a_t");
}

TEST_F(TaskQuery, Errors) {
  Victim victim([] {});
  const Fd pidfd = pidfd_of(victim.pid());
  const Fd null(open("/dev/null", O_RDONLY | O_CLOEXEC));
  EXPECT_EQ(ask(1000).error, EBADF);
  EXPECT_EQ(ask(null.get()).error, EBADF) << "no pidfd";
  EXPECT_EQ(ask(pidfd.get(), 1000).error, EBADF);
  EXPECT_EQ(ask(pidfd.get(), null.get()).error, EBADFD);
  EXPECT_REFUSED(EFAULT, ioctl(space_.fd(), EVF_GET_TASK, nullptr));
  victim.end();
  const Answer gone = ask(pidfd.get());
  EXPECT_EQ(gone.returned, -1);
  EXPECT_EQ(gone.error, ESRCH);
}

TEST_F(TaskQuery, TheStructIsVersionedByItsSize) {
  static_assert(sizeof(evf_task) == EVF_TASK_SIZE_VER0);
  const Fd pidfd = pidfd_of(getpid());
  std::array<unsigned char, 8192> bytes{};
  const auto ask_with = [&](size_t size) {
    evf_task task{};
    task.size = static_cast<__u32>(size);
    task.pidfd = pidfd.get();
    task.ruleset_fd = -1;
    std::memcpy(bytes.data(), &task, sizeof(task));
    return ioctl(space_.fd(), EVF_GET_TASK, bytes.data());
  };
  for (const size_t size : {0, 4, EVF_TASK_SIZE_VER0 - 1}) {
    EXPECT_REFUSED(EINVAL, ask_with(size)) << size;
  }
  for (const size_t size : {EVF_TASK_SIZE_VER0, EVF_TASK_SIZE_VER0 + 1, 4096}) {
    EXPECT_ALLOWED(ask_with(size)) << size;
  }
  EXPECT_REFUSED(E2BIG, ask_with(4097));
  bytes[EVF_TASK_SIZE_VER0] = 1;
  EXPECT_ALLOWED(ask_with(EVF_TASK_SIZE_VER0)) << "beyond the size";
  EXPECT_REFUSED(E2BIG, ask_with(EVF_TASK_SIZE_VER0 + 1));
}

TEST_F(TaskQuery, IsRefusedToWhoeverIsConfinedByTheSpace) {
  const Victim victim([] {});
  in_child([&] {
    const Fd pidfd = pidfd_of(victim.pid());
    EXPECT_EQ(ask(pidfd.get()).returned, 0);
    enforce(space_, kHarmless);
    EXPECT_EQ(ask(pidfd.get()).error, EPERM);
  });
}

}  // namespace
}  // namespace eventfilter::selftest
