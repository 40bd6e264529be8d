// SPDX-License-Identifier: BSD-2-Clause
// eventfilter:<event>: a trace event for each object event, with all its fields, when it's refused.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sstream>

#include "support/calls.h"
#include "support/child.h"
#include "support/label_space.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/trace.h"
#include "support/tree.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

// What was traced of that event, by fields
std::vector<Denied> traced(const TraceInstance& instance, const std::string& event) {
  std::vector<Denied> found;
  const std::string mark = ": " + event + ": ";
  std::istringstream lines(instance.read("trace"));
  for (std::string line; std::getline(lines, line);) {
    const size_t at = line.find(mark);
    if (at != std::string::npos) {
      found.push_back(parse_denied(line.substr(at + mark.size())));
    }
  }
  return found;
}

void listen(const TraceInstance& instance, const std::string& event, bool on = true) {
  instance.write("events/eventfilter/" + event + "/enable", on ? "1\n" : "0\n");
}

TEST(ObjectTraceEvents, HaveAllFieldsAlsoThoseThatNoProgramReads) {
  const Tree tree;
  const std::string file = tree.make_file("d/a \"b\"\n");
  const LabelSpace space("a_t b_t");
  space.label_file(file, "a_t b_t");
  struct stat status {};
  require_call(stat(file.c_str(), &status), "stat");
  const TraceInstance instance;
  listen(instance, "file_open");
  in_child([&] {
    enforce("sys_enter_getppid: allow");
    enforce(space, "file_open: uid == 7 else errno EXDEV");
    EXPECT_REFUSED(EXDEV, try_open(file, O_RDWR));
  });
  const std::vector<Denied> found = traced(instance, "file_open");
  ASSERT_EQ(found.size(), 1U);
  Denied event = found[0];
  EXPECT_EQ(event["layer"], "1");
  EXPECT_EQ(event["error"], std::to_string(EXDEV));
  EXPECT_EQ(event["label"], "a_t,b_t");
  EXPECT_EQ(event["owner"], "1000");
  EXPECT_EQ(event["group"], "1000");
  EXPECT_EQ(event["mode"], std::to_string(status.st_mode));
  EXPECT_EQ(event["access"], std::to_string(EVF_ACCESS_READ | EVF_ACCESS_WRITE));
  EXPECT_EQ(event["name"], R"(a \042b\042\n)");
  EXPECT_EQ(event["ino"], std::to_string(status.st_ino));
  EXPECT_NE(event["dev"], "0");
  EXPECT_EQ(event["uid"], "1000");
  EXPECT_EQ(event["gid"], "1000");
  EXPECT_NE(event["domain"], "0");
}

TEST(ObjectTraceEvents, OnlyOfThatEventOnlyOfRefusalsAndNotQuietOnes) {
  const Tree tree;
  const std::string file = tree.make_file("file");
  const TraceInstance instance;
  listen(instance, "file_unlink");
  in_child([&] {
    enforce("file_open: deny\nfile_unlink: name == \"gone\" else log\nfile_truncate: deny quiet");
    EXPECT_REFUSED(EACCES, try_open(file, O_RDONLY));
    EXPECT_REFUSED(EACCES, truncate(file.c_str(), 0));
    EXPECT_ALLOWED(rename(file.c_str(), tree.path("gone").c_str()));
    EXPECT_ALLOWED(link(tree.path("gone").c_str(), file.c_str()));
    EXPECT_ALLOWED(unlink(tree.path("gone").c_str()));
    EXPECT_ALLOWED(unlink(file.c_str()));
  });
  const std::vector<Denied> found = traced(instance, "file_unlink");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].at("name"), "file");
  EXPECT_EQ(found[0].at("error"), "0") << "a log passes";
  EXPECT_EQ(found[0].at("label"), "") << "no label space, no label";
}

TEST(ObjectTraceEvents, ArePassiveAndCanBeTurnedOff) {
  const Tree tree;
  const std::string file = tree.make_file("file");
  const TraceInstance instance;
  const auto refuse_once = [&] {
    in_child([&] {
      enforce("file_open: deny");
      EXPECT_REFUSED(EACCES, try_open(file, O_RDONLY));
    });
  };
  for (int i = 0; i < 20; ++i) {
    listen(instance, "file_open", i % 2 == 0);
    refuse_once();
  }
  EXPECT_EQ(traced(instance, "file_open").size(), 10U);
}

TEST(ObjectTraceEvents, CanBeFilteredByFtrace) {
  const Tree tree;
  const std::string one = tree.make_file("one");
  const std::string two = tree.make_file("two");
  const TraceInstance instance;
  instance.write("events/eventfilter/file_open/filter", "name == \"two\" && owner == 1000\n");
  listen(instance, "file_open");
  in_child([&] {
    enforce("file_open: deny");
    EXPECT_REFUSED(EACCES, try_open(one, O_RDONLY));
    EXPECT_REFUSED(EACCES, try_open(two, O_RDONLY));
  });
  const std::vector<Denied> found = traced(instance, "file_open");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].at("name"), "two");
}

}  // namespace
}  // namespace eventfilter::selftest
