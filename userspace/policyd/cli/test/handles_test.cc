// SPDX-License-Identifier: BSD-2-Clause
#include "cli/handles.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace eventfilter::cli {
namespace {

Arguments with(const std::vector<std::string>& values) {
  Arguments arguments;
  arguments.options[kHandleOption] = values;
  return arguments;
}

TEST(Handles, AreDescriptorsAndNames) {
  const auto handles = handles_of(with({"0=disk_h", "2=a=b"}));
  ASSERT_TRUE(handles);
  ASSERT_EQ(handles.value().size(), 2U);
  EXPECT_EQ(handles.value()[0].descriptor, 0);
  EXPECT_EQ(handles.value()[0].name, "disk_h");
  EXPECT_EQ(handles.value()[1].descriptor, 2);
  EXPECT_EQ(handles.value()[1].name, "a=b");
  EXPECT_TRUE(handles_of({}).value().empty());
}

TEST(Handles, WhatIsNoneIsRefusedInWords) {
  for (const char* const text : {"", "=", "disk_h", "0", "0=", "=disk_h", "-1=disk_h", " 0=disk_h", "0 =disk_h", "0x=disk_h",
                                 "99999999999=disk_h"}) {
    EXPECT_EQ(handles_of(with({"0=disk_h", text})).error().message,
              std::string("--handle takes the number of a descriptor and a name, FD=NAME, not \"") + text + '"');
  }
}

TEST(Handles, ADescriptorThatIsNotOpenIsRefused) {
  const base::Fd one(open("/dev/null", O_RDONLY | O_CLOEXEC));
  const std::string number = std::to_string(one.get());
  EXPECT_EQ(handles_of(with({number + "=disk_h"})).value()[0].descriptor, one.get());
  EXPECT_EQ(handles_of(with({"1000000=disk_h"})).error().message,
            "descriptor 1000000 isn't open: disk_h can't be attached to it");
}

}  // namespace
}  // namespace eventfilter::cli
