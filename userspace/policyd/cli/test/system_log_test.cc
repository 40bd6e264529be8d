// SPDX-License-Identifier: BSD-2-Clause
//
// policyctl log --system and top --system: what is refused to anybody, from trace events.
#include <algorithm>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/child.h"
#include "support/fd.h"
#include "support/long_run.h"
#include "support/program.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

namespace fs = std::filesystem;

constexpr int kHangs = 60'000;
constexpr const char* kInstances = "/sys/kernel/tracing/instances";

std::string policyctl() {
  return fs::read_symlink("/proc/self/exe").parent_path().parent_path() / "bin/policyctl";
}

std::vector<std::string> instances() {
  std::vector<std::string> names;
  for (const auto& one : fs::directory_iterator(kInstances)) {
    if (one.path().filename().string().starts_with("policyctl-")) names.push_back(one.path().filename());
  }
  return names;
}

template <typename Condition>
bool eventually(Condition condition) {
  for (int i = 0; i < 6000; ++i) {
    if (condition()) return true;
    usleep(10'000);
  }
  return false;
}

// policyctl in the background. Listens, when it's constructed.
class Listener {
 public:
  explicit Listener(std::vector<std::string> words, const std::vector<std::string>& by = {}) {
    int ends[2];
    require(pipe2(ends, O_CLOEXEC) == 0, "a pipe");
    output_ = Fd(ends[0]);
    words.insert(words.begin(), policyctl());
    words.insert(words.begin(), by.begin(), by.end());
    std::vector<char*> argv;
    for (std::string& one : words) argv.push_back(one.data());
    argv.push_back(nullptr);
    pid_ = fork();
    if (pid_ == 0) {
      dup2(ends[1], STDOUT_FILENO);
      dup2(ends[1], STDERR_FILENO);
      execvp(argv[0], argv.data());
      _exit(127);
    }
    close(ends[1]);
    const std::string own = std::string(kInstances) + "/policyctl-" + std::to_string(pid_) + "-0/";
    require(eventually([&] {
              return access((own + "set_event").c_str(), F_OK) == 0 &&
                     read_file(own + "set_event").find("eventfilter:denied\n") != std::string::npos;
            }),
            "an instance of its own, with its event on");
  }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  ~Listener() {
    if (pid_ > 0) end(SIGTERM);
  }

  pid_t pid() const { return pid_; }

  // "" at the end, or when nothing comes
  std::string next_line() {
    std::string line;
    char byte = 0;
    pollfd waiting = {output_.get(), POLLIN, 0};
    while (poll(&waiting, 1, kHangs) > 0 && read(output_.get(), &byte, 1) == 1 && byte != '\n') line += byte;
    return line;
  }

  // The next line that has these words
  std::string next_with(const std::string& words) {
    for (;;) {
      std::string line = next_line();
      if (line.empty() || line.find(words) != std::string::npos) return line;
    }
  }

  void stop_reading() { output_ = Fd(); }

  int end(int signal) {
    kill(pid_, signal);
    return wait();
  }
  int wait() {
    int status = 0;
    waitpid(pid_, &status, 0);
    pid_ = -1;
    return status;
  }

 private:
  Fd output_;
  pid_t pid_ = -1;
};

// Somebody is refused getppid this often, under this name.
void be_refused(const char* name, int times = 1, Subject subject = Subject::kUser) {
  in_child(subject, [&] {
    prctl(PR_SET_NAME, name);
    enforce("sys_enter_getppid: deny else errno EXDEV");
    for (int i = 0; i < times; ++i) EXPECT_REFUSED(EXDEV, syscall(SYS_getppid));
  });
}

std::uint64_t number_after(const std::string& text, const std::string& name) {
  const std::size_t at = text.find(name);
  return at == std::string::npos ? 0 : std::stoull(text.substr(at + name.size()));
}

TEST(SystemLog, ShowsWhatIsRefusedToAnybodyByAnyRuleset) {
  Listener listener({"log", "--system", "--count=2"});
  be_refused("one");
  be_refused("other", 1, Subject::kRoot);
  const std::string first = listener.next_line();
  EXPECT_TRUE(first.starts_with("event=sys_enter_getppid pid=")) << first;
  EXPECT_NE(first.find("comm=\"one\" uid=1000 domain="), std::string::npos) << first;
  EXPECT_NE(first.find("action=errno error=18 predicate=\"\" path=\"\""), std::string::npos) << first;
  const std::string second = listener.next_line();
  EXPECT_NE(second.find("comm=\"other\" uid=0 "), std::string::npos) << second;
  EXPECT_EQ(listener.wait(), 0) << "two were asked for";
  EXPECT_EQ(listener.next_line(), "");
}

TEST(SystemLog, JsonHasEachFieldAndNamesStayText) {
  Listener listener({"log", "--system", "-f", "--json"});
  in_child([] {
    prctl(PR_SET_NAME, "a\"b\n}");
    enforce("file_open: name != \"wanted\"");
    EXPECT_REFUSED(EACCES, open("/tmp/wanted", O_RDONLY | O_CREAT, 0600));
    EXPECT_REFUSED(EACCES, open("/tmp/wanted", O_RDONLY | O_CREAT, 0600));
  });
  const std::string line = listener.next_with("file_open");
  EXPECT_NE(line.find("{\"domain\": \"\", \"record\": \"event=file_open pid="), std::string::npos) << line;
  EXPECT_NE(line.find("\"lost\": 0, \"event\": \"file_open\", \"pid\": "), std::string::npos) << line;
  EXPECT_NE(line.find("\"comm\": \"a\\\"b\\u000a}\", \"uid\": \"1000\", \"action\": \"errno\", \"error\": 13"),
            std::string::npos)
      << line;
  EXPECT_NE(line.find("\"predicate\": \"name != \\\"wanted\\\"\""), std::string::npos) << line;
  EXPECT_NE(line.find("\"values\": {\"owner\": \"1000\", \"group\": \"1000\", \"mode\": "), std::string::npos) << line;
  EXPECT_NE(line.find("\"name\": \"wanted\", \"dev\": "), std::string::npos) << "also what no rule reads: " << line;
}

TEST(SystemLog, WhatIsLostIsCountedToTheLastRecord) {
  Listener listener({"log", "--system", "-f"});
  kill(listener.pid(), SIGSTOP);
  // More than two processors' buffers hold, with nobody there to read
  const int times = rounds(12'000, 200'000);
  Child flood([&] {
    prctl(PR_SET_NAME, "flood");
    enforce("sys_enter_getppid: deny else errno EXDEV");
    for (int i = 0; i < times; ++i) syscall(SYS_getppid);
  });
  EXPECT_TRUE(flood.wait().exited_normally());
  kill(listener.pid(), SIGCONT);
  std::uint64_t seen = 0;
  std::uint64_t lost = 0;
  while (seen + lost < static_cast<std::uint64_t>(times)) {
    const std::string line = listener.next_line();
    if (line.empty()) break;
    seen += line.find("comm=\"flood\"") != std::string::npos ? 1 : 0;
    lost += line.starts_with("lost=") ? number_after(line, "lost=") : 0;
  }
  EXPECT_EQ(seen + lost, static_cast<std::uint64_t>(times));
  EXPECT_GT(seen, 1000U);
  EXPECT_GT(lost, 0U);
}

TEST(SystemLog, TheInstanceGoesWithItsOwnerHoweverItEnds) {
  const auto before = instances();
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    Listener listener({"log", "--system", "-f"});
    EXPECT_EQ(instances().size(), before.size() + 1);
    EXPECT_EQ(listener.end(signal), 0) << "an interruption is how it ends";
    EXPECT_EQ(instances(), before);
  }
  Listener killed({"log", "--system", "-f"});
  Listener living({"log", "--system", "-f"});
  killed.end(SIGKILL);
  EXPECT_EQ(instances().size(), before.size() + 2) << "nobody was there to clean up";
  Listener next({"top", "--system", "--count=1"});
  EXPECT_EQ(instances().size(), before.size() + 2) << "that of the killed one is gone, the others' aren't";
  be_refused("heard");
  EXPECT_NE(living.next_with("heard"), "");
}

TEST(SystemLog, AReaderThatGoesAwayEndsIt) {
  const auto before = instances();
  Listener listener({"log", "--system", "-f"});
  listener.stop_reading();
  be_refused("unheard");
  const int status = listener.wait();
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 2) << status;
  EXPECT_EQ(instances(), before);
}

TEST(SystemLog, TopCountsByProgram) {
  Listener listener({"top", "--system", "--count=3", "--json"});
  be_refused("rare");
  be_refused("often", 2);
  EXPECT_EQ(listener.next_line(),
            "{\"count\": 2, \"comm\": \"often\", \"event\": \"sys_enter_getppid\", \"label\": \"\"}");
  EXPECT_EQ(listener.next_line(),
            "{\"count\": 1, \"comm\": \"rare\", \"event\": \"sys_enter_getppid\", \"label\": \"\"}");
  EXPECT_EQ(listener.next_line(), "{\"lost\": 0}");
  EXPECT_EQ(listener.wait(), 0);
}

// A socket where a daemon would have one.
class FakeDaemon {
 public:
  explicit FakeDaemon(const std::string& path) : path_(path) {
    fs::create_directories(fs::path(path).parent_path());
    socket_ = Fd(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    require(bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0, path.c_str());
  }
  ~FakeDaemon() { unlink(path_.c_str()); }

  std::string next() const {
    std::vector<char> buffer(65'536);
    const ssize_t got = recv(socket_.get(), buffer.data(), buffer.size(), 0);
    return got < 0 ? "" : std::string(buffer.data(), static_cast<std::size_t>(got));
  }

 private:
  std::string path_;
  Fd socket_;
};

TEST(SystemLog, TheJournalGetsFields) {
  const FakeDaemon journal("/run/systemd/journal/socket");
  Listener listener({"log", "--system", "--count=1", "--journal"});
  be_refused("subject");
  const std::string entry = '\n' + journal.next();
  for (const char* const line :
       {"\nMESSAGE=event=sys_enter_getppid pid=", "\nPRIORITY=4\n", "\nSYSLOG_IDENTIFIER=policyctl\n",
        "\nSYSLOG_FACILITY=10\n", "\nEVENTFILTER_EVENT=sys_enter_getppid\n", "\nEVENTFILTER_COMM=subject\n",
        "\nEVENTFILTER_UID=1000\n", "\nEVENTFILTER_ERROR=18\n", "\nEVENTFILTER_LOST=0\n", "\nOBJECT_PID="})
    EXPECT_NE(entry.find(line), std::string::npos) << line << " isn't in " << entry;
  EXPECT_EQ(listener.wait(), 0);
}

TEST(SystemLog, SyslogGetsTheLine) {
  const FakeDaemon syslog("/dev/log");
  Listener listener({"log", "--system", "--count=1", "--syslog"});
  be_refused("subject");
  const std::string entry = syslog.next();
  EXPECT_TRUE(entry.starts_with("<84>")) << entry;  // authpriv, warning
  EXPECT_NE(entry.find("policyctl[" + std::to_string(listener.pid()) + "]: event=sys_enter_getppid"),
            std::string::npos)
      << entry;
  EXPECT_EQ(listener.wait(), 0);
}

TEST(SystemLog, SaysWhyItCannot) {
  const auto said = [](std::vector<std::string> words) {
    words.insert(words.begin(), policyctl());
    const Output output = run(words);
    EXPECT_EQ(output.exit_code(), 2);
    return output.text;
  };
  EXPECT_EQ(said({"log", "--system"}),
            "policyctl: error: --system shows what is refused from now on: until interrupted with --follow, "
            "or --count of it\n");
  EXPECT_EQ(said({"log", "--system", "-f", "--explain"}),
            "policyctl: error: --explain is about domains of policyd's; with --system, hand a record to "
            "policyctl explain\n");
  EXPECT_EQ(said({"log", "--explain", "--journal"}),
            "policyctl: error: --explain writes to standard output, --journal and --syslog don't\n");
  EXPECT_EQ(said({"log", "--system", "-f", "--json", "--syslog"}),
            "{\"kind\": \"error\", \"text\": \"one of --json, --journal and --syslog, please\"}\n");
  EXPECT_EQ(said({"log", "--system", "--count=0"}),
            "policyctl: error: --count takes a number from 1, not \"0\"\n");
  EXPECT_EQ(said({"log", "--system", "-f", "--journal"}),
            "policyctl: error: nobody takes what is written: /run/systemd/journal/socket: No such file or "
            "directory\n");
  EXPECT_EQ(said({"log", "--system", "-f", "--syslog"}),
            "policyctl: error: nobody takes what is written: /dev/log: No such file or directory\n");
  in_child([&] {
    EXPECT_EQ(said({"log", "--system", "-f"}),
              "policyctl: error: what the whole system is refused is for root to hear "
              "(/sys/kernel/tracing/instances: Permission denied)\n");
    EXPECT_EQ(said({"top", "--system"}),
              "policyctl: error: what the whole system is refused is for root to hear "
              "(/sys/kernel/tracing/instances: Permission denied)\n");
  });
}

// As its unit has it run
TEST(SystemLog, NeedsNoCapability) {
  Listener listener({"log", "--system", "--count=1"},
                    {"setpriv", "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs"});
  be_refused("subject");
  EXPECT_NE(listener.next_line().find("comm=\"subject\""), std::string::npos);
  EXPECT_EQ(listener.wait(), 0);
}

}  // namespace
}  // namespace eventfilter::selftest
