// SPDX-License-Identifier: BSD-2-Clause
//
// A policy applied to a process that runs on, in the virtual machine.
#include <fstream>
#include <functional>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <eventfilter.h>

#include "apply/booleans.h"
#include "apply/confine.h"
#include "apply/test/scratch.h"
#include "emit/compile.h"

namespace eventfilter::apply {
namespace {

// A child in a domain, which does what it is asked for, as often as it is asked.
class Child {
 public:
  Child(const Confinement& confinement, const std::function<int()>& deed) {
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0) return;
    pid_ = fork();
    if (pid_ == 0) {
      close(pair[0]);
      serve(pair[1], confinement, deed);
    }
    close(pair[1]);
    socket_.reset(pair[0]);
  }
  ~Child() {
    socket_.reset();
    waitpid(pid_, nullptr, 0);
  }

  // What the deed answered: 0, or an errno; -1 if the child isn't there.
  int ask() {
    char word = 'x';
    if (send(socket_.get(), &word, 1, MSG_NOSIGNAL) != 1) return -1;
    return recv(socket_.get(), &word, 1, 0) == 1 ? word : -1;
  }

 private:
  [[noreturn]] static void serve(int socket, const Confinement& confinement,
                                 const std::function<int()>& deed) {
    char word = 0;
    if (eventfilter_no_new_privs() < 0) _exit(1);
    for (const base::Fd& ruleset : confinement.rulesets) {
      if (eventfilter_enforce(ruleset.get(), 0) < 0) _exit(1);
    }
    while (read(socket, &word, 1) == 1) {
      word = static_cast<char>(deed());
      if (write(socket, &word, 1) != 1) break;
    }
    _exit(0);
  }

  pid_t pid_ = -1;
  base::Fd socket_;
};

class Apply : public Scratch {
 protected:
  // Compiles and applies; HERE is the scratch folder.
  void apply(std::string text, const std::string& domain) {
    for (std::size_t at; (at = text.find("HERE")) != std::string::npos;) text.replace(at, 4, root_);
    diag::Diagnostics diagnostics;
    policy_ = emit::compile({"test.policy", text}, options_, diagnostics);
    ASSERT_TRUE(policy_) << diagnostics.render();
    auto prepared = prepare(*policy_, *policy_->find_domain(domain));
    if (const auto* const failure = std::get_if<Failure>(&prepared)) {
      FAIL() << failure->error.message
             << (failure->problems.empty() ? "" : ": " + failure->problems.front().text);
    }
    confinement_ = std::get<Confinement>(std::move(prepared));
  }

  std::function<int()> reads(const std::string& below) {
    return [path = file(below)] {
      const base::Fd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
      return fd ? 0 : errno;
    };
  }

  emit::Options options_;
  std::optional<emit::CompiledPolicy> policy_;
  Confinement confinement_;
};

TEST_F(Apply, ABooleanSwitchesWhatATaskMayOpen) {
  const auto deed = reads("f");
  apply("policy 1; label f_t = \"HERE/f\"; boolean is_open = false; boolean is_barred = false;\n"
        "domain d { default * allow; if is_open { allow file open on f_t; }\n"
        "  if is_barred { deny file open on f_t errno ENOENT; } }",
        "d");
  Child child(confinement_, deed);
  const int space = confinement_.labels.get();
  EXPECT_EQ(child.ask(), EACCES);
  auto change = set_boolean(*policy_, space, "is_open", true);
  ASSERT_TRUE(change.ok()) << change.error().message;
  EXPECT_EQ(change.value().text(), "is_open is true now");
  EXPECT_EQ(child.ask(), 0);
  ASSERT_TRUE(set_boolean(*policy_, space, "is_barred", true).ok());
  EXPECT_EQ(child.ask(), ENOENT);
  ASSERT_TRUE(set_boolean(*policy_, space, "is_barred", false).ok());
  EXPECT_EQ(child.ask(), 0);
  ASSERT_TRUE(set_boolean(*policy_, space, "is_open", false).ok());
  EXPECT_EQ(child.ask(), EACCES);
}

TEST_F(Apply, ABooleanAroundAConditionHoldsForLaterEntries) {
  const auto deed = reads("f");
  const std::string text =
      "policy 1; label f_t = \"HERE/f\"; boolean is_open = false;\n"
      "domain d { default * allow; allow file open on f_t when uid == 4711;\n"
      "  if is_open { allow file open on f_t when uid == 0; } }";
  apply(text, "d");
  Child child(confinement_, deed);
  EXPECT_EQ(child.ask(), EACCES);
  const auto change = set_boolean(*policy_, confinement_.labels.get(), "is_open", true);
  ASSERT_TRUE(change.ok()) << change.error().message;
  EXPECT_EQ(change.value().text(), "is_open is true now; for later entries into d");
  EXPECT_EQ(child.ask(), EACCES) << "it entered before";
  options_.booleans["is_open"] = true;
  apply(text, "d");
  Child later(confinement_, deed);
  EXPECT_EQ(later.ask(), 0);
}

TEST_F(Apply, TasksAreToldByTheirDomain) {
  apply("policy 1;\n"
        "domain mine { default * allow; allow signal send on { self other }; }\n"
        "domain other { default * allow; allow signal send on self; }",
        "mine");
  const auto signal_parent = [] { return kill(getppid(), 0) == 0 ? 0 : errno; };
  Child child(confinement_, signal_parent);
  EXPECT_EQ(child.ask(), EPERM) << "nobody confined this process";
  const auto signal_child = [] {
    const pid_t grandchild = fork();
    if (grandchild == 0) pause();
    const int answer = kill(grandchild, SIGKILL) == 0 ? 0 : errno;
    waitpid(grandchild, nullptr, 0);
    return answer;
  };
  Child own(confinement_, signal_child);
  EXPECT_EQ(own.ask(), 0);
}

}  // namespace
}  // namespace eventfilter::apply
