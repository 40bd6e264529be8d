// SPDX-License-Identifier: BSD-2-Clause
//
// The library against the kernel it is for, as an ordinary user in the virtual machine.
#include <cerrno>
#include <fstream>
#include <string>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guest.h"

namespace eventfilter::test {
namespace {

TEST(Library, KnowsTheKernelsInterface) { EXPECT_EQ(abi_version().value(), 1); }

TEST(Library, SaysWhereARulesetIsWrong) {
  Ruleset ruleset = Ruleset::create().value();
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
  ASSERT_TRUE(ruleset.write("sys_enter_ptrace: deny\n").ok());
  const auto wrong = ruleset.write("file_open: label & nothing_t\n");
  ASSERT_FALSE(wrong.ok());
  EXPECT_EQ(wrong.error().code(), EINVAL);
  ASSERT_TRUE(wrong.error().text().has_value());
  EXPECT_EQ(wrong.error().text()->column, 20u);
}

TEST(Library, SaysWhereALabelNameIsWrong) {
  LabelSpace labels = LabelSpace::create().value();
  eventfilter_text_error error;
  EXPECT_EQ(eventfilter_labels_add(labels.fd(), "two words", &error), -EINVAL);
  EXPECT_EQ(error.line, 1u);
  EXPECT_EQ(eventfilter_labels_add(labels.fd(), "a\nlabel b", &error), -EINVAL);
  EXPECT_EQ(error.line, 0u) << "found before the kernel was asked";
  EXPECT_EQ(eventfilter_labels_add(labels.fd(), std::string(64, 'a').c_str(), nullptr), 0);
  EXPECT_EQ(eventfilter_labels_add(labels.fd(), std::string(65, 'a').c_str(), nullptr), -EINVAL);
}

TEST(Library, LabelsFileSystemTypes) {
  LabelSpace labels = LabelSpace::create().value();
  labels.add("a").value();
  labels.fs("proc", "a").value();
  labels.commit().value();
  Ruleset ruleset = Ruleset::create(labels).value();
  ruleset.write("file_open: label & a\n").value();
  const auto try_open = [&](const char* path) {
    return in_child([&] {
      eventfilter_no_new_privs();
      return eventfilter_enforce(ruleset.fd(), 0) != 0 ? 1 : open_errno(path);
    });
  };
  EXPECT_EQ(try_open("/proc/version"), 0);
  EXPECT_EQ(try_open("/etc/passwd"), EACCES);
  labels.fs("proc", "").value();
  labels.commit().value();
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
  LabelSpace labels = LabelSpace::create().value();
  labels.add("a").value();
  labels.group("g", "a").value();
  eventfilter_text_error error;
  EXPECT_EQ(eventfilter_labels_group(labels.fd(), "g", "g", &error), -EINVAL);
  EXPECT_STREQ(error.code, "group_in_group");
  EXPECT_EQ(eventfilter_labels_group(labels.fd(), "h", "a\nlabel b", &error), -EINVAL);
  EXPECT_EQ(error.line, 0u);
  labels.fs("proc", "a").value();
  labels.commit().value();
  Ruleset ruleset = Ruleset::create(labels).value();
  ruleset.write("file_open: label & g\n").value();
  EXPECT_EQ(in_child([&] {
              eventfilter_no_new_privs();
              return eventfilter_enforce(ruleset.fd(), 0) != 0 ? 1 : open_errno("/proc/version");
            }),
            0);
}

TEST(Library, AnswersQuestions) {
  LabelSpace labels = LabelSpace::create().value();
  labels.add("a").value();
  labels.fs("proc", "a").value();
  labels.commit().value();
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
  LabelSpace labels = LabelSpace::create().value();
  Ruleset ruleset = Ruleset::create().value();
  const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  EXPECT_EQ(eventfilter_label_tree(null, null, ""), -EBADFD);
  EXPECT_EQ(eventfilter_label_tree(-1, null, ""), -EBADF);
  EXPECT_EQ(eventfilter_labels_commit(ruleset.fd()), -EBADFD);
  EXPECT_EQ(eventfilter_labels_clear(ruleset.fd()), -EBADFD);
  EXPECT_EQ(eventfilter_labels_discard(ruleset.fd()), -EBADFD);
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
  LabelSpace labels = LabelSpace::create().value();
  labels.add("a").value();
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

TEST(Library, ClearsAndDiscards) {
  LabelSpace labels = LabelSpace::create().value();
  labels.add("a").value();
  const int here = path_fd(".");
  const auto listed = [&] {
    char text[1024];
    unsigned long long cursor = 0;
    return eventfilter_labels_list(labels.fd(), &cursor, text, sizeof text) > 0;
  };
  labels.label_tree(here, "a").value();
  labels.discard().value();
  labels.commit().value();
  EXPECT_FALSE(listed());
  labels.label_tree(here, "a").value();
  labels.commit().value();
  labels.clear().value();
  EXPECT_TRUE(listed()) << "it's staged only";
  labels.commit().value();
  EXPECT_FALSE(listed());
  close(here);
}

// The child opens what it is told to, and answers with the errno.
TEST(Library, RelabellingReachesWhoeverRuns) {
  LabelSpace labels = LabelSpace::create().value();
  labels.add("open_t").value();
  std::ofstream("file") << "content";
  Ruleset ruleset = Ruleset::create(labels).value();
  ruleset.write("file_open: label & open_t\n").value();

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
  labels.label_name(directory, "fi*", "open_t").value();
  EXPECT_EQ(ask(), EACCES) << "staged only";
  const int generation = labels.commit().value();
  EXPECT_EQ(ask(), 0);
  labels.unlabel_name(directory, "fi*").value();
  EXPECT_EQ(labels.commit().value(), generation + 1);
  EXPECT_EQ(ask(), EACCES);
  close(directory);
  close(ends[0]);
  int status = -1;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
}

TEST(Library, ConfineExecClosesAndConfines) {
  Ruleset ruleset = Ruleset::create().value();
  ruleset.write("sys_enter_sched_yield: deny errno ENOSYS\nfile_open: allow\n").value();
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
  Ruleset ruleset = Ruleset::create(EVENTFILTER_PERMISSIVE).value();
  ruleset.write("file_open: deny\n").value();
  EXPECT_EQ(in_child([&] {
              eventfilter_no_new_privs();
              if (eventfilter_enforce(ruleset.fd(), 0) != 0) return 1;
              return open_errno("/etc/passwd");
            }),
            0);
}

}  // namespace
}  // namespace eventfilter::test
