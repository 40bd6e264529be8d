// SPDX-License-Identifier: BSD-2-Clause
// file_write: field by field, and every door by which a descriptor changes what is in a file.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "events/transfers.h"
#include "support/event.h"
#include "support/program.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/tree.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

class FileWrite : public testing::TestWithParam<Fs> {
 protected:
  [[nodiscard]] Raised writing(int flags = O_WRONLY, Subject subject = Subject::kUser) const {
    return {subject, "file_write",
            [this, flags] {
              const Fd file(open(file_.c_str(), flags));
              return write_byte(file.get());
            },
            &space_};
  }

  const Tree tree_{GetParam()};
  const std::string file_ = tree_.make_file("d/file");
  const std::string other_ = tree_.make_file("d/other");
  const LabelSpace space_{"a_t b_t"};
};

TEST_P(FileWrite, AllowedAndRefused) {
  space_.label_file(other_, "a_t");
  in_child([&] {
    enforce(space_, "file_write: label & a_t");
    const Fd file(open(file_.c_str(), O_RDWR));
    const Fd other(open(other_.c_str(), O_RDWR));
    EXPECT_REFUSED(EACCES, write_byte(file.get()));
    EXPECT_ALLOWED(write_byte(other.get()));
    EXPECT_ALLOWED(read_byte(file.get()));
  });
  EXPECT_EQ(read_file(file_), "content\n");
  EXPECT_EQ(read_file(other_), "xontent\n");
}

TEST_P(FileWrite, Label) {
  space_.label_file(file_, "a_t");
  expect_label(writing(), "label", "a_t", "b_t");
}

TEST_P(FileWrite, AccessIsThatOfTheDescription) {
  expect_number(writing(O_WRONLY), "access", EVF_ACCESS_WRITE, 6);
  expect_number(writing(O_RDWR), "access", EVF_ACCESS_READ | EVF_ACCESS_WRITE, 2);
  expect_number(writing(O_WRONLY | O_APPEND), "access", EVF_ACCESS_WRITE | EVF_ACCESS_APPEND, 2);
}

TEST_P(FileWrite, Type) { expect_number(writing(), "type", S_IFREG, S_IFDIR); }

TEST_P(FileWrite, Uid) {
  expect_number(writing(), "uid", 1000, 0);
  expect_number(writing(O_WRONLY, Subject::kRoot), "uid", 0, 1000);
}

TEST_P(FileWrite, EveryDoor) {
  in_child([&] {
    const Fd file(open(file_.c_str(), O_RDWR));
    const Fd copy(dup(file.get()));
    enforce("file_write: deny else errno EDOM");
    for (const Transfer& door : ways_to_write()) {
      EXPECT_REFUSED(EDOM, door.call(file.get())) << door.name;
      EXPECT_REFUSED(EDOM, door.call(copy.get())) << door.name;
    }
    EXPECT_ALLOWED(read_byte(file.get()));
  });
  EXPECT_EQ(read_file(file_), "content\n");
}

TEST_P(FileWrite, EveryDoorIsOne) {
  in_child([&] {
    const Fd file(open(file_.c_str(), O_RDWR));
    enforce("file_write: access == 6 else errno EDOM");
    for (const Transfer& door : ways_to_write()) {
      EXPECT_ALLOWED(door.call(file.get())) << door.name;
    }
  });
}

TEST_P(FileWrite, AppendingOnly) {
  in_child([&] {
    enforce("file_write: access & " + std::to_string(EVF_ACCESS_APPEND) + " else errno EDOM");
    const Fd plain(open(file_.c_str(), O_WRONLY));
    const Fd appending(open(file_.c_str(), O_WRONLY | O_APPEND));
    EXPECT_REFUSED(EDOM, write_byte(plain.get()));
    EXPECT_ALLOWED(write_byte(appending.get()));
  });
}

TEST_P(FileWrite, AMappingIsAnotherEvents) {
  in_child([&] {
    const Fd file(open(file_.c_str(), O_RDWR));
    enforce("file_write: deny else errno EDOM");
    void* at = mmap(nullptr, 1, PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0);
    ASSERT_NE(at, MAP_FAILED);
    *static_cast<char*>(at) = 'm';
  });
  EXPECT_EQ(read_file(file_), "montent\n") << "documented: name file_map as well";
}

TEST_P(FileWrite, RealPrograms) {
  space_.label_file(file_, "a_t");
  in_child([&] {
    enforce(space_, "file_write: !(label & a_t)");
    EXPECT_TRUE(run({"sh", "-c", "echo x | tee -a " + file_}).says("Permission denied"));
    EXPECT_TRUE(run({"sh", "-c", "echo x | tee -a " + other_}).succeeded());
    EXPECT_TRUE(run({"dd", "if=/dev/zero", "of=" + file_, "bs=1", "count=1", "conv=notrunc"})
                    .says("Permission denied"));
  });
  EXPECT_EQ(read_file(file_), "content\n");
}

INSTANTIATE_TEST_SUITE_P(On, FileWrite, testing::ValuesIn(kEveryFs),
                         [](const auto& of) { return fs_name(of.param); });

}  // namespace
}  // namespace eventfilter::selftest
