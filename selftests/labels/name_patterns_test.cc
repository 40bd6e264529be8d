// SPDX-License-Identifier: BSD-2-Clause
// Name patterns: labels for objects that need not exist yet.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "labels/on_every_fs.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

class NamePatterns : public OnEveryFs {
 protected:
  const std::string home_ = tree_.make_dir("home");
};

TEST_P(NamePatterns, HoldForWhatIsThereAndForWhatComes) {
  const std::string there = tree_.make_file("home/.ssh/id");
  space_.label_file(home_, "a_t");
  space_.label_name(home_, ".ssh", "b_t");
  space_.label_name(home_, ".gnupg", "c_t");
  EXPECT_EQ(label_of(there), "b_t");
  EXPECT_EQ(label_of(tree_.path("home/.ssh")), "b_t");
  EXPECT_EQ(label_of(tree_.make_file("home/.gnupg/ring")), "c_t");
  EXPECT_EQ(label_of(tree_.make_file("home/.sshd")), "a_t");
  EXPECT_EQ(label_of(home_), "a_t");
}

TEST_P(NamePatterns, HoldInTheirDirectoryOnly) {
  space_.label_name(home_, ".ssh", "b_t");
  EXPECT_EQ(label_of(tree_.make_file("home/backup/.ssh")), "");
  EXPECT_EQ(label_of(tree_.make_file(".ssh")), "");
}

TEST_P(NamePatterns, SurviveThatTheObjectIsReplaced) {
  space_.label_name(home_, "secret", "b_t");
  for (int round = 0; round < 3; ++round) {
    EXPECT_EQ(label_of(tree_.make_file("home/secret")), "b_t");
    ASSERT_ALLOWED(unlink(tree_.path("home/secret").c_str()));
  }
}

TEST_P(NamePatterns, Globs) {
  space_.label_name(home_, "*.key", "a_t");
  space_.label_name(home_, "id_?", "b_t");
  space_.label_name(home_, "log[0-9]", "c_t");
  EXPECT_EQ(label_of(tree_.make_file("home/my.key")), "a_t");
  EXPECT_EQ(label_of(tree_.make_file("home/.key")), "a_t") << "a leading dot is nothing special";
  EXPECT_EQ(label_of(tree_.make_file("home/my.keys")), "");
  EXPECT_EQ(label_of(tree_.make_file("home/id_a")), "b_t");
  EXPECT_EQ(label_of(tree_.make_file("home/id_ab")), "");
  EXPECT_EQ(label_of(tree_.make_file("home/log7")), "c_t");
  EXPECT_EQ(label_of(tree_.make_file("home/logs")), "");
  EXPECT_EQ(label_of(tree_.make_file("home/MY.KEY")), "") << "case matters";
}

TEST_P(NamePatterns, TheStarAlone) {
  space_.label_file(home_, "a_t");
  space_.label_name(home_, "*", "b_t");
  EXPECT_EQ(label_of(home_), "a_t");
  EXPECT_EQ(label_of(tree_.make_file("home/anything")), "b_t");
  EXPECT_EQ(label_of(tree_.make_file("home/d/deep")), "b_t");
}

TEST_P(NamePatterns, ALiteralBeatsAGlob) {
  space_.label_name(home_, "*.key", "a_t");
  space_.label_name(home_, "public.key", "b_t");
  EXPECT_EQ(label_of(tree_.make_file("home/public.key")), "b_t");
  EXPECT_EQ(label_of(tree_.make_file("home/private.key")), "a_t");
}

TEST_P(NamePatterns, ALiteralBeatsAGlobInWhateverOrderTheyCame) {
  space_.label_name(home_, "public.key", "b_t");
  space_.label_name(home_, "*.key", "a_t");
  EXPECT_EQ(label_of(tree_.make_file("home/public.key")), "b_t");
}

TEST_P(NamePatterns, TheGlobWithMostLiteralCharactersWins) {
  space_.label_name(home_, "*", "a_t");
  space_.label_name(home_, "*.key", "b_t");
  space_.label_name(home_, "my-*.key", "c_t");
  EXPECT_EQ(label_of(tree_.make_file("home/notes")), "a_t");
  EXPECT_EQ(label_of(tree_.make_file("home/other.key")), "b_t");
  EXPECT_EQ(label_of(tree_.make_file("home/my-first.key")), "c_t");
}

TEST_P(NamePatterns, TheInodesOwnBeatsANamePattern) {
  const std::string file = tree_.make_file("home/secret");
  space_.label_name(home_, "secret", "b_t");
  space_.label_file(file, "a_t");
  EXPECT_EQ(label_of(file), "a_t");
  space_.unlabel(file);
  EXPECT_EQ(label_of(file), "b_t");
}

TEST_P(NamePatterns, TheDeepestWins) {
  space_.label_name(home_, "d", "a_t");
  const std::string file = tree_.make_file("home/d/e");
  space_.label_name(tree_.path("home/d"), "e", "b_t");
  EXPECT_EQ(label_of(tree_.path("home/d")), "a_t");
  EXPECT_EQ(label_of(file), "b_t");
}

TEST_P(NamePatterns, OfNoNamesIsABarrier) {
  space_.label_file(home_, "a_t");
  space_.label_name(home_, "outside", "");
  EXPECT_EQ(label_of(tree_.make_file("home/outside/file")), "");
  EXPECT_EQ(label_of(tree_.make_file("home/inside")), "a_t");
}

TEST_P(NamePatterns, TheNameThatWasOpenedCounts) {
  // Two names of one file: each is judged by itself
  const std::string file = tree_.make_file("home/plain");
  ASSERT_ALLOWED(link(file.c_str(), tree_.path("home/secret").c_str()));
  space_.label_name(home_, "secret", "b_t");
  EXPECT_EQ(label_of(file), "");
  EXPECT_EQ(label_of(tree_.path("home/secret")), "b_t");
}

TEST_P(NamePatterns, FollowARename) {
  const std::string file = tree_.make_file("home/plain");
  space_.label_name(home_, "secret", "b_t");
  ASSERT_ALLOWED(rename(file.c_str(), tree_.path("home/secret").c_str()));
  EXPECT_EQ(label_of(tree_.path("home/secret")), "b_t");
  ASSERT_ALLOWED(rename(tree_.path("home/secret").c_str(), file.c_str()));
  EXPECT_EQ(label_of(file), "");
}

TEST_P(NamePatterns, AreTakenBackOneByOne) {
  space_.label_name(home_, "secret", "b_t");
  space_.label_name(home_, "s*", "a_t");
  const std::string file = tree_.make_file("home/secret");
  space_.unlabel_name(home_, "secret");
  EXPECT_EQ(label_of(file), "a_t");
  space_.unlabel_name(home_, "s*");
  EXPECT_EQ(label_of(file), "");
}

TEST_P(NamePatterns, AreReplaced) {
  space_.label_name(home_, "secret", "b_t");
  space_.label_name(home_, "secret", "c_t");
  EXPECT_EQ(label_of(tree_.make_file("home/secret")), "c_t");
}

TEST_P(NamePatterns, CharactersOfAGlobCanBeMeantLiterally) {
  space_.label_name(home_, "a[*]b", "a_t");
  EXPECT_EQ(label_of(tree_.make_file("home/a*b")), "a_t");
  EXPECT_EQ(label_of(tree_.make_file("home/axb")), "");
}

TEST_P(NamePatterns, OfManyNamesTheRightOneIsFound) {
  for (int i = 0; i < 1000; ++i) {
    ASSERT_ALLOWED(space_.stage(EVF_LABEL_NAME, home_, i % 2 != 0 ? "a_t" : "b_t",
                                "name" + std::to_string(i)));
  }
  space_.commit();
  EXPECT_EQ(label_of(tree_.make_file("home/name0")), "b_t");
  EXPECT_EQ(label_of(tree_.make_file("home/name501")), "a_t");
  EXPECT_EQ(label_of(tree_.make_file("home/name999")), "a_t");
  EXPECT_EQ(label_of(tree_.make_file("home/name1000")), "");
}

TEST_P(NamePatterns, TheLongestNameThereIs) {
  const std::string longest(255, 'x');
  space_.label_name(home_, longest, "a_t");
  EXPECT_EQ(label_of(tree_.make_file("home/" + longest)), "a_t");
  EXPECT_EQ(label_of(tree_.make_file("home/" + longest.substr(1))), "");
}

TEST_P(NamePatterns, ADirectoryThatWasMovedTakesItsPatternsAlong) {
  space_.label_name(home_, "secret", "b_t");
  ASSERT_ALLOWED(rename(home_.c_str(), tree_.path("moved").c_str()));
  EXPECT_EQ(label_of(tree_.make_file("moved/secret")), "b_t");
}

INSTANTIATE_ON_EVERY_FS(NamePatterns);

}  // namespace
}  // namespace eventfilter::selftest
