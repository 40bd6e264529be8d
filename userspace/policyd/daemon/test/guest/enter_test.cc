// SPDX-License-Identifier: BSD-2-Clause
//
// Entering domains and sessions: what clients get, and what they can't do with it.
#include <filesystem>

#include <eventfilter.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "daemon/test/guest/daemon.h"
#include "support/child.h"
#include "support/program.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

constexpr const char* kRules =
    "label open_t = \"HERE/open/**\";\n"
    "label shut_t = \"HERE/shut/**\";\n"
    "boolean wide = false;\n"
    "domain outer_t { allow file open on { open_t shut_t }; }\n"
    "domain inner_t from outer_t { allow file open on open_t; }\n"
    "domain sized_t { if wide { allow file open on open_t when uid == 1000; } }\n"
    "class disk { read write flush }\n"
    "domain disk_user_t { allow disk { read flush } on open_t; deny disk write on open_t; }\n";

int open_file(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd >= 0) close(fd);
  return fd;
}

class Enter : public ::testing::Test {
 protected:
  explicit Enter(const char* rules = kRules) : daemon_(rules) {
    for (const char* const name : {"/open", "/shut"}) {
      std::filesystem::create_directory(daemon_.here() + name);
      write_file(daemon_.here() + name + "/file", "x");
    }
    auto admin = daemon_.admin();
    must<ipc::Reloaded>(admin, ipc::Reload{});
  }
  std::string file(const std::string& name) const { return daemon_.here() + '/' + name + "/file"; }

  Daemon daemon_;
};

TEST_F(Enter, ADomainIsItsLayersOutermostFirst) {
  in_child([&] {
    enter(daemon_, "outer_t");
    EXPECT_ALLOWED(open_file(file("open")));
    EXPECT_ALLOWED(open_file(file("shut")));
    EXPECT_REFUSED(EACCES, open_file("/etc/passwd"));
  });
  in_child([&] {
    auto client = daemon_.client();
    auto entered = must<ipc::Entered>(client, ipc::Enter{"inner_t"});
    EXPECT_EQ(entered.descriptors.size(), 2U);
    enforce(entered.descriptors);
    EXPECT_ALLOWED(open_file(file("open")));
    EXPECT_REFUSED(EACCES, open_file(file("shut")));
  });
}

TEST_F(Enter, WhatIsNotThereIsRefusedInWords) {
  auto client = daemon_.client();
  EXPECT_EQ(refusal<ipc::Entered>(client, ipc::Enter{"none_t"}), "the policy has no domain \"none_t\"");
  EXPECT_EQ(refusal<ipc::Entered>(client, ipc::Session{"none_r", ""}), "the policy has no role \"none_r\"");
  EXPECT_EQ(refusal<ipc::Done>(client, ipc::Reload{}), "this socket takes no message of type 32");
}

TEST_F(Enter, BooleansThatHoldForLaterEntriesAreNamed) {
  in_child([&] { EXPECT_EQ(enter(daemon_, "sized_t").fixed, std::vector<std::string>{"wide"}); });
  in_child([&] { EXPECT_TRUE(enter(daemon_, "outer_t").fixed.empty()); });
}

TEST_F(Enter, NobodyCanAddToARulesetThatOthersGet) {
  auto client = daemon_.client();
  const auto entered = must<ipc::Entered>(client, ipc::Enter{"outer_t"});
  const int ruleset = entered.descriptors.front().get();
  eventfilter_text_error error = {};
  EXPECT_EQ(eventfilter_ruleset_write(ruleset, "file: deny\n", 11, &error), -EBUSY);
}

TEST_F(Enter, NobodyCanReadOthersRecords) {
  auto client = daemon_.client();
  const auto entered = must<ipc::Entered>(client, ipc::Enter{"outer_t"});
  EXPECT_EQ(eventfilter_records_open(entered.descriptors.front().get()), -EBUSY);
}

TEST_F(Enter, TheRulesetIsTheSameForEverybody) {
  auto client = daemon_.client();
  const auto first = must<ipc::Entered>(client, ipc::Enter{"outer_t"});
  in_child([&] {
    enforce(first.descriptors);
    EXPECT_ALLOWED(open_file(file("open")));
  });
  // Enforced once, and entered again: what the client holds is what is in force already
  in_child([&] { enter(daemon_, "outer_t"); });
  const auto list = must<ipc::Entered>(client, ipc::Enter{"outer_t"});
  EXPECT_EQ(list.message.policy, first.message.policy);
}

TEST_F(Enter, TheAdminSocketIsRootsAlone) {
  in_child([&] {
    client::Client admin(daemon_.here() + "/../run/admin", std::chrono::milliseconds(0));
    EXPECT_EQ(refusal<ipc::Reloaded>(admin, ipc::Reload{}).substr(0, 6), "error:");
  });
  // And not by its mode alone
  chmod((daemon_.here() + "/../run/admin").c_str(), 0666);
  in_child([&] {
    auto admin = daemon_.admin();
    EXPECT_EQ(refusal<ipc::Reloaded>(admin, ipc::Reload{}), "this socket isn't for you");
  });
  chmod((daemon_.here() + "/../run/labeld").c_str(), 0666);
  in_child([&] {
    client::Client labeld(daemon_.here() + "/../run/labeld");
    EXPECT_EQ(refusal<ipc::Entered>(labeld, ipc::Enter{"outer_t"}), "this socket isn't for you");
  });
}

TEST_F(Enter, ClassesOfThePolicysOwnAreAnswered) {
  in_child([&] {
    auto client = daemon_.client();
    EXPECT_EQ(must<ipc::ClassBits>(client, ipc::Classes{"disk"}).message.permissions,
              (std::vector<std::string>{"read", "write", "flush"}));
    const auto answer = must<ipc::Vectors>(
        client, ipc::Check{{{"disk_user_t", "open_t", "disk"}, {"disk_user_t", "shut_t", "disk"}}});
    ASSERT_EQ(answer.message.vectors.size(), 2U);
    EXPECT_EQ(answer.message.vectors[0].allowed, 5U);
    EXPECT_EQ(answer.message.vectors[1].allowed, 0U);
  });
}

class Roles : public Enter {
 protected:
  Roles()
      : Enter("label open_t = \"HERE/open/**\";\n"
              "label shut_t = \"HERE/shut/**\";\n"
              "domain open_d { allow file open on open_t; }\n"
              "domain shut_d { allow file open on shut_t; }\n"
              "role open_r { open_d }\n"
              "role both_r inherits open_r { shut_d }\n"
              "user demo { open_r }\n"
              "user %daemon { both_r }\n") {}
};

TEST_F(Roles, ADomainIsEnteredByWhomARoleAllowsIt) {
  in_child([&] {
    enter(daemon_, "open_d");
    EXPECT_ALLOWED(open_file(file("open")));
  });
  in_child([&] {
    auto client = daemon_.client();
    EXPECT_EQ(refusal<ipc::Entered>(client, ipc::Enter{"shut_d"}),
              "no role that the policy gives you has the domain \"shut_d\"");
  });
  in_child(Subject::kRoot, [&] { enter(daemon_, "shut_d"); });
}

TEST_F(Roles, ASessionIsTheUnionOfARolesDomains) {
  in_child([&] {
    auto client = daemon_.client();
    auto entered = must<ipc::Entered>(client, ipc::Session{"", ""});
    EXPECT_EQ(entered.message.role, "open_r");
    enforce(entered.descriptors);
    EXPECT_ALLOWED(open_file(file("open")));
    EXPECT_REFUSED(EACCES, open_file(file("shut")));
  });
  in_child(Subject::kRoot, [&] {
    auto client = daemon_.client();
    auto entered = must<ipc::Entered>(client, ipc::Session{"", "daemon"});
    EXPECT_EQ(entered.message.role, "both_r");
    enforce(entered.descriptors);
    EXPECT_ALLOWED(open_file(file("open")));
    EXPECT_ALLOWED(open_file(file("shut")));
    EXPECT_REFUSED(EACCES, open_file("/etc/passwd"));
  });
}

class ExclusiveRoles : public Enter {
 protected:
  ExclusiveRoles() : Enter(kExclusive) {}

  // Both objects, whatever the session may
  void expect(bool opens, bool shuts) const {
    if (opens) EXPECT_ALLOWED(open_file(file("open")));
    else EXPECT_REFUSED(EACCES, open_file(file("open")));
    if (shuts) EXPECT_ALLOWED(open_file(file("shut")));
    else EXPECT_REFUSED(EACCES, open_file(file("shut")));
  }

  static constexpr const char* kExclusive =
      "label open_t = \"HERE/open/**\";\n"
      "label shut_t = \"HERE/shut/**\";\n"
      "domain open_d { " kChannel "allow file open on open_t; }\n"
      "domain shut_d { " kChannel "allow file open on shut_t; }\n"
      "role open_r { open_d }\n"
      "role shut_r { shut_d }\n"
      "exclusive active role open_r, shut_r;\n"
      "user demo { open_r, shut_r }\n";
};

// demo has both, and in no session both: what is taken besides only narrows
TEST_F(ExclusiveRoles, NoSessionHasWhatTwoOfThemAllow) {
  for (const bool opens : {true, false}) {
    in_child([&] {
      auto client = daemon_.client();
      enforce(must<ipc::Entered>(client, ipc::Session{opens ? "open_r" : "shut_r", ""}).descriptors);
      expect(opens, !opens);
      auto again = daemon_.client();
      enforce(must<ipc::Entered>(again, ipc::Session{opens ? "shut_r" : "open_r", ""}).descriptors);
      expect(false, false);
    });
  }
  in_child([&] {
    auto client = daemon_.client();
    enforce(must<ipc::Entered>(client, ipc::Session{"open_r", ""}).descriptors);
    enter(daemon_, "shut_d");
    expect(false, false);
  });
}

TEST_F(ExclusiveRoles, ARoleOfBothIsAMistake) {
  daemon_.put("test.policy", std::string(kExclusive) + "role all_r inherits open_r, shut_r { }\n");
  auto admin = daemon_.admin();
  const std::string said = refusal<ipc::Reloaded>(admin, ipc::Reload{});
  EXPECT_NE(said.find("test.policy:10:6-10: error: all_r would have open_r and shut_r, which exclude each other\n"),
            std::string::npos)
      << said;
}

TEST_F(Roles, SessionsThatAreNotOnesOwnAreRefused) {
  in_child([&] {
    auto client = daemon_.client();
    EXPECT_EQ(refusal<ipc::Entered>(client, ipc::Session{"both_r", ""}),
              "the policy doesn't give demo the role \"both_r\"");
    EXPECT_EQ(refusal<ipc::Entered>(client, ipc::Session{"", "daemon"}),
              "sessions of others are for root to begin");
  });
  auto client = daemon_.client();
  EXPECT_EQ(refusal<ipc::Entered>(client, ipc::Session{"", "nobody at all"}),
            "there is no user \"nobody at all\"");
  EXPECT_EQ(refusal<ipc::Entered>(client, ipc::Session{"", "mail"}), "the policy gives mail no role");
}

}  // namespace
}  // namespace eventfilter::selftest
