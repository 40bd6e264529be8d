// SPDX-License-Identifier: BSD-2-Clause
// file_exec: field by field, and every door to running a program.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <filesystem>

#include "support/calls.h"
#include "support/event.h"
#include "support/program.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/tree.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

// Runs it in a child of the caller: 0, or -1 with the errno of execve
long try_exec(const std::function<void()>& exec) {
  const pid_t pid = fork();
  require_call(pid, "fork");
  if (pid == 0) {
    exec();
    _exit(errno);
  }
  int status = 0;
  require_call(waitpid(pid, &status, 0), "waitpid");
  errno = WEXITSTATUS(status);
  return status == 0 ? 0 : -1;
}

long try_execv(const std::string& path) {
  return try_exec([&] { execl(path.c_str(), path.c_str(), nullptr); });
}

std::array<char*, 2> argv_of(const char* name) { return {const_cast<char*>(name), nullptr}; }

class FileExec : public testing::Test {
 protected:
  // A static program: nothing else is executed along with it
  std::string make_program(const std::string& below) const {
    tree_.make_file(below);
    std::filesystem::copy_file(helper("evf_probe"), tree_.path(below),
                               std::filesystem::copy_options::overwrite_existing);
    require_call(chmod(tree_.path(below).c_str(), 0755), "chmod");
    return tree_.path(below);
  }
  [[nodiscard]] Raised executed() const {
    return {Subject::kUser, "file_exec", [this] { return try_execv(program_); }, &space_};
  }

  const Tree tree_;
  const std::string program_ = make_program("d/program");
  const std::string other_ = make_program("d/other");
  const LabelSpace space_{"a_t b_t"};
};

TEST_F(FileExec, AllowedAndRefused) {
  in_child([&] {
    enforce("file_exec: name == \"program\"");
    EXPECT_ALLOWED(try_execv(program_));
    EXPECT_REFUSED(EACCES, try_execv(other_));
  });
}

TEST_F(FileExec, Label) {
  space_.label_file(program_, "a_t");
  expect_label(executed(), "label", "a_t", "b_t");
}

TEST_F(FileExec, OwnerAndMode) {
  require_call(chown(program_.c_str(), 4711, 4711), "chown");
  require_call(chmod(program_.c_str(), 0711), "chmod");
  expect_number(executed(), "owner", 4711, 0);
  expect_number(executed(), "mode", S_IFREG | 0711, S_IFREG | 0755);
}

TEST_F(FileExec, Name) { expect_string(executed(), "name", "program"); }

TEST_F(FileExec, Setid) {
  const struct {
    unsigned mode;
    int setid;
  } cases[] = {{0755, 0}, {04755, 1}, {02755, 1}, {06755, 1}, {01755, 0}, {02745, 0}};
  for (const auto& [mode, setid] : cases) {
    require_call(chmod(program_.c_str(), mode), "chmod");
    expect_number(executed(), "setid", setid, 1 - setid);
  }
}

TEST_F(FileExec, UidAndGid) {
  expect_number(executed(), "uid", 1000, 0);
  expect_number(executed(), "gid", 1000, 0);
}

TEST_F(FileExec, RaisesNoFileOpen) {
  in_child([&] {
    enforce("file_open: deny");
    EXPECT_ALLOWED(try_execv(program_));
  });
}

TEST_F(FileExec, OpeningToReadRaisesNoFileExec) {
  in_child([&] {
    enforce("file_exec: deny");
    EXPECT_ALLOWED(try_open(program_, O_RDONLY));
  });
}

TEST_F(FileExec, EveryDoor) {
  in_child([&] {
    const Fd by_path(open(other_.c_str(), O_PATH | O_CLOEXEC));
    const Fd readable(open(other_.c_str(), O_RDONLY | O_CLOEXEC));
    const Fd dir(open(tree_.path("d").c_str(), O_PATH | O_CLOEXEC));
    const std::string link = tree_.path("link");
    require_call(symlink(other_.c_str(), link.c_str()), "symlink");
    enforce("file_exec: name != \"other\"");
    auto argv = argv_of("other");
    EXPECT_REFUSED(EACCES, try_execv(other_));
    EXPECT_REFUSED(EACCES, try_execv(link));
    EXPECT_REFUSED(EACCES,
                   try_exec([&] { execveat(dir.get(), "other", argv.data(), environ, 0); }));
    EXPECT_REFUSED(EACCES, try_exec([&] {
                     execveat(by_path.get(), "", argv.data(), environ, AT_EMPTY_PATH);
                   }));
    EXPECT_REFUSED(EACCES, try_exec([&] { fexecve(readable.get(), argv.data(), environ); }));
    EXPECT_REFUSED(EACCES, try_execv("/proc/self/fd/" + std::to_string(readable.get())));
    EXPECT_ALLOWED(try_exec([&] { execveat(dir.get(), "program", argv.data(), environ, 0); }));
  });
}

TEST_F(FileExec, AProgramInMemory) {
  const std::string content = read_file(program_);
  in_child([&] {
    const int memory = memfd_create("evf-test", MFD_CLOEXEC);
    ASSERT_EQ(write(memory, content.data(), content.size()), static_cast<ssize_t>(content.size()));
    auto argv = argv_of("x");
    EXPECT_ALLOWED(try_exec([&] { fexecve(memory, argv.data(), environ); }));
    enforce(space_, "file_exec: label & a_t");
    EXPECT_REFUSED(EACCES, try_exec([&] { fexecve(memory, argv.data(), environ); }));
  });
}

TEST_F(FileExec, AScriptAndItsInterpreterAreBothAsked) {
  const std::string script = tree_.make_file("script", "#!" + program_ + "\n");
  require_call(chmod(script.c_str(), 0755), "chmod");
  EXPECT_EQ(error_under(Subject::kUser, "file_exec: name != \"script\"",
                        [&] { return try_execv(script); }),
            EACCES);
  EXPECT_EQ(error_under(Subject::kUser, "file_exec: name != \"program\"",
                        [&] { return try_execv(script); }),
            EACCES);
  EXPECT_EQ(error_under(Subject::kUser, "file_exec: name in { \"script\", \"program\" }",
                        [&] { return try_execv(script); }),
            0);
}

TEST_F(FileExec, ADynamicProgramsLoaderIsAskedToo) {
  const auto run_true = [] { return try_execv("/usr/bin/true"); };
  EXPECT_EQ(error_under(Subject::kUser, "file_exec: name == \"true\"", run_true), EACCES);
  EXPECT_EQ(
      error_under(Subject::kUser, "file_exec: name == \"true\" || name ~ \"ld-linux*\"", run_true),
      0);
}

TEST_F(FileExec, TheLoaderAsAProgramIsAnOpenOfTheFile) {
  in_child([&] {
    enforce("file_exec: name != \"other\"");
    EXPECT_NE(run({"/lib64/ld-linux-x86-64.so.2", other_}).exit_code(), 126);
  });
  in_child([&] {
    enforce("file_open: name != \"uname\"\nfile_exec: name != \"uname\"");
    const Output output = run({"/lib64/ld-linux-x86-64.so.2", "/usr/bin/uname"});
    EXPECT_NE(output.exit_code(), 0);
    EXPECT_TRUE(output.says("Permission denied")) << output.text;
  });
}

TEST_F(FileExec, RealPrograms) {
  in_child([] {
    enforce("file_exec: name !~ \"*python*\"");
    EXPECT_TRUE(run({"true"}).succeeded());
    const Output refused = run({"sh", "-c", "python3 -c 'print(1)'"});
    EXPECT_EQ(refused.exit_code(), 126);
    EXPECT_TRUE(refused.says("Permission denied")) << refused.text;
    EXPECT_EQ(run({"env", "python3"}).exit_code(), 126);
    EXPECT_EQ(run({"sh", "-c", "echo still here"}).text, "still here\n");
  });
}

}  // namespace
}  // namespace eventfilter::selftest
