// SPDX-License-Identifier: BSD-2-Clause
// task_prlimit: limits that are set, of others and of itself, and those of others that are read.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include "events/labelled_victim.h"

namespace eventfilter::selftest {
namespace {

constexpr rlimit64 kSome{100, 100};

long set_limit(pid_t target, __rlimit_resource resource) {
  return prlimit64(target, resource, &kSome, nullptr);
}

long get_limit(pid_t target) {
  rlimit64 limit{};
  return prlimit64(target, RLIMIT_NOFILE, nullptr, &limit);
}

using TaskPrlimit = TaskEvents;

TEST_F(TaskPrlimit, ByLabelAndEveryDoor) {
  const Victim allowed(wearing("a_t"));
  const Victim refused(wearing("b_t"));
  in_child([&] {
    confine("task_prlimit: label & a_t else errno EXDEV");
    EXPECT_ALLOWED(set_limit(allowed.pid(), RLIMIT_NOFILE));
    EXPECT_ALLOWED(get_limit(allowed.pid()));
    EXPECT_REFUSED(EXDEV, set_limit(refused.pid(), RLIMIT_NOFILE));
    EXPECT_REFUSED(EXDEV, get_limit(refused.pid()));
    EXPECT_REFUSED(EXDEV, set_limit(0, RLIMIT_NOFILE));
    EXPECT_REFUSED(EXDEV, set_limit(getpid(), RLIMIT_NOFILE));
    const rlimit some{100, 100};
    EXPECT_REFUSED(EXDEV, setrlimit(RLIMIT_NOFILE, &some));
    rlimit now{};
    EXPECT_ALLOWED(getrlimit(RLIMIT_NOFILE, &now)) << "its own it may read";
    EXPECT_NE(now.rlim_cur, kSome.rlim_cur);
  });
}

TEST_F(TaskPrlimit, Resource) {
  const Victim victim([] {});
  for (const auto resource : {RLIMIT_NOFILE, RLIMIT_CORE}) {
    expect_number(
        {Subject::kUser, "task_prlimit", [&] { return set_limit(victim.pid(), resource); }},
        "resource", static_cast<int>(resource), 1);
  }
  expect_number({Subject::kUser, "task_prlimit", [&] { return get_limit(victim.pid()); }},
                "resource", EVF_PRLIMIT_READ, RLIMIT_NOFILE);
}

TEST_F(TaskPrlimit, Label) {
  const Victim victim(wearing("a_t"));
  expect_label(
      {Subject::kUser, "task_prlimit", [&] { return get_limit(victim.pid()); }, &space_}, "label",
      "a_t", "b_t");
}

}  // namespace
}  // namespace eventfilter::selftest
