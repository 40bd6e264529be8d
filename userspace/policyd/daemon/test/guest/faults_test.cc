// SPDX-License-Identifier: BSD-2-Clause
//
// Whatever dies, the confined stay confined, labels are there when it's back, and clients are told.
#include <atomic>
#include <csignal>
#include <filesystem>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <pwd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/test/guest/daemon.h"
#include "ipc/labeld_protocol.h"
#include "ipc/socket.h"
#include "support/channel.h"
#include "support/child.h"
#include "support/long_run.h"
#include "support/program.h"
#include "support/require.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

constexpr const char* kRules =
    "label open_t = \"HERE/open/**\";\n"
    "label shut_t = \"HERE/shut/**\";\n"
    "boolean b = false;\n"
    "domain a_t { " kChannel "allow file open on open_t; if b { allow file open on shut_t; } }\n";

int open_file(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd >= 0) close(fd);
  return fd;
}

class Faults : public ::testing::Test {
 protected:
  Faults() : daemon_(kRules) {
    for (const char* const name : {"/open", "/shut"}) {
      std::filesystem::create_directory(daemon_.here() + name);
      write_file(daemon_.here() + name + "/file", "x");
    }
    auto admin = daemon_.admin();
    must<ipc::Reloaded>(admin, ipc::Reload{});
  }
  std::string file(const std::string& name) const { return daemon_.here() + '/' + name + "/file"; }

  void expect_in_order() const {
    in_child([&] {
      enter(daemon_, "a_t");
      EXPECT_ALLOWED(open_file(file("open")));
      EXPECT_REFUSED(EACCES, open_file(file("shut")));
    });
  }

  Daemon daemon_;
};

// One who is confined before all of it tries all the time, and is refused each time.
TEST_F(Faults, KilledAgainAndAgainDuringReloadsAndRelabelling) {
  std::atomic<bool> stop = false;
  Channel channel;
  Child confined([&] {
    enter(daemon_, "a_t");
    channel.child().send(1);
    // Until the file of the test's end is there: whatever happens meanwhile, this doesn't change
    while (access((daemon_.here() + "/end").c_str(), F_OK) != 0) {
      EXPECT_ALLOWED(open_file(file("open")));
      EXPECT_REFUSED(EACCES, open_file(file("shut")));
    }
  });
  ASSERT_EQ(channel.parent().receive(), 1);
  const base::Fd plugged(open((daemon_.here() + "/open").c_str(), O_PATH | O_CLOEXEC));
  std::thread reloads([&] {
    while (!stop) {
      auto admin = daemon_.admin();
      (void)admin.ask<ipc::Reloaded>(ipc::Reload{});
      (void)admin.ask<ipc::Done>(ipc::Bind{"open_t", false}, {plugged.get()});
      (void)admin.ask<ipc::Done>(ipc::Bind{"", false}, {plugged.get()});
    }
  });
  for (int i = 0; i < rounds(8, 200); ++i) {
    daemon_.kill_labeld();
    expect_in_order();
    daemon_.kill_front();
    expect_in_order();
  }
  stop = true;
  reloads.join();
  write_file(daemon_.here() + "/end", "");
  EXPECT_TRUE(confined.wait().exited_normally());
  EXPECT_EQ(daemon_.status().problem, "");
}

TEST_F(Faults, FiveHundredClientsAcrossRestartsOfBoth) {
  constexpr int kThreads = 10;
  constexpr int kClientsOfOne = 50;
  std::atomic<int> answered = 0;
  std::atomic<int> strange = 0;
  std::vector<std::jthread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      std::vector<client::Client> clients;
      for (int i = 0; i < kClientsOfOne; ++i) {
        clients.emplace_back(daemon_.socket(), std::chrono::seconds(60));
      }
      for (int round = 0; round < rounds(3, 50); ++round) {
        for (client::Client& one : clients) {
          const auto asked = one.ask<ipc::Entered>(ipc::Enter{"a_t"});
          // An answer with its ruleset: the library has waited until there was one
          const auto* const answer = std::get_if<client::Answer<ipc::Entered>>(&asked);
          if (answer != nullptr && answer->descriptors.size() == 1) ++answered;
          else ++strange;
        }
      }
    });
  }
  for (int i = 0; i < rounds(4, 50); ++i) {
    daemon_.kill_front();
    daemon_.kill_labeld();
  }
  for (std::jthread& one : threads) one.join();
  EXPECT_EQ(strange, 0);
  EXPECT_EQ(answered, kThreads * kClientsOfOne * rounds(3, 50));
}

TEST_F(Faults, WithoutLabeldWhatIsKnownIsHandedOutAndTheRestIsRefusedInWords) {
  auto client = daemon_.client();
  must<ipc::Entered>(client, ipc::Enter{"a_t"});
  kill(daemon_.labeld(), SIGSTOP);
  must<ipc::Entered>(client, ipc::Enter{"a_t"});  // out of what is held
  kill(daemon_.labeld(), SIGCONT);
  client::Client hasty(daemon_.socket(), std::chrono::milliseconds(0));
  auto admin = daemon_.admin();
  must<ipc::Reloaded>(admin, ipc::Reload{});  // nothing is held any more
  kill(daemon_.labeld(), SIGKILL);
  const auto asked = hasty.ask<ipc::Entered>(ipc::Session{"none_r", ""});
  EXPECT_EQ(std::get<ipc::Refusal>(asked).sentence, "the policy has no role \"none_r\"");
  expect_in_order();
}

TEST_F(Faults, LabelsAreTheSameAfterARestart) {
  auto admin = daemon_.admin();
  must<ipc::Reloaded>(admin, ipc::SetBoolean{"b", true});
  daemon_.kill_labeld();
  daemon_.wait_for_policy(4);
  in_child([&] {
    enter(daemon_, "a_t");
    EXPECT_ALLOWED(open_file(file("open")));
    EXPECT_ALLOWED(open_file(file("shut")));
  });
  EXPECT_EQ(daemon_.status().booleans, (std::vector<ipc::Setting>{{"b", true}}));
}

TEST_F(Faults, ALabelThatThePolicyTookBackWhileNobodyWasThereIsTakenBack) {
  kill(daemon_.labeld(), SIGSTOP);
  daemon_.put("test.policy", "label open_t = \"HERE/shut/**\";\ndomain a_t { " kChannel "allow file open on open_t; }\n");
  daemon_.kill_labeld();
  EXPECT_TRUE(eventually([&] { return daemon_.status().booleans.empty(); }));
  in_child([&] {
    enter(daemon_, "a_t");
    EXPECT_REFUSED(EACCES, open_file(file("open")));
    EXPECT_ALLOWED(open_file(file("shut")));
  });
}

TEST_F(Faults, WithMistakesInTheRuleFilesARestartKeepsWhatIsConfinedConfined) {
  Channel channel;
  Child confined([&] {
    enter(daemon_, "a_t");
    channel.child().send(1);
    EXPECT_EQ(channel.child().receive(), 2);
    EXPECT_ALLOWED(open_file(file("open")));
    EXPECT_REFUSED(EACCES, open_file(file("shut")));
  });
  ASSERT_EQ(channel.parent().receive(), 1);
  daemon_.put("test.policy", "nonsense\n");
  daemon_.kill_labeld();
  daemon_.kill_front();
  EXPECT_TRUE(eventually([&] {
    auto client = daemon_.client();
    return refusal<ipc::Entered>(client, ipc::Enter{"a_t"}).starts_with("no policy is loaded: ");
  }));
  channel.parent().send(2);
  EXPECT_TRUE(confined.wait().exited_normally());
  daemon_.put("test.policy", kRules);
  auto admin = daemon_.admin();
  must<ipc::Reloaded>(admin, ipc::Reload{});
  expect_in_order();
}

// labeld once went on with a follower that was none any more
TEST_F(Faults, FollowersThatEndWhileTheyAreToldOfAPolicyTakeNobodyWithThem) {
  const passwd* const front = getpwnam("policyd");
  ASSERT_NE(front, nullptr);
  const pid_t labeld = daemon_.labeld();
  std::vector<base::Fd> followers;
  // Who connects counts, not who has the descriptor
  ASSERT_EQ(seteuid(front->pw_uid), 0);
  for (int i = 0; i < 20; ++i) {
    auto connected = ipc::connect_to(daemon_.here() + "/../run/labeld");
    if (connected) followers.push_back(std::move(connected).value());
  }
  ASSERT_EQ(seteuid(0), 0);
  ASSERT_EQ(followers.size(), 20U);
  for (const base::Fd& one : followers) {
    ASSERT_TRUE(ipc::send_message(one.get(), ipc::pack(1, ipc::Follow{})));
    ASSERT_TRUE(ipc::receive_message(one.get(), 1));
  }
  const auto before = daemon_.status().policy;
  auto admin = ipc::connect_to(daemon_.here() + "/../run/admin");
  ASSERT_TRUE(admin);
  // Answered, so it's among those that labeld waits for
  ASSERT_TRUE(ipc::send_message(admin.value().get(), ipc::pack(1, ipc::ListProcesses{})));
  ASSERT_TRUE(ipc::receive_message(admin.value().get(), 0));
  // The reload comes before their ends are noticed: they are found out while they are told
  kill(labeld, SIGSTOP);
  ASSERT_TRUE(ipc::send_message(admin.value().get(), ipc::pack(2, ipc::Reload{})));
  followers.clear();
  kill(labeld, SIGCONT);
  ASSERT_TRUE(ipc::receive_message(admin.value().get(), 0));
  EXPECT_EQ(daemon_.labeld(), labeld) << "it's the same process";
  daemon_.wait_for_policy(before + 1);
  expect_in_order();
}

long resident_kib(pid_t pid) {
  const std::string status = read_file("/proc/" + std::to_string(pid) + "/status");
  const std::size_t at = status.find("VmRSS:");
  return at == std::string::npos ? 0 : std::stol(status.substr(at + 6));
}

TEST_F(Faults, AThousandClientsOfWhichAHundredAreHostileAndMemoryIsBounded) {
  const long before = resident_kib(daemon_.front());
  const base::Fd null(open("/dev/null", O_RDONLY | O_CLOEXEC));
  std::vector<base::Fd> sockets;
  const std::string request = ipc::pack(1, ipc::Explain{"a_t", std::string(50'000, 'x')});
  for (int i = 0; i < 1000; ++i) {
    auto connected = ipc::connect_to(daemon_.socket());
    ASSERT_TRUE(connected) << connected.error().message;
    sockets.push_back(std::move(connected).value());
    const int socket = sockets.back().get();
    if (i % 10 != 0) continue;
    fcntl(socket, F_SETFL, O_NONBLOCK);
    switch (i / 10 % 4) {
      case 0: (void)ipc::send_message(socket, std::string(65'537, 'x')).ok(); break;
      case 1: (void)ipc::send_message(socket, request, std::vector<int>(64, null.get())).ok(); break;
      case 2: shutdown(socket, SHUT_WR); break;
      default:
        for (int k = 0; k < 100; ++k) (void)ipc::send_message(socket, request).ok();
    }
  }
  for (std::size_t i = 0; i < sockets.size(); ++i) {
    if (i % 10 == 0) continue;
    ASSERT_TRUE(ipc::send_message(sockets[i].get(), ipc::pack(7, ipc::Enter{"a_t"})));
    const auto answer = ipc::receive_message(sockets[i].get(), 1);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer.value().descriptors.size(), 1U);
  }
  // Far less than what was thrown at it
  EXPECT_LT(resident_kib(daemon_.front()) - before, 16 * 1024);
  sockets.clear();
  EXPECT_TRUE(eventually([&] { return daemon_.status().clients <= 2; }));
}

}  // namespace
}  // namespace eventfilter::selftest
