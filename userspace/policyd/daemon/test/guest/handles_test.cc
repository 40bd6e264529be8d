// SPDX-License-Identifier: BSD-2-Clause
//
// Rules for one descriptor, by name: whoever gets them by whatever way, for as long as the description lives.
#include <filesystem>

#include <eventfilter.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "daemon/test/guest/daemon.h"
#include "support/child.h"
#include "support/program.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

constexpr const char* kRules =
    "label all_t = \"/**\";\n"
    "label disk_t = \"HERE/disk\";\n"
    "label other_t = \"HERE/other\";\n"
    "handle read_h { allow use read; }\n"
    "handle disk_h { allow use { read write }; allow file truncate on disk_t; }\n"
    "domain a_t { " kChannel "default process allow; allow file { open exec } on { all_t disk_t other_t }; }\n";
// What may be read may be written, and the label is elsewhere
constexpr const char* kChanged =
    "label all_t = \"/**\";\n"
    "label disk_t = \"HERE/other\";\n"
    "label other_t = \"HERE/disk\";\n"
    "handle read_h { allow use { read write }; }\n"
    "handle disk_h { allow use { read write }; allow file truncate on disk_t; }\n"
    "domain a_t { " kChannel "default process allow; allow file { open exec } on { all_t disk_t other_t }; }\n";

class Handles : public ::testing::Test {
 protected:
  Handles() : daemon_(kRules) {
    write_file(disk(), "content\n");
    write_file(daemon_.here() + "/other", "content\n");
    reload();
    program_ = std::filesystem::read_symlink("/proc/self/exe").parent_path().parent_path() / "bin/policyctl";
  }
  std::string disk() const { return daemon_.here() + "/disk"; }
  void reload() const {
    auto admin = daemon_.admin();
    must<ipc::Reloaded>(admin, ipc::Reload{});
  }

  base::Fd open_disk() const { return base::Fd(open(disk().c_str(), O_RDWR | O_CLOEXEC)); }
  base::Fd handed(const std::string& name) const {
    auto client = daemon_.client();
    auto answer = must<ipc::Entered>(client, ipc::Handle{name});
    EXPECT_EQ(answer.descriptors.size(), 1U);
    return std::move(answer.descriptors.front());
  }
  base::Fd open_attached(const std::string& name) const {
    base::Fd made = open_disk();
    EXPECT_EQ(eventfilter_attach(made.get(), handed(name).get()), 0);
    return made;
  }

  // A command of the shell with the disk as descriptor 3, behind policyctl enter with these options.
  Output in_a_t(const std::string& options, const std::string& command, const std::string& after = "true") const {
    return run({"sh", "-c", "{ " + program_ + " enter --run-directory=" + daemon_.here() + "/../run " + options +
                                " a_t -- sh -c '" + command + "'; status=$?; " + after + "; exit $status; } 3<>" + disk()});
  }

  Daemon daemon_;
  std::string program_;
};

long read_one(const base::Fd& fd) {
  char byte = 0;
  return pread(fd.get(), &byte, 1, 0);
}

TEST_F(Handles, HoldForADescriptorThatACommandInherits) {
  const Output reads = in_a_t("--handle 3=read_h", "cat <&3");
  EXPECT_TRUE(reads.succeeded()) << reads.text;
  EXPECT_EQ(reads.text, "content\n");
  const Output writes = in_a_t("--handle 3=read_h", "dd if=/dev/zero bs=1 count=1 >&3");
  EXPECT_FALSE(writes.succeeded());
  EXPECT_TRUE(writes.says("Permission denied")) << writes.text;
  EXPECT_EQ(read_file(disk()), "content\n");
  // With one that has it among its rules it's written to
  const Output may = in_a_t("--handle 3=disk_h", "dd if=/dev/zero bs=1 count=1 >&3");
  EXPECT_TRUE(may.succeeded()) << may.text;
  EXPECT_EQ(read_file(disk()).substr(1), "ontent\n");
}

TEST_F(Handles, HoldOverCopiesAndInChildren) {
  const Output copied = in_a_t("--handle 3=read_h", "exec 5<&3; sh -c \"cat <&5; dd if=/dev/zero bs=1 count=1 >&5\"");
  EXPECT_TRUE(copied.text.starts_with("content\n")) << copied.text;
  EXPECT_TRUE(copied.says("Permission denied")) << copied.text;
  // And for whoever shared it before
  const Output shared = in_a_t("--handle 3=read_h", "true", "dd if=/dev/zero bs=1 count=1 >&3");
  EXPECT_TRUE(shared.says("Permission denied")) << shared.text;
  EXPECT_EQ(read_file(disk()), "content\n");
}

TEST_F(Handles, WithoutOneADescriptorIsClosed) {
  const Output closed = in_a_t("", "cat <&3");
  EXPECT_TRUE(closed.says("Bad file descriptor")) << closed.text;
}

TEST_F(Handles, NothingIsStartedWhereOneCannotBeAttached) {
  const auto refused = [&](const std::string& options) {
    const Output output = in_a_t(options, "echo ran");
    EXPECT_EQ(output.exit_code(), 125);
    return output.text;
  };
  EXPECT_EQ(refused("--handle 3=none_h"), "policyctl: error: the policy has no handle \"none_h\"\n");
  EXPECT_EQ(refused("--handle 3=a_t"), "policyctl: error: the policy has no handle \"a_t\"\n");
  EXPECT_EQ(refused("--handle 7=read_h"),
            "policyctl: error: descriptor 7 isn't open: read_h can't be attached to it\n");
  EXPECT_EQ(refused("--handle 3"),
            "policyctl: error: --handle takes the number of a descriptor and a name, FD=NAME, not \"3\"\n");
  EXPECT_EQ(refused("--json --handle 3=none_h"),
            "{\"kind\": \"error\", \"text\": \"the policy has no handle \\\"none_h\\\"\"}\n");
  // What the kernel has no hook for it doesn't seem to refuse
  const Output pipe = run({"sh", "-c", "true | " + program_ + " enter --run-directory=" + daemon_.here() +
                                           "/../run --handle 0=read_h a_t -- echo ran"});
  EXPECT_EQ(pipe.text, "policyctl: error: attaching read_h to descriptor 0: Operation not supported\n");
  EXPECT_EQ(pipe.exit_code(), 125);
}

TEST_F(Handles, StayAsTheyWereAttachedAndLabelsFollow) {
  const base::Fd read_only = open_attached("read_h");
  const base::Fd sized = open_attached("disk_h");
  EXPECT_ALLOWED(read_one(read_only));
  EXPECT_REFUSED(EACCES, write(read_only.get(), "x", 1));
  EXPECT_ALLOWED(ftruncate(sized.get(), 100));
  daemon_.put("test.policy", kChanged);
  reload();
  EXPECT_REFUSED(EACCES, write(read_only.get(), "x", 1)) << "what is attached";
  EXPECT_ALLOWED(write(open_attached("read_h").get(), "x", 1)) << "what is attached now";
  EXPECT_REFUSED(EACCES, ftruncate(sized.get(), 50)) << "the label is another one's";
  EXPECT_EQ(std::filesystem::file_size(disk()), 100U);
}

TEST_F(Handles, OutliveLabeldAndTheFrontEnd) {
  const base::Fd before = open_attached("read_h");
  const base::Fd sized = open_attached("disk_h");
  daemon_.kill_labeld();
  daemon_.kill_front();
  EXPECT_REFUSED(EACCES, write(before.get(), "x", 1));
  EXPECT_ALLOWED(read_one(before));
  EXPECT_ALLOWED(ftruncate(sized.get(), 100));
  daemon_.wait_for_policy(2);
  const base::Fd after = open_attached("read_h");
  EXPECT_REFUSED(EACCES, write(after.get(), "x", 1));
  EXPECT_ALLOWED(read_one(after));
}

TEST_F(Handles, NobodyCanAddToOneOrReadItsRecords) {
  in_child([&] {
    const base::Fd ruleset = handed("read_h");
    eventfilter_text_error error = {};
    EXPECT_EQ(eventfilter_ruleset_write(ruleset.get(), "file_write: allow\n", 18, &error), -EBUSY);
    EXPECT_EQ(eventfilter_records_open(ruleset.get()), -EBUSY);
    auto client = daemon_.client();
    EXPECT_EQ(refusal<ipc::Entered>(client, ipc::Handle{"none_h"}), "the policy has no handle \"none_h\"");
    EXPECT_EQ(refusal<ipc::Entered>(client, ipc::Handle{"a_t"}), "the policy has no handle \"a_t\"");
  });
}

TEST_F(Handles, WhatTheyRefuseIsToldAndExplained) {
  auto client = daemon_.client();
  must<ipc::Done>(client, ipc::Subscribe{});
  const base::Fd file = open_attached("read_h");
  EXPECT_REFUSED(EACCES, write(file.get(), "x", 1));
  const auto denied = client.next_denied().value();
  EXPECT_EQ(denied.domain, "handle read_h");
  const std::string text = must<ipc::Text>(client, ipc::Explain{denied.domain, denied.record}).message.text;
  EXPECT_NE(text.find("was refused: Permission denied\ndomain: handle read_h\nobject: /"), std::string::npos) << text;
  EXPECT_NE(text.find("/here/disk\n"), std::string::npos) << text;
}

TEST_F(Handles, AreListed) {
  EXPECT_EQ(daemon_.status().handles, (std::vector<std::string>{"disk_h", "read_h"}));
  const std::string at = "--run-directory=" + daemon_.here() + "/../run";
  EXPECT_TRUE(run({program_, "status", at}).says("\nhandles: disk_h read_h\n"));
  EXPECT_TRUE(run({program_, "status", at, "--json"}).says("\"handles\": [\"disk_h\", \"read_h\"]}\n"));
}

}  // namespace
}  // namespace eventfilter::selftest
