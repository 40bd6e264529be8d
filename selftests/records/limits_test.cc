// SPDX-License-Identifier: BSD-2-Clause
// Records wait in bounded memory. What finds no room is counted, and the stream says where.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <memory>
#include <thread>

#include "support/channel.h"
#include "support/child.h"
#include "support/label_space.h"
#include "support/records.h"
#include "support/require.h"
#include "support/tree.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

// A task that refuses itself things when it's told to: always with records of the same length
class Refuser {
 public:
  explicit Refuser(const Ruleset& ruleset) {
    child_ = std::make_unique<Child>([&] {
      ruleset.enforce();
      for (int count = 0; (count = channel_.child().receive()) > 0;) {
        for (int i = 0; i < count; ++i) {
          EXPECT_REFUSED(EPERM, syscall(SYS_getppid));
        }
        channel_.child().send(count);
      }
    });
  }
  ~Refuser() {
    channel_.parent().send(0);
    child_->wait();
  }
  void raise(int count) const {
    channel_.parent().send(count);
    EXPECT_EQ(channel_.parent().receive(), count);
  }

 private:
  const Channel channel_;
  std::unique_ptr<Child> child_;
};

class RecordLimits : public testing::Test {
 protected:
  RecordLimits() {
    refuser_.raise(1);
    length_ = records_.text().size();
    fit_ = static_cast<int>(EVF_RECORDS_SIZE / length_);
  }

  const Ruleset ruleset_{"sys_enter_getppid: deny"};
  const Records records_{ruleset_};
  const Refuser refuser_{ruleset_};
  size_t length_ = 0;
  int fit_ = 0;
};

TEST_F(RecordLimits, BelowAndAtNothingIsLost) {
  refuser_.raise(fit_ - 1);
  EXPECT_EQ(records_.take().size(), static_cast<size_t>(fit_ - 1));
  refuser_.raise(fit_);
  const std::string text = records_.text();
  EXPECT_EQ(text.find("lost="), std::string::npos);
  EXPECT_EQ(text.size(), static_cast<size_t>(fit_) * length_);
}

TEST_F(RecordLimits, AboveTheNewestAreLostAndCounted) {
  refuser_.raise(fit_ + 1);
  std::vector<Denied> taken = records_.take();
  ASSERT_EQ(taken.size(), static_cast<size_t>(fit_ + 1));
  EXPECT_EQ(taken.back(), (Denied{{"lost", "1"}})) << "also when nothing comes after it";
  refuser_.raise(fit_ + 1000);
  taken = records_.take();
  ASSERT_EQ(taken.size(), static_cast<size_t>(fit_ + 1));
  EXPECT_EQ(taken.back().at("lost"), "1000");
  EXPECT_EQ(records_.text(), "") << "said once";
}

TEST_F(RecordLimits, TheStreamSaysWhere) {
  records_.set_nonblocking();
  refuser_.raise(fit_ + 5);
  char buffer[EVF_MAX_RECORD];
  require_call(read(records_.fd(), buffer, sizeof(buffer)), "read");
  refuser_.raise(2);
  const std::vector<Denied> taken = records_.take();
  ASSERT_GT(taken.size(), 3U);
  EXPECT_EQ(taken[taken.size() - 3], (Denied{{"lost", "5"}}));
  EXPECT_EQ(taken.back().at("event"), "sys_enter_getppid");
}

TEST_F(RecordLimits, ASmallBufferLeavesTheLossUnsaid) {
  refuser_.raise(fit_ + 1);
  std::string text;
  char buffer[EVF_MAX_RECORD];
  records_.set_nonblocking();
  for (int i = 0; i < fit_; ++i) {
    ASSERT_EQ(read(records_.fd(), buffer, length_), static_cast<long>(length_));
  }
  EXPECT_REFUSED(EMSGSIZE, read(records_.fd(), buffer, 6)) << "below";
  EXPECT_EQ(read(records_.fd(), buffer, 7), 7) << "at";
  EXPECT_EQ(std::string(buffer, 7), "lost=1\n");
  EXPECT_REFUSED(EAGAIN, read(records_.fd(), buffer, sizeof(buffer)));
}

TEST_F(RecordLimits, ReadersAndWritersAtOnce) {
  constexpr int kRounds = 40;
  size_t seen = 0;
  uint64_t lost = 0;
  const auto count = [&] {
    for (const Denied& record : records_.take()) {
      if (record.contains("lost")) {
        lost += std::stoull(record.at("lost"));
      } else {
        EXPECT_EQ(record.at("event"), "sys_enter_getppid");
        ++seen;
      }
    }
  };
  std::thread writer([&] {
    for (int i = 0; i < kRounds; ++i) {
      refuser_.raise(fit_ / 2);
    }
  });
  for (int i = 0; i < 2 * kRounds; ++i) {
    count();
  }
  writer.join();
  count();
  EXPECT_EQ(seen + lost, static_cast<size_t>(kRounds) * static_cast<size_t>(fit_ / 2));
}

TEST(RecordLength, TheLongestOneFits) {
  // Every text of a record at its longest: two names, four sets of labels, the path, the predicate
  const Tree tree;
  std::string below;
  for (int i = 0; i < 6; ++i) {
    below += std::string(100, '"') + "/";
  }
  const std::string name(250, '"');
  const std::string file = tree.make_file(below + name);
  std::string names;
  for (int i = 0; i < EVF_MAX_OBJECT_NAMES; ++i) {
    names += std::string(EVF_MAX_LABEL_NAME - 2, 'a') + std::to_string(10 + i) + " ";
  }
  const LabelSpace space(names);
  space.label_file(tree.root(), names);
  const Ruleset ruleset(space, "file_rename: name == \"" + std::string(250, '~') + "\"");
  const Records records(ruleset);
  in_child([&] {
    ruleset.enforce();
    EXPECT_REFUSED(EACCES, rename(file.c_str(), tree.path(below + std::string(250, '\n')).c_str()));
  });
  char buffer[EVF_MAX_RECORD];
  const long got = read(records.fd(), buffer, sizeof(buffer));
  ASSERT_GT(got, 2700);
  const std::vector<Denied> taken = parse_records({buffer, static_cast<size_t>(got)});
  ASSERT_EQ(taken.size(), 1U);
  EXPECT_EQ(taken[0].at("event"), "file_rename");
  EXPECT_TRUE(std::string(buffer, static_cast<size_t>(got)).ends_with(" ...\n"))
      << "values that don't fit are left out whole, and that is said";
}

}  // namespace
}  // namespace eventfilter::selftest
