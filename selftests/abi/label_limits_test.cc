// SPDX-License-Identifier: BSD-2-Clause
// Every limit of label spaces, below, at and above.
#include <fcntl.h>
#include <gtest/gtest.h>

#include <string>

#include "support/child.h"
#include "support/label_probe.h"
#include "support/label_space.h"
#include "support/ruleset.h"
#include "support/tree.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

std::string names_from_to(unsigned from, unsigned to, const char* before, const char* after) {
  std::string text;
  for (unsigned i = from; i < to; ++i) {
    text += before + ("n" + std::to_string(i)) + after;
  }
  return text;
}

TEST(LabelLimits, BytesOfAName) {
  const LabelSpace space;
  EXPECT_ALLOWED(space.write("label " + std::string(EVF_MAX_LABEL_NAME - 1, 'x') + "\n"));
  EXPECT_ALLOWED(space.write("label " + std::string(EVF_MAX_LABEL_NAME, 'x') + "\n"));
  EXPECT_REFUSED(EINVAL, space.write("label " + std::string(EVF_MAX_LABEL_NAME + 1, 'x') + "\n"));
}

TEST(LabelLimits, NamesOfASpace) {
  const LabelSpace space;
  ASSERT_ALLOWED(space.write(names_from_to(0, EVF_MAX_SPACE_NAMES - 1, "label ", "\n")));
  EXPECT_REFUSED(EINVAL, space.write("label one_t\nlabel two_t\n")) << "all or nothing";
  EXPECT_EQ(space.error(), "2:7:5: too_many_labels: a label space has at most 16384 names\n");
  EXPECT_ALLOWED(space.write("label one_t\n"));
  EXPECT_REFUSED(EINVAL, space.write("label two_t\n"));
  EXPECT_ALLOWED(space.write("label one_t\nlabel n0\n")) << "names that it has";
  EXPECT_ALLOWED(space.try_commit());
  EXPECT_ALLOWED(
      Ruleset(space).write("file_open: label & one_t || label & n0 || label & n16382\n"));
}

TEST(LabelLimits, NamesOfAnObject) {
  const Tree tree;
  const std::string file = tree.make_file("f");
  const LabelSpace space;
  ASSERT_ALLOWED(space.write(names_from_to(0, EVF_MAX_OBJECT_NAMES + 1, "label ", "\n")));
  EXPECT_ALLOWED(
      space.stage(EVF_LABEL_FILE, file, names_from_to(0, EVF_MAX_OBJECT_NAMES - 1, "", " ")));
  EXPECT_ALLOWED(
      space.stage(EVF_LABEL_FILE, file, names_from_to(0, EVF_MAX_OBJECT_NAMES, "", " ")));
  EXPECT_REFUSED(E2BIG, space.stage(EVF_LABEL_FILE, file,
                                    names_from_to(0, EVF_MAX_OBJECT_NAMES + 1, "", " ")));
  EXPECT_ALLOWED(space.try_commit());
  in_child([&] {
    std::string all = "file_open: label & n0";
    for (unsigned i = 1; i < EVF_MAX_OBJECT_NAMES; ++i) {
      all += " && label & n" + std::to_string(i);
    }
    enforce(space, all + " && !(label & n" + std::to_string(EVF_MAX_OBJECT_NAMES) + ")\n");
    EXPECT_ALLOWED(open(file.c_str(), 0));
  });
}

// Four bytes each: there is a limit of their bytes, too
std::string short_name(unsigned i) {
  return {static_cast<char>('a' + i / 256), static_cast<char>('a' + i / 16 % 16),
          static_cast<char>('a' + i % 16)};
}
std::string short_glob(unsigned i) { return short_name(i) + "*"; }

TEST(LabelLimits, GlobsOfADirectoryAndOfASpace) {
  constexpr unsigned kOfADirectory = 64;
  constexpr unsigned kOfASpace = 4096;
  const Tree tree;
  const LabelSpace space(kProbeNames);
  for (unsigned i = 0; i < kOfASpace; ++i) {
    const std::string dir = tree.make_dir("d" + std::to_string(i / kOfADirectory));
    ASSERT_ALLOWED(space.stage(EVF_LABEL_NAME, dir, "a_t", short_glob(i))) << i;
    if (i == kOfADirectory - 1) {
      EXPECT_REFUSED(ENOSPC, space.stage(EVF_LABEL_NAME, dir, "a_t", "mor*"));
      EXPECT_REFUSED(ENOSPC, space.stage(EVF_LABEL_NAME, dir, "a_t", "m/o")) << "nor a path";
      EXPECT_ALLOWED(space.stage(EVF_LABEL_NAME, dir, "b_t", short_glob(0))) << "replaces one";
      EXPECT_ALLOWED(space.stage(EVF_LABEL_NAME, dir, "a_t", "literal"))
          << "literals are not meant";
    }
  }
  EXPECT_REFUSED(ENOSPC, space.stage(EVF_LABEL_NAME, tree.make_dir("other"), "a_t", "mor*"));
  space.commit();
  const LabelProbe probe(space);
  EXPECT_EQ(probe.of(tree.make_file("d0/" + short_name(0))), "b_t");
  EXPECT_EQ(probe.of(tree.make_file("d63/" + short_name(4095))), "a_t");
  EXPECT_EQ(probe.of(tree.make_file("d63/" + short_name(1))), "");
  space.unlabel_name(tree.path("d0"), short_glob(1));
  EXPECT_ALLOWED(space.stage(EVF_LABEL_NAME, tree.path("other"), "a_t", "mor*"))
      << "one was taken back";
}

TEST(LabelLimits, AssignmentsOfASpace) {
  const Tree tree;
  const std::string dir = tree.make_dir("d");
  const Fd directory(open(dir.c_str(), O_PATH));
  const LabelSpace space(kProbeNames);
  // Commit now and then: staged changes count, too
  for (unsigned i = 0; i < EVF_MAX_SPACE_ASSIGNMENTS - 1; ++i) {
    ASSERT_ALLOWED(space.stage(EVF_LABEL_NAME, directory.get(), "a_t", "n" + std::to_string(i)))
        << i;
    if (i % 65536 == 65535) {
      ASSERT_ALLOWED(space.try_commit());
    }
  }
  EXPECT_ALLOWED(space.stage(EVF_LABEL_NAME, directory.get(), "a_t", "last"));
  EXPECT_REFUSED(ENOSPC, space.stage(EVF_LABEL_NAME, directory.get(), "a_t", "more"));
  EXPECT_REFUSED(ENOSPC, space.stage(EVF_LABEL_FILE, directory.get(), "a_t"));
  EXPECT_ALLOWED(space.stage(EVF_LABEL_NAME, directory.get(), "b_t", "n0")) << "replaces one";
  ASSERT_ALLOWED(space.try_commit());
  EXPECT_REFUSED(ENOSPC, space.stage(EVF_LABEL_NAME, directory.get(), "a_t", "more"))
      << "after the commit, too";
  ASSERT_ALLOWED(space.stage(EVF_UNLABEL, directory.get(), "", "n1"));
  ASSERT_ALLOWED(space.try_commit());
  EXPECT_ALLOWED(space.stage(EVF_LABEL_NAME, directory.get(), "a_t", "more"))
      << "one was taken back";
  ASSERT_ALLOWED(space.try_commit());
  const LabelProbe probe(space);
  EXPECT_EQ(probe.of(tree.make_file("d/n0")), "b_t");
  EXPECT_EQ(probe.of(tree.make_file("d/n1")), "");
  EXPECT_EQ(probe.of(tree.make_file("d/n200000")), "a_t");
  EXPECT_EQ(probe.of(tree.make_file("d/more")), "a_t");
}

}  // namespace
}  // namespace eventfilter::selftest
