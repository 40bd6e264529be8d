// SPDX-License-Identifier: BSD-2-Clause
//
// What the words of the language come to in the kernel: policyctl run and compile in the virtual machine, as an ordinary
// user. grammar/cases.txt says which word has its case where.
#include <algorithm>
#include <csignal>
#include <sstream>

#include <fcntl.h>
#include <sys/syscall.h>

#include "cli/test/run_fixture.h"
#include "support/attach.h"
#include "support/child.h"
#include "support/records.h"
#include "support/verdict.h"

namespace eventfilter::cli {
namespace {

using selftest::in_child;
using selftest::Subject;

constexpr int kNotConfined = 125;
constexpr int kKilled = 128 + SIGSYS;

class RunLanguage : public Run {
 protected:
  // The answer of another command of policyctl's, on a rule file of its own.
  int policyctl(const std::string& words) {
    const fs::path build = fs::read_symlink("/proc/self/exe").parent_path().parent_path();
    const int status = std::system(("cd " + here_.string() + " && " + (build / "bin/policyctl").string() + " " + words +
                                    " >out 2>err")
                                       .c_str());
    out = text_of(here_ / "out");
    err = text_of(here_ / "err");
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  // Whether a write to this descriptor comes to where it leads.
  bool writes_to(int fd) {
    const std::string number = std::to_string(fd);
    return run("sh -c 'perl -e \"open(F, q(>&=" + number + ")); syswrite(F, q(words)) or exit 9\"" +
               (fd == 1 ? "" : " " + number + ">&1") + "'") == 0 &&
           out == "words";
  }

  const std::string file_t = "label f_t = \"HERE/file\";\n";
};

TEST_F(RunLanguage, ClassesAreClosedUnlessOpened) {
  policy("", "");
  EXPECT_NE(run("cat file"), 0);
  EXPECT_NE(run("mkdir made"), 0);
  policy("", "default file allow;");
  EXPECT_EQ(run("mkdir made"), 0) << err;
  policy(file_t, "default file allow; allow file create on f_t;");
  EXPECT_NE(run("mkdir other"), 0) << "what a rule names is closed but for that";
  EXPECT_EQ(run("rmdir made"), 0) << "what none names stays open: " << err;
}

TEST_F(RunLanguage, DenyWins) {
  policy(file_t, "deny file read on f_t; allow file open; allow file * on f_t;");
  EXPECT_NE(run("cat file"), 0);
  EXPECT_EQ(run("cat p.policy"), 0) << err;
  EXPECT_EQ(run("sh -c 'echo more >>file'"), 0) << err;
}

TEST_F(RunLanguage, ACallThatIsAllowedWhenIsClosedElse) {
  policy("", "allow syscall write when fd == 1; allow syscall write when fd == 5;");
  EXPECT_TRUE(writes_to(1)) << err;
  EXPECT_FALSE(writes_to(7));
  EXPECT_TRUE(writes_to(5)) << "each rule opens what it says: " << err;
}

TEST_F(RunLanguage, ConditionsAreTheKernels) {
  policy(file_t, "allow file open on f_t when (flags & O_ACCMODE) == O_RDONLY && !(flags & O_NOFOLLOW) && name ~ \"f?l*\";");
  EXPECT_EQ(run("cat file"), 0) << err;
  EXPECT_NE(run("sh -c 'echo x >>file'"), 0);
  policy(file_t, "allow file read on f_t when owner == uid;");
  EXPECT_EQ(run("cat file"), 0) << err;
  policy("label etc_t = \"/etc/hostname\";", "allow file read on etc_t when owner == uid;");
  EXPECT_NE(run("cat /etc/hostname"), 0);
}

TEST_F(RunLanguage, ActionsSayHow) {
  policy(file_t, "allow file read on f_t; deny file read on f_t errno ENOENT;");
  EXPECT_NE(run("cat file"), 0);
  EXPECT_NE(err.find("No such file"), std::string::npos) << err;
  policy(file_t, "allow file read on f_t; deny file read on f_t kill;");
  EXPECT_EQ(run("sh -c 'cat file; exit $?'"), kKilled) << err;
  policy(file_t, "allow file read on f_t; deny file read on f_t log;");
  EXPECT_EQ(run("cat file"), 0) << err;
}

TEST_F(RunLanguage, MacrosSetsAndLists) {
  policy(file_t + "label p_t = \"HERE/p.policy\", \"HERE/new\";\nset file edit = { read write create };\n"
         "macro edits(what) { allow file edit on what; }",
         "use edits({ f_t p_t }); deny syscall write when fd in { 3, 7 .. 9 };");
  EXPECT_EQ(run("sh -c 'cat file p.policy >/dev/null; echo x >new'"), 0) << err;
  EXPECT_NE(run("rm new"), 0) << "what isn't in the set";
  EXPECT_FALSE(writes_to(8));
  EXPECT_TRUE(writes_to(6)) << err;
}

TEST_F(RunLanguage, BooleansAreGivenForARun) {
  policy(file_t + "boolean open = true;", "if open { allow file read on f_t; } else { allow file write on f_t; }");
  EXPECT_EQ(run("cat file"), 0) << err;
  EXPECT_NE(run("sh -c 'echo x >>file'"), 0);
  EXPECT_NE(run("cat file", "--boolean open=false"), 0);
  EXPECT_EQ(run("sh -c 'echo x >>file'", "--boolean open=false"), 0) << err;
}

TEST_F(RunLanguage, AssertionsThatDoNotHoldStartNothing) {
  const std::string reads = "allow file read on f_t;\n}\n";
  const auto refused = [&](const std::string& assertion) {
    policy(file_t, reads + assertion + "\ndomain other_t { allow file read on f_t;");
    return run("cat file", "--domain d_t") == kNotConfined && out.empty();
  };
  EXPECT_TRUE(refused("never d_t file read on f_t;")) << err;
  EXPECT_TRUE(refused("only d_t file read on f_t;")) << err;
  EXPECT_TRUE(refused("expect d_t file read on f_t denied;")) << err;
  EXPECT_TRUE(refused("expect d_t file write on f_t allowed;")) << err;
  EXPECT_FALSE(refused("never d_t file write on f_t; expect d_t file read \"HERE/file\" allowed;"));
  EXPECT_EQ(out, "content\n") << err;
}

TEST_F(RunLanguage, AHandleHoldsForWhoeverUsesTheDescriptor) {
  write("h.policy", "policy 1;\nhandle h { allow use read; deny use ioctl errno ENOTTY; }\ndomain d_t { }\n");
  ASSERT_EQ(policyctl("compile h.policy"), 0) << err;
  const std::string mark = "# handle h\n";
  ASSERT_NE(out.find(mark), std::string::npos) << out;
  const std::string text = out.substr(out.find(mark) + mark.size());
  const int fd = open((here_ / "file").c_str(), O_RDWR | O_CLOEXEC);
  selftest::attach(fd, text.substr(0, text.find("# ")));
  char byte = 0;
  EXPECT_ALLOWED(read(fd, &byte, 1));
  EXPECT_REFUSED(EACCES, ::write(fd, "x", 1));
  in_child(Subject::kRoot, [&] { EXPECT_REFUSED(EACCES, ::write(fd, "x", 1)); });
  close(fd);
}

TEST_F(RunLanguage, OutputIsCanonicalAndTheKernelTakesIt) {
  const std::string head = "policy 1;\n";
  const std::string labels[] = {"label a_t = \"/a/**\";\n", "label b_t = \"/b/**\", \"/c\";\n"};
  write("one.policy", head + labels[0] + labels[1] +
                          "domain d_t {\n  allow file read on a_t;\n  allow file read on b_t;\n  deny syscall { sync getppid };\n}\n");
  write("two.policy", head + labels[1] + labels[0] +
                          "domain d_t { deny syscall getppid; deny syscall sync;\n  allow file { read } on { b_t a_t };\n}\n");
  ASSERT_EQ(policyctl("compile one.policy"), 0) << err;
  const std::string one = out;
  ASSERT_EQ(policyctl("compile two.policy"), 0) << err;
  EXPECT_EQ(out, one);
  write("kernel.policy", head + "domain d_t { deny syscall { sync getppid } errno EDOM; default * allow; }\n");
  ASSERT_EQ(policyctl("compile --domain d_t kernel.policy"), 0) << err;
  in_child(Subject::kRoot, [&] {
    selftest::enforce(out);
    EXPECT_REFUSED(EDOM, syscall(SYS_getppid));
    EXPECT_ALLOWED(syscall(SYS_getpgid, 0));
  });
}

TEST_F(RunLanguage, ForTheListingOfThisKernelAndOfAnOlderOne) {
  const std::string listing = text_of("/sys/kernel/security/eventfilter/events");
  ASSERT_NE(listing.find("file_open"), std::string::npos);
  write("this.events", listing);
  std::istringstream lines(listing);
  std::string older;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("file_notify ") && !line.starts_with("sys_enter_memfd_secret ")) older += line + '\n';
  }
  write("older.events", older);
  const std::string plain = "policy 1;\ndomain d_t {\n  default * allow;\n  deny syscall { memfd_secret getppid };\n";
  write("p.policy", plain + "  optional allow meta notify;\n}\n");
  ASSERT_EQ(policyctl("compile p.policy"), 0) << err;
  const std::string built_in = out;
  EXPECT_NE(built_in.find("memfd_secret"), std::string::npos) << built_in;
  ASSERT_EQ(policyctl("compile --target this.events p.policy"), 0) << err;
  EXPECT_EQ(out, built_in) << "the listing that policyctl has in it is this kernel's";
  ASSERT_EQ(policyctl("compile --target older.events p.policy"), 0) << err;
  EXPECT_EQ(out, "sys_enter_getppid: deny\n");
  EXPECT_NE(err.find("memfd_secret"), std::string::npos) << "what is dropped is said: " << err;
  write("p.policy", plain + "  allow meta notify;\n}\n");
  EXPECT_EQ(policyctl("compile --target older.events p.policy"), 1);
  EXPECT_NE(err.find("p.policy:5:14-19: error: "), std::string::npos) << err;
  // What was made for an older kernel is taken by a newer one
  in_child(Subject::kRoot, [&] {
    selftest::enforce("sys_enter_getppid: deny\n");
    EXPECT_REFUSED(EPERM, syscall(SYS_getppid));
  });
}

TEST_F(RunLanguage, AuditAndQuietReachTheRecords) {
  write("p.policy",
        "policy 1;\ndomain d_t {\n  default * allow;\n  audit allow syscall getppid;\n  deny syscall getpgid quiet;\n"
        "  deny syscall getsid;\n  deny syscall getpriority log;\n}\n");
  ASSERT_EQ(policyctl("compile --domain d_t p.policy"), 0) << err;
  const selftest::Ruleset ruleset(out);
  const selftest::Records records(ruleset);
  in_child(Subject::kRoot, [&] {
    ruleset.enforce();
    EXPECT_ALLOWED(syscall(SYS_getppid));
    EXPECT_REFUSED(EPERM, syscall(SYS_getpgid, 0));
    EXPECT_REFUSED(EPERM, syscall(SYS_getsid, 0));
    EXPECT_ALLOWED(syscall(SYS_getpriority, 0, 0));
  });
  std::vector<std::string> seen;
  const std::string text = records.text();
  for (const char* const name : {"getppid", "getpgid", "getsid", "getpriority"}) {
    if (text.find(std::string("sys_enter_") + name) != std::string::npos) seen.emplace_back(name);
  }
  EXPECT_EQ(seen, (std::vector<std::string>{"getppid", "getsid", "getpriority"})) << text;
}

}  // namespace
}  // namespace eventfilter::cli
