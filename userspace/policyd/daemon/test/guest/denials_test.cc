// SPDX-License-Identifier: BSD-2-Clause
//
// Who hears of what is refused.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <eventfilter/avc_page.h>

#include "daemon/test/guest/daemon.h"
#include "records/record.h"
#include "support/child.h"
#include "support/program.h"
#include "support/require.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

constexpr const char* kRules =
    "label x_t = \"HERE/x\";\n"
    "domain a_t { allow file open on x_t; }\n";

void be_refused(const Daemon& daemon, uid_t uid, const std::string& path, const std::string& domain = "a_t") {
  in_child(Subject::kRoot, [&] {
    require(setresgid(uid, uid, uid) == 0 && setresuid(uid, uid, uid) == 0, "becoming a user");
    enter(daemon, domain);
    EXPECT_REFUSED(EACCES, open(path.c_str(), O_RDONLY));
  });
}

// The path that a record names, of which there is one to come.
std::string next_path(client::Client& client) {
  const auto denied = client.next_denied();
  require(denied.ok(), "a record");
  EXPECT_EQ(denied.value().domain, "a_t");
  const auto record = records::parse_record(denied.value().record);
  require(record.ok(), "a record that can be read");
  return record.value().path;
}

TEST(Denials, RootHearsOfAll) {
  const Daemon daemon(kRules);
  auto client = daemon.client();
  must<ipc::Done>(client, ipc::Subscribe{});
  be_refused(daemon, 1000, "/etc/hostname");
  be_refused(daemon, 1, "/etc/hosts");
  EXPECT_EQ(next_path(client), "/etc/hostname");
  EXPECT_EQ(next_path(client), "/etc/hosts");
}

TEST(Denials, AUserHearsOfHisOwnAndOfNobodyElses) {
  const Daemon daemon(kRules);
  auto root = daemon.client();
  must<ipc::Done>(root, ipc::Subscribe{});
  base::Fd ready[2];
  int ends[2];
  require(pipe2(ends, O_CLOEXEC) == 0, "a pipe");
  ready[0].reset(ends[0]);
  ready[1].reset(ends[1]);
  Child user([&] {
    auto client = daemon.client();
    must<ipc::Done>(client, ipc::Subscribe{});
    EXPECT_EQ(write(ready[1].get(), "x", 1), 1);
    // The refusal of another comes first, its own second: the first that it hears is its own
    EXPECT_EQ(next_path(client), "/etc/group");
  });
  char byte = 0;
  EXPECT_EQ(read(ready[0].get(), &byte, 1), 1);
  be_refused(daemon, 1, "/etc/hosts");
  EXPECT_EQ(next_path(root), "/etc/hosts");
  be_refused(daemon, 1000, "/etc/group");
  EXPECT_TRUE(user.wait().exited_normally());
}

TEST(Denials, WhatIsLostIsCounted) {
  const Daemon daemon(kRules);
  in_child([&] {
    auto client = daemon.client();
    auto entered = must<ipc::Entered>(client, ipc::Enter{"a_t"});
    enforce(entered.descriptors);
    // More at once than there is room for, if the reader is a little slow; all are accounted for
    for (int i = 0; i < 20'000; ++i) EXPECT_LT(open("/etc/hosts", O_RDONLY), 0);
  });
  EXPECT_TRUE(eventually([&] {
    const auto now = daemon.status();
    return now.denials + now.lost >= 20'000;
  }));
}

TEST(Denials, AuditAndQuietReachWhoSubscribes) {
  const Daemon daemon(
      "label x_t = \"HERE/x\";\nlabel y_t = \"HERE/y\";\nlabel z_t = \"HERE/z\";\n"
      "domain a_t {\n  audit allow file open on x_t;\n  allow file open on { y_t z_t };\n"
      "  deny file open on y_t quiet;\n  deny file open on z_t;\n}\n");
  for (const char* const name : {"/x", "/y", "/z"}) write_file(daemon.here() + name, "");
  auto admin = daemon.admin();
  must<ipc::Reloaded>(admin, ipc::Reload{});
  auto client = daemon.client();
  must<ipc::Done>(client, ipc::Subscribe{});
  in_child([&] {
    enter(daemon, "a_t");
    const auto opened = [&](const char* name) { return open((daemon.here() + name).c_str(), O_RDONLY | O_CLOEXEC); };
    EXPECT_ALLOWED(opened("/x"));
    EXPECT_REFUSED(EACCES, opened("/y"));
    EXPECT_REFUSED(EACCES, opened("/z"));
  });
  EXPECT_TRUE(next_path(client).ends_with("/here/x")) << "what passes, and is audited";
  EXPECT_TRUE(next_path(client).ends_with("/here/z")) << "nothing of what is refused quietly";
}

TEST(Denials, AreExplainedByTheRulesOfTheDomain) {
  const Daemon daemon(kRules);
  auto client = daemon.client();
  must<ipc::Done>(client, ipc::Subscribe{});
  be_refused(daemon, 1000, "/etc/hosts");
  const auto denied = client.next_denied().value();
  const std::string text =
      must<ipc::Text>(client, ipc::Explain{denied.domain, denied.record}).message.text;
  EXPECT_NE(text.find("was refused: Permission denied\ndomain: a_t\nobject: /etc/hosts\nlabel: none\n"
                      "decided by: label & x_t\n"),
            std::string::npos)
      << text;
}

TEST(Denials, AreHeardAgainAfterEitherProcessWasKilled) {
  const Daemon daemon(kRules);
  daemon.kill_front();
  {
    auto client = daemon.client();
    must<ipc::Done>(client, ipc::Subscribe{});
    be_refused(daemon, 1000, "/etc/hosts");
    EXPECT_EQ(next_path(client), "/etc/hosts");
  }
  daemon.kill_labeld();
  require(eventually([&] { return daemon.status().labeld; }), "labeld");
  auto client = daemon.client();
  must<ipc::Done>(client, ipc::Subscribe{});
  be_refused(daemon, 1000, "/etc/group");
  EXPECT_EQ(next_path(client), "/etc/group");
}

// More of them than fit between two processes at once: a front end that begins is told of each
TEST(Denials, OfManyRulesetsAreHeardAfterTheFrontEndWasKilled) {
  constexpr int kMany = 600;
  const auto name = [](int i) { return "r" + std::to_string(i) + "_t"; };
  std::string rules = "label x_t = \"HERE/x\";\n";
  // Of one text there is one ruleset
  for (int i = 0; i < kMany; ++i)
    rules += "domain " + name(i) + " { allow file open on x_t when mode == " + std::to_string(i) + "; }\n";
  const Daemon daemon(rules);
  {
    auto client = daemon.client();
    for (int i = 0; i < kMany; ++i) must<ipc::Entered>(client, ipc::Enter{name(i)});
  }
  daemon.kill_front();
  require(eventually([&] { return daemon.status().labeld; }), "labeld");
  for (const int one : {0, kMany / 2, kMany - 1}) be_refused(daemon, 0, "/etc/hosts", name(one));
  EXPECT_TRUE(eventually([&] { return daemon.status().denials == 3; })) << daemon.status().denials;
}

TEST(Page, TellsCachesOfAnotherPolicyAndOfTheEndOfItsMaker) {
  const Daemon daemon(kRules);
  auto client = daemon.client();
  const auto got = must<ipc::Done>(client, ipc::GetPage{});
  ASSERT_EQ(got.descriptors.size(), 1U);
  const eventfilter_avc_page* page = nullptr;
  ASSERT_EQ(eventfilter_avc_page_map(got.descriptors[0].get(), &page), 0);
  EXPECT_TRUE(eventfilter_avc_page_is_alive(page));
  const std::uint64_t before = eventfilter_avc_page_generation(page);
  auto admin = daemon.admin();
  must<ipc::Reloaded>(admin, ipc::Reload{});
  EXPECT_TRUE(eventually([&] { return eventfilter_avc_page_generation(page) != before; }));
  daemon.kill_front();
  EXPECT_FALSE(eventfilter_avc_page_is_alive(page));
  eventfilter_avc_page_unmap(page);
}

}  // namespace
}  // namespace eventfilter::selftest
