// SPDX-License-Identifier: BSD-2-Clause
// struct evf_label is versioned by its size: what newer programs leave zero is accepted, what an
// older kernel can't know is refused.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstring>
#include <vector>

#include "support/label_space.h"
#include "support/tree.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

class LabelStruct : public testing::Test {
 protected:
  // The struct as a program with another header would pass it: `size` bytes, the known part filled
  std::vector<unsigned char> argument_of(size_t size, size_t room) const {
    evf_label known{};
    known.size = static_cast<__u32>(size);
    known.fd = object_.get();
    known.names = reinterpret_cast<uintptr_t>(names_.data());
    known.names_len = static_cast<__u32>(names_.size());
    std::vector<unsigned char> bytes(std::max(room, sizeof(known)), 0);
    std::memcpy(bytes.data(), &known, sizeof(known));
    return bytes;
  }

  long label(std::vector<unsigned char> bytes) const {
    return ioctl(space_.fd(), EVF_LABEL_FILE, bytes.data());
  }

  const Tree tree_;
  const LabelSpace space_{"a_t"};
  const std::string names_ = "a_t";
  const Fd object_{open(tree_.make_file("f").c_str(), O_PATH)};
};

TEST_F(LabelStruct, TheSizeOfThisVersionIsTaken) {
  static_assert(sizeof(evf_label) == EVF_LABEL_SIZE_VER0);
  EXPECT_ALLOWED(label(argument_of(EVF_LABEL_SIZE_VER0, 0)));
}

TEST_F(LabelStruct, LessThanTheFirstVersionIsRefused) {
  for (const size_t size : {0, 1, 4, 8, 24, EVF_LABEL_SIZE_VER0 - 1}) {
    EXPECT_REFUSED(EINVAL, label(argument_of(size, 0))) << size;
  }
}

TEST_F(LabelStruct, MoreIsTakenWhileItIsZero) {
  for (const size_t size : {33, 40, 64, 4096}) {
    EXPECT_ALLOWED(label(argument_of(size, size))) << size;
  }
}

TEST_F(LabelStruct, MoreWithContentIsRefused) {
  for (const size_t size : {33, 40, 64, 4096}) {
    for (const size_t at : {size_t{EVF_LABEL_SIZE_VER0}, size - 1}) {
      std::vector<unsigned char> bytes = argument_of(size, size);
      bytes[at] = 1;
      EXPECT_REFUSED(E2BIG, label(bytes)) << size << ", byte " << at;
    }
  }
}

TEST_F(LabelStruct, WhatLiesBeyondTheSizeDoesNotCount) {
  std::vector<unsigned char> bytes = argument_of(EVF_LABEL_SIZE_VER0, 64);
  bytes[EVF_LABEL_SIZE_VER0] = 1;
  EXPECT_ALLOWED(label(bytes));
}

TEST_F(LabelStruct, MoreThanAPageIsRefused) {
  EXPECT_REFUSED(E2BIG, label(argument_of(4097, 8192)));
  EXPECT_REFUSED(E2BIG, label(argument_of(0xffffffff, 8192)));
}

TEST_F(LabelStruct, AtTheEndOfMemory) {
  const auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  void* memory =
      mmap(nullptr, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(memory, MAP_FAILED);
  char* const end = static_cast<char*>(memory) + page;
  ASSERT_ALLOWED(munmap(end, page));
  const std::vector<unsigned char> bytes = argument_of(EVF_LABEL_SIZE_VER0, 0);
  std::memcpy(end - bytes.size(), bytes.data(), bytes.size());
  EXPECT_ALLOWED(ioctl(space_.fd(), EVF_LABEL_FILE, end - bytes.size()));
  std::memcpy(end - 4, bytes.data(), 4);
  EXPECT_REFUSED(EFAULT, ioctl(space_.fd(), EVF_LABEL_FILE, end - 4))
      << "only its size can be read";
  EXPECT_REFUSED(EFAULT, ioctl(space_.fd(), EVF_LABEL_FILE, end));
  EXPECT_REFUSED(EFAULT, ioctl(space_.fd(), EVF_LABEL_FILE, nullptr));
  munmap(memory, page);
}

}  // namespace
}  // namespace eventfilter::selftest
