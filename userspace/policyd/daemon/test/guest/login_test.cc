// SPDX-License-Identifier: BSD-2-Clause
//
// pam_eventfilter.so under login(1), on a terminal as a person has one: the session has its layer,
// or there is no session; and root's way in when policyd is gone is the one that pam_eventfilter(8)
// names.
#include <csignal>
#include <filesystem>

#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <sys/wait.h>

#include "daemon/test/guest/daemon.h"
#include "support/program.h"

namespace eventfilter::selftest {
namespace {

namespace fs = std::filesystem;

constexpr const char* kRules =
    "label all_t = \"/**\";\n"
    "label secret_t = \"HERE/secret\";\n"
    "domain user_d { default * allow; deny file open on secret_t; }\n"
    "role user_r { user_d }\n"
    "user demo { user_r }\n";

// login on a terminal of its own, and who types there.
class Terminal {
 public:
  Terminal() {
    // Wide enough for what is typed to be shown on one line, and without colours
    const winsize size = {24, 500, 0, 0};
    pid_ = forkpty(&fd_, nullptr, nullptr, &size);
    if (pid_ != 0) return;
    setenv("TERM", "dumb", 1);
    execl("/bin/login", "login", "-p", nullptr);
    _exit(127);
  }
  ~Terminal() {
    kill(pid_, SIGKILL);
    close(fd_);
    waitpid(pid_, nullptr, 0);
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  void type(const std::string& line) const {
    const std::string text = line + '\n';
    EXPECT_EQ(write(fd_, text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }

  // What is shown up to and with one of two texts, or all when it ends; the limit only ends what
  // hangs.
  std::string until(const std::string& one, const std::string& other = "") {
    std::string shown;
    for (;;) {
      for (const std::string& text : {one, other}) {
        const std::size_t at = text.empty() ? std::string::npos : rest_.find(text);
        if (at == std::string::npos) continue;
        shown = rest_.substr(0, at + text.size());
        rest_.erase(0, shown.size());
        return shown;
      }
      pollfd ready = {fd_, POLLIN, 0};
      char chunk[1024];
      const ssize_t got = poll(&ready, 1, 60'000) == 1 ? read(fd_, chunk, sizeof chunk) : 0;
      if (got <= 0) return std::exchange(rest_, "");
      rest_.append(chunk, static_cast<std::size_t>(got));
    }
  }

  // Up to the prompt of a shell, or to the end without one.
  std::string log_in(const std::string& user) {
    EXPECT_NE(until("login: "), "");
    type(user);
    EXPECT_NE(until("Password: "), "");
    type("pass");
    prompt_ = user == "root" ? ":~# " : ":~$ ";
    return until(prompt_, "No session: ");
  }
  bool is_shell(const std::string& shown) const { return shown.ends_with(prompt_); }
  // A shell's prompt comes, some time.
  bool becomes_shell() { return is_shell(until(prompt_)); }

  std::string run(const std::string& command) {
    type(command);
    until("\n");  // its echo
    return until(prompt_);
  }

 private:
  int fd_ = -1;
  pid_t pid_ = -1;
  std::string rest_;
  std::string prompt_;
};

class Login : public ::testing::Test {
 protected:
  Login()
      : daemon_(kRules), stack_(read_file("/etc/pam.d/login")), shadow_(read_file("/etc/shadow")) {
    for (const char* const name : {"/secret", "/open"})
      write_file(daemon_.here() + name, "content\n");
    // Of a user without an interactive shell's greetings, files and colours
    write_file("/home/demo/.hushlogin", "");
    EXPECT_EQ(run({"sh", "-c", "printf 'demo:pass\\nroot:pass\\n' | chpasswd"}).status, 0);
  }
  ~Login() override {
    write_file("/etc/pam.d/login", stack_);
    write_file("/etc/shadow", shadow_);
  }

  // Debian's stack of login, short; what stands in front of our module is `before`.
  void use(const std::string& before, std::string socket = "") const {
    if (socket.empty()) socket = daemon_.socket();
    const std::string module = fs::read_symlink("/proc/self/exe").parent_path().parent_path() /
                               "lib/security/pam_eventfilter.so";
    write_file(
        "/etc/pam.d/login",
        "auth required pam_unix.so\naccount required pam_unix.so\nsession required pam_unix.so\n" +
            before + "session required " + module + " socket=" + socket + '\n');
  }

  Daemon daemon_;
  std::string stack_;
  std::string shadow_;
};

constexpr const char* kRescue =
    "session [success=1 default=ignore] pam_succeed_if.so quiet uid eq 0\n";

TEST_F(Login, ASessionOnATerminalIsConfinedByItsRole) {
  use("");
  Terminal terminal;
  const std::string shown = terminal.log_in("demo");
  ASSERT_TRUE(terminal.is_shell(shown)) << shown;
  EXPECT_EQ(terminal.run("id -un; tty -s && echo terminal").substr(0, 16), "demo\r\nterminal\r\n");
  EXPECT_NE(terminal.run("cat " + daemon_.here() + "/open").find("content"), std::string::npos);
  const std::string secret = terminal.run("cat " + daemon_.here() + "/secret");
  EXPECT_NE(secret.find("Permission denied"), std::string::npos) << secret;
  EXPECT_EQ(secret.find("content"), std::string::npos) << secret;
}

TEST_F(Login, WhoHasNoRoleHasNoSession) {
  use("");
  Terminal terminal;
  EXPECT_TRUE(terminal.log_in("root").ends_with("No session: "));
  EXPECT_EQ(terminal.until("\r\n"), "the policy gives root no role\r\n");
  EXPECT_FALSE(terminal.becomes_shell());
}

TEST_F(Login, WithoutPolicydThereIsNoSession) {
  use(kRescue, "/nonexistent");
  Terminal terminal;
  EXPECT_TRUE(terminal.log_in("demo").ends_with("No session: "));
  EXPECT_EQ(terminal.until("\r\n"), "/nonexistent: No such file or directory\r\n");
  EXPECT_FALSE(terminal.becomes_shell());
}

TEST_F(Login, WithoutPolicydRootGetsInByAStackThatSaysSo) {
  use(kRescue, "/nonexistent");
  Terminal terminal;
  const std::string shown = terminal.log_in("root");
  ASSERT_TRUE(terminal.is_shell(shown)) << shown;
  EXPECT_NE(terminal.run("id -un; cat " + daemon_.here() + "/secret").find("root\r\ncontent"),
            std::string::npos);
}

}  // namespace
}  // namespace eventfilter::selftest
