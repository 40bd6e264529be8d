// SPDX-License-Identifier: BSD-2-Clause
// Labels change while others open what carries them: every verdict belongs to the state before a
// commit or to the one after it, for all objects at the same moment.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "support/child.h"
#include "support/fd.h"
#include "support/label_space.h"
#include "support/long_run.h"
#include "support/program.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/tree.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

constexpr int kObjects = 100;
constexpr int kThreads = 8;

// What owner and openers know of each other. In state k, object i carries a_t if k + i is even,
// and else b_t.
struct Shared {
  std::atomic<long> started = 0;    // commits that may have taken effect
  std::atomic<long> committed = 0;  // commits that have
  std::atomic<bool> stop = false;
  std::atomic<long> verdicts = 0;
  std::atomic<long> seen_during = 0;  // that were of a state whose commit had not come back yet
  std::atomic<long> wrong = 0;
};

class LiveRelabel : public testing::Test {
 protected:
  LiveRelabel() {
    void* memory =
        mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    require(memory != MAP_FAILED, "mmap");
    shared_ = new (memory) Shared;
    for (int i = 0; i < kObjects; ++i) {
      const std::string path = tree_.make_file(object(i) + "/file");
      dirs_.emplace_back(
          require_fd(open(tree_.path(object(i)).c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC), path));
    }
    stage_state(0);
    space_.commit();
    // A commit waits for those who are still looking; that they look in vain takes its time
    write_file("/sys/kernel/rcu_expedited", "1\n");
  }
  ~LiveRelabel() override {
    write_file("/sys/kernel/rcu_expedited", "0\n");
    munmap(shared_, sizeof(Shared));
  }

  static std::string object(int i) { return "d" + std::to_string(i); }

  void stage_state(long state) const {
    for (int i = 0; i < kObjects; ++i) {
      require_call(space_.stage(EVF_LABEL_FILE, dirs_[static_cast<std::size_t>(i)].get(),
                                (state + i) % 2 == 0 ? "a_t" : "b_t"),
                   "staging");
    }
  }

  // Until `relabels` objects have changed their label
  void relabel(int relabels) const {
    for (int done = 0; done < relabels; done += kObjects) {
      const long next = shared_->committed + 1;
      stage_state(next);
      shared_->started = next;
      space_.commit();
      shared_->committed = next;
    }
    shared_->stop = true;
  }

  // Runs `loop` in the threads of a confined child, while the caller relabels
  void against(const std::string& filter, int relabels, const std::function<void(int)>& loop) {
    Child openers([&] {
      require_call(chdir(tree_.root().c_str()), "chdir");
      enforce(space_, filter);
      std::vector<std::thread> threads;
      for (int t = 0; t < kThreads; ++t) threads.emplace_back(loop, t);
      for (std::thread& thread : threads) thread.join();
    });
    while (shared_->verdicts == 0) usleep(1000);
    relabel(relabels);
    EXPECT_EQ(openers.wait(600).status, 0);
    EXPECT_EQ(shared_->wrong, 0);
    EXPECT_GT(shared_->verdicts, relabels / kObjects);
  }

  const Tree tree_;
  const LabelSpace space_{"a_t b_t"};
  std::vector<Fd> dirs_;
  Shared* shared_;
};

TEST_F(LiveRelabel, AllObjectsChangeAtOnce) {
  against("file_open: label & a_t else errno EXDEV\n", rounds(100'000, 1'000'000),
          [this](int thread) {
            unsigned random = static_cast<unsigned>(thread) * 2654435761U + 1;
            long known = 0;  // the newest state that this thread has seen
            while (!shared_->stop) {
              random = random * 1103515245U + 12345U;
              const int i = static_cast<int>(random >> 8) % kObjects;
              known = std::max(known, shared_->committed.load());
              const int fd = open((object(i) + "/file").c_str(), O_RDONLY | O_CLOEXEC);
              const bool allowed = fd >= 0;
              if (allowed) close(fd);
              if (!allowed && errno != EXDEV) ++shared_->wrong;
              ++shared_->verdicts;
              if (allowed == ((known + i) % 2 == 0)) continue;
              // Not the state that was known: then the one after it, and for good
              ++known;
              ++shared_->seen_during;
              if (shared_->started < known) ++shared_->wrong;
            }
          });
  EXPECT_GT(shared_->seen_during, 0) << "nobody looked while a commit was under way";
}

// Two labels of one event: neighbours never carry the same one, in no state
TEST_F(LiveRelabel, Fact6OneEventSeesOneState) {
  against(
      "file_link: (label & a_t && new_parent_label & b_t) || (label & b_t && new_parent_label & "
      "a_t) "
      "else errno EXDEV\n",
      rounds(100'000, 1'000'000), [this](int thread) {
        const std::string name = "/link" + std::to_string(thread);
        for (int i = 0; !shared_->stop; i = (i + 1) % (kObjects - 1)) {
          const std::string made = object(i + 1) + name;
          if (link((object(i) + "/file").c_str(), made.c_str()) != 0) {
            ++shared_->wrong;
          } else {
            unlink(made.c_str());
          }
          ++shared_->verdicts;
        }
      });
}

}  // namespace
}  // namespace eventfilter::selftest
