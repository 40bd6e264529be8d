// SPDX-License-Identifier: BSD-2-Clause
// file_read: field by field, and every door by which a descriptor gives what is in a file.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "events/transfers.h"
#include "support/channel.h"
#include "support/event.h"
#include "support/program.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/tree.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

class FileRead : public testing::TestWithParam<Fs> {
 protected:
  [[nodiscard]] Raised reading(int flags = O_RDONLY, Subject subject = Subject::kUser) const {
    return {subject, "file_read",
            [this, flags] {
              const Fd file(open(file_.c_str(), flags));
              return read_byte(file.get());
            },
            &space_};
  }

  const Tree tree_{GetParam()};
  const std::string file_ = tree_.make_file("d/file");
  const std::string other_ = tree_.make_file("d/other");
  const LabelSpace space_{"a_t b_t"};
};

TEST_P(FileRead, AllowedAndRefused) {
  space_.label_file(other_, "a_t");
  in_child([&] {
    enforce(space_, "file_read: label & a_t");
    const Fd file(open(file_.c_str(), O_RDONLY));
    const Fd other(open(other_.c_str(), O_RDONLY));
    EXPECT_REFUSED(EACCES, read_byte(file.get()));
    EXPECT_ALLOWED(read_byte(other.get()));
  });
}

TEST_P(FileRead, Label) {
  space_.label_file(file_, "a_t");
  expect_label(reading(), "label", "a_t", "b_t");
}

TEST_P(FileRead, AccessIsThatOfTheDescription) {
  expect_number(reading(O_RDONLY), "access", EVF_ACCESS_READ, 6);
  expect_number(reading(O_RDWR), "access", EVF_ACCESS_READ | EVF_ACCESS_WRITE, 4);
  expect_number(reading(O_RDWR | O_APPEND), "access", 14, 6);
}

TEST_P(FileRead, Type) { expect_number(reading(), "type", S_IFREG, S_IFDIR); }

TEST_P(FileRead, Uid) {
  expect_number(reading(), "uid", 1000, 0);
  expect_number(reading(O_RDONLY, Subject::kRoot), "uid", 0, 1000);
}

TEST_P(FileRead, EveryDoor) {
  in_child([&] {
    const Fd file(open(file_.c_str(), O_RDONLY));
    const Fd copy(dup(file.get()));
    enforce("file_read: deny else errno EDOM");
    for (const Transfer& door : ways_to_read()) {
      EXPECT_REFUSED(EDOM, door.call(file.get())) << door.name;
      EXPECT_REFUSED(EDOM, door.call(copy.get())) << door.name;
    }
    const Fd again(open(("/proc/self/fd/" + std::to_string(file.get())).c_str(), O_RDONLY));
    EXPECT_REFUSED(EDOM, read_byte(again.get()));
    const Fd directory(open(tree_.path("d").c_str(), O_RDONLY | O_DIRECTORY));
    EXPECT_REFUSED(EDOM, list(directory.get())) << "what is in a directory is read, too";
  });
}

TEST_P(FileRead, EveryDoorIsOne) {
  // Each of them works when it's let through
  in_child([&] {
    const Fd file(open(file_.c_str(), O_RDONLY));
    const Fd directory(open(tree_.path("d").c_str(), O_RDONLY | O_DIRECTORY));
    enforce("file_read: access == 4 else errno EDOM");
    for (const Transfer& door : ways_to_read()) {
      EXPECT_ALLOWED(door.call(file.get())) << door.name;
    }
    EXPECT_ALLOWED(list(directory.get()));
  });
}

TEST_P(FileRead, TheLabelIsTheOneOfNow) {
  const Fd file(open(file_.c_str(), O_RDONLY));
  Channel channel;
  Child confined([&] {
    enforce(space_, "file_read: !(label & a_t) else errno EXDEV");
    EXPECT_ALLOWED(read_byte(file.get()));
    channel.child().send(1);
    EXPECT_EQ(channel.child().receive(), 2);
    EXPECT_REFUSED(EXDEV, read_byte(file.get()));
  });
  EXPECT_EQ(channel.parent().receive(), 1);
  space_.label_file(file_, "a_t");
  channel.parent().send(2);
  confined.wait();
}

TEST_P(FileRead, Fact21AMappingIsAnotherEvents) {
  in_child([&] {
    const Fd file(open(file_.c_str(), O_RDONLY));
    enforce("file_read: deny else errno EDOM");
    const void* at = mmap(nullptr, 1, PROT_READ, MAP_PRIVATE, file.get(), 0);
    ASSERT_NE(at, MAP_FAILED);
    EXPECT_EQ(*static_cast<const char*>(at), 'c') << "documented: name file_map as well";
    enforce("use: deny else errno EDOM");
    EXPECT_EQ(mmap(nullptr, 1, PROT_READ, MAP_PRIVATE, file.get(), 0), MAP_FAILED);
    EXPECT_EQ(errno, EDOM);
  });
}

TEST_P(FileRead, RealPrograms) {
  space_.label_file(file_, "a_t");
  in_child([&] {
    enforce(space_, "file_read: !(label & a_t)");
    EXPECT_TRUE(run({"cat", file_}).says("Permission denied"));
    EXPECT_TRUE(run({"cp", file_, tree_.path("d/copy")}).says("Permission denied"));
    EXPECT_EQ(run({"cat", other_}).text, "content\n");
  });
}

TEST_P(FileRead, WithTheNextExecve) {
  space_.label_file(file_, "a_t");
  in_child([&] {
    enforce(space_, "file_read: !(label & a_t)", EVF_ENFORCE_ON_EXEC);
    const Fd file(open(file_.c_str(), O_RDONLY));
    EXPECT_ALLOWED(read_byte(file.get()));
    EXPECT_TRUE(run({"cat", file_}).says("Permission denied"));
  });
}

INSTANTIATE_TEST_SUITE_P(On, FileRead, testing::ValuesIn(kEveryFs),
                         [](const auto& of) { return fs_name(of.param); });

TEST(FileReadElsewhere, OneRulesetsEndIsNotAnothers) {
  // Reads are looked at while any ruleset asks for it
  const Tree tree;
  const Fd file(open(tree.make_file("file").c_str(), O_RDONLY));
  Channel channel;
  Child confined([&] {
    enforce("file_read: deny else errno EDOM");
    EXPECT_REFUSED(EDOM, read_byte(file.get()));
    channel.child().send(1);
    EXPECT_EQ(channel.child().receive(), 2);
    EXPECT_REFUSED(EDOM, read_byte(file.get()));
  });
  EXPECT_EQ(channel.parent().receive(), 1);
  for (int i = 0; i < 50; ++i) {
    in_child([&] {
      enforce("file_write: deny else errno EDOM");
      EXPECT_ALLOWED(read_byte(file.get()));
    });
    Ruleset("file_read: deny");  // never enforced
  }
  EXPECT_ALLOWED(read_byte(file.get())) << "who isn't confined";
  usleep(1500000);  // the last one's end takes effect after a second
  channel.parent().send(2);
  confined.wait();
}

TEST(FileReadElsewhere, Fact21PipesAreOutside) {
  const Tree tree;
  const std::string fifo = tree.path("fifo");
  require_call(mkfifo(fifo.c_str(), 0666), "mkfifo");
  require_call(chmod(fifo.c_str(), 0666), "chmod");
  in_child([&] {
    int ends[2];
    require_call(pipe(ends), "pipe");
    const Fd named(open(fifo.c_str(), O_RDWR));
    require(named.is_open(), "open of a fifo");
    enforce("file_read, file_write: deny else errno EDOM");
    EXPECT_EQ(write(ends[1], "xy", 2), 2);
    char byte = 'x';
    EXPECT_EQ(read(ends[0], &byte, 1), 1);
    EXPECT_EQ(splice(ends[0], nullptr, named.get(), nullptr, 1, 0), 1);
    EXPECT_EQ(read(named.get(), &byte, 1), 1);
    iovec part{&byte, 1};
    EXPECT_EQ(vmsplice(ends[1], &part, 1, 0), 1);
  });
}

TEST(FileReadElsewhere, Fact23WhatExecveReadsRaisesNothing) {
  in_child([] {
    enforce("file_read: deny else errno EDOM");
    EXPECT_TRUE(run({helper("evf_probe"), "getpgrp"}).succeeded()) << "a static program";
    EXPECT_FALSE(run({"true"}).succeeded()) << "its loader reads libraries by itself";
  });
}

TEST(FileReadElsewhere, SocketsAndDevices) {
  in_child([] {
    Channel channel;
    const Fd null(open("/dev/null", O_RDWR));
    enforce("file_read: type == " + std::to_string(S_IFCHR) + " else errno EDOM");
    char byte = 0;
    EXPECT_EQ(read(null.get(), &byte, 1), 0);
    channel.parent().send(1);
    EXPECT_REFUSED(EDOM, read(channel.child().fd(), &byte, 1));
    EXPECT_EQ(recv(channel.child().fd(), &byte, 1, 0), 1) << "that's a socket's own event";
  });
}

}  // namespace
}  // namespace eventfilter::selftest
