// SPDX-License-Identifier: BSD-2-Clause
#include "apply/path_walk.h"

#include <cerrno>

#include "apply/test/scratch.h"

namespace eventfilter::apply {
namespace {

class PathWalk : public Scratch {
 protected:
  static Walked found(const std::string& path) {
    auto result = walk(path);
    EXPECT_TRUE(result.ok()) << (result.ok() ? "" : result.error().message);
    return result.ok() ? std::move(result).value() : Walked{};
  }
  static base::Error refused(const std::string& path) {
    auto result = walk(path);
    EXPECT_FALSE(result.ok());
    return result.ok() ? base::Error{} : result.error();
  }
};

TEST_F(PathWalk, FindsADirectoryAndWhereItIs) {
  const Walked walked = found(directory("a/b"));
  EXPECT_EQ(path_of(walked.object.get()), path("a/b"));
  EXPECT_EQ(path_of(walked.parent.get()), path("a"));
  EXPECT_EQ(walked.name, "b");
  EXPECT_EQ(walked.missing, 0u);
  EXPECT_FALSE(walked.parent_is_roots);
  EXPECT_TRUE(S_ISDIR(walked.status.st_mode));
}

TEST_F(PathWalk, TheRootHasNoParent) {
  const Walked walked = found("/");
  EXPECT_EQ(path_of(walked.object.get()), "/");
  EXPECT_FALSE(walked.parent);
  EXPECT_EQ(walked.name, "");
}

TEST_F(PathWalk, KnowsWhatOnlyRootCanReplace) {
  EXPECT_TRUE(found("/usr").parent_is_roots);
  EXPECT_TRUE(found("/usr/bin").parent_is_roots);
  EXPECT_TRUE(found("/tmp").parent_is_roots);
  EXPECT_FALSE(found("/tmp/none").parent_is_roots);
}

TEST_F(PathWalk, MissingNameHasItsDirectory) {
  const Walked walked = found(path("none"));
  EXPECT_FALSE(walked.object);
  EXPECT_EQ(path_of(walked.parent.get()), root_);
  EXPECT_EQ(walked.name, "none");
  EXPECT_EQ(walked.missing, 1u);
}

TEST_F(PathWalk, MissingDirectoriesAreCounted) {
  const Walked walked = found(path("none/of/these"));
  EXPECT_EQ(walked.name, "none");
  EXPECT_EQ(walked.missing, 3u);
}

TEST_F(PathWalk, FollowsLinksThatOnlyRootCanMake) {
  if (!std::filesystem::is_symlink("/var/run")) GTEST_SKIP() << "/var/run is no link here";
  const Walked walked = found("/var/run");
  EXPECT_EQ(path_of(walked.object.get()), std::filesystem::canonical("/var/run"));
  EXPECT_EQ(path_of(walked.link_parent.get()), "/var");
  EXPECT_EQ(walked.link_name, "run");
}

TEST_F(PathWalk, LinksOnTheWayLeaveNoLinkName) {
  if (!std::filesystem::is_symlink("/bin")) GTEST_SKIP() << "/bin is no link here";
  const Walked walked = found("/bin/no-such-program");
  EXPECT_EQ(path_of(walked.parent.get()), std::filesystem::canonical("/bin"));
  EXPECT_FALSE(walked.link_parent);
}

TEST_F(PathWalk, RefusesLinksThatOthersCanMake) {
  directory("secret");
  link("tmp", "secret");
  const base::Error error = refused(path("tmp"));
  EXPECT_EQ(error.code, ELOOP);
  EXPECT_EQ(error.message, '"' + path("tmp") +
                               "\": \"tmp\" is a symbolic link to \"secret\" in a directory that "
                               "others than root can change");
  EXPECT_EQ(refused(path("tmp/below")).code, ELOOP);
  link("dangling", "none");
  EXPECT_EQ(refused(path("dangling")).code, ELOOP);
}

TEST_F(PathWalk, RefusesMagicLinks) {
  const base::Error error = refused("/proc/self/root");
  EXPECT_EQ(error.code, ELOOP) << error.message;
}

TEST_F(PathWalk, RefusesAFileOnTheWay) {
  const base::Error error = refused(file("plain") + "/below");
  EXPECT_EQ(error.code, ENOTDIR);
  EXPECT_EQ(error.message, '"' + path("plain/below") + "\": Not a directory");
}

TEST_F(PathWalk, RefusesWhatMayNotBeSearched) {
  directory("closed/below");
  ASSERT_EQ(chmod(path("closed").c_str(), 0), 0);
  ASSERT_EQ(chmod(root_.c_str(), 0755), 0);
  const bool root = geteuid() == 0;
  if (root) {
    ASSERT_EQ(seteuid(65534), 0);
  }
  EXPECT_EQ(refused(path("closed/below")).code, EACCES);
  EXPECT_EQ(found(path("closed")).name, "closed");
  if (root) {
    ASSERT_EQ(seteuid(0), 0);
  }
  ASSERT_EQ(chmod(path("closed").c_str(), 0700), 0);
}

TEST_F(PathWalk, RootsAloneIsOwnerAndMode) {
  struct stat status = {};
  status.st_mode = S_IFDIR | 0755;
  EXPECT_TRUE(is_roots_alone(status));
  status.st_mode = S_IFDIR | 0775;
  EXPECT_FALSE(is_roots_alone(status));
  status.st_mode = S_IFDIR | 01777;
  EXPECT_FALSE(is_roots_alone(status));
  status.st_mode = S_IFDIR | 0700;
  status.st_uid = 1000;
  EXPECT_FALSE(is_roots_alone(status));
}

TEST_F(PathWalk, ForOthersALinkInTheWayIsAsIfNothingWereThere) {
  directory("home/real");
  link("home/planted", "/etc");
  for (const char* const below : {"home/planted", "home/planted/passwd"}) {
    auto walked = walk(path(below), Untrusted::Missing);
    ASSERT_TRUE(walked);
    EXPECT_FALSE(walked.value().object);
    EXPECT_EQ(walked.value().name, "planted");
    EXPECT_EQ(path_of(walked.value().parent.get()), path("home"));
    EXPECT_EQ(walked.value().blocked,
              '"' + path(below) + "\": there is a symbolic link \"planted\", in a directory that others than "
              "root can change");
  }
  EXPECT_EQ(walk(path("home/planted"), Untrusted::Missing).value().missing, 1U);
  EXPECT_EQ(walk(path("home/planted/passwd"), Untrusted::Missing).value().missing, 2U);
  EXPECT_EQ(walk(path("home/real"), Untrusted::Missing).value().blocked, "");
}

TEST_F(PathWalk, ForOthersRootsLinksAreFollowed) {
  EXPECT_EQ(path_of(walk("/bin/sh", Untrusted::Missing).value().object.get()),
            path_of(found("/bin/sh").object.get()));
}

}  // namespace
}  // namespace eventfilter::apply
