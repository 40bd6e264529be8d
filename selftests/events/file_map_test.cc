// SPDX-License-Identifier: BSD-2-Clause
// file_map: field by field, and every door by which a file becomes memory.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <unistd.h>

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

constexpr size_t kPage = 4096;

// 0, or -1 with errno
long try_map(int fd, int protection, int flags) {
  void* at = mmap(nullptr, kPage, protection, flags, fd, 0);
  if (at == MAP_FAILED) {
    return -1;
  }
  munmap(at, kPage);
  return 0;
}

void* map(int fd, int protection, int flags) {
  void* at = mmap(nullptr, kPage, protection, flags, fd, 0);
  require(at != MAP_FAILED, "mmap");
  return at;
}

class FileMap : public testing::TestWithParam<Fs> {
 protected:
  [[nodiscard]] Raised mapping(int protection, int flags = MAP_PRIVATE,
                               Subject subject = Subject::kUser) const {
    return {subject, "file_map",
            [this, protection, flags] {
              const Fd file(open(file_.c_str(), O_RDWR));
              return try_map(file.get(), protection, flags);
            },
            &space_};
  }
  // What is mapped already is inherited
  [[nodiscard]] Raised protecting(void* at, int protection) const {
    return {Subject::kUser, "file_map", [=] { return mprotect(at, kPage, protection); }, &space_};
  }

  const Tree tree_{GetParam()};
  const std::string file_ = tree_.make_file("d/file");
  const std::string other_ = tree_.make_file("d/other");
  const LabelSpace space_{"a_t b_t"};
};

TEST_P(FileMap, AllowedAndRefused) {
  in_child([&] {
    const Fd file(open(file_.c_str(), O_RDWR));
    enforce("file_map: !(prot & " + std::to_string(PROT_WRITE) + ")");
    EXPECT_REFUSED(EACCES, try_map(file.get(), PROT_READ | PROT_WRITE, MAP_SHARED));
    EXPECT_ALLOWED(try_map(file.get(), PROT_READ, MAP_SHARED));
  });
}

TEST_P(FileMap, Label) {
  space_.label_file(file_, "a_t");
  expect_label(mapping(PROT_READ), "label", "a_t", "b_t");
}

TEST_P(FileMap, Protection) {
  expect_number(mapping(PROT_NONE), "prot", 0, 1);
  expect_number(mapping(PROT_READ), "prot", PROT_READ, PROT_EXEC);
  expect_number(mapping(PROT_READ | PROT_WRITE), "prot", PROT_READ | PROT_WRITE, PROT_READ);
  expect_number(mapping(PROT_READ | PROT_EXEC), "prot", PROT_READ | PROT_EXEC, PROT_READ);
}

TEST_P(FileMap, ProtectionIsWhatThereWillBe) {
  // Not what was asked for
  const Raised implied{Subject::kUser, "file_map", [this] {
                         const Fd file(open(file_.c_str(), O_RDONLY));
                         personality(READ_IMPLIES_EXEC);
                         return try_map(file.get(), PROT_READ, MAP_PRIVATE);
                       }};
  expect_number(implied, "prot", PROT_READ | PROT_EXEC, PROT_READ);
}

TEST_P(FileMap, Flags) {
  expect_number(mapping(PROT_READ, MAP_PRIVATE), "flags", MAP_PRIVATE, MAP_SHARED);
  expect_number(mapping(PROT_READ, MAP_SHARED), "flags", MAP_SHARED, MAP_PRIVATE);
  expect_number(mapping(PROT_READ, MAP_SHARED | MAP_POPULATE), "flags", MAP_SHARED | MAP_POPULATE,
                MAP_SHARED);
}

TEST_P(FileMap, Type) { expect_number(mapping(PROT_READ), "type", S_IFREG, S_IFCHR); }

TEST_P(FileMap, OwnerAndName) {
  require_call(chown(file_.c_str(), 4711, 4711), "chown");
  require_call(chmod(file_.c_str(), 0666), "chmod");
  expect_number(mapping(PROT_READ), "owner", 4711, 1000);
  expect_string(mapping(PROT_READ), "name", "file");
  const Fd file(open(file_.c_str(), O_RDWR));
  void* const shared = map(file.get(), PROT_READ, MAP_SHARED);
  expect_number(protecting(shared, PROT_NONE), "owner", 4711, 1000);
  expect_string(protecting(shared, PROT_NONE), "name", "file");
  munmap(shared, kPage);
}

TEST_P(FileMap, Uid) {
  expect_number(mapping(PROT_READ), "uid", 1000, 0);
  expect_number(mapping(PROT_READ, MAP_PRIVATE, Subject::kRoot), "uid", 0, 1000);
}

TEST_P(FileMap, FieldsOfMprotect) {
  space_.label_file(file_, "a_t");
  const Fd file(open(file_.c_str(), O_RDWR));
  void* const shared = map(file.get(), PROT_READ, MAP_SHARED);
  void* const own = map(file.get(), PROT_READ, MAP_PRIVATE);
  const Fd reading(open(file_.c_str(), O_RDONLY));
  void* const read_only = map(reading.get(), PROT_READ, MAP_SHARED);
  expect_label(protecting(shared, PROT_READ | PROT_WRITE), "label", "a_t", "b_t");
  expect_number(protecting(own, PROT_READ | PROT_EXEC), "prot", PROT_READ | PROT_EXEC, PROT_READ);
  expect_number(protecting(own, PROT_NONE), "prot", PROT_NONE, PROT_READ);
  expect_number(protecting(shared, PROT_NONE), "flags", MAP_SHARED, MAP_PRIVATE);
  expect_number(protecting(own, PROT_NONE), "flags", MAP_PRIVATE, MAP_SHARED);
  expect_number(protecting(read_only, PROT_NONE), "flags", MAP_SHARED, MAP_PRIVATE);
  expect_number(protecting(own, PROT_NONE), "type", S_IFREG, S_IFCHR);
  munmap(shared, kPage);
  munmap(own, kPage);
  munmap(read_only, kPage);
}

TEST_P(FileMap, EveryDoor) {
  in_child([&] {
    const Fd file(open(file_.c_str(), O_RDWR));
    void* const mapped = map(file.get(), PROT_READ, MAP_SHARED);
    enforce("file_map: deny else errno EDOM");
    for (const int flags : {MAP_SHARED, MAP_PRIVATE, MAP_SHARED_VALIDATE, MAP_SHARED | MAP_LOCKED,
                            MAP_PRIVATE | MAP_POPULATE, MAP_PRIVATE | MAP_NORESERVE}) {
      EXPECT_REFUSED(EDOM, try_map(file.get(), PROT_READ, flags)) << flags;
      EXPECT_REFUSED(EDOM, try_map(file.get(), PROT_NONE, flags)) << flags;
    }
    EXPECT_EQ(mmap(mapped, kPage, PROT_READ, MAP_SHARED | MAP_FIXED, file.get(), 0), MAP_FAILED);
    EXPECT_REFUSED(EDOM, mprotect(mapped, kPage, PROT_READ | PROT_WRITE));
    EXPECT_REFUSED(EDOM, remap_file_pages(mapped, kPage, 0, 0, 0));
    EXPECT_EQ(*static_cast<const volatile char*>(mapped), 'c') << "what is mapped stays mapped";
    void* const moved = mremap(mapped, kPage, 2 * kPage, MREMAP_MAYMOVE);
    EXPECT_NE(moved, MAP_FAILED) << "moving a mapping gives no other access: documented";
  });
}

TEST_P(FileMap, EveryDoorIsOne) {
  in_child([&] {
    const Fd file(open(file_.c_str(), O_RDWR));
    void* const mapped = map(file.get(), PROT_READ, MAP_SHARED);
    enforce("file_map: type == " + std::to_string(S_IFREG) + " else errno EDOM");
    EXPECT_ALLOWED(try_map(file.get(), PROT_READ, MAP_PRIVATE));
    EXPECT_ALLOWED(mprotect(mapped, kPage, PROT_READ | PROT_WRITE));
    EXPECT_ALLOWED(remap_file_pages(mapped, kPage, 0, 0, 0));
  });
}

TEST_P(FileMap, NoWayFromWritableToExecutable) {
  in_child([&] {
    const Fd file(open(file_.c_str(), O_RDWR));
    enforce("file_map: !(prot & 4) else errno EDOM");
    void* const mapped = map(file.get(), PROT_READ | PROT_WRITE, MAP_PRIVATE);
    EXPECT_REFUSED(EDOM, mprotect(mapped, kPage, PROT_READ | PROT_EXEC));
    EXPECT_REFUSED(EDOM, try_map(file.get(), PROT_READ | PROT_EXEC, MAP_PRIVATE));
    EXPECT_ALLOWED(mprotect(mapped, kPage, PROT_READ));
  });
}

TEST_P(FileMap, Fact23TheLoaderAsAProgramMapsItsProgram) {
  const std::string program = tree_.path("d/program");
  run_or_fail({"cp", "/bin/true", program});
  space_.label_file(program, "a_t");
  const std::string loader = "/lib64/ld-linux-x86-64.so.2";
  in_child([&] {
    enforce(space_, "file_map: !((label & a_t) && (prot & 4))");
    const Output loaded = run({loader, program});
    EXPECT_FALSE(loaded.succeeded());
    EXPECT_TRUE(loaded.says("failed to map segment")) << loaded.text;
    EXPECT_TRUE(run({loader, "/bin/true"}).succeeded());
  });
}

TEST_P(FileMap, Fact12AnExecutedProgramIsMappedByTheNewDomain) {
  const std::string program = tree_.path("d/program");
  run_or_fail({"cp", "/bin/true", program});
  space_.label_file(program, "a_t");
  in_child([&] {
    enforce(space_, "file_map: !((label & a_t) && (prot & 4))", EVF_ENFORCE_ON_EXEC);
    EXPECT_FALSE(run({program}).succeeded()) << "its mappings, beyond the point of no return";
  });
  in_child([&] {
    enforce(space_, "file_map: !((label & a_t) && (prot & 2) && (flags & 1))");
    EXPECT_TRUE(run({program}).succeeded());
  });
}

INSTANTIATE_TEST_SUITE_P(On, FileMap, testing::ValuesIn(kEveryFs),
                         [](const auto& of) { return fs_name(of.param); });

TEST(FileMapElsewhere, AnonymousMemoryIsNoFile) {
  in_child([] {
    enforce("file_map: deny else errno EDOM");
    for (const int flags : {MAP_PRIVATE, MAP_SHARED}) {
      void* const at = mmap(nullptr, kPage, PROT_READ, flags | MAP_ANONYMOUS, -1, 0);
      ASSERT_NE(at, MAP_FAILED) << flags;
      EXPECT_ALLOWED(mprotect(at, kPage, PROT_READ | PROT_WRITE)) << flags;
    }
    const Fd null(open("/dev/null", O_RDWR));
    EXPECT_ALLOWED(try_map(null.get(), PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS))
        << "a descriptor that isn't looked at";
    const int segment = shmget(IPC_PRIVATE, kPage, 0600);
    require_call(segment, "shmget");
    void* const attached = shmat(segment, nullptr, 0);
    EXPECT_NE(attached, reinterpret_cast<void*>(-1)) << "system_ipc's";
    shmctl(segment, IPC_RMID, nullptr);
  });
}

TEST(FileMapElsewhere, FilesInMemoryAndDevicesAreFiles) {
  in_child([] {
    const Fd memory(memfd_create("evf-test", 0));
    const Fd zero(open("/dev/zero", O_RDWR));
    enforce("file_map: type == " + std::to_string(S_IFCHR) + " else errno EDOM");
    EXPECT_REFUSED(EDOM, try_map(memory.get(), PROT_READ, MAP_SHARED));
    EXPECT_ALLOWED(try_map(zero.get(), PROT_READ, MAP_PRIVATE));
  });
  in_child([] {
    enforce("file_map: deny else errno EDOM");
    const Fd zero(open("/dev/zero", O_RDWR));
    EXPECT_REFUSED(EDOM, try_map(zero.get(), PROT_READ, MAP_PRIVATE));
  });
}

TEST(FileMapElsewhere, ARingIsAFile) {
  in_child([] {
    io_uring_params parameters{};
    const Fd ring(uring_setup(1, &parameters));
    require(ring.is_open(), "io_uring_setup");
    enforce("file_map: deny else errno EDOM", EVF_ENFORCE_KEEP_IO_URING);
    EXPECT_REFUSED(EDOM, try_map(ring.get(), PROT_READ, MAP_SHARED));
  });
}

}  // namespace
}  // namespace eventfilter::selftest
