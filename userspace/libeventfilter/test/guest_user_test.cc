// SPDX-License-Identifier: BSD-2-Clause
//
// The library against the kernel it is for, as an ordinary user in the virtual machine.
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <functional>
#include <string>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "eventfilter.hpp"

namespace {

using eventfilter::LabelSpace;
using eventfilter::Ruleset;
using eventfilter::TextError;

// What is irrevocable happens in a child. Returns its status.
int in_child(const std::function<int()>& body) {
  const pid_t child = fork();
  if (child == 0) _exit(body());
  int status = -1;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int open_errno(const char* path) {
  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return errno;
  close(fd);
  return 0;
}

int path_fd(const std::string& path) { return open(path.c_str(), O_PATH | O_CLOEXEC); }

TEST(Library, KnowsTheKernelsInterface) { EXPECT_EQ(eventfilter::abi_version(), 1); }

TEST(Library, SaysWhereARulesetIsWrong) {
  Ruleset ruleset;
  const std::string text = "sys_enter_ptrace: deny\nsys_enter_write: df == 1\n";
  eventfilter_text_error error;
  ASSERT_EQ(eventfilter_ruleset_write(ruleset.fd(), text.data(), text.size(), &error), -EINVAL);
  EXPECT_EQ(error.line, 2u);
  EXPECT_EQ(error.column, 18u);
  EXPECT_EQ(error.length, 2u);
  EXPECT_STRNE(error.code, "");
  EXPECT_STRNE(error.sentence, "");
  EXPECT_EQ(eventfilter_enforce(ruleset.fd(), 0), -EPERM) << "no_new_privs comes first";
  EXPECT_EQ(in_child([&] {
              eventfilter_no_new_privs();
              return -eventfilter_enforce(ruleset.fd(), 0);
            }),
            ENODATA)
      << "nothing of the text was taken";
  ASSERT_NO_THROW(ruleset.write("sys_enter_ptrace: deny\n"));
  try {
    ruleset.write("file_open: label & nothing_t\n");
    FAIL() << "no exception";
  } catch (const TextError& thrown) {
    EXPECT_EQ(thrown.line(), 1u);
    EXPECT_EQ(thrown.column(), 20u);
  }
}

TEST(Library, SaysWhereALabelNameIsWrong) {
  LabelSpace labels;
  eventfilter_text_error error;
  EXPECT_EQ(eventfilter_labels_add(labels.fd(), "two words", &error), -EINVAL);
  EXPECT_EQ(error.line, 1u);
  EXPECT_EQ(eventfilter_labels_add(labels.fd(), "a\nlabel b", &error), -EINVAL);
  EXPECT_EQ(error.line, 0u) << "found before the kernel was asked";
  EXPECT_EQ(eventfilter_labels_add(labels.fd(), std::string(64, 'a').c_str(), nullptr), 0);
  EXPECT_EQ(eventfilter_labels_add(labels.fd(), std::string(65, 'a').c_str(), nullptr), -EINVAL);
}

TEST(Library, LabelsFileSystemTypes) {
  LabelSpace labels;
  labels.add("a");
  labels.fs("proc", "a");
  labels.commit();
  Ruleset ruleset(labels);
  ruleset.write("file_open: label & a\n");
  const auto try_open = [&](const char* path) {
    return in_child([&] {
      eventfilter_no_new_privs();
      return eventfilter_enforce(ruleset.fd(), 0) != 0 ? 1 : open_errno(path);
    });
  };
  EXPECT_EQ(try_open("/proc/version"), 0);
  EXPECT_EQ(try_open("/etc/passwd"), EACCES);
  labels.fs("proc", "");
  labels.commit();
  EXPECT_EQ(try_open("/proc/version"), EACCES);

  eventfilter_text_error error;
  EXPECT_EQ(eventfilter_labels_fs(labels.fd(), "proc", "a b", &error), -EINVAL);
  EXPECT_STREQ(error.code, "unknown_label");
  EXPECT_EQ(error.column, 13u);
  EXPECT_EQ(eventfilter_labels_fs(labels.fd(), "proc", "a\nlabel b", &error), -EINVAL);
  EXPECT_EQ(error.line, 0u);
  EXPECT_EQ(eventfilter_labels_fs(labels.fd(), "x\" b \"", "a", &error), -EINVAL);
  EXPECT_EQ(error.line, 0u);
  EXPECT_EQ(eventfilter_labels_fs(labels.fd(), "", "a", &error), -EINVAL);
  EXPECT_EQ(error.line, 1u);
  EXPECT_EQ(eventfilter_labels_fs(labels.fd(), "p", std::string(9000, ' ').c_str(), &error), -E2BIG);
}

TEST(Library, MakesGroups) {
  LabelSpace labels;
  labels.add("a");
  labels.group("g", "a");
  eventfilter_text_error error;
  EXPECT_EQ(eventfilter_labels_group(labels.fd(), "g", "g", &error), -EINVAL);
  EXPECT_STREQ(error.code, "group_in_group");
  EXPECT_EQ(eventfilter_labels_group(labels.fd(), "h", "a\nlabel b", &error), -EINVAL);
  EXPECT_EQ(error.line, 0u);
  labels.fs("proc", "a");
  labels.commit();
  Ruleset ruleset(labels);
  ruleset.write("file_open: label & g\n");
  EXPECT_EQ(in_child([&] {
              eventfilter_no_new_privs();
              return eventfilter_enforce(ruleset.fd(), 0) != 0 ? 1 : open_errno("/proc/version");
            }),
            0);
}

TEST(Library, AnswersQuestions) {
  LabelSpace labels;
  labels.add("a");
  labels.fs("proc", "a");
  labels.commit();
  const int version = path_fd("/proc/version");
  char text[64];
  EXPECT_EQ(eventfilter_labels_get(labels.fd(), version, text, 3), -ERANGE);
  const int length = eventfilter_labels_get(labels.fd(), version, text, sizeof(text));
  ASSERT_GT(length, 0);
  EXPECT_EQ(std::string(text, static_cast<size_t>(length)), "fs \"proc\" a\n");
  unsigned long long cursor = 0;
  EXPECT_EQ(eventfilter_labels_list(labels.fd(), &cursor, text, sizeof(text)), length);
  EXPECT_EQ(eventfilter_labels_list(labels.fd(), &cursor, text, sizeof(text)), 0);
  EXPECT_EQ(eventfilter_labels_get(labels.fd(), -1, text, sizeof(text)), -EBADF);
  EXPECT_EQ(eventfilter_labels_get(version, version, text, sizeof(text)), -EBADF) << "O_PATH";
  close(version);
}

TEST(Library, TellsWrongDescriptorsApart) {
  LabelSpace labels;
  Ruleset ruleset;
  const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  EXPECT_EQ(eventfilter_label_tree(null, null, ""), -EBADFD);
  EXPECT_EQ(eventfilter_label_tree(-1, null, ""), -EBADF);
  EXPECT_EQ(eventfilter_labels_commit(ruleset.fd()), -EBADFD);
  EXPECT_EQ(eventfilter_ruleset_create(null, 0), -EBADFD);
  EXPECT_EQ(eventfilter_ruleset_create(-2, 0), -EBADF);
  EXPECT_EQ(eventfilter_enforce(ruleset.fd(), ~0U), -EINVAL);
  EXPECT_EQ(in_child([&] {
              eventfilter_no_new_privs();
              return -eventfilter_enforce(labels.fd(), 0);
            }),
            EBADFD);
  EXPECT_EQ(eventfilter_labels_create(1), -EINVAL);
  close(null);
}

TEST(Library, ErrorsOfLabelling) {
  LabelSpace labels;
  labels.add("a");
  const int here = path_fd(".");
  EXPECT_EQ(eventfilter_label_tree(labels.fd(), here, "b"), -ENOENT);
  EXPECT_EQ(eventfilter_unlabel(labels.fd(), here), -ENOENT);
  EXPECT_EQ(eventfilter_unlabel_name(labels.fd(), here, "x"), -ENOENT);
  EXPECT_EQ(eventfilter_label_name(labels.fd(), here, "", "a"), -EINVAL);
  EXPECT_EQ(eventfilter_label_name(labels.fd(), here, "x//y", "a"), -EINVAL);
  EXPECT_EQ(eventfilter_label_name(labels.fd(), here, "x/*/y", "a"), 0);
  EXPECT_EQ(eventfilter_label_tree(labels.fd(), here, ""), 0) << "a barrier";
  EXPECT_EQ(eventfilter_label_self(labels.fd(), here, "a"), 0);
  EXPECT_EQ(eventfilter_unlabel(labels.fd(), here), 0);
  EXPECT_GT(eventfilter_labels_commit(labels.fd()), 0);
  close(here);
}

// The child opens what it is told to, and answers with the errno.
TEST(Library, RelabellingReachesWhoeverRuns) {
  LabelSpace labels;
  labels.add("open_t");
  std::ofstream("file") << "content";
  Ruleset ruleset(labels);
  ruleset.write("file_open: label & open_t\n");

  int ends[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), 0);
  const pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    char byte = 0;
    if (eventfilter_no_new_privs() != 0 || eventfilter_enforce(ruleset.fd(), 0) != 0) _exit(1);
    if (eventfilter_labels_commit(labels.fd()) != -EPERM) _exit(2);
    while (read(ends[1], &byte, 1) == 1) {
      byte = static_cast<char>(open_errno("file"));
      if (write(ends[1], &byte, 1) != 1) _exit(3);
    }
    _exit(0);
  }
  close(ends[1]);
  const auto ask = [&] {
    char byte = 0;
    EXPECT_EQ(write(ends[0], &byte, 1), 1);
    EXPECT_EQ(read(ends[0], &byte, 1), 1);
    return static_cast<int>(byte);
  };
  EXPECT_EQ(ask(), EACCES);
  const int directory = path_fd(".");
  labels.label_name(directory, "fi*", "open_t");
  EXPECT_EQ(ask(), EACCES) << "staged only";
  const int generation = labels.commit();
  EXPECT_EQ(ask(), 0);
  labels.unlabel_name(directory, "fi*");
  EXPECT_EQ(labels.commit(), generation + 1);
  EXPECT_EQ(ask(), EACCES);
  close(directory);
  close(ends[0]);
  int status = -1;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
}

TEST(Library, ConfineExecClosesAndConfines) {
  Ruleset ruleset;
  ruleset.write("sys_enter_sched_yield: deny errno ENOSYS\nfile_open: allow\n");
  const int status = in_child([&] {
    const int extra = dup(STDOUT_FILENO);
    if (extra < 3 || eventfilter_confine_exec(ruleset.fd(), 0) != 0) return 1;
    if (fcntl(extra, F_GETFD) != FD_CLOEXEC || fcntl(STDOUT_FILENO, F_GETFD) != 0) return 2;
    const std::string test = "test ! -e /proc/self/fd/" + std::to_string(extra) +
                             " && grep -q '^NoNewPrivs:\t1$' /proc/self/status && exit 7";
    execl("/bin/sh", "sh", "-c", test.c_str(), nullptr);
    return 3;
  });
  EXPECT_EQ(status, 7);
}

TEST(Library, PermissiveRefusesNothing) {
  Ruleset ruleset(EVENTFILTER_PERMISSIVE);
  ruleset.write("file_open: deny\n");
  EXPECT_EQ(in_child([&] {
              eventfilter_no_new_privs();
              if (eventfilter_enforce(ruleset.fd(), 0) != 0) return 1;
              return open_errno("/etc/passwd");
            }),
            0);
}

}  // namespace
