// SPDX-License-Identifier: BSD-2-Clause
//
// What one user can do to the others, and to the daemon's memory: less than it takes to be in
// anybody's way.
#include <filesystem>
#include <iterator>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "daemon/test/guest/daemon.h"
#include "ipc/message.h"
#include "ipc/socket.h"
#include "support/channel.h"
#include "support/child.h"
#include "support/long_run.h"
#include "support/program.h"
#include "support/require.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

namespace fs = std::filesystem;

constexpr const char* kRules =
    "label x_t = \"HERE/x\";\n"
    "domain a_t { " kChannel "allow file open on x_t; }\n";

std::string field_of(pid_t pid, const std::string& name) {
  const std::string status = read_file("/proc/" + std::to_string(pid) + "/status");
  const std::size_t at = status.find(name + ':');
  require(at != std::string::npos, "a field of /proc/PID/status");
  return status.substr(at + name.size() + 1);
}
long kib(pid_t pid, const std::string& name) { return std::stol(field_of(pid, name)); }

std::ptrdiff_t descriptors_of(pid_t pid) {
  const fs::directory_iterator all("/proc/" + std::to_string(pid) + "/fd");
  return std::distance(begin(all), end(all));
}

void allow_many_descriptors() {
  rlimit limit = {};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

base::Fd connect(const Daemon& daemon) {
  auto socket = ipc::connect_to(daemon.socket());
  require(socket.ok(), "a connection");
  // Only ends what would hang: an answer that never comes is a failure with a place
  const timeval limit = {60, 0};
  setsockopt(socket.value().get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  return std::move(socket).value();
}

// What comes next, unpacked; or a refusal's sentence.
template <typename T>
std::string answer_of(const base::Fd& socket) {
  const auto message = ipc::receive_message(socket.get(), ipc::kMaxDescriptors);
  if (!message) return message.error().message;
  const auto frame = ipc::parse_frame(message.value().bytes);
  if (!std::holds_alternative<ipc::Frame>(frame)) return "closed";
  const auto& one = std::get<ipc::Frame>(frame);
  if (const auto refused = ipc::decode<ipc::Refusal>(one.content);
      one.type == ipc::Refusal::kType && refused)
    return refused->sentence;
  return one.type == T::kType ? "" : "another message";
}

template <typename T, typename Q>
std::string ask(const base::Fd& socket, const Q& question) {
  (void)ipc::send_message(socket.get(), ipc::pack(1, question)).ok();
  return answer_of<T>(socket);
}

// All the connections that one may have, and one more; others are served as before.
TEST(Hostile, AUserWithAllHisConnectionsIsInNobodysWay) {
  const Daemon daemon(kRules);
  Channel channel;
  Child user([&] {
    allow_many_descriptors();
    std::vector<base::Fd> sockets;
    for (int i = 0; i < 1024; ++i) {
      sockets.push_back(connect(daemon));
      EXPECT_EQ(ask<ipc::State>(sockets.back(), ipc::Status{}), "");
    }
    EXPECT_EQ(answer_of<ipc::State>(connect(daemon)), "too many connections");
    channel.child().send(1);
    EXPECT_EQ(channel.child().receive(), 2);
  });
  ASSERT_EQ(channel.parent().receive(), 1);
  EXPECT_EQ(daemon.status().clients, 1025U);
  in_child(Subject::kRoot, [&] {
    require(setresuid(1001, 1001, 1001) == 0, "another user");
    EXPECT_EQ(ask<ipc::Entered>(connect(daemon), ipc::Enter{"a_t"}), "");
  });
  channel.parent().send(2);
  EXPECT_TRUE(user.wait().exited_normally());
  EXPECT_TRUE(eventually([&] { return daemon.status().clients == 1; }));
}

// A file with a path of almost as many bytes as a record has room for.
std::string long_path(const Daemon& daemon) {
  std::string path = daemon.here();
  while (path.size() < 3500) path += "/" + std::string(250, 'd');
  fs::create_directories(path);
  write_file(path + "/file", "");
  return path + "/file";
}

// Each refusal of his goes to all his subscriptions, of which none is read.
TEST(Hostile, WhoSubscribesAndNeverReadsTakesLittleMemory) {
  const Daemon daemon(kRules);
  const std::string path = long_path(daemon);
  const pid_t front = daemon.front();
  const long before = kib(front, "VmRSS");
  in_child([&] {
    std::vector<base::Fd> sockets;
    for (int i = 0; i < 16; ++i) {
      sockets.push_back(connect(daemon));
      EXPECT_EQ(ask<ipc::Done>(sockets.back(), ipc::Subscribe{}), "");
    }
    const base::Fd another = connect(daemon);
    EXPECT_EQ(ask<ipc::Done>(another, ipc::Subscribe{}), "too many subscriptions of one user");
    enter(daemon, "a_t");
    for (int i = 0; i < 600; ++i) {
      EXPECT_REFUSED(EACCES, open(path.c_str(), O_RDONLY));
      // It answers meanwhile, and hears of almost all: the kernel keeps few for it
      if (i % 5 == 0) {
        EXPECT_EQ(ask<ipc::State>(another, ipc::Status{}), "");
      }
    }
  });
  EXPECT_EQ(daemon.front(), front);
  EXPECT_GT(daemon.status().denials, 400U) << "more than 256 and what the kernel keeps";
  EXPECT_LT(kib(front, "VmHWM") - before, 8 * 1024) << "16 times 64 KiB, and what it reads at once";
  EXPECT_TRUE(eventually([&] { return daemon.status().clients == 1; }));
}

// 100 of 1,000, over and over: the peak counts, not what is left, and of both processes; no
// descriptor stays.
TEST(Hostile, WavesOfConnectionsLeaveNothingBehind) {
  const Daemon daemon(kRules);
  allow_many_descriptors();
  const pid_t processes[] = {daemon.front(), daemon.labeld()};
  const auto at_rest = descriptors_of(daemon.front());
  const auto of_labeld = descriptors_of(daemon.labeld());
  const long front_before = kib(processes[0], "VmRSS");
  const long labeld_before = kib(processes[1], "VmRSS");
  const base::Fd null(open("/dev/null", O_RDONLY | O_CLOEXEC));
  const std::vector<int> flood(64, null.get());
  const std::string request = ipc::pack(1, ipc::Explain{"a_t", std::string(50'000, 'x')});
  for (int wave = 0; wave < rounds(3, 50); ++wave) {
    std::vector<base::Fd> sockets;
    for (int i = 0; i < 1000; ++i) {
      sockets.push_back(connect(daemon));
      if (i % 10 != 0) continue;
      const int socket = sockets.back().get();
      fcntl(socket, F_SETFL, O_NONBLOCK);
      for (int k = 0; k < 20; ++k)
        (void)ipc::send_message(socket, request, i % 20 == 0 ? flood : std::vector<int>{}).ok();
    }
    for (std::size_t i = 1; i < sockets.size(); i += 10)
      EXPECT_EQ(ask<ipc::Entered>(sockets[i], ipc::Enter{"a_t"}), "");
  }
  EXPECT_TRUE(eventually([&] { return daemon.status().clients == 1; }));
  EXPECT_EQ(daemon.front(), processes[0]);
  EXPECT_EQ(daemon.labeld(), processes[1]);
  // The ruleset that was asked for, and its records
  EXPECT_TRUE(eventually([&] { return descriptors_of(processes[0]) <= at_rest + 2; }))
      << descriptors_of(processes[0]);
  EXPECT_LE(descriptors_of(processes[1]), of_labeld + 2);
  EXPECT_LT(kib(processes[0], "VmHWM") - front_before, 16 * 1024);
  EXPECT_LT(kib(processes[1], "VmHWM") - labeld_before, 16 * 1024);
}

}  // namespace
}  // namespace eventfilter::selftest
