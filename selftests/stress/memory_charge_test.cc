// SPDX-License-Identifier: BSD-2-Clause
// What filters and labels take is charged to the memory cgroup of whoever asks for it, and given
// back.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "support/channel.h"
#include "support/child.h"
#include "support/label_space.h"
#include "support/long_run.h"
#include "support/memory_group.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/tree.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

class MemoryCharge : public testing::Test {
 protected:
  void in_group(const std::function<void()>& body) const { group_.run(body); }
  [[nodiscard]] long charged() const { return group_.charged(); }
  // What was freed is given back after a grace period, by workers that may have to wait their turn
  [[nodiscard]] bool falls_below(long limit) const {
    for (int wait = 0; wait < 300 && charged() >= limit; ++wait) {
      usleep(100'000);
    }
    return charged() < limit;
  }

  const MemoryGroup group_;
};

TEST_F(MemoryCharge, OfLabels) {
  const Tree tree;
  in_group([&] {
    const LabelSpace space("a_t");
    const Fd dir(open(tree.root().c_str(), O_PATH | O_CLOEXEC));
    const long before = charged();
    for (int i = 0; i < 50'000; ++i) {
      require_call(space.stage(EVF_LABEL_NAME, dir.get(), "a_t", "name" + std::to_string(i)),
                   "staging");
    }
    space.commit();
    EXPECT_GT(charged() - before, 50'000 * 48);
  });
}

TEST_F(MemoryCharge, OfNames) {
  in_group([&] {
    const LabelSpace space;
    const long before = charged();
    std::string names;
    for (int i = 0; i < 16'000; ++i) {
      names += "label a_rather_long_name_of_a_label_number_" + std::to_string(i) + "\n";
    }
    require_call(space.write(names), "names");
    EXPECT_GT(charged() - before, 16'000 * 40);
  });
}

TEST_F(MemoryCharge, OfRulesets) {
  in_group([&] {
    const long before = charged();
    const Ruleset ruleset;
    std::string text;
    for (int i = 0; i < 20'000; ++i) {
      text += "sys_enter_lseek: fd == 1 || fd == 2 || fd == 3\n";
    }
    require_call(ruleset.write(text), "a large ruleset");
    EXPECT_GT(charged() - before, 1 << 20);
  });
}

TEST_F(MemoryCharge, OfLayers) {
  constexpr int kTasks = 20;
  in_group([&] {
    const Ruleset ruleset("syscalls: deny else log\nsys_enter_getppid: deny else log\n");
    // What so many tasks take together, each with that many layers
    const auto taken = [&](int layers) {
      const long before = charged();
      const Channel channel;
      std::vector<std::unique_ptr<Child>> children;
      for (int task = 0; task < kTasks; ++task) {
        children.push_back(std::make_unique<Child>(Subject::kRoot, [&] {
          for (int layer = 0; layer < layers; ++layer) {
            ruleset.enforce();
          }
          channel.child().send(0);
          pause();
        }));
        EXPECT_EQ(channel.parent().receive(), 0);
      }
      return charged() - before;
    };
    EXPECT_GT(taken(60) - taken(0), kTasks * 60 * 128);
  });
}

TEST_F(MemoryCharge, RelabellingInALoopTakesNoMoreAndMore) {
  const Tree tree;
  const std::string file = tree.make_file("file");
  in_group([&] {
    const LabelSpace space("a_t b_t");
    const Fd object(open(file.c_str(), O_PATH | O_CLOEXEC));
    const auto relabel = [&](int times) {
      for (int i = 0; i < times; ++i) {
        require_call(space.stage(EVF_LABEL_FILE, object.get(), i % 2 != 0 ? "a_t" : "a_t b_t"),
                     "staging");
        space.commit();
      }
    };
    relabel(100);
    const long before = charged();
    relabel(rounds(2'000, 100'000));
    EXPECT_TRUE(falls_below(before + (1 << 20))) << charged() - before;
  });
}

TEST_F(MemoryCharge, StagingInALoopTakesNoMoreAndMore) {
  const Tree tree;
  const std::string file = tree.make_file("file");
  in_group([&] {
    const LabelSpace space("a_t b_t");
    const Fd object(open(file.c_str(), O_PATH | O_CLOEXEC));
    const long before = charged();
    for (int i = 0; i < rounds(50'000, 1'000'000); ++i) {
      require_call(space.stage(EVF_LABEL_FILE, object.get(), i % 2 != 0 ? "a_t" : "a_t b_t"),
                   "staging");
    }
    EXPECT_TRUE(falls_below(before + (2 << 20))) << charged() - before;
  });
}

TEST_F(MemoryCharge, ChildrenOfTheConfinedShareItsLayers) {
  in_group([&] {
    std::string text;
    for (int i = 0; i < 5'000; ++i) {
      text += "sys_enter_lseek: fd == 1 || fd == 2 || fd == 3\n";
    }
    enforce(text);
    const long before = charged();
    for (int i = 0; i < 20; ++i) {
      in_child(Subject::kRoot, [] {});
    }
    EXPECT_TRUE(falls_below(before + (2 << 20))) << charged() - before;
  });
}

}  // namespace
}  // namespace eventfilter::selftest
