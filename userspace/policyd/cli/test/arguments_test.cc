// SPDX-License-Identifier: BSD-2-Clause
#include "cli/arguments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace eventfilter::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const std::vector<Option> kKnown = {
    {"policy", 0, true}, {"include", 'I', true}, {"verbose", 'v', false}};

Arguments parsed(const std::vector<std::string>& words) {
  const auto arguments = parse_arguments(words, kKnown);
  EXPECT_TRUE(arguments.ok()) << (arguments.ok() ? "" : arguments.error().message);
  return arguments.ok() ? arguments.value() : Arguments{};
}

std::string refused(const std::vector<std::string>& words) {
  const auto arguments = parse_arguments(words, kKnown);
  return arguments.ok() ? "" : arguments.error().message;
}

TEST(Arguments, TakesValuesInBothForms) {
  EXPECT_EQ(parsed({"--policy", "a"}).value("policy"), "a");
  EXPECT_EQ(parsed({"--policy=a"}).value("policy"), "a");
  EXPECT_EQ(parsed({"--policy=a=b"}).value("policy"), "a=b");
  EXPECT_EQ(parsed({"--policy="}).value("policy"), "");
  EXPECT_EQ(parsed({"--policy", "--verbose"}).value("policy"), "--verbose");
}

TEST(Arguments, KeepsAllValuesOfARepeatedOption) {
  const Arguments arguments = parsed({"-I", "a", "--include", "b"});
  EXPECT_THAT(arguments.values("include"), ElementsAre("a", "b"));
  EXPECT_EQ(arguments.value("include"), "b");
  EXPECT_THAT(arguments.values("policy"), IsEmpty());
  EXPECT_EQ(arguments.value("policy"), "");
}

TEST(Arguments, LeavesTheCommandsOwnOptionsAlone) {
  EXPECT_THAT(parsed({"-v", "ls", "-v", "--policy"}).rest, ElementsAre("ls", "-v", "--policy"));
  EXPECT_THAT(parsed({"-v", "--", "-ls", "--"}).rest, ElementsAre("-ls", "--"));
  EXPECT_THAT(parsed({"-"}).rest, ElementsAre("-"));
  EXPECT_THAT(parsed({"", "-v"}).rest, ElementsAre("", "-v"));
}

TEST(Arguments, SaysWhatIsWrongAndWhatWasMeant) {
  EXPECT_EQ(refused({"--polcy", "x"}),
            "there is no option \"--polcy\"; did you mean \"--policy\"?");
  EXPECT_EQ(refused({"-x"}), "there is no option \"-x\"");
  EXPECT_EQ(refused({"--policy"}), "\"--policy\" needs a value");
  EXPECT_EQ(refused({"--verbose=1"}), "\"--verbose\" takes no value");
}

}  // namespace
}  // namespace eventfilter::cli
