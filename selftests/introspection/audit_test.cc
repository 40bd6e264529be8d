// SPDX-License-Identifier: BSD-2-Clause
// Audit records: what they say, that names can't forge them, and that no task floods them.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/audit.h>
#include <linux/netlink.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "support/calls.h"
#include "support/child.h"
#include "support/fail_nth.h"
#include "support/fd.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/trace.h"
#include "support/tree.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

// Turns auditing on while it lives, and hears what everybody with CAP_AUDIT_READ hears
class Audit {
 public:
  Audit() : fd_(require_fd(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_AUDIT), "socket")) {
    const sockaddr_nl address{AF_NETLINK, 0, 0, 1U << (AUDIT_NLGRP_READLOG - 1)};
    require_call(bind(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)),
                 "bind to the audit log");
    const int size = 4 << 20;
    setsockopt(fd_.get(), SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
    enable(1);
  }
  Audit(const Audit&) = delete;
  Audit& operator=(const Audit&) = delete;
  ~Audit() { enable(0); }

  // Ours so far, by fields
  std::vector<Denied> take() const {
    std::vector<Denied> found;
    char buffer[16384];
    pollfd ready{fd_.get(), POLLIN, 0};
    while (poll(&ready, 1, 300) == 1) {
      const long got = recv(fd_.get(), buffer, sizeof(buffer) - 1, 0);
      if (got < static_cast<long>(sizeof(nlmsghdr))) {
        continue;
      }
      nlmsghdr header;
      std::memcpy(&header, buffer, sizeof(header));
      const std::string text(buffer + NLMSG_HDRLEN,
                             static_cast<size_t>(got) - static_cast<size_t>(NLMSG_HDRLEN));
      const size_t at = text.find("lsm=eventfilter ");
      if (header.nlmsg_type == AUDIT_AVC && at != std::string::npos) {
        texts.push_back(text.substr(at, text.find('\0', at) - at));
        found.push_back(parse_denied(texts.back()));
      }
    }
    return found;
  }

  mutable std::vector<std::string> texts;

 private:
  static void enable(uint32_t enabled) {
    struct {
      nlmsghdr header;
      audit_status status;
    } request{};
    request.header.nlmsg_len = sizeof(request);
    request.header.nlmsg_type = AUDIT_SET;
    request.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
    request.status.mask = AUDIT_STATUS_ENABLED | AUDIT_STATUS_BACKLOG_LIMIT;
    request.status.backlog_limit = 8192;  // else audit itself may lose some
    request.status.enabled = enabled;
    const Fd fd(require_fd(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_AUDIT), "socket"));
    require_call(send(fd.get(), &request, sizeof(request), 0), "AUDIT_SET");
    char reply[256];
    require_call(recv(fd.get(), reply, sizeof(reply), 0), "AUDIT_SET's reply");
  }

  Fd fd_;
};

TEST(AuditRecords, SayWhatWasRefused) {
  const Tree tree;
  const std::string file = tree.make_file("file");
  const Audit audit;
  Child child([&] {
    enforce("file_open: name == \"other\" else errno EXDEV");
    EXPECT_REFUSED(EXDEV, try_open(file, O_RDONLY));
  });
  const std::string pid = std::to_string(child.pid());
  child.wait();
  const std::vector<Denied> taken = audit.take();
  ASSERT_EQ(taken.size(), 1U);
  Denied record = taken[0];
  EXPECT_EQ(record["event"], "file_open");
  EXPECT_EQ(record["pid"], pid);
  EXPECT_EQ(record["uid"], "1000");
  EXPECT_EQ(record["error"], std::to_string(EXDEV));
  EXPECT_EQ(record["predicate"], R"(name == \042other\042)");
  EXPECT_EQ(record["path"], "/file");
  EXPECT_EQ(record["name"], "file");
  EXPECT_EQ(record["lost"], "0");
  EXPECT_GT(std::stoull(record["domain"]), 0U);
}

TEST(AuditRecords, QuietAndWhatPassesLeaveNone) {
  const Audit audit;
  in_child([] {
    enforce("sys_enter_getppid: deny quiet\nsys_enter_getpgrp: deny else log");
    EXPECT_REFUSED(EPERM, syscall(SYS_getppid));
    EXPECT_ALLOWED(syscall(SYS_getpgrp));
    EXPECT_ALLOWED(syscall(SYS_getuid));
  });
  const std::vector<Denied> taken = audit.take();
  ASSERT_EQ(taken.size(), 1U);
  EXPECT_EQ(taken[0].at("event"), "sys_enter_getpgrp");
}

TEST(AuditRecords, NoneWhileAuditingIsOff) {
  { const Audit on_and_off; }
  in_child([] {
    enforce("sys_enter_getppid: deny");
    EXPECT_REFUSED(EPERM, syscall(SYS_getppid));
  });
  const Audit audit;
  EXPECT_TRUE(audit.take().empty());
}

TEST(AuditRecords, NamesCannotForgeThem) {
  const Tree tree;
  const std::string file = tree.make_file("a\ntype=1400 \" uid=0 \x1b[2J\xff\\");
  const Audit audit;
  in_child([&] {
    prctl(PR_SET_NAME, "x\" uid=0\n");
    enforce("file_open: name == \"other\"");
    EXPECT_REFUSED(EACCES, try_open(file, O_RDONLY));
  });
  std::vector<Denied> taken = audit.take();
  ASSERT_EQ(taken.size(), 1U);
  EXPECT_EQ(taken[0]["comm"], R"(x\042 uid=0\n)");
  EXPECT_EQ(taken[0]["path"], R"(/a\ntype=1400 \042 uid=0 \e[2J\377\\)");
  EXPECT_EQ(taken[0]["uid"], "1000");
  EXPECT_EQ(std::count(audit.texts[0].begin(), audit.texts[0].end(), '"'), 8);
  for (const char c : audit.texts[0]) {
    EXPECT_TRUE(c >= ' ' && c <= '~') << static_cast<int>(c);
  }
}

// Raised by another user each, so that what a test sent doesn't count in the next
void raise_refusals(uid_t uid, int count) {
  in_child(Subject::kRoot, [&] {
    require_call(setresuid(uid, uid, uid), "setresuid");
    enforce("sys_enter_getppid: deny");
    for (int i = 0; i < count; ++i) {
      syscall(SYS_getppid);
    }
  });
}

TEST(AuditRecords, BelowAndAtTheLimitAllAreSent) {
  const Audit audit;
  raise_refusals(20'001, EVF_AUDIT_BURST - 1);
  EXPECT_EQ(audit.take().size(), static_cast<size_t>(EVF_AUDIT_BURST - 1));
  raise_refusals(20'002, EVF_AUDIT_BURST);
  EXPECT_EQ(audit.take().size(), static_cast<size_t>(EVF_AUDIT_BURST));
}

TEST(AuditRecords, AboveItTheyAreCountedAndOthersAreHeard) {
  const Audit audit;
  raise_refusals(20'003, EVF_AUDIT_BURST + 500);
  EXPECT_LE(audit.take().size(), static_cast<size_t>(2 * EVF_AUDIT_BURST))
      << "a slow machine may see a second interval begin";
  raise_refusals(20'004, 1);
  EXPECT_EQ(audit.take().size(), 1U) << "one user's flood isn't another's";
  sleep(EVF_AUDIT_SECONDS + 1);
  raise_refusals(20'003, 1);
  const std::vector<Denied> taken = audit.take();
  ASSERT_EQ(taken.size(), 1U);
  EXPECT_GT(std::stol(taken[0].at("lost")), 300);
}

// A record that had others to tell of, and for which there is no memory, doesn't take them with it
TEST(AuditRecords, NoneIsForgottenWhenMemoryIsShort) {
  if (!can_inject_faults()) {
    GTEST_SKIP() << "this kernel has no fault injection; the debug kernel has";
  }
  prepare_faults();
  const Audit audit;
  long told = 0;
  const int refusals = value_from_child(Subject::kRoot, [] {
    require_call(setresuid(20'005, 20'005, 20'005), "setresuid");
    prctl(PR_SET_DUMPABLE, 1);  // or fail-nth isn't its own
    enforce("sys_enter_getppid: deny");
    int count = EVF_AUDIT_BURST + 7;
    for (int i = 0; i < count; ++i) syscall(SYS_getppid);
    sleep(EVF_AUDIT_SECONDS + 1);
    const auto had_a_fault = [&count](int nth) {
      FaultyCall call(nth);
      call([&count] {
        ++count;
        EXPECT_REFUSED(EPERM, syscall(SYS_getppid));
        return 0;
      });
      return call.had_a_fault();
    };
    for (int nth = 1; had_a_fault(nth); ++nth) {
    }
    return count;
  });
  EXPECT_GT(refusals, EVF_AUDIT_BURST + 7 + 2) << "no allocation failed";
  for (const Denied& record : audit.take()) told += 1 + std::stol(record.at("lost"));
  EXPECT_EQ(told, refusals);
}

}  // namespace
}  // namespace eventfilter::selftest
