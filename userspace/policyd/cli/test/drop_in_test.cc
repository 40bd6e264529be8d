// SPDX-License-Identifier: BSD-2-Clause
#include "cli/drop_in.h"

#include <gtest/gtest.h>

namespace eventfilter::cli {
namespace {

const std::vector<UnitCommand> kCommands = {{"ExecStart", "-", "/usr/sbin/cron", "-f"}};

TEST(DropIn, SaysWhoWroteItForWhat) {
  const DropIn what{"cron.service", "cron_t", false};
  EXPECT_EQ(drop_in_text(what, kCommands, "/usr/bin/policyctl"),
            "# Written by policyctl enable cron.service cron_t\n"
            "# Checksum of what follows and of the first line: 8f2080d8a5812e46\n"
            "# policyctl disable cron.service removes it. The commands are those of the unit's "
            "files as they were then:\n"
            "# when those change, enable it again.\n"
            "[Unit]\n"
            "Wants=policyd.service policyd-labeld.service\n"
            "After=policyd.service policyd-labeld.service\n"
            "\n"
            "[Service]\n"
            "ExecStart=\n"
            "ExecStart=-/usr/bin/policyctl enter --service cron_t -- /usr/sbin/cron -f\n");
  EXPECT_EQ(drop_in_path("cron.service"), "/etc/systemd/system/cron.service.d/zz-policyd.conf");
}

TEST(DropIn, IsReadBack) {
  for (const bool only_start : {false, true}) {
    const DropIn what{"a@b.service", "a_t", only_start};
    EXPECT_EQ(read_drop_in(drop_in_text(what, kCommands, "/p")), what);
  }
}

TEST(DropIn, WhatSomebodyElseWroteOrChangedIsNone) {
  const std::string text = drop_in_text({"cron.service", "cron_t", false}, kCommands, "/p");
  EXPECT_FALSE(read_drop_in(""));
  EXPECT_FALSE(read_drop_in("[Service]\nExecStart=\n"));
  EXPECT_FALSE(read_drop_in(text + "\n"));
  EXPECT_FALSE(read_drop_in(text.substr(0, text.size() - 1)));
  std::string other = text;
  other.replace(other.find("cron_t"), 6, "nono_t");
  EXPECT_FALSE(read_drop_in(other));
  EXPECT_FALSE(read_drop_in(text.substr(0, text.find('\n') + 1)));
}

std::string name_of(const std::string& word) {
  const auto name = service_name(word);
  return name ? name.value() : "error: " + name.error().message;
}

TEST(ServiceName, TakesTheSuffixAsGiven) {
  EXPECT_EQ(name_of("nginx"), "nginx.service");
  EXPECT_EQ(name_of("nginx.service"), "nginx.service");
  EXPECT_EQ(name_of("getty@tty1"), "getty@tty1.service");
  EXPECT_EQ(name_of("a\\x2db"), "a\\x2db.service");
}

TEST(ServiceName, RefusesWhatIsNone) {
  EXPECT_EQ(name_of("nginx.socket"),
            "error: \"nginx.socket\" is no service: only services start confined");
  EXPECT_EQ(name_of("../nginx"), "error: \"../nginx\" is no name of a service");
  EXPECT_EQ(name_of("a b"), "error: \"a b\" is no name of a service");
  EXPECT_EQ(name_of(""), "error: \"\" is no name of a service");
  EXPECT_EQ(name_of(".service"), "error: \".service\" is no name of a service");
  EXPECT_EQ(name_of("getty@"), "error: \"getty@\" is a template: name an instance of it");
}

TEST(ServiceName, HasALimit) {
  EXPECT_EQ(name_of(std::string(246, 'a')), std::string(246, 'a') + ".service");
  EXPECT_EQ(name_of(std::string(247, 'a')), std::string(247, 'a') + ".service");
  EXPECT_EQ(name_of(std::string(248, 'a')),
            "error: \"" + std::string(248, 'a') + "\" is no name of a service");
}

}  // namespace
}  // namespace eventfilter::cli
