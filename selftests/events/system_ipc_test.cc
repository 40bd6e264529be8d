// SPDX-License-Identifier: BSD-2-Clause
// system_ipc: System V queues, semaphores and shared memory. Where the kernel asks for the right to
// use one, it makes EACCES of every refusal; root is let through by the kernel itself, so that errno
// is ours.
#include <gtest/gtest.h>
#include <linux/eventfilter.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <unistd.h>

#include <string>

#include "support/child.h"
#include "support/event.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

std::string without(int operation) {
  return "system_ipc: cmd != " + std::to_string(operation) + " else errno EXDEV";
}

// One of each kind, gone with the test
class SystemIpc : public testing::Test {
 protected:
  ~SystemIpc() override {
    msgctl(queue_, IPC_RMID, nullptr);
    semctl(semaphores_, 0, IPC_RMID);
    shmctl(memory_, IPC_RMID, nullptr);
  }

  [[nodiscard]] long send() const {
    const struct {
      long type;
      char text[1];
    } message{1, {'x'}};
    return msgsnd(queue_, &message, 1, IPC_NOWAIT);
  }
  // What isn't there; a refusal comes first
  [[nodiscard]] long receive() const {
    struct {
      long type;
      char text[1];
    } message{};
    return msgrcv(queue_, &message, 1, 7, IPC_NOWAIT);
  }
  [[nodiscard]] long operate() const {
    sembuf up{0, 1, 0};
    return semop(semaphores_, &up, 1);
  }
  [[nodiscard]] long attach() const {
    void* const at = shmat(memory_, nullptr, 0);
    return reinterpret_cast<long>(at) == -1 ? -1 : shmdt(at);
  }

  const int queue_ = msgget(IPC_PRIVATE, 0600);
  const int semaphores_ = semget(IPC_PRIVATE, 1, 0600);
  const int memory_ = shmget(IPC_PRIVATE, 4096, 0600);
};

TEST_F(SystemIpc, Create) {
  in_child([] {
    enforce(without(EVF_IPC_CREATE));
    EXPECT_REFUSED(EXDEV, msgget(IPC_PRIVATE, 0600));
    EXPECT_REFUSED(EXDEV, semget(IPC_PRIVATE, 1, 0600));
    EXPECT_REFUSED(EXDEV, shmget(IPC_PRIVATE, 4096, 0600));
    EXPECT_REFUSED(EXDEV, msgget(0x65766601, IPC_CREAT | 0600));
  });
}

TEST_F(SystemIpc, Use) {
  in_child(Subject::kRoot, [&] {
    enforce(without(EVF_IPC_USE));
    EXPECT_REFUSED(EACCES, send());
    EXPECT_REFUSED(EACCES, receive());
    EXPECT_REFUSED(EACCES, operate());
    EXPECT_REFUSED(EACCES, attach());
    EXPECT_REFUSED(EACCES, semctl(semaphores_, 0, GETVAL));
    EXPECT_REFUSED(EACCES, semctl(semaphores_, 0, SETVAL, 1));
    const int made = msgget(IPC_PRIVATE, 0600);
    EXPECT_ALLOWED(made);
    EXPECT_ALLOWED(msgctl(made, IPC_RMID, nullptr));
  });
  in_child(Subject::kRoot, [&] {
    enforce("system_ipc: cmd == 2 else errno EXDEV");
    EXPECT_ALLOWED(send());
    EXPECT_REFUSED(ENOMSG, receive()) << "let through";
    EXPECT_ALLOWED(operate());
    EXPECT_ALLOWED(attach());
    EXPECT_ALLOWED(semctl(semaphores_, 0, GETVAL));
    EXPECT_REFUSED(EXDEV, msgget(IPC_PRIVATE, 0600));
  });
}

TEST_F(SystemIpc, Commands) {
  in_child(Subject::kRoot, [&] {
    msqid_ds queue{};
    shmid_ds memory{};
    semid_ds semaphores{};
    enforce("system_ipc: cmd == 2 else errno EXDEV");
    EXPECT_REFUSED(EXDEV, msgctl(queue_, IPC_STAT, &queue));
    EXPECT_REFUSED(EXDEV, semctl(semaphores_, 0, IPC_STAT, &semaphores));
    EXPECT_REFUSED(EXDEV, shmctl(memory_, IPC_STAT, &memory));
    EXPECT_REFUSED(EXDEV, shmctl(memory_, SHM_LOCK, nullptr));
    EXPECT_REFUSED(EXDEV, msgctl(queue_, IPC_SET, &queue));
    EXPECT_REFUSED(EXDEV, shmctl(memory_, IPC_SET, &memory));
    EXPECT_REFUSED(EXDEV, msgctl(queue_, IPC_RMID, nullptr));
    EXPECT_REFUSED(EXDEV, semctl(semaphores_, 0, IPC_RMID));
    EXPECT_REFUSED(EXDEV, shmctl(memory_, IPC_RMID, nullptr));
    EXPECT_REFUSED(EXDEV, msgctl(0, MSG_INFO, &queue));
    EXPECT_REFUSED(EXDEV, shmctl(0, SHM_INFO, &memory));
  });
}

TEST_F(SystemIpc, Cmd) {
  msqid_ds queue{};
  shmid_ds memory{};
  require_call(msgctl(queue_, IPC_STAT, &queue), "msgctl");
  const auto expect = [](int operation, const std::function<long()>& raise) {
    expect_number({Subject::kRoot, "system_ipc", raise}, "cmd", operation, 100);
  };
  expect(EVF_IPC_CREATE, [] { return msgget(IPC_PRIVATE, 0600); });
  expect(EVF_IPC_SET, [&] { return msgctl(queue_, IPC_SET, &queue); });
  expect(EVF_IPC_LOCK, [&] { return shmctl(memory_, SHM_UNLOCK, nullptr); });
  expect(EVF_IPC_INFO, [&] { return shmctl(0, IPC_INFO, &memory); });
  expect(EVF_IPC_STAT, [&] { return msgctl(queue_ % 32768, MSG_STAT_ANY, &queue); });
}

TEST_F(SystemIpc, Remove) {
  in_child(Subject::kRoot, [&] {
    enforce("system_ipc: cmd in { 2, 5 } else errno EXDEV");
    EXPECT_ALLOWED(msgctl(queue_, IPC_RMID, nullptr));
    EXPECT_ALLOWED(semctl(semaphores_, 0, IPC_RMID));
    EXPECT_ALLOWED(shmctl(memory_, IPC_RMID, nullptr));
  });
}

}  // namespace
}  // namespace eventfilter::selftest
