// SPDX-License-Identifier: BSD-2-Clause
//
// On a kernel without event filters every call says so, and leaves everything as it was: neither
// a descriptor nor errno nor the process is touched. These tests are skipped where there is an LSM.
#include <cerrno>
#include <cstring>
#include <string>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "eventfilter.hpp"
#include "eventfilter/ruleset_cache.h"

namespace {

class Unsupported : public ::testing::Test {
 protected:
  void SetUp() override {
    if (eventfilter_abi_version() > 0) GTEST_SKIP() << "this kernel has event filters";
  }
};

TEST_F(Unsupported, EveryCallSaysSo) {
  eventfilter_text_error error;
  EXPECT_EQ(eventfilter_abi_version(), -EOPNOTSUPP);
  EXPECT_EQ(eventfilter_labels_create(0), -EOPNOTSUPP);
  EXPECT_EQ(eventfilter_labels_add(-1, "tmp_t", &error), -EOPNOTSUPP);
  EXPECT_EQ(eventfilter_labels_write(-1, "label a\n", 8, &error), -EOPNOTSUPP);
  EXPECT_EQ(eventfilter_labels_group(-1, "g", "a", &error), -EOPNOTSUPP);
  EXPECT_EQ(eventfilter_labels_fs(-1, "proc", "a", &error), -EOPNOTSUPP);
  EXPECT_EQ(eventfilter_label_tree(-1, -1, "a"), -EOPNOTSUPP);
  EXPECT_EQ(eventfilter_label_self(-1, -1, "a"), -EOPNOTSUPP);
  EXPECT_EQ(eventfilter_label_name(-1, -1, "*", "a"), -EOPNOTSUPP);
  EXPECT_EQ(eventfilter_unlabel(-1, -1), -EOPNOTSUPP);
  EXPECT_EQ(eventfilter_unlabel_name(-1, -1, "*"), -EOPNOTSUPP);
  unsigned long long cursor = 7;
  char text[8];
  EXPECT_EQ(eventfilter_labels_get(-1, -1, text, sizeof(text)), -EOPNOTSUPP);
  EXPECT_EQ(eventfilter_labels_list(-1, &cursor, text, sizeof(text)), -EOPNOTSUPP);
  EXPECT_EQ(cursor, 7u);
  EXPECT_EQ(eventfilter_labels_commit(-1), -EOPNOTSUPP);
  EXPECT_EQ(eventfilter_labels_clear(-1), -EOPNOTSUPP);
  EXPECT_EQ(eventfilter_labels_discard(-1), -EOPNOTSUPP);
  EXPECT_EQ(eventfilter_labels_endpoint(-1, "any any *", "a", &error), -EOPNOTSUPP);
  EXPECT_EQ(eventfilter_labels_unendpoint(-1, "any any *", &error), -EOPNOTSUPP);
  EXPECT_EQ(eventfilter_labels_changes(-1, text, sizeof(text)), -EOPNOTSUPP);
  EXPECT_EQ(eventfilter_transition(-1, "a", "a", -1), -EOPNOTSUPP);
  EXPECT_EQ(eventfilter_untransition(-1, "a", "a"), -EOPNOTSUPP);
  eventfilter_task task;
  EXPECT_EQ(eventfilter_task_get(-1, -1, -1, &task, text, sizeof(text)), -EOPNOTSUPP);
  EXPECT_EQ(eventfilter_ruleset_create(-1, 0), -EOPNOTSUPP);
  EXPECT_EQ(eventfilter_ruleset_create_labelled(-1, 0, "a"), -EOPNOTSUPP);
  EXPECT_EQ(eventfilter_ruleset_create_labelled(-1, 0, nullptr), -EOPNOTSUPP);
  EXPECT_EQ(eventfilter_ruleset_write(-1, "a: b\n", 5, &error), -EOPNOTSUPP);
  EXPECT_EQ(eventfilter_enforce(-1, 0), -EOPNOTSUPP);
  EXPECT_EQ(eventfilter_enforce(-1, EVENTFILTER_TSYNC), -EOPNOTSUPP);
  EXPECT_EQ(eventfilter_attach(-1, -1), -EOPNOTSUPP);
  EXPECT_EQ(eventfilter_check(-1, "file_read", 0), -EOPNOTSUPP);
  EXPECT_EQ(eventfilter_records_open(-1), -EOPNOTSUPP);
  EXPECT_EQ(eventfilter_records_read(-1, text, sizeof(text)), -EOPNOTSUPP);
  EXPECT_EQ(eventfilter_confine_exec(-1, 0), -EOPNOTSUPP);
  EXPECT_EQ(eventfilter_no_new_privs(), -EOPNOTSUPP);
  EXPECT_EQ(eventfilter_ruleset_freeze(-1), -EOPNOTSUPP);
  eventfilter_ruleset_cache* cache = nullptr;
  EXPECT_EQ(eventfilter_ruleset_cache_create(-1, 0, &cache), -EOPNOTSUPP);
  EXPECT_EQ(cache, nullptr);
}

TEST_F(Unsupported, ComesBeforeAnyOtherComplaint) {
  eventfilter_text_error error;
  EXPECT_EQ(eventfilter_labels_create(~0U), -EOPNOTSUPP);
  EXPECT_EQ(eventfilter_labels_add(-1, "", &error), -EOPNOTSUPP);
  EXPECT_EQ(eventfilter_labels_add(-1, std::string(65, 'a').c_str(), nullptr), -EOPNOTSUPP);
  EXPECT_EQ(eventfilter_label_name(-1, -1, "", "a"), -EOPNOTSUPP);
  EXPECT_EQ(eventfilter_labels_fs(-1, "\"", "\n", &error), -EOPNOTSUPP);
  EXPECT_EQ(eventfilter_enforce(-1, ~0U), -EOPNOTSUPP);
}

TEST_F(Unsupported, WritesIntoNoDescriptor) {
  int pipe_ends[2];
  ASSERT_EQ(pipe2(pipe_ends, O_CLOEXEC | O_NONBLOCK), 0);
  EXPECT_EQ(eventfilter_ruleset_write(pipe_ends[1], "a: b\n", 5, nullptr), -EOPNOTSUPP);
  EXPECT_EQ(eventfilter_labels_add(pipe_ends[1], "tmp_t", nullptr), -EOPNOTSUPP);
  char byte;
  EXPECT_EQ(read(pipe_ends[0], &byte, 1), -1);
  EXPECT_EQ(errno, EAGAIN);
  close(pipe_ends[0]);
  close(pipe_ends[1]);
}

TEST_F(Unsupported, LeavesTheProcessAsItWas) {
  const int before = prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0);
  const int fd = open("/dev/null", O_RDONLY);
  ASSERT_GE(fd, 3);
  errno = ERANGE;
  EXPECT_EQ(eventfilter_confine_exec(-1, 0), -EOPNOTSUPP);
  EXPECT_EQ(errno, ERANGE);
  EXPECT_EQ(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), before);
  EXPECT_EQ(fcntl(fd, F_GETFD) & FD_CLOEXEC, 0);
  close(fd);
}

TEST_F(Unsupported, ZeroesTheErrorItWasGiven) {
  eventfilter_text_error error;
  std::memset(&error, 0x5a, sizeof(error));
  EXPECT_EQ(eventfilter_ruleset_write(-1, "", 0, &error), -EOPNOTSUPP);
  EXPECT_EQ(error.line, 0u);
  EXPECT_STREQ(error.sentence, "");
}

TEST_F(Unsupported, SaysSoInCxx) {
  const auto version = eventfilter::abi_version();
  ASSERT_FALSE(version.ok());
  EXPECT_EQ(version.error().code(), EOPNOTSUPP);
  EXPECT_EQ(version.error().message(), "eventfilter: Operation not supported");
  EXPECT_EQ(eventfilter::LabelSpace::create().error().code(), EOPNOTSUPP);
  EXPECT_EQ(eventfilter::Ruleset::create().error().code(), EOPNOTSUPP);
  EXPECT_EQ(eventfilter::no_new_privs().error().code(), EOPNOTSUPP);
}

}  // namespace
