// SPDX-License-Identifier: BSD-2-Clause
//
// What must hold of a session: roles are had when and where the policy says, by what the kernel tells of who asks.
#include <filesystem>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/test/guest/daemon.h"
#include "support/channel.h"
#include "support/child.h"
#include "support/program.h"

namespace eventfilter::selftest {
namespace {

constexpr const char* kRules =
    "domain plain_t { }\n"
    "domain guarded_t { }\n"
    "domain inner_t { }\n"
    "role plain_r { plain_t }\n"
    "role guarded_r { guarded_t }\n"
    "role inner_r inherits guarded_r { inner_t }\n"
    "user demo { guarded_r, inner_r, plain_r }\n";

constexpr const char* kRefused = "no role that you can take on here and now has the domain \"guarded_t\"";

class Constrained : public testing::Test {
 protected:
  Constrained() : daemon_(kRules) {}

  // The rules with this condition on guarded_r.
  void constrain(const std::string& when) {
    daemon_.put("test.policy", std::string(kRules) + "constrain guarded_r when " + when + ";\n");
    auto admin = daemon_.admin();
    must<ipc::Reloaded>(admin, ipc::Reload{});
  }

  // What the daemon says to somebody who enters guarded_t.
  std::string answer() const {
    auto client = daemon_.client();
    return refusal<ipc::Entered>(client, ipc::Enter{"guarded_t"});
  }

  Daemon daemon_;
};

TEST_F(Constrained, WhatHoldsLetsInAndWhatDoesNotIsToldSo) {
  constrain("hour <= 23 && weekday <= 6 && minute < 60");
  in_child([&] { EXPECT_EQ(answer(), "no refusal"); });
  constrain("hour == 24");
  in_child([&] {
    EXPECT_EQ(answer(), kRefused);
    auto client = daemon_.client();
    must<ipc::Entered>(client, ipc::Enter{"plain_t"});
    EXPECT_EQ(refusal<ipc::Entered>(client, ipc::Enter{"inner_t"}),
              "no role that you can take on here and now has the domain \"inner_t\"")
        << "who inherits a role takes it on";
    EXPECT_EQ(refusal<ipc::Entered>(client, ipc::Session{"guarded_r", ""}),
              "the role \"guarded_r\" can't be taken on here and now");
    EXPECT_EQ(must<ipc::Entered>(client, ipc::Session{"", ""}).message.role, "plain_r") << "the first that he can have";
  });
}

TEST_F(Constrained, WhoHasNoOtherRoleHasNoSession) {
  daemon_.put("test.policy", "domain d_t { }\nrole r { d_t }\nuser demo { r }\nconstrain r when uid != 1000;\n");
  auto admin = daemon_.admin();
  must<ipc::Reloaded>(admin, ipc::Reload{});
  in_child([&] {
    auto client = daemon_.client();
    EXPECT_EQ(refusal<ipc::Entered>(client, ipc::Session{"", ""}), "the policy gives demo no role here and now");
  });
}

TEST_F(Constrained, TheUserAndHisGroups) {
  constrain("uid == 1000 && gid == 1000 && group == \"demo\"");
  in_child([&] { EXPECT_EQ(answer(), "no refusal"); });
  constrain("group ~ \"wheel*\"");
  in_child([&] { EXPECT_EQ(answer(), kRefused); });
  constrain("group != \"demo\"");
  in_child([&] { EXPECT_EQ(answer(), kRefused); });
}

TEST_F(Constrained, WhoLoggedInIsAskedOfTheKernel) {
  constrain("login_uid == 1000");
  in_child([&] { EXPECT_EQ(answer(), kRefused) << "nobody logged in"; });
  constrain("login_uid != 1000");
  in_child([&] { EXPECT_EQ(answer(), kRefused) << "nor did somebody else"; });
  for (const char* const field : {"login_uid == 1000", "login_uid == uid && audit_session >= 1"}) {
    constrain(field);
    in_child(Subject::kRoot, [&] {
      write_file("/proc/self/loginuid", "1000");
      become_user();
      EXPECT_EQ(answer(), "no refusal") << field;
    });
    in_child(Subject::kRoot, [&] {
      write_file("/proc/self/loginuid", "1001");
      become_user();
      EXPECT_EQ(answer(), kRefused) << field;
    });
  }
}

TEST_F(Constrained, WhoConnectedAndIsGoneProvesNothing) {
  constrain("login_uid == 1000");
  in_child(Subject::kRoot, [&] {
    const Channel channel;
    if (fork() == 0) {
      write_file("/proc/self/loginuid", "1000");
      become_user();
      auto client = daemon_.client();
      const bool is_let_in = refusal<ipc::Entered>(client, ipc::Enter{"guarded_t"}) == "no refusal";
      const pid_t connected = getpid();
      if (fork() != 0) _exit(0);
      while (getppid() == connected) usleep(1000);
      const bool is_refused = refusal<ipc::Entered>(client, ipc::Enter{"guarded_t"}) == kRefused;
      channel.child().send((is_let_in ? 1 : 0) + (is_refused ? 2 : 0));
      _exit(0);
    }
    EXPECT_EQ(channel.parent().receive(), 3) << "1: who connected was let in; 2: who has the connection afterwards wasn't";
  });
}

TEST_F(Constrained, LogindsSessionIsTheControlGroup) {
  constrain("session == \"7\"");
  const std::string slice = "/sys/fs/cgroup/user.slice";
  const auto answer_in = [&](const std::string& group) {
    std::filesystem::create_directories(slice + group);
    in_child(Subject::kRoot, [&] {
      write_file(slice + group + "/cgroup.procs", "0");
      become_user();
      EXPECT_EQ(answer(), group == "/user-1000.slice/session-7.scope" ? "no refusal" : kRefused) << group;
    });
  };
  answer_in("/user-1000.slice/session-7.scope");
  answer_in("/user-1000.slice/session-8.scope");
  answer_in("/user-1000.slice/user@1000.service/session-7.scope");
  for (const char* const made :
       {"/user-1000.slice/user@1000.service/session-7.scope", "/user-1000.slice/user@1000.service",
        "/user-1000.slice/session-7.scope", "/user-1000.slice/session-8.scope", "/user-1000.slice", ""})
    std::filesystem::remove(slice + made);
}

TEST_F(Constrained, RolesThatExcludeEachOtherAreNotLoaded) {
  const auto reload = [&](const std::string& more) {
    daemon_.put("test.policy", std::string(kRules) + more);
    auto admin = daemon_.admin();
    return refusal<ipc::Reloaded>(admin, ipc::Reload{});
  };
  EXPECT_NE(reload("exclusive role guarded_r, plain_r;\n").find("error: demo would have guarded_r and plain_r, which exclude"),
            std::string::npos);
  EXPECT_NE(reload("exclusive active role guarded_r, inner_r;\n").find("error: inner_r would have "), std::string::npos)
      << "a session of inner_r would be one of both";
  EXPECT_EQ(reload("exclusive active role guarded_r, plain_r;\n"), "no refusal");
  in_child([&] {
    auto client = daemon_.client();
    EXPECT_EQ(must<ipc::Entered>(client, ipc::Session{"plain_r", ""}).message.role, "plain_r");
  });
}

}  // namespace
}  // namespace eventfilter::selftest
