// SPDX-License-Identifier: BSD-2-Clause
#include "apply/assigned.h"

#include "apply/test/scratch.h"

namespace eventfilter::apply {
namespace {

class AssignedTest : public Scratch {
 protected:
  using Verdict = Assigned::Verdict;

  Verdict own(const std::string& label, const std::string& path, bool tree) {
    const base::Fd fd(open(path.c_str(), O_PATH | O_CLOEXEC));
    struct stat status = {};
    fstat(fd.get(), &status);
    return assigned_.own(fd, status, tree, {label, {"f", 1, 1, 1}});
  }
  Verdict name(const std::string& label, const std::string& directory, const std::string& pattern) {
    const base::Fd fd(open(directory.c_str(), O_PATH | O_CLOEXEC));
    struct stat status = {};
    fstat(fd.get(), &status);
    return assigned_.name(fd, status, pattern, {label, {"f", 2, 1, 1}});
  }

  Assigned assigned_;
};

TEST_F(AssignedTest, ATreeIncludesTheObjectAlone) {
  EXPECT_EQ(own("a", root_, true), Verdict::New);
  EXPECT_EQ(own("a", root_, false), Verdict::Known);
  EXPECT_EQ(own("a", root_, true), Verdict::Known);
  EXPECT_EQ(own("a", directory("d"), false), Verdict::New);
  EXPECT_EQ(own("a", path("d"), true), Verdict::New);
}

TEST_F(AssignedTest, TwoLabelsOfOneObjectConflict) {
  EXPECT_EQ(own("a", root_, true), Verdict::New);
  EXPECT_EQ(own("b", root_, true), Verdict::Conflict);
  EXPECT_EQ(assigned_.conflicting().label, "a");
  EXPECT_EQ(name("a", root_, "x*"), Verdict::New);
  EXPECT_EQ(name("a", root_, "x*"), Verdict::Known);
  EXPECT_EQ(name("c", root_, "x*"), Verdict::Conflict);
  EXPECT_EQ(name("c", root_, "y*"), Verdict::New);
}

TEST_F(AssignedTest, DecidesByTheNearest) {
  own("root", root_, true);
  own("deep", directory("a/b"), true);
  own("alone", directory("self"), false);
  name("log", root_, "*.log");
  name("one", root_, "x.log");
  EXPECT_EQ(assigned_.decide(root_), "root");
  EXPECT_EQ(assigned_.decide(path("a")), "root");
  EXPECT_EQ(assigned_.decide(path("a/b")), "deep");
  EXPECT_EQ(assigned_.decide(path("a/b/c/d")), "deep");
  EXPECT_EQ(assigned_.decide(path("self")), "alone");
  EXPECT_EQ(assigned_.decide(path("self/below")), "root");
  EXPECT_EQ(assigned_.decide(path("y.log/below")), "log");
  EXPECT_EQ(assigned_.decide(path("x.log")), "one") << "a literal name beats a glob";
  EXPECT_EQ(assigned_.decide("/somewhere/else"), std::nullopt);
}

TEST_F(AssignedTest, PatternsOfSeveralComponentsNameWhatIsDeeper) {
  own("root", root_, true);
  name("ssh", root_, "*/.ssh");
  name("keys", root_, "*/.ssh/id_*");
  name("home", root_, "*");
  name("other", root_, "bob/*");
  directory("carol");
  name("near", path("carol"), ".s*");
  EXPECT_EQ(assigned_.decide(path("alice")), "home");
  EXPECT_EQ(assigned_.decide(path("alice/.ssh")), "ssh");
  EXPECT_EQ(assigned_.decide(path("alice/.ssh/config")), "ssh");
  EXPECT_EQ(assigned_.decide(path("alice/.ssh/id_rsa")), "keys");
  EXPECT_EQ(assigned_.decide(path("alice/.ssh/id_rsa/beneath")), "keys");
  EXPECT_EQ(assigned_.decide(path("alice/docs/.ssh")), "home") << "it's one component too deep";
  EXPECT_EQ(assigned_.decide(path("bob/.ssh")), "ssh") << "the last component counts first";
  EXPECT_EQ(assigned_.decide(path("bob/x")), "other");
  EXPECT_EQ(assigned_.decide(path("carol/.ssh")), "near") << "the nearer directory's pattern";
}

TEST_F(AssignedTest, EightComponentsAndNoMore) {
  name("deep", root_, "*/*/*/*/*/*/*/x");
  EXPECT_EQ(assigned_.decide(path("1/2/3/4/5/6/7/x")), "deep");
  EXPECT_EQ(assigned_.decide(path("1/2/3/4/5/6/7/x/beneath")), "deep");
  EXPECT_EQ(assigned_.decide(path("1/2/3/4/5/6/x")), std::nullopt);
}

}  // namespace
}  // namespace eventfilter::apply
