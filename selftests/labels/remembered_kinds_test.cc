// SPDX-License-Identifier: BSD-2-Clause
// What the kernel remembers of renames, by two labels, and of endpoints: see docs/design/0071.
// Whatever is asked several times and then changed, in each thing that the verdict is about, is
// judged anew.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <unistd.h>

#include "labels/confined.h"
#include "labels/on_every_fs.h"
#include "support/net.h"

namespace eventfilter::selftest {
namespace {

std::function<long()> moving(const std::string& from, const std::string& to) {
  return [from, to] {
    const long moved = rename(from.c_str(), to.c_str());
    return moved != 0 ? moved : static_cast<long>(rename(to.c_str(), from.c_str()));
  };
}

class RememberedRenames : public OnEveryFs {
 protected:
  RememberedRenames() {
    space_.label_file(tree_.make_dir("good"), "a_t");
    space_.label_file(tree_.make_dir("bad"), "b_t");
  }
  [[nodiscard]] std::string make(const std::string& below) const { return tree_.make_file(below); }
  [[nodiscard]] std::string at(const std::string& below) const { return tree_.path(below); }

  // Nothing leaves what is labelled a_t
  static constexpr const char* kStays =
      "file_rename: label & a_t && new_label & a_t else errno EXDEV\n";
};

TEST_P(RememberedRenames, ACommitCountsAtOnce) {
  const Confined task(space_, {moving(make("good/file"), at("good/d/file"))}, kStays);
  tree_.make_dir("good/d");
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(task.often(), 0);
    space_.label_file(at("good/d"), "b_t");
    EXPECT_EQ(task.often(), EXDEV);
    space_.unlabel(at("good/d"));
    EXPECT_EQ(task.often(), 0);
    space_.label_file(at("good"), "");
    EXPECT_EQ(task.often(), EXDEV) << "a barrier";
    space_.label_file(at("good"), "a_t");
  }
}

TEST_P(RememberedRenames, EachOfTheTwoNamesCounts) {
  tree_.make_dir("bad/d");
  const Confined task(
      space_,
      {moving(make("good/file"), at("good/other")), moving(at("good/file"), at("bad/file")),
       moving(make("bad/back"), at("good/back")), moving(make("bad/here"), at("bad/d/here"))},
      kStays);
  for (int i = 0; i < kTimes; ++i) {
    EXPECT_EQ(task.once(0), 0);
    EXPECT_EQ(task.once(1), EXDEV);
    EXPECT_EQ(task.once(2), EXDEV);
    EXPECT_EQ(task.once(3), EXDEV);
  }
}

// Where only one of the labels is read, the other one makes no difference
TEST_P(RememberedRenames, AFilterOfOneName) {
  const Confined task(
      space_,
      {moving(make("good/file"), at("good/other")), moving(make("bad/file"), at("bad/other"))},
      "file_rename: new_label & a_t else errno EXDEV\n");
  EXPECT_EQ(task.often(0), 0);
  EXPECT_EQ(task.often(1), EXDEV);
  space_.label_file(at("bad"), "a_t");
  space_.label_file(at("good"), "b_t");
  EXPECT_EQ(task.often(0), EXDEV);
  EXPECT_EQ(task.often(1), 0);
}

TEST_P(RememberedRenames, TheFileGetsALabelOfItsOwn) {
  const Confined task(
      space_,
      {moving(make("good/file"), at("good/other")), moving(make("good/same"), at("good/same2"))},
      kStays);
  EXPECT_EQ(task.often(0), 0);
  EXPECT_EQ(task.often(1), 0);
  space_.label_file(at("good/file"), "c_t");
  EXPECT_EQ(task.often(0), EXDEV);
  EXPECT_EQ(task.often(1), 0);
}

TEST_P(RememberedRenames, ANameGetsALabel) {
  const Confined task(
      space_,
      {moving(make("good/file"), at("good/other")), moving(at("good/file"), at("good/third"))},
      kStays);
  EXPECT_EQ(task.often(0), 0);
  EXPECT_EQ(task.often(1), 0);
  space_.label_name(at("good"), "ot*", "b_t");
  EXPECT_EQ(task.often(0), EXDEV);
  EXPECT_EQ(task.often(1), 0);
}

TEST_P(RememberedRenames, DirectoriesAreExchangedMeanwhile) {
  tree_.make_file("good/x/file");
  tree_.make_file("bad/x/file");
  const Confined task(
      space_,
      {moving(at("good/x/file"), at("good/x/other")), moving(at("bad/x/file"), at("bad/x/other"))},
      kStays);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(task.often(0), 0);
    EXPECT_EQ(task.often(1), EXDEV);
    space_.label_file(at("good/x"), "a_t");
    space_.label_file(at("bad/x"), "b_t");
    ASSERT_ALLOWED(
        renameat2(AT_FDCWD, at("good/x").c_str(), AT_FDCWD, at("bad/x").c_str(), RENAME_EXCHANGE));
    EXPECT_EQ(task.often(0), EXDEV) << "labels go with their directories";
    EXPECT_EQ(task.often(1), 0);
    ASSERT_ALLOWED(
        renameat2(AT_FDCWD, at("good/x").c_str(), AT_FDCWD, at("bad/x").c_str(), RENAME_EXCHANGE));
    space_.unlabel(at("good/x"));
    space_.unlabel(at("bad/x"));
  }
}

INSTANTIATE_ON_EVERY_FS(RememberedRenames);

std::function<long()> connecting(const std::string& ip, unsigned port, int type = SOCK_DGRAM,
                                 int protocol = 0) {
  return [=] { return try_connect(ip_address(ip, port), type, protocol); };
}

class RememberedEndpoints : public testing::Test {
 protected:
  void say(const std::string& lines) const {
    require_call(space_.write(lines), lines);
    space_.commit();
  }

  const LabelSpace space_{"a_t b_t"};
};

TEST_F(RememberedEndpoints, ACommitCountsAtOnce) {
  say("endpoint any 127.0.0.0/8 * a_t\n");
  const Confined task(space_, "socket_connect", {connecting("127.0.0.1", 7)});
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(task.often(), 0);
    say("endpoint any 127.0.0.1/32 * b_t\n");
    EXPECT_EQ(task.often(), EXDEV);
    say("endpoint any 127.0.0.1/32 * a_t\n");
    EXPECT_EQ(task.often(), 0);
  }
}

// All that an endpoint is: what is remembered of one says nothing of the next
TEST_F(RememberedEndpoints, EachPartOfAnEndpointCounts) {
  say("endpoint udp 127.0.0.1/32 7 a_t\nendpoint tcp 127.0.0.1/32 8 a_t\nendpoint udp ::1/128 7 "
      "a_t\n");
  const Confined task(space_, "socket_connect",
                      {connecting("127.0.0.1", 7), connecting("127.0.0.2", 7),
                       connecting("127.0.0.1", 8), connecting("::1", 7), connecting("::1", 8),
                       connecting("127.0.0.1", 263), connecting("127.0.0.1", 7, SOCK_STREAM),
                       connecting("127.0.0.1", 7, SOCK_DGRAM, IPPROTO_UDPLITE)});
  for (int i = 0; i < kTimes; ++i) {
    EXPECT_EQ(task.once(0), 0);
    EXPECT_EQ(task.once(1), EXDEV) << "another address";
    EXPECT_EQ(task.once(2), EXDEV) << "another port";
    EXPECT_EQ(task.once(3), 0);
    EXPECT_EQ(task.once(4), EXDEV);
    EXPECT_EQ(task.once(5), EXDEV) << "a port that differs in its high byte";
    EXPECT_EQ(task.once(6), EXDEV) << "another type";
    EXPECT_EQ(task.once(7), EXDEV) << "another protocol";
  }
}

// What a filter reads besides the label is a part of the question
TEST_F(RememberedEndpoints, NumbersThatAFilterReads) {
  say("endpoint any 127.0.0.0/8 * a_t\nendpoint any ::1/128 * a_t\n");
  const std::vector<std::function<long()>> deeds = {
      connecting("127.0.0.1", 7), connecting("::1", 7), connecting("127.0.0.1", 9)};
  const Confined by_family(space_, deeds,
                           "socket_connect: label & a_t && family == 2 else errno EXDEV\n");
  const Confined by_port(space_, deeds,
                         "socket_connect: label & a_t && port != 9 else errno EXDEV\n");
  for (int i = 0; i < kTimes; ++i) {
    EXPECT_EQ(by_family.once(0), 0);
    EXPECT_EQ(by_family.once(1), EXDEV);
    EXPECT_EQ(by_family.once(2), 0);
    EXPECT_EQ(by_port.once(0), 0);
    EXPECT_EQ(by_port.once(1), 0);
    EXPECT_EQ(by_port.once(2), EXDEV);
  }
}

// Who asks is no part of it: filters that read ids are run each time
TEST_F(RememberedEndpoints, IdsAreNotRemembered) {
  say("endpoint any 127.0.0.0/8 * a_t\n");
  in_child(Subject::kRoot, [this] {
    enforce(space_, "socket_connect: label & a_t && uid == 0 else errno EXDEV\n");
    for (int i = 0; i < kTimes; ++i) ASSERT_ALLOWED(connecting("127.0.0.1", 7)());
    become_user();
    for (int i = 0; i < kTimes; ++i) EXPECT_REFUSED(EXDEV, connecting("127.0.0.1", 7)());
  });
}

// Each event has its own verdicts, and so has each filter
TEST_F(RememberedEndpoints, EveryEventAndEveryFilterForItself) {
  say("endpoint any 127.0.0.0/8 * a_t\n");
  const Confined both(
      space_,
      {connecting("127.0.0.1", 7), [] { return try_bind(ip_address("127.0.0.1", 7), SOCK_DGRAM); }},
      "socket_connect: label & a_t else errno EXDEV\n"
      "socket_bind: label & b_t else errno EDOM\n");
  const Confined other(space_, {connecting("127.0.0.1", 7)},
                       "socket_connect: !(label & a_t) else errno EDOM\n");
  for (int i = 0; i < kTimes; ++i) {
    EXPECT_EQ(both.once(0), 0);
    EXPECT_EQ(both.once(1), EDOM);
    EXPECT_EQ(other.once(0), EDOM);
  }
}

// More endpoints than there is room for, which displace one another, right and wrong ones in turn
TEST_F(RememberedEndpoints, ManyOfThem) {
  say("endpoint any 127.0.0.0/8 * b_t\nendpoint any 127.0.1.0/24 * a_t\n");
  std::vector<std::function<long()>> deeds;
  for (unsigned i = 0; i < 256; ++i) {
    deeds.push_back(
        connecting("127.0." + std::to_string(i % 2) + "." + std::to_string(i / 2 + 1), 7));
  }
  const Confined task(space_, "socket_connect", deeds);
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 256; ++i) {
      ASSERT_EQ(task.once(i), i % 2 == 1 ? 0 : EXDEV) << i;
      ASSERT_EQ(task.once(i), i % 2 == 1 ? 0 : EXDEV) << i;
    }
  }
}

}  // namespace
}  // namespace eventfilter::selftest
