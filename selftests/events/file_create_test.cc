// SPDX-License-Identifier: BSD-2-Clause
// file_create: field by field, and every door to a new name.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <mqueue.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include "support/calls.h"
#include "support/event.h"
#include "support/program.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/tree.h"
#include "support/uring.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

long bind_socket(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof(address.sun_path) - 1);
  const Fd socket_fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  return bind(socket_fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address));
}

class FileCreate : public testing::TestWithParam<Fs> {
 protected:
  [[nodiscard]] std::string at(const std::string& name) const { return dir_ + "/" + name; }
  // Each time it's raised another name, so that nothing has to be removed
  [[nodiscard]] Raised created(const std::function<long(const std::string&)>& create) const {
    return {Subject::kUser, "file_create",
            [this, create] {
              const std::string name = at("new");
              const long result = create(name);
              const int error = errno;
              remove(name.c_str());
              errno = error;
              return result;
            },
            &space_};
  }
  [[nodiscard]] Raised file_created(unsigned mode = 0640) const {
    return created([mode](const std::string& path) {
      return try_open(path, O_CREAT | O_EXCL | O_WRONLY, mode);
    });
  }

  const Tree tree_{GetParam()};
  const std::string dir_ = tree_.make_dir("d");
  const LabelSpace space_{"a_t b_t c_t"};
};

TEST_P(FileCreate, AllowedAndRefused) {
  in_child([&] {
    enforce("file_create: name ~ \"ok*\"");
    EXPECT_ALLOWED(try_open(at("ok1"), O_CREAT | O_WRONLY, 0600));
    EXPECT_REFUSED(EACCES, try_open(at("no"), O_CREAT | O_WRONLY, 0600));
    EXPECT_REFUSED(ENOENT, access(at("no").c_str(), F_OK));
    EXPECT_ALLOWED(try_open(at("ok1"), O_CREAT | O_WRONLY, 0600))
        << "it exists: nothing is created";
  });
}

TEST_P(FileCreate, LabelIsTheOneThatTheNewObjectWillHave) {
  space_.label_file(dir_, "a_t");
  expect_label(file_created(), "label", "a_t", "b_t");
  space_.label_name(dir_, "new", "b_t");
  expect_label(file_created(), "label", "b_t", "a_t");
  expect_label(file_created(), "parent_label", "a_t", "b_t");
}

TEST_P(FileCreate, ParentLabelIsTheDirectorysOwnEvenIfForItAlone) {
  space_.label_file(tree_.root(), "c_t");
  space_.label_self(dir_, "a_t");
  expect_label(file_created(), "parent_label", "a_t", "c_t");
  expect_label(file_created(), "label", "c_t", "a_t");
}

TEST_P(FileCreate, ModeAndType) {
  umask(0);
  expect_number(file_created(0640), "mode", 0640, 0600);
  expect_number(file_created(), "type", S_IFREG, S_IFDIR);
  const Raised directory =
      created([](const std::string& path) { return mkdir(path.c_str(), 01750); });
  expect_number(directory, "mode", 01750, 0750);
  expect_number(directory, "type", S_IFDIR, S_IFREG);
  const Raised fifo = created([](const std::string& path) { return mkfifo(path.c_str(), 0604); });
  expect_number(fifo, "mode", 0604, 0640);
  expect_number(fifo, "type", S_IFIFO, S_IFREG);
  const Raised link =
      created([](const std::string& path) { return symlink("target", path.c_str()); });
  expect_number(link, "mode", 0777, 0);
  expect_number(link, "type", S_IFLNK, S_IFREG);
  const Raised socket = created(bind_socket);
  expect_number(socket, "type", S_IFSOCK, S_IFREG);
  umask(022);
}

TEST_P(FileCreate, ModeIsWhatWasAskedFor) {
  // Where there are access control lists the kernel applies the umask after it has asked
  umask(027);
  expect_number(file_created(0666), "mode", 0666, 0640);
  umask(022);
}

TEST_P(FileCreate, DevicesOfRoot) {
  Raised device =
      created([](const std::string& path) { return mknod(path.c_str(), S_IFCHR | 0600, 0x103); });
  device.subject = Subject::kRoot;
  expect_number(device, "type", S_IFCHR, S_IFBLK);
}

TEST_P(FileCreate, Name) { expect_string(file_created(), "name", "new"); }

TEST_P(FileCreate, UidAndGid) {
  expect_number(file_created(), "uid", 1000, 0);
  expect_number(file_created(), "gid", 1000, 0);
}

TEST_P(FileCreate, EveryDoor) {
  const std::string there = tree_.make_file("d/there");
  in_child([&] {
    const int dir = open(dir_.c_str(), O_RDONLY | O_DIRECTORY);
    enforce("file_create: deny");
    EXPECT_REFUSED(EACCES, open(at("n").c_str(), O_CREAT | O_WRONLY, 0600));
    EXPECT_REFUSED(EACCES, openat(dir, "n", O_CREAT | O_RDONLY, 0600));
    EXPECT_REFUSED(EACCES, creat(at("n").c_str(), 0600));
    EXPECT_REFUSED(EACCES, mkdir(at("n").c_str(), 0700));
    EXPECT_REFUSED(EACCES, mkdirat(dir, "n", 0700));
    EXPECT_REFUSED(EACCES, mknod(at("n").c_str(), S_IFREG | 0600, 0));
    EXPECT_REFUSED(EACCES, mknodat(dir, "n", S_IFIFO | 0600, 0));
    EXPECT_REFUSED(EACCES, symlink("x", at("n").c_str()));
    EXPECT_REFUSED(EACCES, symlinkat("x", dir, "n"));
    EXPECT_REFUSED(EACCES, link(there.c_str(), at("n").c_str()));
    EXPECT_REFUSED(EACCES, bind_socket(at("n")));
    Ring ring;
    EXPECT_REFUSED(EACCES,
                   ring.do_request(openat_request(at("n").c_str(), O_CREAT | O_WRONLY, 0600)));
    io_uring_sqe request{};
    request.opcode = IORING_OP_MKDIRAT;
    request.fd = AT_FDCWD;
    request.addr = reinterpret_cast<uintptr_t>(at("n").c_str());
    EXPECT_REFUSED(EACCES, ring.do_request(request));
    request.opcode = IORING_OP_SYMLINKAT;
    request.addr = reinterpret_cast<uintptr_t>("x");
    request.addr2 = reinterpret_cast<uintptr_t>(at("n").c_str());
    EXPECT_REFUSED(EACCES, ring.do_request(request));
  });
  EXPECT_FALSE(std::filesystem::is_symlink(at("n")));
  EXPECT_FALSE(std::filesystem::exists(at("n")));
}

// overlayfs of 6.1 has no O_TMPFILE
class FileWithoutAName : public FileCreate {};

TEST_P(FileWithoutAName, Fact17IsAFileThatIsCreated) {
  in_child([&] {
    enforce("file_create: deny");
    EXPECT_REFUSED(EACCES, open(dir_.c_str(), O_TMPFILE | O_RDWR, 0600));
  });
}

TEST_P(FileWithoutAName, Fact17GetsOneAndThatIsCreatedToo) {
  in_child([&] {
    // The name that it gets is another event than the file
    const int file = open(dir_.c_str(), O_TMPFILE | O_RDWR, 0600);
    ASSERT_ALLOWED(file);
    enforce("file_create: name != \"named\"");
    const std::string by_fd = "/proc/self/fd/" + std::to_string(file);
    EXPECT_REFUSED(
        EACCES, linkat(AT_FDCWD, by_fd.c_str(), AT_FDCWD, at("named").c_str(), AT_SYMLINK_FOLLOW));
    EXPECT_ALLOWED(
        linkat(AT_FDCWD, by_fd.c_str(), AT_FDCWD, at("else").c_str(), AT_SYMLINK_FOLLOW));
  });
}

TEST_P(FileCreate, AHardLinksNewNameHasTheLabelOfTheFile) {
  const std::string there = tree_.make_file("d/there");
  space_.label_file(dir_, "a_t");
  space_.label_file(there, "b_t");
  const Raised linked =
      created([&](const std::string& path) { return link(there.c_str(), path.c_str()); });
  expect_label(linked, "label", "b_t", "a_t");
  expect_label(linked, "parent_label", "a_t", "b_t");
}

TEST_P(FileCreate, WhiteoutsOfRename) {
  const std::string from = tree_.make_file("d/from");
  in_child(Subject::kRoot, [&] {
    enforce("file_create: deny");
    EXPECT_REFUSED(EACCES,
                   renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, at("to").c_str(), RENAME_WHITEOUT));
    EXPECT_ALLOWED(rename(from.c_str(), at("to").c_str())) << "a rename alone creates nothing";
  });
}

TEST_P(FileCreate, CoreFilesOfTheConfined) {
  write_file("/proc/sys/kernel/core_pattern", "core");
  const auto crash = [&](const char* rule) {
    end_of_child([&] {
      require_call(chdir(dir_.c_str()), "chdir");
      const rlimit all{RLIM_INFINITY, RLIM_INFINITY};
      setrlimit(RLIMIT_CORE, &all);
      enforce(rule);
      signal(SIGQUIT, SIG_DFL);
      raise(SIGQUIT);
    });
  };
  crash("file_create: name !~ \"core*\"");
  EXPECT_TRUE(std::filesystem::is_empty(dir_)) << "a core was written";
  crash("file_create: name ~ \"core*\"");
  EXPECT_FALSE(std::filesystem::is_empty(dir_)) << "else the test would prove nothing";
}

TEST_P(FileCreate, RealPrograms) {
  in_child([&] {
    enforce("file_create: name ~ \"*.txt\"");
    EXPECT_TRUE(run({"touch", at("a.txt")}).succeeded());
    EXPECT_TRUE(run({"touch", at("a.sh")}).says("Permission denied"));
    EXPECT_TRUE(run({"mkdir", at("dir")}).says("Permission denied"));
    EXPECT_TRUE(run({"ln", "-s", "x", at("link")}).says("Permission denied"));
    EXPECT_TRUE(run({"cp", at("a.txt"), at("b.txt")}).succeeded());
  });
}

INSTANTIATE_TEST_SUITE_P(On, FileCreate, testing::ValuesIn(kEveryFs),
                         [](const auto& of) { return fs_name(of.param); });

INSTANTIATE_TEST_SUITE_P(On, FileWithoutAName, testing::Values(Fs::kTmpfs, Fs::kExt4),
                         [](const auto& of) { return fs_name(of.param); });

TEST(FileCreateElsewhere, Fact17MessageQueues) {
  in_child([] {
    enforce("file_create: name != \"evf-test-queue\"");
    EXPECT_REFUSED(EACCES, mq_open("/evf-test-queue", O_CREAT | O_RDWR, 0600, nullptr));
    EXPECT_ALLOWED(mq_open("/evf-test-other", O_CREAT | O_RDWR, 0600, nullptr));
    mq_unlink("/evf-test-other");
  });
}

TEST(FileCreateElsewhere, Fact17PinsOfBpf) {
  const Tree tree;
  const std::string root = tree.make_dir("bpf");
  run_or_fail({"mount", "-t", "bpf", "bpf", root});
  in_child(Subject::kRoot, [&] {
    // BPF_MAP_CREATE of an array with one element, then BPF_OBJ_PIN
    struct {
      unsigned type, key_size, value_size, max_entries, flags;
    } map{2, 4, 4, 1, 0};
    const long fd = require_call(syscall(SYS_bpf, 0, &map, sizeof(map)), "BPF_MAP_CREATE");
    const std::string path = root + "/pin";
    struct {
      unsigned long long pathname;
      unsigned fd, flags;
    } pin{reinterpret_cast<uintptr_t>(path.c_str()), static_cast<unsigned>(fd), 0};
    enforce("file_create: deny");
    EXPECT_REFUSED(EACCES, syscall(SYS_bpf, 6, &pin, sizeof(pin)));
  });
  run_or_fail({"umount", root});
}

}  // namespace
}  // namespace eventfilter::selftest
