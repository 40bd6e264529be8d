// SPDX-License-Identifier: BSD-2-Clause
// Changes are staged and take effect together: every event is judged wholly before or wholly after.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "labels/on_every_fs.h"
#include "support/calls.h"
#include "support/channel.h"
#include "support/child.h"
#include "support/long_run.h"
#include "support/program.h"
#include "support/require.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

class Commit : public OnEveryFs {
 protected:
  // Two objects swap their labels, without a commit
  void stage_swap(const std::string& one, const std::string& two, bool swapped) const {
    require_call(space_.stage(EVF_LABEL_FILE, one, swapped ? "b_t" : "a_t"), "staging");
    require_call(space_.stage(EVF_LABEL_FILE, two, swapped ? "a_t" : "b_t"), "staging");
  }
};

TEST_P(Commit, StagedChangesAreInvisible) {
  const std::string file = tree_.make_file("d/file");
  ASSERT_ALLOWED(space_.stage(EVF_LABEL_FILE, file, "a_t"));
  EXPECT_EQ(label_of(file), "");
  space_.commit();
  EXPECT_EQ(label_of(file), "a_t");
  ASSERT_ALLOWED(space_.stage(EVF_LABEL_FILE, file, "b_t"));
  ASSERT_ALLOWED(space_.stage(EVF_LABEL_NAME, tree_.path("d"), "c_t", "new"));
  EXPECT_EQ(label_of(file), "a_t");
  EXPECT_EQ(label_of(tree_.make_file("d/new")), "");
  ASSERT_ALLOWED(space_.stage(EVF_UNLABEL, file, ""));
  EXPECT_EQ(label_of(file), "a_t");
  space_.commit();
  EXPECT_EQ(label_of(file), "");
  EXPECT_EQ(label_of(tree_.path("d/new")), "c_t");
}

TEST_P(Commit, TheLastStagedChangeOfAnObjectCounts) {
  const std::string file = tree_.make_file("file");
  for (const char* names : {"a_t", "b_t", "", "c_t"}) {
    ASSERT_ALLOWED(space_.stage(EVF_LABEL_FILE, file, names));
  }
  space_.commit();
  EXPECT_EQ(label_of(file), "c_t");
  ASSERT_ALLOWED(space_.stage(EVF_UNLABEL, file, ""));
  ASSERT_ALLOWED(space_.stage(EVF_LABEL_FILE, file, "a_t"));
  space_.commit();
  EXPECT_EQ(label_of(file), "a_t");
}

TEST_P(Commit, ACommitWithoutChangesChangesNothing) {
  const std::string file = tree_.make_file("file");
  space_.label_file(file, "a_t");
  for (int i = 0; i < 10; ++i) {
    space_.commit();
  }
  EXPECT_EQ(label_of(file), "a_t");
}

TEST_P(Commit, ARelabelReachesAProcessThatIsConfinedAlready) {
  // A fixed filter follows the labels: this is how a disk is plugged into a confined program
  const std::string file = tree_.make_file("disk/image");
  const Channel channel;
  Child confined([&] {
    enforce(space_, "file_open: label & a_t");
    for (int expected = channel.child().receive(); expected >= 0;
         expected = channel.child().receive()) {
      EXPECT_EQ(error_of(try_open(file, O_RDONLY)), expected);
      channel.child().send(0);
    }
  });
  const auto expect = [&](int error) {
    channel.parent().send(error);
    EXPECT_EQ(channel.parent().receive(), 0);
  };
  expect(EACCES);
  space_.label_file(tree_.path("disk"), "a_t");
  expect(0);
  space_.label_file(file, "b_t");
  expect(EACCES);
  space_.unlabel(file);
  expect(0);
  space_.unlabel(tree_.path("disk"));
  expect(EACCES);
  space_.label_name(tree_.path("disk"), "image", "a_t");
  expect(0);
  channel.parent().send(-1);
  EXPECT_TRUE(confined.wait().exited_normally());
}

// Two labels in one event: of the file that is linked and of the directory it is linked into. They
// swap with each commit, so seeing the same one twice is a verdict between two commits.
TEST_P(Commit, IsAtomicOverTwoObjects) {
  const std::string file = tree_.make_file("from/file");
  const std::string dir = tree_.make_dir("to");
  stage_swap(file, dir, false);
  space_.commit();
  const int commits = rounds(300, 20000);
  const Channel channel;
  Child confined([&] {
    enforce(space_,
            "file_link: !(label & a_t && new_parent_label & a_t) else errno ENOTTY\n"
            "file_link: !(label & b_t && new_parent_label & b_t) else errno ENOTTY\n"
            "file_link: label & a_t || label & b_t else errno EDOM\n");
    channel.child().send(0);
    std::atomic<bool> stop = false;
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&, name = dir + "/link" + std::to_string(t)] {
        while (!stop) {
          if (!call_succeeded(link(file.c_str(), name.c_str()))) {
            ADD_FAILURE() << "judged between two commits: " << errno_name(errno);
            return;
          }
          unlink(name.c_str());
        }
      });
    }
    EXPECT_EQ(channel.child().receive(), 0);
    stop = true;
    for (std::thread& thread : threads) {
      thread.join();
    }
  });
  EXPECT_EQ(channel.parent().receive(), 0);
  for (int i = 0; i < commits; ++i) {
    stage_swap(file, dir, i % 2 == 0);
    space_.commit();
  }
  channel.parent().send(0);
  EXPECT_TRUE(confined.wait().exited_normally());
}

// Relabelling and opening at once: no reader ever sees a label gone, or two where one replaces
// another
TEST_P(Commit, RelabelWhileFourThreadsOpen) {
  const std::string file = tree_.make_file("d/e/file");
  space_.label_file(tree_.path("d"), "a_t");
  const int commits = rounds(300, 20000);
  const Channel channel;
  Child confined([&] {
    enforce(space_,
            "file_open: label & a_t || label & b_t || label & c_t else errno EDOM\n"
            "file_open: !(label & a_t && label & b_t) else errno ENOTTY\n");
    channel.child().send(0);
    std::atomic<bool> stop = false;
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        while (!stop) {
          if (!call_succeeded(try_open(file, O_RDONLY))) {
            ADD_FAILURE() << "judged between two commits: " << errno_name(errno);
            return;
          }
        }
      });
    }
    EXPECT_EQ(channel.child().receive(), 0);
    stop = true;
    for (std::thread& thread : threads) {
      thread.join();
    }
  });
  EXPECT_EQ(channel.parent().receive(), 0);
  for (int i = 0; i < commits; ++i) {
    switch (i % 4) {
      case 0:
        // The directory's label goes as the file's own comes
        require_call(space_.stage(EVF_UNLABEL, tree_.path("d"), ""), "staging");
        require_call(space_.stage(EVF_LABEL_FILE, file, "b_t"), "staging");
        break;
      case 1:
        require_call(space_.stage(EVF_LABEL_NAME, tree_.path("d/e"), "c_t", "file"), "staging");
        require_call(space_.stage(EVF_UNLABEL, file, ""), "staging");
        break;
      case 2:
        require_call(space_.stage(EVF_LABEL_SELF, file, "a_t c_t"), "staging");
        break;
      default:
        require_call(space_.stage(EVF_UNLABEL, file, ""), "staging");
        require_call(space_.stage(EVF_UNLABEL, tree_.path("d/e"), "", "file"), "staging");
        require_call(space_.stage(EVF_LABEL_FILE, tree_.path("d"), "a_t"), "staging");
    }
    space_.commit();
  }
  channel.parent().send(0);
  EXPECT_TRUE(confined.wait().exited_normally());
}

// Directories above the file move while it is opened: the walk must not mix two places
TEST_P(Commit, RenameWhileFourThreadsOpen) {
  const std::string file = tree_.make_file("one/x/d/file");
  tree_.make_dir("two");
  space_.label_file(tree_.path("one"), "a_t");
  space_.label_file(tree_.path("two"), "a_t");
  const int moves = rounds(500, 50000);
  const Channel channel;
  Child confined([&] {
    enforce(space_, "file_open: label & a_t else errno EDOM");
    channel.child().send(0);
    std::atomic<bool> stop = false;
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&, t] {
        const std::string path = tree_.path(t % 2 != 0 ? "one/x/d/file" : "two/x/d/file");
        while (!stop) {
          if (try_open(path, O_RDONLY) != 0 && errno != ENOENT) {
            ADD_FAILURE() << "a place that it never was at: " << errno_name(errno);
            return;
          }
        }
      });
    }
    EXPECT_EQ(channel.child().receive(), 0);
    stop = true;
    for (std::thread& thread : threads) {
      thread.join();
    }
  });
  EXPECT_EQ(channel.parent().receive(), 0);
  for (int i = 0; i < moves; ++i) {
    const std::string from = tree_.path(i % 2 == 0 ? "one/x" : "two/x");
    const std::string to = tree_.path(i % 2 == 0 ? "two/x" : "one/x");
    require_call(rename(from.c_str(), to.c_str()), "rename");
  }
  channel.parent().send(0);
  EXPECT_TRUE(confined.wait().exited_normally());
}

INSTANTIATE_ON_EVERY_FS(Commit);

}  // namespace
}  // namespace eventfilter::selftest
