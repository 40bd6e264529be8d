// SPDX-License-Identifier: BSD-2-Clause
// Doors that few programs know: shared extents, huge pages, keys of pages, another's pages, old
// watches, descriptors by seccomp's supervisor, code for the kernel by name.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/fs.h>
#include <linux/mempolicy.h>
#include <linux/seccomp.h>
#include <linux/filter.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cstring>

#include "events/labelled_victim.h"
#include "support/channel.h"
#include "support/child.h"
#include "support/program.h"
#include "support/require.h"
#include "support/tree.h"

namespace eventfilter::selftest {
namespace {

// Shared extents. The guest has no file system that could share any, but overlayfs takes the call,
// and the filters are asked before what is beneath refuses.
class Reflinks : public testing::Test {
 protected:
  [[nodiscard]] long clone() const { return ioctl(to_.get(), FICLONE, from_.get()); }
  [[nodiscard]] long clone_range() const {
    file_clone_range range{};
    range.src_fd = from_.get();
    return ioctl(to_.get(), FICLONERANGE, &range);
  }
  // The errno is the destination's, in the answer
  [[nodiscard]] long dedupe() const {
    alignas(file_dedupe_range) std::array<char, 64> room{};
    auto* const range = reinterpret_cast<file_dedupe_range*>(room.data());
    range->src_length = 4096;
    range->dest_count = 1;
    range->info[0].dest_fd = to_.get();
    if (ioctl(from_.get(), FIDEDUPERANGE, range) != 0) return -1;
    errno = -range->info[0].status;
    return errno == 0 ? 0 : -1;
  }

  const Tree tree_{Fs::kOverlay};
  const Fd from_{open(tree_.make_file("from", std::string(8192, 'x')).c_str(), O_RDWR | O_CLOEXEC)};
  const Fd to_{open(tree_.make_file("to", std::string(8192, 'x')).c_str(), O_RDWR | O_CLOEXEC)};
};

TEST_F(Reflinks, ReadTheOneAndWriteTheOther) {
  EXPECT_REFUSED(EOPNOTSUPP, clone()) << "how it ends when it's let through";
  in_child([&] {
    enforce("file_read: deny else errno EDOM");
    EXPECT_REFUSED(EDOM, clone());
    EXPECT_REFUSED(EDOM, clone_range());
    EXPECT_REFUSED(EDOM, dedupe());
  });
  in_child([&] {
    enforce("file_write: deny else errno EXDEV");
    EXPECT_REFUSED(EXDEV, clone());
    EXPECT_REFUSED(EXDEV, clone_range());
    EXPECT_REFUSED(EXDEV, dedupe());
  });
  in_child([&] {
    enforce("file_read, file_write: access == 6 else errno EDOM");
    EXPECT_REFUSED(EOPNOTSUPP, clone());
    EXPECT_REFUSED(EOPNOTSUPP, clone_range());
  });
}

TEST_F(Reflinks, AreCommandsBesides) {
  in_child([&] {
    enforce("file_ioctl: cmd == " + std::to_string(FIONREAD) + " else errno EDOM");
    EXPECT_REFUSED(EDOM, clone());
    EXPECT_REFUSED(EDOM, clone_range());
    EXPECT_REFUSED(EDOM, dedupe());
  });
}

// Files of huge pages: a memfd like others
class HugePages : public testing::Test {
 protected:
  HugePages() { write_file("/proc/sys/vm/nr_hugepages", "4\n"); }
  ~HugePages() override { write_file("/proc/sys/vm/nr_hugepages", "0\n"); }

  static constexpr size_t kHuge = 2UL << 20;
};

TEST_F(HugePages, AFileOfThemIsAFile) {
  in_child([] {
    const Fd file(memfd_create("evf-huge", MFD_HUGETLB | MFD_CLOEXEC));
    ASSERT_TRUE(file.is_open());
    ASSERT_ALLOWED(ftruncate(file.get(), kHuge));
    enforce("file_map: !(prot & 2) else errno EDOM\nfile_truncate: deny else errno EXDEV");
    EXPECT_EQ(mmap(nullptr, kHuge, PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0), MAP_FAILED);
    EXPECT_EQ(errno, EDOM);
    void* const mapped = mmap(nullptr, kHuge, PROT_READ, MAP_SHARED, file.get(), 0);
    ASSERT_NE(mapped, MAP_FAILED);
    EXPECT_REFUSED(EDOM, mprotect(mapped, kHuge, PROT_READ | PROT_WRITE));
    EXPECT_REFUSED(EXDEV, ftruncate(file.get(), 0));
    munmap(mapped, kHuge);
  });
}

TEST_F(HugePages, IsAnonymousAndOpenedAgainIsJudged) {
  const LabelSpace space("a_t");
  in_child([&] {
    const Fd file(memfd_create("evf-huge", MFD_HUGETLB));
    ASSERT_TRUE(file.is_open());
    enforce(space, "file_open: label & anonymous && access == 4 else errno EDOM");
    const std::string self = "/proc/self/fd/" + std::to_string(file.get());
    EXPECT_REFUSED(EDOM, open(self.c_str(), O_RDWR));
    EXPECT_ALLOWED(open(self.c_str(), O_RDONLY));
  });
}

TEST_F(HugePages, MemoryWithoutAFileRaisesNothing) {
  in_child([] {
    enforce("file_map: deny else errno EDOM");
    void* const mapped = mmap(nullptr, kHuge, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0);
    ASSERT_NE(mapped, MAP_FAILED) << errno_name(errno);
    EXPECT_ALLOWED(mprotect(mapped, kHuge, PROT_READ));
    munmap(mapped, kHuge);
  });
  const int segment = shmget(IPC_PRIVATE, kHuge, IPC_CREAT | SHM_HUGETLB | 0600);
  require_call(segment, "shmget");
  in_child(Subject::kRoot, [&] {
    enforce("file_map: deny else errno EDOM");
    void* const attached = shmat(segment, nullptr, 0);
    ASSERT_NE(attached, reinterpret_cast<void*>(-1)) << errno_name(errno) << ", system_ipc's";
    EXPECT_ALLOWED(mprotect(attached, kHuge, PROT_READ));
  });
  shmctl(segment, IPC_RMID, nullptr);
}

TEST(KeysOfPages, ChangeAProtectionToo) {
  const Tree tree;
  const std::string path = tree.make_file("file", std::string(4096, 'x'));
  in_child([&] {
    const Fd file(open(path.c_str(), O_RDWR));
    void* const mapped = mmap(nullptr, 4096, PROT_READ, MAP_SHARED, file.get(), 0);
    enforce("file_map: !(prot & 2) else errno EDOM");
    EXPECT_REFUSED(EDOM, syscall(SYS_pkey_mprotect, mapped, 4096, PROT_READ | PROT_WRITE, -1));
    EXPECT_ALLOWED(syscall(SYS_pkey_mprotect, mapped, 4096, PROT_NONE, -1));
    const auto key = static_cast<int>(syscall(SYS_pkey_alloc, 0, 0));
    if (key > 0) {
      EXPECT_REFUSED(EDOM, syscall(SYS_pkey_mprotect, mapped, 4096, PROT_READ | PROT_WRITE, key));
    }
    munmap(mapped, 4096);
  });
}

// Pages of another task
class OthersPages : public TaskEvents {
 protected:
  static long migrate(pid_t target) {
    const unsigned long node = 1;
    return syscall(SYS_migrate_pages, target, 2, &node, &node);
  }
  static long move(pid_t target) {
    void* page = nullptr;
    int status = 0;
    return syscall(SYS_move_pages, target, 1, &page, nullptr, &status, 0);
  }
};

// Both want the right to look into the task besides, which has to be confined as the caller is
TEST_F(OthersPages, AreMovedByLabel) {
  const Ruleset as_a = Ruleset::labelled(space_, "a_t", "sys_enter_getpgrp: allow");
  const Ruleset as_b = Ruleset::labelled(space_, "b_t", "sys_enter_getpgrp: allow");
  in_child(Subject::kRoot, [&] {
    confine("task_setsched: label & a_t else errno EXDEV");
    const Victim allowed([&] { as_a.enforce(); }, Subject::kRoot);
    const Victim refused([&] { as_b.enforce(); }, Subject::kRoot);
    EXPECT_ALLOWED(migrate(allowed.pid()));
    EXPECT_ALLOWED(move(allowed.pid()));
    EXPECT_REFUSED(EXDEV, migrate(refused.pid()));
    EXPECT_REFUSED(EXDEV, move(refused.pid()));
  });
}

TEST_F(OthersPages, OfALessConfinedTaskAreOutOfReach) {
  const Victim free([] {}, Subject::kRoot);
  in_child(Subject::kRoot, [&] {
    enforce("file_open: allow");
    EXPECT_REFUSED(EPERM, migrate(free.pid()));
    EXPECT_REFUSED(EPERM, move(free.pid()));
  });
}

TEST(OldWatches, OnADirectory) {
  const Tree tree;
  const std::string one = tree.make_dir("one");
  const std::string two = tree.make_dir("two");
  const LabelSpace space("a_t");
  space.label_file(two, "a_t");
  in_child([&] {
    const Fd of_one(open(one.c_str(), O_RDONLY | O_DIRECTORY));
    const Fd of_two(open(two.c_str(), O_RDONLY | O_DIRECTORY));
    enforce(space, "file_notify: label & a_t else errno EDOM");
    EXPECT_REFUSED(EDOM, fcntl(of_one.get(), F_NOTIFY, DN_CREATE));
    EXPECT_ALLOWED(fcntl(of_two.get(), F_NOTIFY, DN_CREATE));
    EXPECT_ALLOWED(fcntl(of_one.get(), F_NOTIFY, 0)) << "no longer wanting to know";
  });
}

// A supervisor puts a descriptor into the task whose call it was told of: that task receives it
class Supervised : public testing::Test {
 protected:
  // Has the supervisor told of getppid(2)
  static Fd supervise_getppid() {
    std::array<sock_filter, 4> code = {
        sock_filter BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
        sock_filter BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
        sock_filter BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
        sock_filter BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
    const sock_fprog program{code.size(), code.data()};
    set_no_new_privs();
    return Fd(static_cast<int>(require_call(
        syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program),
        "seccomp")));
  }
  // Waits for a call, gives its task the descriptor, lets the call be: 0, or -1 with errno
  static long give(const Fd& listener, int fd) {
    seccomp_notif call{};
    require_call(ioctl(listener.get(), SECCOMP_IOCTL_NOTIF_RECV, &call), "a call");
    seccomp_notif_addfd added{};
    added.id = call.id;
    added.srcfd = static_cast<__u32>(fd);
    const long result = ioctl(listener.get(), SECCOMP_IOCTL_NOTIF_ADDFD, &added);
    const int error = errno;
    seccomp_notif_resp answer{};
    answer.id = call.id;
    answer.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
    ioctl(listener.get(), SECCOMP_IOCTL_NOTIF_SEND, &answer);
    errno = error;
    return result < 0 ? -1 : 0;
  }
};

TEST_F(Supervised, IsAskedWhetherItReceivesTheDescriptor) {
  const Tree tree;
  const Fd file(open(tree.make_file("file").c_str(), O_RDONLY | O_CLOEXEC));
  const Fd directory(open(tree.root().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const Channel channel;
  Child supervised(Subject::kRoot, [&] {
    const Fd listener = supervise_getppid();
    channel.child().send_fd(listener.get());
    enforce("file_receive: type == " + std::to_string(S_IFDIR) + " else errno EDOM");
    for (int i = 0; i < 2; ++i) syscall(SYS_getppid);
  });
  const Fd listener = channel.parent().receive_fd();
  EXPECT_REFUSED(EDOM, give(listener, file.get())) << "by the layers of who receives it";
  EXPECT_ALLOWED(give(listener, directory.get()));
  supervised.wait();
}

TEST_F(Supervised, WhatIsAttachedIsAskedToo) {
  const Tree tree;
  const Fd file(open(tree.make_file("file").c_str(), O_RDONLY | O_CLOEXEC));
  require_call(evf(EVF_ATTACH, static_cast<unsigned long>(file.get()),
                   static_cast<unsigned long>(
                       Ruleset("file_receive: deny else errno EXDEV").fd())),
               "EVF_ATTACH");
  const Channel channel;
  Child supervised(Subject::kRoot, [&] {
    const Fd listener = supervise_getppid();
    channel.child().send_fd(listener.get());
    syscall(SYS_getppid);
  });
  const Fd listener = channel.parent().receive_fd();
  EXPECT_REFUSED(EXDEV, give(listener, file.get()));
  supervised.wait();
}

// Code for the kernel that comes from files
class KernelFiles : public testing::Test {
 protected:
  static long load_kernel() {
    const Fd image(open("/etc/passwd", O_RDONLY));
    constexpr unsigned long kNoInitramfs = 4;  // KEXEC_FILE_NO_INITRAMFS
    return syscall(SYS_kexec_file_load, image.get(), -1, 1UL, "", kNoInitramfs);
  }
  // The kernel's own test of firmware asks for a file by its name, for who writes the name
  static long load_firmware() {
    const Fd trigger(require_fd(
        open("/sys/devices/virtual/misc/test_firmware/trigger_request", O_WRONLY), "trigger"));
    return write(trigger.get(), "evf-firmware", 12);
  }
};

TEST_F(KernelFiles, AKernel) {
  in_child(Subject::kRoot, [] {
    EXPECT_REFUSED(ENOEXEC, load_kernel()) << "let through: it is none";
    enforce("system_module: cmd == " + std::to_string(EVF_MODULE_MODULE) + " else errno EXDEV");
    EXPECT_REFUSED(EXDEV, load_kernel());
  });
  in_child(Subject::kRoot, [] {
    enforce("file_read: deny else errno EDOM");
    EXPECT_REFUSED(EDOM, load_kernel()) << "it is read, too";
  });
}

TEST_F(KernelFiles, AKernelFromMemory) {
  const auto unload = [] { return syscall(SYS_kexec_load, 0, 0, nullptr, 0); };
  in_child(Subject::kRoot, [&] {
    EXPECT_ALLOWED(unload());
    enforce("system_module: cmd != " + std::to_string(EVF_MODULE_KEXEC_IMAGE) +
            " else errno EXDEV");
    EXPECT_REFUSED(EXDEV, unload());
  });
}

TEST_F(KernelFiles, AModuleIsRead) {
  in_child(Subject::kRoot, [] {
    const Fd file(open("/etc/passwd", O_RDONLY));
    const auto load = [&] { return syscall(SYS_finit_module, file.get(), "", 0); };
    EXPECT_REFUSED(ENOEXEC, load()) << "let through: it is none";
    enforce("file_read: deny else errno EDOM");
    EXPECT_REFUSED(EDOM, load());
  });
}

// With the kernel's own credentials, whoever made a driver ask for it
TEST_F(KernelFiles, FirmwareIsTheKernelsOwnAffair) {
  write_file("/sys/module/firmware_class/parameters/path", "/tmp");
  write_file("/tmp/evf-firmware", "firmware");
  in_child(Subject::kRoot, [] {
    enforce("system_module: deny\nfile_open: name != \"evf-firmware\"");
    EXPECT_EQ(load_firmware(), 12) << "documented";
  });
  write_file("/sys/module/firmware_class/parameters/path", "\n");
  unlink("/tmp/evf-firmware");
}

}  // namespace
}  // namespace eventfilter::selftest
