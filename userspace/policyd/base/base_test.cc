// SPDX-License-Identifier: BSD-2-Clause
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>

#include <gtest/gtest.h>

#include "base/fd.h"
#include "base/file.h"
#include "base/path.h"
#include "base/result.h"
#include "base/text.h"

namespace eventfilter::base {
namespace {

bool is_open(int fd) { return fcntl(fd, F_GETFD) >= 0; }

TEST(Result, HoldsAValueOrAnError) {
  const Result<int> good(7);
  ASSERT_TRUE(good.ok());
  EXPECT_EQ(good.value(), 7);
  const Result<int> bad(Error{ENOENT, "x"});
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().code, ENOENT);
}

TEST(Result, MovesItsValueOut) {
  Result<std::unique_ptr<int>> result(std::make_unique<int>(3));
  const std::unique_ptr<int> taken = std::move(result).value();
  EXPECT_EQ(*taken, 3);
}

TEST(Result, OfNothing) {
  EXPECT_TRUE(Result<void>().ok());
  EXPECT_FALSE(Result<void>(Error{EPERM, "no"}).ok());
}

TEST(Error, NamesWhatFailed) {
  EXPECT_EQ(system_error(ENOENT, "a.policy").message, "a.policy: No such file or directory");
}

TEST(Fd, ClosesWhatItOwns) {
  int number = -1;
  {
    const Fd fd(open("/dev/null", O_RDONLY | O_CLOEXEC));
    ASSERT_TRUE(fd);
    number = fd.get();
  }
  EXPECT_FALSE(is_open(number));
}

TEST(Fd, MovesAndReleases) {
  Fd first(open("/dev/null", O_RDONLY | O_CLOEXEC));
  Fd second(std::move(first));
  EXPECT_FALSE(first);
  const Fd third(second.release());
  EXPECT_FALSE(second);
  EXPECT_TRUE(is_open(third.get()));
}

TEST(ReadTextFile, ReadsRegularFilesOnly) {
  const std::string path = testing::TempDir() + "read_text_file";
  std::ofstream(path) << "policy 1;\n";
  EXPECT_EQ(read_text_file(path).value(), "policy 1;\n");
  unlink(path.c_str());
  EXPECT_EQ(read_text_file(path).error().code, ENOENT);
  EXPECT_EQ(read_text_file("/").error().code, EISDIR);
  EXPECT_EQ(read_text_file("/dev/null").error().message, "/dev/null: not a regular file");
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  EXPECT_EQ(read_text_file(path).error().code, EINVAL);
  unlink(path.c_str());
}

TEST(ReadTextFile, LimitBelowAtAndAbove) {
  const std::string path = testing::TempDir() + "read_text_limit";
  for (const std::size_t size : {kMaxTextFile - 1, kMaxTextFile}) {
    std::ofstream(path) << std::string(size, 'x');
    EXPECT_EQ(read_text_file(path).value().size(), size);
  }
  std::ofstream(path) << std::string(kMaxTextFile + 1, 'x');
  EXPECT_EQ(read_text_file(path).error().code, EFBIG);
  unlink(path.c_str());
}

TEST(Path, BeneathIsByWholeNames) {
  EXPECT_TRUE(is_beneath("/usr", "/usr"));
  EXPECT_TRUE(is_beneath("/usr/lib", "/usr"));
  EXPECT_FALSE(is_beneath("/usrlocal", "/usr"));
  EXPECT_FALSE(is_beneath("/us", "/usr"));
  EXPECT_TRUE(is_beneath("/usr", "/"));
  EXPECT_TRUE(is_beneath("/", "/"));
  EXPECT_FALSE(is_beneath("/", "/usr"));
}

TEST(Path, DirectoryOf) {
  EXPECT_EQ(directory_of("/a/b"), "/a");
  EXPECT_EQ(directory_of("/a"), "/");
  EXPECT_EQ(directory_of("/"), "/");
}

TEST(Text, LineBegin) {
  EXPECT_EQ(line_begin("a\nb\n", 1), 0U);
  EXPECT_EQ(line_begin("a\nb\n", 2), 2U);
  EXPECT_EQ(line_begin("a\nb\n", 3), 4U);
  EXPECT_EQ(line_begin("a\nb\n", 4), 4U) << "there is none: the end";
  EXPECT_EQ(line_begin("", 1), 0U);
}

class WriteTextFile : public ::testing::Test {
 protected:
  WriteTextFile() {
    char name[] = "/tmp/base_test.XXXXXX";
    directory_ = mkdtemp(name);
  }
  ~WriteTextFile() override { std::filesystem::remove_all(directory_); }

  std::size_t files() const {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(directory_), {}));
  }
  static mode_t mode_of(const std::string& path) {
    struct stat status = {};
    return stat(path.c_str(), &status) == 0 ? status.st_mode & 07777 : 0;
  }

  std::filesystem::path directory_;
};

TEST_F(WriteTextFile, ReplacesContentsAndKeepsModeAndLink) {
  const std::string file = directory_ / "file";
  ASSERT_TRUE(write_text_file(file, "old").ok());
  const mode_t mask = umask(0);
  umask(mask);
  EXPECT_EQ(mode_of(file), 0666 & ~mask);
  ASSERT_EQ(chmod(file.c_str(), 0640), 0);
  std::filesystem::create_symlink("file", directory_ / "link");
  ASSERT_TRUE(write_text_file(directory_ / "link", "new").ok());
  EXPECT_EQ(read_text_file(file).value(), "new");
  EXPECT_EQ(mode_of(file), 0640);
  EXPECT_TRUE(std::filesystem::is_symlink(directory_ / "link"));
  EXPECT_EQ(files(), 2U) << "nothing is left beside it";
}

TEST_F(WriteTextFile, FailsWithoutATrace) {
  const auto missing = write_text_file(directory_ / "no" / "file", "x");
  EXPECT_EQ(missing.error().code, ENOENT);
  EXPECT_EQ(missing.error().message, (directory_ / "no" / "file").string() + ": No such file or directory");
  std::filesystem::create_directory(directory_ / "folder");
  EXPECT_EQ(write_text_file(directory_ / "folder", "x").error().code, EISDIR);
  EXPECT_EQ(files(), 1U);
}

}  // namespace
}  // namespace eventfilter::base
