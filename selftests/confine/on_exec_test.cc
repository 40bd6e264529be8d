// SPDX-License-Identifier: BSD-2-Clause
// EVF_ENFORCE_ON_EXEC: a launcher hands its layer to the next program without living under it.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <thread>

#include "support/calls.h"
#include "support/child.h"
#include "support/program.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/tree.h"
#include "support/uring.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

constexpr const char* kRule = "sys_enter_getppid: deny else errno EXDEV";

int probe_getppid() { return run({helper("evf_probe"), "getppid"}).exit_code(); }

TEST(OnExec, TakesEffectWithTheNextProgramOnly) {
  in_child([] {
    enforce(kRule, EVF_ENFORCE_ON_EXEC);
    EXPECT_ALLOWED(syscall(SYS_getppid));
    EXPECT_EQ(probe_getppid(), EXDEV);
    EXPECT_ALLOWED(syscall(SYS_getppid)) << "a child's exec is not ours";
  });
}

TEST(OnExec, ConfinesTheCallerWhenItExecutesItself) {
  const ChildEnd end = end_of_child([] {
    enforce(kRule, EVF_ENFORCE_ON_EXEC);
    execl(helper("evf_probe").c_str(), "evf_probe", "getppid", nullptr);
  });
  EXPECT_EQ(end.status, EXDEV << 8);
}

TEST(OnExec, IsInheritedByForkAndStillPendingThere) {
  in_child([] {
    enforce(kRule, EVF_ENFORCE_ON_EXEC);
    in_child(Subject::kRoot, [] {
      EXPECT_ALLOWED(syscall(SYS_getppid));
      in_child(Subject::kRoot, [] {
        EXPECT_ALLOWED(syscall(SYS_getppid));
        EXPECT_EQ(probe_getppid(), EXDEV);
      });
    });
  });
}

TEST(OnExec, ByVfork) {
  in_child([] {
    enforce(kRule, EVF_ENFORCE_ON_EXEC);
    const std::string probe = helper("evf_probe");
    const pid_t pid = vfork();
    if (pid == 0) {
      execl(probe.c_str(), "evf_probe", "getppid", nullptr);
      _exit(127);
    }
    int status = 0;
    EXPECT_EQ(waitpid(pid, &status, 0), pid);
    EXPECT_EQ(status, EXDEV << 8);
    EXPECT_ALLOWED(syscall(SYS_getppid));
  });
}

TEST(OnExec, Fact12AFailedExecveLeavesItPending) {
  const Tree tree;
  const std::string no_program = tree.make_file("no_program", "\177ELF, but only just");
  const std::string not_executable = tree.make_file("not_executable");
  require_call(chmod(no_program.c_str(), 0755), "chmod");
  const std::string gone = tree.make_file("gone", "#!/no/such/interpreter\n");
  require_call(chmod(gone.c_str(), 0755), "chmod");
  in_child([&] {
    enforce(kRule, EVF_ENFORCE_ON_EXEC);
    EXPECT_REFUSED(ENOENT, execl("/no/such/program", "x", nullptr));
    EXPECT_REFUSED(EACCES, execl(not_executable.c_str(), "x", nullptr));
    EXPECT_REFUSED(ENOEXEC, execl(no_program.c_str(), "x", nullptr));
    EXPECT_REFUSED(ENOENT, execl(gone.c_str(), "x", nullptr));
    EXPECT_ALLOWED(syscall(SYS_getppid)) << "not yet";
    EXPECT_EQ(probe_getppid(), EXDEV) << "but still to come";
  });
}

TEST(OnExec, SeveralTakeEffectTogetherInTheirOrder) {
  in_child([] {
    enforce("sys_enter_getppid: deny else errno E2BIG", EVF_ENFORCE_ON_EXEC);
    enforce(kRule, EVF_ENFORCE_ON_EXEC);
    enforce("sys_enter_getpgrp: deny else errno ENOTTY", EVF_ENFORCE_ON_EXEC);
    EXPECT_EQ(probe_getppid(), E2BIG);
    EXPECT_EQ(run({helper("evf_probe"), "getpgrp"}).exit_code(), ENOTTY);
  });
}

TEST(OnExec, ComesAfterLayersThatAreInForce) {
  in_child([] {
    enforce("sys_enter_getppid: deny else errno E2BIG");
    enforce(kRule, EVF_ENFORCE_ON_EXEC);
    EXPECT_EQ(probe_getppid(), E2BIG);
  });
}

TEST(OnExec, TakesEffectOnce) {
  // 62 layers and this one make 63: were it added again by the second exec, the 64th would not fit
  in_child([] {
    for (unsigned layer = 0; layer < EVF_MAX_LAYERS - 2; ++layer) {
      enforce("sys_enter_getpgrp: allow\nsys_enter_getsid: deny");
    }
    enforce(kRule, EVF_ENFORCE_ON_EXEC);
    const std::string probe = helper("evf_probe");
    EXPECT_EQ(run({"sh", "-c", "exec env env env env " + probe + " getppid"}).exit_code(), EXDEV);
  });
}

TEST(OnExec, Fact12TheProgramsOwnFileIsJudgedWithoutIt) {
  in_child([] {
    enforce("file_exec: deny\nfile_open: deny", EVF_ENFORCE_ON_EXEC);
    EXPECT_EQ(run({helper("evf_probe"), "open", "/"}).exit_code(), EACCES)
        << "started, and then refused";
    EXPECT_EQ(run({helper("evf_probe"), "exec", helper("evf_probe")}).exit_code(), EACCES);
  });
}

TEST(OnExec, ADynamicProgramLoadsItsLibrariesUnderIt) {
  in_child([] {
    enforce("file_open: deny", EVF_ENFORCE_ON_EXEC);
    const Output output = run({"/bin/true"});
    EXPECT_EQ(output.exit_code(), 127) << output.text;
    EXPECT_TRUE(output.says("libc.so.6")) << output.text;
  });
}

TEST(OnExec, AScriptsInterpreterIsConfinedAsTheScript) {
  const Tree tree;
  const std::string script = tree.make_file("script", "#!" + helper("evf_probe") + " getppid\n");
  require_call(chmod(script.c_str(), 0755), "chmod");
  in_child([&] {
    enforce(kRule, EVF_ENFORCE_ON_EXEC);
    EXPECT_EQ(run({script}).exit_code(), EXDEV);
  });
}

TEST(OnExec, FromAThreadThatIsNotTheLeader) {
  const ChildEnd end = end_of_child([] {
    std::thread([] {
      enforce(kRule, EVF_ENFORCE_ON_EXEC);
      execl(helper("evf_probe").c_str(), "evf_probe", "getppid", nullptr);
    }).join();
  });
  EXPECT_EQ(end.status, EXDEV << 8);
}

TEST(OnExec, ASetuidProgramIsConfined) {
  const Tree tree;
  const std::string program = tree.path("setuid_probe");
  std::filesystem::copy_file(helper("evf_probe"), program);
  require_call(chmod(program.c_str(), 04755), "chmod");
  in_child(Subject::kRoot, [&] {
    ASSERT_ALLOWED(Ruleset(kRule).try_enforce(EVF_ENFORCE_ON_EXEC));
    become_user();
    EXPECT_EQ(run({program, "euid"}).exit_code(), 0);
    EXPECT_EQ(run({program, "getppid"}).exit_code(), EXDEV);
  });
}

TEST(OnExec, ChangedCredentialsKeepItPending) {
  in_child(Subject::kRoot, [] {
    enforce(kRule, EVF_ENFORCE_ON_EXEC);
    become_user();
    EXPECT_ALLOWED(syscall(SYS_getppid));
    EXPECT_EQ(probe_getppid(), EXDEV);
  });
}

TEST(OnExec, AnIoUringThatStaysOpenFailsTheExecve) {
  in_child([] {
    const Ring ring;
    const Ruleset ruleset(kRule);
    set_no_new_privs();
    EXPECT_ALLOWED(ruleset.try_enforce(EVF_ENFORCE_ON_EXEC | EVF_ENFORCE_KEEP_IO_URING));
  });
  in_child([] {
    enforce(kRule, EVF_ENFORCE_ON_EXEC);
    const Ring ring;
    const std::string probe = helper("evf_probe");
    // Rings are closed on exec unless somebody insists
    ASSERT_ALLOWED(fcntl(ring.fd(), F_SETFD, 0));
    EXPECT_REFUSED(EBUSY, execl(probe.c_str(), "evf_probe", nullptr));
    EXPECT_ALLOWED(syscall(SYS_getppid));
    ASSERT_ALLOWED(fcntl(ring.fd(), F_SETFD, FD_CLOEXEC));
    EXPECT_EQ(probe_getppid(), EXDEV);
  });
}

}  // namespace
}  // namespace eventfilter::selftest
