// SPDX-License-Identifier: BSD-2-Clause
// Where a label would not hold it is refused, with EOPNOTSUPP, rather than forgotten later.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <unistd.h>

#include <filesystem>

#include "support/label_probe.h"
#include "support/label_space.h"
#include "support/program.h"
#include "support/require.h"
#include "support/tree.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

TEST(Unsupported, Fact3NamesOnVfatWhichFoldsCase) {
  const LoopMount disk("vfat");
  const LabelSpace space(kProbeNames);
  EXPECT_REFUSED(EOPNOTSUPP, space.stage(EVF_LABEL_NAME, disk.root(), "a_t", ".ssh"));
  EXPECT_REFUSED(EOPNOTSUPP, space.stage(EVF_LABEL_NAME, disk.root(), "a_t", "*"));
}

TEST(Unsupported, Fact3NamesOnADiskOnWhichDirectoriesCanIgnoreCase) {
  const Tree tree;
  const std::string image = tree.path("image");
  write_file(image, "");
  require_call(truncate(image.c_str(), 16 << 20), "truncate");
  run_or_fail({"mkfs.ext4", "-q", "-O", "casefold", image});
  const std::string root = tree.make_dir("mounted");
  run_or_fail({"mount", "-o", "loop", image, root});
  {
    const std::string folded = tree.make_dir("mounted/folded");
    const std::string plain = tree.make_dir("mounted/plain");
    run_or_fail({"chattr", "+F", folded});
    const LabelSpace space(kProbeNames);
    EXPECT_REFUSED(EOPNOTSUPP, space.stage(EVF_LABEL_NAME, folded, "a_t", ".ssh"));
    // Whoever owns an empty directory may make it one of those later, also the confined
    EXPECT_REFUSED(EOPNOTSUPP, space.stage(EVF_LABEL_NAME, plain, "a_t", ".ssh"));
    space.label_file(folded, "a_t");
    EXPECT_EQ(LabelProbe(space).of(folded), "a_t") << "the directory itself can be labelled";
  }
  EXPECT_ALLOWED(umount2(root.c_str(), 0));
}

TEST(Unsupported, Fact2NinePWithoutCache) {
  // The guest's /results: each look-up makes another inode
  const LabelSpace space(kProbeNames);
  write_file("/results/evf-unsupported", "content");
  EXPECT_REFUSED(EOPNOTSUPP, space.stage(EVF_LABEL_FILE, "/results/evf-unsupported", "a_t"));
  EXPECT_REFUSED(EOPNOTSUPP, space.stage(EVF_LABEL_SELF, "/results/evf-unsupported", "a_t"));
  std::filesystem::remove("/results/evf-unsupported");
}

// An overlay over a lower layer that is filled before it is mounted
class OverLower : public testing::Test {
 protected:
  OverLower() {
    for (const char* part : {"lower", "upper", "work", "merged"}) {
      base_.make_dir(part);
    }
    base_.make_file("lower/single", "below");
    base_.make_file("lower/d/file", "below");
    base_.make_file("lower/twice");
    require_call(link(base_.path("lower/twice").c_str(), base_.path("lower/d/again").c_str()),
                 "link");
    const std::string options = "lowerdir=" + base_.path("lower") +
                                ",upperdir=" + base_.path("upper") +
                                ",workdir=" + base_.path("work") + ",index=off";
    require_call(mount("evf-test", merged("").c_str(), "overlay", 0, options.c_str()),
                 "mount of overlayfs");
  }
  ~OverLower() override { EXPECT_ALLOWED(umount2(merged("").c_str(), 0)); }

  [[nodiscard]] std::string merged(const std::string& below) const {
    return base_.path("merged/" + below);
  }

  const Tree base_;
  const LabelSpace space_{kProbeNames};
  const LabelProbe probe_{space_};
};

TEST_F(OverLower, Fact2ALowerFileWithSeveralLinksHasNoIdentity) {
  EXPECT_REFUSED(EOPNOTSUPP, space_.stage(EVF_LABEL_FILE, merged("twice"), "a_t"));
  EXPECT_REFUSED(EOPNOTSUPP, space_.stage(EVF_LABEL_SELF, merged("d/again"), "a_t"));
  space_.label_file(merged("d"), "a_t");
  EXPECT_EQ(probe_.of(merged("d/again")), "a_t") << "its directory has";
  EXPECT_EQ(probe_.of(merged("twice")), "");
}

TEST_F(OverLower, ALabelSurvivesCopyUp) {
  space_.label_file(merged("single"), "a_t");
  space_.label_file(merged("d"), "b_t");
  write_file(merged("single"), "changed");
  write_file(merged("d/file"), "changed");
  write_file("/proc/sys/vm/drop_caches", "2\n");
  EXPECT_EQ(probe_.of(merged("single")), "a_t");
  EXPECT_EQ(probe_.of(merged("d/file")), "b_t");
}

TEST_F(OverLower, LabelsOfTheLayersAreNotLabelsOfTheOverlay) {
  space_.label_file(base_.path("lower"), "a_t");
  space_.label_file(base_.path("upper"), "b_t");
  EXPECT_EQ(probe_.of(merged("single")), "");
  EXPECT_EQ(probe_.of(merged("d")), "");
  write_file(merged("new"), "content");
  EXPECT_EQ(probe_.of(merged("new")), "");
}

TEST_F(OverLower, Fact8TheRealInodesAreNotAskedFor) {
  // overlayfs opens the real file with the mounter's rights: that is no event of the confined
  space_.label_file(base_.path("lower"), "a_t");
  space_.label_file(merged("single"), "c_t");
  EXPECT_EQ(probe_.of(merged("single")), "c_t");
}

}  // namespace
}  // namespace eventfilter::selftest
