// SPDX-License-Identifier: BSD-2-Clause
// A filter can't be taken back, so whoever is confined is a child of the test. EXPECT and ASSERT
// inside a child count in the test: its failures come back through shared memory, which works
// under any filter and survives a kill.
#pragma once

#include <sys/types.h>

#include <functional>
#include <memory>

namespace eventfilter::selftest {

inline constexpr uid_t kUserId = 1000;

enum class Subject {
  kUser,  // uid and gid 1000, no capabilities: who filters are made for
  kRoot,  // as the test itself runs
};

// How a child ended, as waitpid(2) says it
struct ChildEnd {
  int status = 0;
  bool timed_out = false;

  [[nodiscard]] bool exited_normally() const;
  [[nodiscard]] int killed_by() const;  // the signal, or 0
};

// A running child. Destroying one that was not waited for kills it.
class Child {
 public:
  using Body = std::function<void()>;

  Child(Subject subject, const Body& body);
  explicit Child(const Body& body) : Child(Subject::kUser, body) {}
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child();

  [[nodiscard]] pid_t pid() const { return pid_; }

  // Waits, at most this long: then the child and its process group are killed and the test fails.
  // The limit only ends what would hang; no test depends on how fast a machine is. 0 is the usual
  // one: two minutes, a third of EVF_TEST_TIMEOUT if that's more, hours with EVF_LONG.
  ChildEnd wait(int limit_seconds = 0);

 private:
  struct Mailbox;
  void import_failures();

  pid_t pid_ = -1;
  Mailbox* mailbox_ = nullptr;
};

// Runs `body` in a child and waits; fails the test if the child doesn't come to its end
void in_child(Subject subject, const Child::Body& body);

// The same as uid 1000
inline void in_child(const Child::Body& body) { in_child(Subject::kUser, body); }

// For a child that may be killed: how it ended
ChildEnd end_of_child(Subject subject, const Child::Body& body);
inline ChildEnd end_of_child(const Child::Body& body) { return end_of_child(Subject::kUser, body); }

// Runs `body` in a child and brings back what it returned; -1 if it didn't come to that
int value_from_child(Subject subject, const std::function<int()>& body);

// Makes the calling process uid and gid 1000 without groups or capabilities, still dumpable
void become_user();

}  // namespace eventfilter::selftest
