// SPDX-License-Identifier: BSD-2-Clause
// A label that can't be found is not the empty set: every filter that reads it is false, negated or
// not. Disconnected dentries come of file handles whose directories nobody has looked up.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "support/calls.h"
#include "support/child.h"
#include "support/label_probe.h"
#include "support/program.h"
#include "support/require.h"
#include "support/tree.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

// A disk of its own, so that nothing but the test keeps its dentries alive
class Unknown : public testing::Test {
 protected:
  Unknown() {
    run_or_fail({"mkdir", "-p", disk_.path("d/e")});
    write_file(disk_.path("d/e/file"), "content");
    write_file(disk_.path("d/e/own"), "content");
    handle_ = handle_of(disk_.path("d/e/file"));
    own_ = handle_of(disk_.path("d/e/own"));
  }

  void evict() const {
    sync();
    for (int round = 0; round < 3; ++round) {
      write_file("/proc/sys/vm/drop_caches", "2\n");
    }
  }

  // Opens by handle; the mount descriptor comes from before the filter
  [[nodiscard]] long open_by(const Handle& handle) const {
    return open_handle(mount_.get(), handle, O_RDONLY);
  }

  const LoopMount disk_{"ext4"};
  const LabelSpace space_{kProbeNames};
  const LabelProbe probe_{space_};
  const Fd mount_{open(disk_.root().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  Handle handle_;
  Handle own_;
};

TEST_F(Unknown, ADisconnectedDentryHasNoLabelThatCanBeFound) {
  space_.label_file(disk_.path("d"), "a_t");
  EXPECT_EQ(probe_.of([&] { return open_by(handle_); }), "a_t")
      << "while its directories are known";
  evict();
  EXPECT_EQ(probe_.of([&] { return open_by(handle_); }), "unknown");
  EXPECT_EQ(probe_.of(disk_.path("d/e/file")), "a_t") << "by its path it is what it was";
}

TEST_F(Unknown, Fact1IsRefusedByPositiveAndNegatedTestsAlike) {
  space_.label_file(disk_.path("d"), "a_t");
  for (const char* rule :
       {"file_open: label & a_t", "file_open: !(label & a_t)", "file_open: !(label & b_t)",
        "file_open: label & a_t || !(label & a_t)", "file_open: uid == 0 || label & b_t"}) {
    evict();
    in_child(Subject::kRoot, [&] {
      enforce(space_, rule);
      EXPECT_REFUSED(EACCES, open_by(handle_)) << rule;
    });
  }
  evict();
  in_child(Subject::kRoot, [&] {
    enforce(space_, "file_open: uid == 0");
    EXPECT_ALLOWED(open_by(handle_)) << "a filter that reads no label";
  });
}

TEST_F(Unknown, AnAssignmentOfTheInodesOwnNeedsNoWalk) {
  space_.label_file(disk_.path("d/e/own"), "b_t");
  evict();
  EXPECT_EQ(probe_.of([&] { return open_by(own_); }), "b_t");
}

TEST_F(Unknown, OnAFileSystemWithoutLabels) {
  evict();
  EXPECT_EQ(probe_.of([&] { return open_by(handle_); }), "unknown");
}

TEST_F(Unknown, ReopeningTheDescriptorFindsNoMore) {
  space_.label_file(disk_.path("d"), "a_t");
  evict();
  const Fd opened(static_cast<int>(require_call(open_by(handle_), "open by handle")));
  EXPECT_EQ(probe_.of("/proc/self/fd/" + std::to_string(opened.get())), "unknown");
}

TEST_F(Unknown, TheKernelsSearchForADirectorysNameIsJudgedToo) {
  // To connect a directory the kernel reads its parents, as an open by whoever asked
  const Handle directory = handle_of(disk_.path("d/e"));
  space_.label_file(disk_.root(), "a_t");
  evict();
  in_child(Subject::kRoot, [&] {
    enforce(space_, "file_open: label & a_t");
    EXPECT_REFUSED(ESTALE, open_by(directory)) << "whose own labels aren't known yet";
  });
  evict();
  in_child(Subject::kRoot, [&] {
    enforce(space_, "file_open: uid == 0");
    EXPECT_ALLOWED(open_by(directory));
  });
  EXPECT_EQ(probe_.of([&] { return open_by(directory); }), "a_t")
      << "once connected it is like any other";
}

}  // namespace
}  // namespace eventfilter::selftest
