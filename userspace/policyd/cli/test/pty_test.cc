// SPDX-License-Identifier: BSD-2-Clause
//
// On a terminal there are colours, and progress on what takes long; nowhere else.
#include <array>
#include <functional>

#include <pty.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/fd.h"
#include "cli/progress.h"
#include "cli/test/policyctl.h"

namespace eventfilter::cli {
namespace {

class OnATerminal : public PolicyctlTest {
 protected:
  OnATerminal() {
    write("good.policy", "policy 1;\ndomain a_t { }\n");
    write("bad.policy", "policy 1;\ndomain a_t {\n  allow fiel open;\n}\n");
  }

  // What a shell command prints on a terminal of its own. `meanwhile` sees what is there so far, until
  // it says that it has seen enough.
  std::string on_terminal(const std::string& command,
                          const std::function<bool(const std::string&)>& meanwhile = {}) {
    int terminal = -1;
    const pid_t child = forkpty(&terminal, nullptr, nullptr, nullptr);
    if (child == 0) {
      setenv("TERM", "xterm", 1);
      unsetenv("NO_COLOR");
      if (chdir(directory_.c_str()) != 0) _exit(126);
      execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
      _exit(127);
    }
    const base::Fd fd(terminal);
    std::string text;
    std::array<char, 4096> some;
    bool is_enough = !meanwhile;
    // The other end's is closed: EIO
    for (ssize_t got; (got = ::read(fd.get(), some.data(), some.size())) > 0;) {
      text.append(some.data(), static_cast<std::size_t>(got));
      if (!is_enough) is_enough = meanwhile(text);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return text;
  }

  static std::string policyctl_on(const std::string& words) { return POLICYCTL " " + words; }
};

bool has_escapes(const std::string& text) { return text.find('\033') != std::string::npos; }

TEST_F(OnATerminal, MistakesAreColoured) {
  const std::string text = on_terminal(policyctl_on("check bad.policy"));
  EXPECT_TRUE(text.starts_with("\033[1mbad.policy:3:9-12:\033[0m \033[1;31merror:\033[0m there is no class \"fiel\"")) << text;
}

TEST_F(OnATerminal, NotIfTheUserDoesNotWantIt) {
  for (const char* const setting : {"NO_COLOR=1 ", "TERM=dumb ", "env -u TERM "}) {
    const std::string text = on_terminal(setting + policyctl_on("check bad.policy"));
    EXPECT_TRUE(text.starts_with("bad.policy:3:9-12: error: ")) << text;
    EXPECT_FALSE(has_escapes(text)) << setting;
  }
  EXPECT_TRUE(has_escapes(on_terminal("NO_COLOR= " + policyctl_on("check bad.policy")))) << "it's empty";
}

TEST_F(OnATerminal, NeitherInFilesNorInPipes) {
  on_terminal(policyctl_on("check bad.policy 2>err"));
  EXPECT_TRUE(read("err").starts_with("bad.policy:3:9-12: error: "));
  EXPECT_FALSE(has_escapes(read("err")));
  EXPECT_FALSE(has_escapes(on_terminal(policyctl_on("check bad.policy 2>&1 | cat"))));
  on_terminal(policyctl_on("check bad.policy >out"));
  EXPECT_FALSE(has_escapes(read("out"))) << "standard output has no colours anywhere";
}

TEST_F(OnATerminal, ObjectsHaveNoColours) {
  for (const char* const words : {"compile --json bad.policy", "check --json bad.policy", "run --json --policy bad.policy true"}) {
    EXPECT_FALSE(has_escapes(on_terminal(policyctl_on(words)))) << words;
  }
}

// policyctl beside a policyd that takes a question and never answers; it goes when the terminal shows
// that policyctl waits.
class Waiting : public OnATerminal {
 protected:
  Waiting() { wait_for_questions(); }

  void wait_for_questions() {
    listener_ = base::Fd(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    (directory_ / "admin").string().copy(address.sun_path, sizeof address.sun_path - 1);
    EXPECT_EQ(bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(listen(listener_.get(), 1), 0);
  }

  std::string until(const std::string& sign, const std::string& command) {
    return on_terminal(command, [&](const std::string& so_far) {
      if (so_far.find(sign) == std::string::npos) return false;
      std::filesystem::remove(directory_ / "admin");
      listener_.reset();
      return true;
    });
  }

  base::Fd listener_;
};

TEST_F(Waiting, WhatTakesLongSaysSoAndIsCleanedUp) {
  const std::string text = until("1 s", "NO_COLOR=1 " + policyctl_on("reload --run-directory=."));
  EXPECT_TRUE(text.starts_with("\r\033[Kpolicyctl: waiting for policyd, 1 s")) << text;
  EXPECT_NE(text.find(" s\r\033[Kpolicyctl: error: policyd isn't running"), std::string::npos) << text;
}

TEST_F(Waiting, NothingIsSaidWhereNobodyLooksOrForPrograms) {
  for (const char* const words : {"reload --run-directory=. 2>err", "reload --json --run-directory=."}) {
    if (!listener_) wait_for_questions();
    // Longer than a terminal would wait
    const std::string text = until("now", "(sleep 2.5; echo now) & " + policyctl_on(words) + "; wait");
    EXPECT_FALSE(has_escapes(text)) << text;
    EXPECT_EQ(text.find("waiting"), std::string::npos) << text;
  }
  EXPECT_TRUE(read("err").starts_with("policyctl: error: policyd isn't running")) << read("err");
}

TEST_F(OnATerminal, AFilesNameCannotMoveTheCursor) {
  std::array<int, 2> ends;
  ASSERT_EQ(pipe(ends.data()), 0);
  int terminal = -1;
  const pid_t child = forkpty(&terminal, nullptr, nullptr, nullptr);
  if (child == 0) {
    setenv("TERM", "xterm", 1);
    char byte;
    {
      const Progress progress("compiling a\033[2Jb\r");
      if (::read(ends[0], &byte, 1) != 1) _exit(1);
    }
    _exit(0);
  }
  const base::Fd fd(terminal);
  std::string text;
  std::array<char, 256> some;
  for (ssize_t got; text.find("2 s") == std::string::npos && (got = ::read(fd.get(), some.data(), some.size())) > 0;)
    text.append(some.data(), static_cast<std::size_t>(got));
  EXPECT_EQ(text, "\r\033[Kpolicyctl: compiling a?[2Jb?, 1 s\r\033[Kpolicyctl: compiling a?[2Jb?, 2 s");
  EXPECT_EQ(::write(ends[1], "x", 1), 1);
  int status = 1;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  close(ends[0]);
  close(ends[1]);
}

}  // namespace
}  // namespace eventfilter::cli
