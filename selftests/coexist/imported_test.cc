// SPDX-License-Identifier: BSD-2-Clause
// Debian's AppArmor profiles in the kernel, and what policyctl import makes of them: the programs run under both, and
// what is tried in their place is let through and refused alike.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "coexist/neighbours.h"
#include "support/program.h"

namespace eventfilter::selftest {
namespace {

struct Subject {
  const char* profile;  // in /etc/apparmor.d
  const char* program;
  const char* domain;
  std::vector<std::string> arguments;  // with which the program itself runs
  std::vector<std::string> own;        // tried besides the common ones
};

const std::vector<std::string> kCommon = {
    "read /etc/hosts", "write /etc/hosts", "read /etc/passwd", "read /etc/shadow", "write /etc/passwd",
    "append /etc/group", "read /etc/nsswitch.conf", "read /etc/machine-id", "read /etc/apparmor/parser.conf",
    "lock /etc/passwd", "lock /etc/hosts", "map /etc/hosts", "chmod /etc/hosts", "create /etc/new",
    "link /etc/hosts /tmp/hosts", "rename /etc/hosts /etc/guests", "unlink /etc/modules.conf", "read /etc/modules.conf",
    "list /etc", "list /", "list /usr/lib/x86_64-linux-gnu", "list /tmp",
    "read /usr/lib/x86_64-linux-gnu/libc.so.6", "map /usr/lib/x86_64-linux-gnu/libc.so.6",
    "write /usr/lib/x86_64-linux-gnu/libc.so.6", "exec /usr/lib/x86_64-linux-gnu/libc.so.6",
    "map /usr/lib/evf/deep/er/plug.so.1", "map /usr/lib/evf/deep/er/plug.txt", "read /usr/lib/evf/deep/er/plug.txt",
    "map /usr/lib/evf/plug.so/inside", "read /usr/lib/evf/plug.so/inside", "create /usr/lib/evf/new.so",
    "rename /usr/lib/evf/deep/er/plug.txt /usr/lib/evf/plug.so.2",
    "map /usr/lib/x86_64-linux-gnu/evf/gconv-modules", "read /usr/share/evf/data", "read /usr/share/evf/locale/de/x.mo",
    "read /usr/share/locale/evf.mo", "map /usr/share/locale/evf.mo", "read /usr/share/zoneinfo/evf",
    "read /dev/null", "write /dev/null", "read /dev/zero", "write /dev/zero", "write /dev/full", "read /dev/urandom",
    "write /dev/urandom", "read /dev/kmsg", "write /dev/tty", "unlink /dev/null.d/x",
    "read /proc/self/environ", "read /proc/1/environ",
    "read /proc/1/status", "read /proc/meminfo", "read /proc/cpuinfo", "read /proc/version", "write /proc/self/comm",
    "read /proc/sys/kernel/version", "read /proc/sys/kernel/hostname", "write /proc/sys/kernel/hostname",
    "list /proc", "read /sys/devices/system/cpu/online", "read /sys/kernel/uevent_seqnum",
    "read /tmp/evf/file", "write /tmp/evf/file", "create /tmp/evf/new", "mkdir /tmp/evf/dir", "unlink /tmp/evf/file",
    "read /tmp/krb5cc_evf", "write /tmp/krb5cc_evf", "read /home/demo/file", "write /home/demo/file",
    "create /home/demo/.Private/new", "write /home/demo/.Private/mine", "read /home/demo/.Private/others",
    "read /root/file", "create /root/file2", "exec /usr/bin/true", "exec /usr/bin/dash", "read /usr/bin/dash",
    "map /usr/bin/dash", "exec /tmp/evf/program",
    "socket 2 1", "socket 2 2", "socket 2 3", "socket 10 1", "socket 10 3", "socket 17 3", "socket 16 3", "socket 1 1",
    "hostname evf",
};

// What is in the folder of a process with a label has that label: the importer lists these rules as narrowed
const std::vector<std::string> kOfItself = {"read /proc/self/status", "read /proc/self/maps"};

class Imported : public testing::TestWithParam<Subject> {
 protected:
  void SetUp() override {
    if (!module_is_on("apparmor")) GTEST_SKIP() << "not in lsm=";
    std::string text = read_file(std::string("/etc/apparmor.d/") + GetParam().profile);
    const std::string complain = " flags=(complain)";
    const std::size_t at = text.find(complain);
    ASSERT_NE(at, std::string::npos) << "it has other flags now";
    text.erase(at, complain.size());
    write_file(profile_, text);
    run_or_fail({"sh", "-c", "/evf/bin/policyctl import apparmor " + profile_ + " >" + policy_});
  }

  // What every run finds
  static void prepare() {
    for (const char* const folder : {"/tmp/evf", "/usr/lib/evf", "/usr/share/evf", "/home/demo/.Private", "/run/nscd"}) {
      std::filesystem::remove_all(folder);
    }
    for (const char* const file :
         {"/etc/new", "/etc/guests", "/tmp/hosts", "/root/file2", "/run/nscd.pid"}) {
      std::filesystem::remove(file);
    }
    const std::map<std::string, std::string> files = {
        {"/etc/modules.conf", ""}, {"/etc/netgroup", ""}, {"/usr/lib/evf/deep/er/plug.so.1", "x"},
        {"/usr/lib/evf/deep/er/plug.txt", "x"}, {"/usr/lib/evf/plug.so/inside", "x"},
        {"/usr/lib/x86_64-linux-gnu/evf/gconv-modules", "x"}, {"/usr/share/evf/data", ""},
        {"/usr/share/evf/locale/de/x.mo", ""}, {"/usr/share/locale/evf.mo", "x"}, {"/usr/share/zoneinfo/evf", ""},
        {"/tmp/evf/file", ""}, {"/tmp/krb5cc_evf", ""}, {"/home/demo/file", ""}, {"/home/demo/.Private/mine", ""},
        {"/home/demo/.Private/others", ""}, {"/root/file", ""}, {"/dev/null.d/x", ""}, {"/run/nscd/dbfile", ""},
        {"/run/nscd/socket", ""}, {"/var/log/nscd.log", ""}, {"/var/cache/nscd/hosts", ""}, {"/var/cache/nscd/other", ""},
    };
    for (const auto& [path, content] : files) {
      std::filesystem::create_directories(std::filesystem::path(path).parent_path());
      write_file(path, content);
    }
    run_or_fail({"chown", "demo", "/home/demo/.Private/others"});
    run_or_fail({"cp", "/usr/bin/true", "/tmp/evf/program"});
  }

  void load(const char* how) const { run_or_fail({"apparmor_parser", how, "--skip-cache", profile_}); }

  std::vector<std::string> words(bool ours, const std::vector<std::string>& arguments) const {
    std::vector<std::string> all;
    if (ours) all = {"/evf/bin/policyctl", "run", "-q", "--policy", policy_, "--domain", GetParam().domain, "--"};
    all.emplace_back(GetParam().program);
    all.insert(all.end(), arguments.begin(), arguments.end());
    return all;
  }

  // Line by line, under the one and under the other
  Output under_apparmor(const std::vector<std::string>& arguments) const {
    prepare();
    load("--replace");
    Output output = run(words(false, arguments));
    load("--remove");
    return output;
  }
  Output under_us(const std::vector<std::string>& arguments) const {
    prepare();
    return run(words(true, arguments));
  }

  const std::string profile_ = "/tmp/imported.profile";
  const std::string policy_ = "/tmp/imported.policy";
};

TEST_P(Imported, TheProgramRunsAndWhatIsTriedInItsPlaceIsJudgedAlike) {
  const Output real_theirs = under_apparmor(GetParam().arguments);
  EXPECT_TRUE(real_theirs.succeeded()) << "under AppArmor: " << real_theirs.text;
  const Output real_ours = under_us(GetParam().arguments);
  EXPECT_TRUE(real_ours.succeeded()) << "under us: " << real_ours.text;

  const std::string program = GetParam().program;
  std::filesystem::copy_file(program, "/tmp/program.real", std::filesystem::copy_options::overwrite_existing);
  run_or_fail({"cp", "--remove-destination", "/evf/selftests/helpers/evf_file_probe", program});
  std::vector<std::string> probes = kCommon;
  probes.insert(probes.end(), GetParam().own.begin(), GetParam().own.end());
  const Output theirs = under_apparmor(probes);
  const Output ours = under_us(probes);
  const Output theirs_of_itself = under_apparmor(kOfItself);
  const Output ours_of_itself = under_us(kOfItself);
  run_or_fail({"cp", "--remove-destination", "/tmp/program.real", program});
  EXPECT_EQ(theirs.text, ours.text);
  EXPECT_TRUE(theirs.succeeded()) << theirs.text;
  EXPECT_TRUE(ours.succeeded()) << ours.text;
  EXPECT_EQ(std::count(theirs.text.begin(), theirs.text.end(), '\n'), static_cast<long>(probes.size()));
  EXPECT_EQ(theirs_of_itself.text, "read /proc/self/status: passes\nread /proc/self/maps: passes\n");
  EXPECT_EQ(ours_of_itself.text, "read /proc/self/status: refused\nread /proc/self/maps: refused\n");
  EXPECT_TRUE(theirs.says("read /etc/hosts: passes"));
  EXPECT_TRUE(theirs.says("read /etc/shadow: refused"));
}

INSTANTIATE_TEST_SUITE_P(
    Debians, Imported,
    testing::Values(
        Subject{"bin.ping", "/usr/bin/ping", "ping_t", {"-n", "-c", "1", "127.0.0.1"}, {"exec /usr/bin/ping"}},
        Subject{"usr.sbin.traceroute", "/usr/bin/traceroute.db", "traceroute_t", {"-n", "-m", "2", "127.0.0.1"},
                {"read /proc/net/route", "read /proc/net/tcp", "read /proc/sys/net/ipv4/tcp_ecn",
                 "write /proc/sys/net/ipv4/tcp_ecn", "exec /usr/bin/traceroute.db"}},
        Subject{"usr.sbin.nscd", "/usr/sbin/nscd", "nscd_t", {"--version"},
                {"list /run/nscd", "read /run/nscd/dbfile", "write /run/nscd/dbfile", "link /run/nscd/dbfile /run/nscd/db2",
                 "rename /run/nscd/dbfile /run/nscd/db3", "rename /run/nscd/dbfile /run/nscd/other", "unlink /run/nscd/socket",
                 "read /run/nscd/socket", "create /run/nscd/socket", "mkdir /run/nscd/dbdir", "create /run/nscd.pid",
                 "read /var/log/nscd.log", "append /var/log/nscd.log", "chmod /var/log/nscd.log",
                 "read /var/cache/nscd/hosts", "write /var/cache/nscd/other", "read /proc/1/cmdline", "list /proc/1/fd",
                 "read /proc/1/mounts", "read /etc/nscd.conf", "read /etc/netgroup", "write /etc/netgroup"}}),
    [](const auto& of) { return std::string(of.param.domain); });

}  // namespace
}  // namespace eventfilter::selftest
