// SPDX-License-Identifier: BSD-2-Clause
// EVF_GET_FILE, EVF_LIST, and what poll(2) and read(2) tell: for holders whom the space doesn't confine.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cstdint>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "support/child.h"
#include "support/label_probe.h"
#include "support/label_space.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/tree.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

class Questions : public testing::Test {
 protected:
  // The line that says which assignment decides; or the errno's name
  [[nodiscard]] std::string decided(int object) const {
    char text[16384];
    evf_question question{};
    question.size = sizeof(question);
    question.fd = object;
    question.text = reinterpret_cast<uintptr_t>(text);
    question.text_len = sizeof(text);
    const long length = ioctl(space_.fd(), EVF_GET_FILE, &question);
    return length < 0 ? errno_name(errno) : std::string(text, static_cast<size_t>(length));
  }
  [[nodiscard]] std::string decided(const std::string& path) const {
    const Fd object(require_fd(open(path.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC), path));
    return decided(object.get());
  }

  // All lines, asked for with that much room
  [[nodiscard]] std::vector<std::string> list(uint32_t room = 16384) const {
    std::vector<char> text(room);
    std::vector<std::string> lines;
    evf_question question{};
    question.size = sizeof(question);
    question.text = reinterpret_cast<uintptr_t>(text.data());
    for (;;) {
      question.text_len = room;
      const long length =
          require_call(ioctl(space_.fd(), EVF_LIST, &question), "EVF_LIST");
      if (length == 0) {
        return lines;
      }
      std::istringstream in(std::string(text.data(), static_cast<size_t>(length)));
      for (std::string line; std::getline(in, line);) {
        lines.push_back(line + "\n");
      }
    }
  }

  static std::string place(const std::string& path) {
    struct stat info {};
    require_call(lstat(path.c_str(), &info), "stat of " + path);
    return std::to_string(major(info.st_dev)) + ":" + std::to_string(minor(info.st_dev)) + " " +
           std::to_string(info.st_ino);
  }

  [[nodiscard]] short polled() const {
    pollfd waiting{space_.fd(), POLLIN, 0};
    require_call(poll(&waiting, 1, 0), "poll");
    return waiting.revents;
  }

  const LabelSpace space_{kProbeNames};
};

TEST_F(Questions, WhichAssignmentDecides) {
  const Tree tree;
  const std::string dir = tree.make_dir("d");
  const std::string file = tree.make_file("d/.ssh");
  EXPECT_EQ(decided(file), "none\n");
  require_call(space_.write("fs tmpfs c_t a_t\ngroup g = a_t\n"), "fs");
  space_.commit();
  EXPECT_EQ(decided(file), "fs \"tmpfs\" a_t c_t\n") << "names, no groups";
  space_.label_file(tree.root(), "a_t");
  EXPECT_EQ(decided(file), "file " + place(tree.root()) + " a_t\n");
  space_.label_self(dir, "c_t");
  EXPECT_EQ(decided(dir), "self " + place(dir) + " c_t\n");
  EXPECT_EQ(decided(file), "file " + place(tree.root()) + " a_t\n");
  space_.label_name(tree.root(), "*/.ssh", "b_t c_t");
  EXPECT_EQ(decided(file), "name " + place(tree.root()) + " \"*/.ssh\" b_t c_t\n");
  space_.label_file(file, "");
  EXPECT_EQ(decided(file), "file " + place(file) + "\n") << "a barrier";
}

TEST_F(Questions, WhatIsStagedDecidesNothing) {
  const Tree tree;
  const std::string file = tree.make_file("f");
  require_call(space_.stage(EVF_LABEL_FILE, file, "a_t"), "stage");
  EXPECT_EQ(decided(file), "none\n");
  EXPECT_TRUE(list().empty());
  space_.commit();
  require_call(space_.stage(EVF_LABEL_FILE, file, "b_t"), "stage");
  EXPECT_EQ(decided(file), "file " + place(file) + " a_t\n");
  require_call(space_.stage(EVF_UNLABEL, file, ""), "stage");
  EXPECT_EQ(list(), std::vector<std::string>{"file " + place(file) + " a_t\n"});
  space_.commit();
  EXPECT_TRUE(list().empty());
}

TEST_F(Questions, OfObjectsOutsideAnyTree) {
  int ends[2];
  require_call(pipe2(ends, O_CLOEXEC), "pipe");
  EXPECT_EQ(decided(ends[0]), "internal anonymous\n");
  close(ends[0]);
  close(ends[1]);
}

TEST_F(Questions, APatternCannotForgeALine) {
  const Tree tree;
  space_.label_name(tree.root(), "a\" b_t\nfile 1:1 \\\x80", "a_t");
  const std::string line =
      "name " + place(tree.root()) + " \"a\\042 b_t\\012file 1:1 \\134\\200\" a_t\n";
  EXPECT_EQ(list(), std::vector<std::string>{line});
  EXPECT_EQ(decided(tree.make_file("a\" b_t\nfile 1:1 \\\x80")), line);
}

TEST_F(Questions, TheListIsInOrderWhateverTheRoom) {
  const Tree tree;
  std::vector<std::string> expected;
  for (int i = 0; i < 100; ++i) {
    const std::string name = "f" + std::to_string(i);
    require_call(space_.stage(EVF_LABEL_NAME, tree.root(), i % 2 != 0 ? "a_t" : "", name), name);
    expected.push_back("name " + place(tree.root()) + " \"" + name + "\"" +
                       (i % 2 != 0 ? " a_t" : "") + "\n");
  }
  space_.commit();
  EXPECT_EQ(list(), expected);
  EXPECT_EQ(list(64), expected) << "one or two lines at a time";
  EXPECT_EQ(list(1 << 20), expected);
  space_.unlabel_name(tree.root(), "f50");
  expected.erase(expected.begin() + 50);
  EXPECT_EQ(list(), expected);
}

TEST_F(Questions, TheListHasEndpointsToo) {
  require_call(space_.write("endpoint tcp 10.0.0.0/8 443 a_t b_t\nendpoint any fd00::/8 1-1024\n"),
               "endpoints");
  space_.commit();
  EXPECT_EQ(list(), (std::vector<std::string>{"endpoint tcp 10.0.0.0/8 443-443 a_t b_t\n",
                                              "endpoint any fd00::/8 1-1024\n"}));
}

TEST_F(Questions, ALineThatDoesNotFitIsERANGE) {
  const Tree tree;
  space_.label_file(tree.root(), "a_t");
  const std::string line = "file " + place(tree.root()) + " a_t\n";
  const Fd object(open(tree.root().c_str(), O_PATH | O_CLOEXEC));
  for (const unsigned long request : {EVF_GET_FILE, EVF_LIST}) {
    for (const size_t room : {size_t{0}, line.size() - 1, line.size(), line.size() + 1}) {
      std::string text(64, 'x');
      evf_question question{};
      question.size = sizeof(question);
      question.fd = request == EVF_LIST ? 0 : object.get();
      question.text = reinterpret_cast<uintptr_t>(text.data());
      question.text_len = static_cast<uint32_t>(room);
      if (room < line.size()) {
        EXPECT_REFUSED(ERANGE, ioctl(space_.fd(), request, &question)) << room;
        EXPECT_EQ(text, std::string(64, 'x')) << "nothing is written";
      } else {
        EXPECT_EQ(ioctl(space_.fd(), request, &question), static_cast<int>(line.size()));
        EXPECT_EQ(text.substr(0, line.size()), line);
        EXPECT_EQ(text.substr(line.size()), std::string(64 - line.size(), 'x'));
      }
    }
  }
}

TEST_F(Questions, StructsOfOtherSizes) {
  struct {
    evf_question question{};
    uint64_t more = 0;
  } larger;
  char text[64];
  larger.question.text = reinterpret_cast<uintptr_t>(text);
  larger.question.text_len = sizeof(text);
  larger.question.size = EVF_QUESTION_SIZE_VER0 - 1;
  EXPECT_REFUSED(EINVAL, ioctl(space_.fd(), EVF_LIST, &larger));
  larger.question.size = sizeof(larger);
  EXPECT_ALLOWED(ioctl(space_.fd(), EVF_LIST, &larger));
  larger.question.size = sizeof(larger);
  larger.more = 1;
  EXPECT_REFUSED(E2BIG, ioctl(space_.fd(), EVF_LIST, &larger));
  larger.question.size = EVF_QUESTION_SIZE_VER0;
  EXPECT_ALLOWED(ioctl(space_.fd(), EVF_LIST, &larger));
  EXPECT_REFUSED(EFAULT, ioctl(space_.fd(), EVF_LIST, nullptr));
  larger.question.fd = 1;
  EXPECT_REFUSED(EINVAL, ioctl(space_.fd(), EVF_LIST, &larger)) << "no descriptor belongs here";
  larger.question.fd = -1;
  EXPECT_REFUSED(EBADF, ioctl(space_.fd(), EVF_GET_FILE, &larger));
  larger.question.cursor = 1;
  EXPECT_REFUSED(EINVAL, ioctl(space_.fd(), EVF_GET_FILE, &larger));
}

TEST_F(Questions, CommitsCanBeWaitedFor) {
  (void)space_.error();
  EXPECT_EQ(polled(), 0);
  const long generation = space_.try_commit();
  EXPECT_EQ(polled(), POLLIN);
  EXPECT_EQ(space_.error(), "commit " + std::to_string(generation) + "\n");
  EXPECT_EQ(polled(), 0) << "it's told once";
  EXPECT_EQ(space_.error(), "");
  space_.commit();
  space_.commit();
  EXPECT_EQ(space_.error(), "commit " + std::to_string(generation + 2) + "\n") << "the last of several";
  Child waiting(Subject::kRoot, [&] {
    pollfd pending{space_.fd(), POLLIN, 0};
    EXPECT_EQ(poll(&pending, 1, -1), 1);
    EXPECT_EQ(pending.revents, POLLIN);
  });
  usleep(50000);
  space_.commit();
  waiting.wait();
}

TEST_F(Questions, UnmountsCanBeWaitedFor) {
  LoopMount disk("ext4");
  struct stat info {};
  ASSERT_ALLOWED(stat(disk.root().c_str(), &info));
  space_.label_file(disk.root(), "a_t");
  (void)space_.error();
  ASSERT_ALLOWED(disk.unmount());
  EXPECT_EQ(polled(), POLLIN);
  EXPECT_EQ(space_.error(), "unmount " + std::to_string(major(info.st_dev)) + ":" +
                                std::to_string(minor(info.st_dev)) + "\n");
  EXPECT_TRUE(list().empty());
  EXPECT_EQ(polled(), 0);
}

TEST_F(Questions, AnErrorComesBeforeNews) {
  (void)space_.error();
  const long generation = space_.try_commit();
  EXPECT_REFUSED(EINVAL, space_.write("nonsense\n"));
  EXPECT_EQ(polled(), POLLIN);
  EXPECT_EQ(space_.error().rfind("1:1:8: expected_line: ", 0), 0U);
  EXPECT_EQ(space_.error(), "commit " + std::to_string(generation) + "\n");
}

TEST_F(Questions, AreNotForWhomTheSpaceConfines) {
  const Tree tree;
  const std::string file = tree.make_file("f");
  space_.label_file(file, "a_t");
  in_child([&] {
    const Fd object(open(file.c_str(), O_PATH | O_CLOEXEC));
    EXPECT_EQ(decided(object.get()), "file " + place(file) + " a_t\n") << "before";
    enforce(space_, "file_open: label & a_t");
    for (unsigned number = 0; number < 64; ++number) {
      EXPECT_REFUSED(EPERM, ioctl(space_.fd(), _IO(EVF_IOC_MAGIC, number), nullptr)) << number;
    }
    EXPECT_EQ(decided(object.get()), "EPERM");
    EXPECT_REFUSED(EPERM, space_.write("label more_t\n"));
    EXPECT_REFUSED(EPERM, space_.try_commit());
    char byte;
    EXPECT_REFUSED(EPERM, read(space_.fd(), &byte, 1));
    EXPECT_EQ(polled(), POLLERR);
    const LabelSpace own("x_t");
    EXPECT_ALLOWED(own.try_commit());
    EXPECT_NE(own.error(), "") << "a space of its own answers";
  });
  EXPECT_EQ(decided(file), "file " + place(file) + " a_t\n") << "its owner";
}

}  // namespace
}  // namespace eventfilter::selftest
