// SPDX-License-Identifier: BSD-2-Clause
// An event is judged at one go, while nothing else may run on that processor. So what all layers
// together may ask for is bounded: else a user could stop a processor with one open(2).
#include <core/limits.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <string>

#include "support/calls.h"
#include "support/child.h"
#include "support/label_probe.h"
#include "support/program.h"
#include "support/ruleset.h"
#include "support/tree.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

// A glob of this many bytes takes up to 255 steps for each, and its rule one step
std::string globs(unsigned number, unsigned bytes) {
  std::string text;
  for (unsigned i = 0; i < number; ++i) {
    text += "file_open: name !~ \"*" + std::string(bytes - 2, 'a') + "b\"\n";
  }
  return text;
}

constexpr unsigned kGlobBytes = 200;
constexpr unsigned kCostOfOne = kGlobBytes * EVF_MAX_STRING + 1;
constexpr unsigned kFit = EVF_MAX_COST / kCostOfOne;

TEST(CostLimits, OfOneLayer) {
  in_child([] {
    const Ruleset fits(globs(kFit, kGlobBytes));
    fits.enforce();
    EXPECT_ALLOWED(try_open("/", O_RDONLY));
  });
  in_child([] {
    const Ruleset too_much(globs(kFit + 1, kGlobBytes));
    set_no_new_privs();
    EXPECT_REFUSED(E2BIG, too_much.try_enforce());
    EXPECT_ALLOWED(try_open("/", O_RDONLY)) << "the task is as it was";
  });
}

TEST(CostLimits, OfAllLayersTogether) {
  in_child([] {
    const Ruleset half(globs(kFit / 2, kGlobBytes));
    half.enforce();
    half.enforce();
    EXPECT_REFUSED(E2BIG, half.try_enforce());
    enforce("sys_enter_getppid: deny\nfile_exec: name !~ \"*aaaaaaaab\"\n");
    EXPECT_REFUSED(EPERM, syscall(SYS_getppid)) << "other events have room of their own";
  });
}

TEST(CostLimits, OfLayersThatArePending) {
  in_child([] {
    const Ruleset half(globs(kFit / 2 + 1, kGlobBytes));
    half.enforce();
    half.enforce(EVF_ENFORCE_ON_EXEC);
    const std::string probe = helper("evf_probe");
    EXPECT_REFUSED(E2BIG, execl(probe.c_str(), "evf_probe", nullptr));
  });
}

TEST(CostLimits, ManyPlainComparisonsFit) {
  in_child([] {
    std::string text;
    for (int i = 0; i < 20'000; ++i) {
      text += "file_open: owner != 4711 && mode & 0170000\n";
    }
    const Ruleset many(text);
    for (int layer = 0; layer < 16; ++layer) {
      many.enforce();
    }
    EXPECT_ALLOWED(try_open("/", O_RDONLY));
  });
}

TEST(CostLimits, OfNamePatterns) {
  constexpr unsigned kBytesOfAllGlobs = 16384;
  const Tree tree;
  const LabelSpace space(kProbeNames);
  unsigned bytes = 0;
  for (unsigned i = 0; bytes + 128 <= kBytesOfAllGlobs; ++i, bytes += 128) {
    std::string glob = std::to_string(i) + "*";
    glob += std::string(128 - glob.size(), 'x');
    ASSERT_ALLOWED(
        space.stage(EVF_LABEL_NAME, tree.make_dir("d" + std::to_string(i / 64)), "a_t", glob));
  }
  EXPECT_REFUSED(ENOSPC, space.stage(EVF_LABEL_NAME, tree.root(), "a_t", "*"));
  EXPECT_ALLOWED(space.stage(EVF_LABEL_NAME, tree.root(), "a_t", "literal"))
      << "literals cost the same, however many";
  space.commit();
  space.unlabel_name(tree.path("d0"), "0*" + std::string(126, 'x'));
  EXPECT_ALLOWED(space.stage(EVF_LABEL_NAME, tree.root(), "a_t", std::string(127, 'y') + "*"));
  EXPECT_REFUSED(ENOSPC, space.stage(EVF_LABEL_NAME, tree.root(), "a_t", "*"));
}

}  // namespace
}  // namespace eventfilter::selftest
