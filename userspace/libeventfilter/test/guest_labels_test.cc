// SPDX-License-Identifier: BSD-2-Clause
//
// Labels of tasks and endpoints, transitions, and what the holder of a label space hears.
#include <cstring>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "guest.h"

namespace eventfilter::test {
namespace {

struct Asked {
  int result;
  eventfilter_task task;
  std::string names;
};

Asked ask_about(const LabelSpace& labels, pid_t pid, int ruleset, size_t room) {
  const Handle pidfd(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  Asked asked;
  std::string names(room, '\0');
  asked.result = eventfilter_task_get(labels.fd(), pidfd.fd(), ruleset, &asked.task, names.data(), room);
  if (asked.result >= 0) asked.names = names.substr(0, asked.task.names_length);
  return asked;
}

// A child that has enforced the ruleset and waits until this goes
class Confined {
 public:
  explicit Confined(const Ruleset& ruleset) {
    int up[2], down[2];
    EXPECT_EQ(pipe2(up, O_CLOEXEC), 0);
    EXPECT_EQ(pipe2(down, O_CLOEXEC), 0);
    pid_ = fork();
    if (pid_ == 0) {
      close(down[1]);
      char byte = no_new_privs().ok() && ruleset.enforce().ok() ? 'y' : 'n';
      if (write(up[1], &byte, 1) != 1 || read(down[0], &byte, 1) != 0) _exit(1);
      _exit(0);
    }
    close(up[1]);
    close(down[0]);
    go_ = down[1];
    char byte = 0;
    EXPECT_EQ(read(up[0], &byte, 1), 1);
    EXPECT_EQ(byte, 'y');
    close(up[0]);
  }
  ~Confined() {
    close(go_);
    waitpid(pid_, nullptr, 0);
  }
  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  pid_t pid_;
  int go_;
};

TEST(TaskLabel, IsThatOfItsRuleset) {
  LabelSpace labels = LabelSpace::create().value();
  labels.write("label web_t\nlabel other_t\n").value();
  Ruleset ruleset = Ruleset::create(labels, "web_t").value();
  ruleset.write("task_signal: deny\n").value();
  const Confined child(ruleset);

  const Asked asked = ask_about(labels, child.pid(), ruleset.fd(), 64);
  EXPECT_EQ(asked.result, 0);
  EXPECT_EQ(asked.names, "web_t");
  EXPECT_GT(asked.task.domain, 0u);
  EXPECT_EQ(asked.task.layers, 1u);
  EXPECT_EQ(asked.task.ruleset_layers, 1u);

  const Asked tight = ask_about(labels, child.pid(), -1, 4);
  EXPECT_EQ(tight.result, -ERANGE);
  EXPECT_EQ(tight.task.names_length, 5u);
  EXPECT_EQ(tight.task.layers, 1u);
  EXPECT_EQ(tight.task.ruleset_layers, 0u);

  const Asked own = ask_about(labels, getpid(), -1, 64);
  EXPECT_EQ(own.result, 0);
  EXPECT_EQ(own.task.domain, 0u);
  EXPECT_EQ(own.names, "");
  EXPECT_EQ(ask_about(labels, getpid(), labels.fd(), 64).result, -EBADFD);
  EXPECT_EQ(ask_about(labels, 0, -1, 64).result, -EBADF) << "no pidfd";
}

TEST(TaskLabel, ErrorsOfRulesetsThatGiveOne) {
  LabelSpace labels = LabelSpace::create().value();
  EXPECT_EQ(eventfilter_ruleset_create_labelled(labels.fd(), 0, "web_t"), -ENOENT);
  EXPECT_EQ(eventfilter_ruleset_create_labelled(-1, 0, "web_t"), -EINVAL);
  EXPECT_EQ(eventfilter_ruleset_create_labelled(labels.fd(), 0, nullptr), -EINVAL);
}

TEST(Transition, AddsTheRulesetOnExec) {
  LabelSpace labels = LabelSpace::create().value();
  labels.write("label shell_t\nlabel tool_t\n").value();
  const Handle tool(path_fd("/usr/bin/id"));
  ASSERT_GE(tool.fd(), 0);
  ASSERT_TRUE(labels.label_self(tool.fd(), "tool_t").ok());
  Ruleset target = Ruleset::create(labels).value();
  target.write("sys_enter_getuid,sys_enter_geteuid: deny else kill\n").value();
  Ruleset shell = Ruleset::create(labels, "shell_t").value();
  shell.write("task_signal: allow\n").value();
  const auto run_tool = [&] {
    return in_confined(shell, [] {
      execl("/usr/bin/id", "id", "-u", nullptr);
      return 98;
    });
  };
  ASSERT_TRUE(labels.commit().ok());
  EXPECT_EQ(run_tool(), 0);
  ASSERT_TRUE(labels.transition("shell_t", "tool_t", target).ok());
  ASSERT_TRUE(labels.commit().ok());
  EXPECT_EQ(run_tool(), 128 + SIGSYS);
  ASSERT_TRUE(labels.untransition("shell_t", "tool_t").ok());
  ASSERT_TRUE(labels.commit().ok());
  EXPECT_EQ(run_tool(), 0);
}

TEST(Transition, Errors) {
  LabelSpace labels = LabelSpace::create().value();
  labels.add("a").value();
  const Ruleset ruleset = ruleset_of("file_open: deny\n");
  EXPECT_EQ(eventfilter_transition(labels.fd(), "a", "b", ruleset.fd()), -ENOENT);
  EXPECT_EQ(eventfilter_transition(labels.fd(), "a", "a", -1), -EBADF) << "takes nothing back";
  EXPECT_EQ(eventfilter_transition(labels.fd(), "a", "a", labels.fd()), -EBADFD);
  EXPECT_EQ(eventfilter_transition(ruleset.fd(), "a", "a", ruleset.fd()), -EBADFD);
  EXPECT_EQ(eventfilter_transition(labels.fd(), "a", "a", Ruleset::create().value().fd()), -ENODATA);
  EXPECT_EQ(eventfilter_untransition(labels.fd(), "a", "a"), -ENOENT);
}

TEST(Endpoint, IsLabelledAndTakenBack) {
  LabelSpace labels = LabelSpace::create().value();
  labels.add("lo_t").value();
  Ruleset ruleset = Ruleset::create(labels).value();
  ruleset.write("socket_connect: label & lo_t else errno EXDEV\n").value();
  const auto connect_errno = [&] {
    return in_confined(ruleset, [] {
      const Handle socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
      sockaddr_in to{};
      to.sin_family = AF_INET;
      to.sin_port = htons(9);
      to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
      return connect(socket.fd(), reinterpret_cast<sockaddr*>(&to), sizeof(to)) == 0 ? 0 : errno;
    });
  };
  EXPECT_EQ(connect_errno(), EXDEV);
  labels.endpoint("udp 127.0.0.0/8 9", "lo_t").value();
  labels.commit().value();
  EXPECT_EQ(connect_errno(), 0);
  labels.unendpoint("udp 127.0.0.0/8 9").value();
  labels.commit().value();
  EXPECT_EQ(connect_errno(), EXDEV);

  eventfilter_text_error error;
  EXPECT_EQ(eventfilter_labels_endpoint(labels.fd(), "udp 127.0.0.1/33 9", "lo_t", &error), -EINVAL);
  EXPECT_STREQ(error.code, "wrong_prefix");
  EXPECT_EQ(eventfilter_labels_unendpoint(labels.fd(), "udp 127.0.0.1 9", &error), -EINVAL);
  EXPECT_STREQ(error.code, "no_such_endpoint");
  EXPECT_EQ(eventfilter_labels_endpoint(labels.fd(), "udp any *\nlabel x", "", &error), -EINVAL);
  EXPECT_EQ(error.line, 0u) << "found before the kernel was asked";
}

TEST(Changes, AreToldOnceAndErrorsAreNotAmongThem) {
  LabelSpace labels = LabelSpace::create().value();
  char text[1024];
  EXPECT_EQ(eventfilter_labels_changes(labels.fd(), text, sizeof(text) - 1), -ERANGE);
  EXPECT_EQ(eventfilter_labels_changes(labels.fd(), text, sizeof(text)), 0);
  const int generation = labels.commit().value();
  EXPECT_EQ(eventfilter_labels_write(labels.fd(), "nonsense\n", 9, nullptr), -EINVAL);
  EXPECT_EQ(write(labels.fd(), "nonsense\n", 9), -1) << "not by the library: nobody reads its error";
  const int length = eventfilter_labels_changes(labels.fd(), text, sizeof(text));
  ASSERT_GT(length, 0);
  EXPECT_EQ(std::string(text, static_cast<size_t>(length)),
            "commit " + std::to_string(generation) + "\n");
  EXPECT_EQ(eventfilter_labels_changes(labels.fd(), text, sizeof(text)), 0);
}

}  // namespace
}  // namespace eventfilter::test
