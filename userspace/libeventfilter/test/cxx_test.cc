// SPDX-License-Identifier: BSD-2-Clause
// The C++ face, as far as it needs no kernel.
#include <cerrno>
#include <string>
#include <type_traits>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "eventfilter.hpp"

namespace eventfilter {
namespace {

TEST(CxxError, NamesWhatFailedAndWhy) {
  EXPECT_EQ(Error(-EPERM, "enforce").message(), "enforce: Operation not permitted");
  EXPECT_EQ(Error(-EPERM, "enforce").code(), EPERM);
  EXPECT_EQ(Error(-EPERM, "enforce").what(), "enforce");
  EXPECT_FALSE(Error(-EPERM, "enforce").text().has_value());
}

TEST(CxxError, CarriesThePlaceInAText) {
  const eventfilter_text_error text = {2, 3, 4, "unknown_field", "this event has no such field"};
  const Error error(-EINVAL, "ruleset", text);
  EXPECT_EQ(error.message(), "ruleset: 2:3: this event has no such field");
  EXPECT_STREQ(error.text()->code, "unknown_field");
  EXPECT_EQ(error.text()->length, 4u);
  EXPECT_EQ(Error(-EINVAL, "ruleset", eventfilter_text_error{}).message(), "ruleset: Invalid argument")
      << "the kernel gave no place";
}

TEST(CxxResult, IsAValueOrAnError) {
  const auto give = [](bool good) -> Result<std::string> {
    if (!good) return Error(-EIO, "read");
    return std::string("text");
  };
  EXPECT_TRUE(give(true).ok());
  EXPECT_EQ(give(true).value(), "text");
  EXPECT_FALSE(give(false));
  EXPECT_EQ(give(false).error().code(), EIO);
  const auto failed = detail::done(-EIO, "write");
  EXPECT_EQ(failed.error().message(), "write: Input/output error");
  EXPECT_TRUE(detail::done(0, "write").ok());
}

TEST(CxxResultDeathTest, AskingForWhatIsNotThereEndsTheProcess) {
  EXPECT_DEATH(static_cast<void>(Result<int>(Error(-EIO, "x")).value()), "");
  EXPECT_DEATH(Result<void>(Error(-EIO, "x")).value(), "");
  EXPECT_DEATH(static_cast<void>(Result<void>().error()), "");
}

TEST(CxxHandle, IsMovedNotCopied) {
  int pipe_ends[2];
  ASSERT_EQ(pipe2(pipe_ends, O_CLOEXEC), 0);
  {
    LabelSpace first(pipe_ends[0]);
    LabelSpace second(std::move(first));
    EXPECT_EQ(second.fd(), pipe_ends[0]);
    static_assert(!std::is_copy_constructible_v<LabelSpace>);
  }
  EXPECT_EQ(fcntl(pipe_ends[0], F_GETFD), -1);
  {
    Ruleset kept(pipe_ends[1]);
    EXPECT_EQ(kept.release(), pipe_ends[1]);
  }
  EXPECT_NE(fcntl(pipe_ends[1], F_GETFD), -1) << "given away";
  close(pipe_ends[1]);
}

}  // namespace
}  // namespace eventfilter
