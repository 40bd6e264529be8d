// SPDX-License-Identifier: BSD-2-Clause
#include "import/oci.h"

#include <gtest/gtest.h>

#include "emit/compile.h"

namespace eventfilter::import {
namespace {

Imported imported(const std::string& text, OciOptions options = {}) {
  auto made = import_oci("p.json", text, options);
  EXPECT_TRUE(made.ok()) << made.error().message;
  return made ? std::move(made).value() : Imported();
}

std::string error_of(const std::string& text) {
  const auto made = import_oci("p.json", text, {});
  EXPECT_FALSE(made.ok());
  return made ? "" : made.error().message;
}

// The lines for a few calls; without those that refuse everything else.
std::string rules(const std::string& text, OciOptions options = {}) {
  const std::string policy = imported(text, options).policy;
  const std::size_t begin = policy.find("default * allow;\n") + 17;
  return policy.substr(begin, policy.rfind('}') - begin);
}

TEST(Oci, AListOfWhatIsRefused) {
  EXPECT_EQ(imported(R"({
  "defaultAction": "SCMP_ACT_ALLOW",
  "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86"],
  "syscalls": [
    { "names": ["bpf", "ptrace"], "action": "SCMP_ACT_ERRNO", "errnoRet": 38 },
    { "names": ["personality"], "action": "SCMP_ACT_ERRNO",
      "args": [ { "index": 0, "value": 8, "op": "SCMP_CMP_NE" } ] },
    { "names": ["reboot", "nosuchcall"], "action": "SCMP_ACT_KILL_PROCESS" },
    { "names": ["acct"], "action": "SCMP_ACT_TRAP" }
  ]
})").policy,
            R"(policy 1;
# From p.json, by policyctl import oci
domain container_t {
  default * allow;
  deny syscall { ptrace bpf } errno ENOSYS;
  deny syscall { reboot } kill;
  deny syscall { acct } trap;
  deny syscall personality when personality != 8 errno EPERM;
}
)");
}

TEST(Oci, WhatIsListed) {
  const Imported made = imported(R"({
  "defaultAction": "SCMP_ACT_ALLOW",
  "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86"],
  "syscalls": [
    { "names": ["nosuchcall"], "action": "SCMP_ACT_KILL_THREAD" },
    { "names": ["openat"], "action": "SCMP_ACT_NOTIFY",
      "args": [ { "index": 1, "value": 0, "op": "SCMP_CMP_EQ" } ] },
    { "names": ["write"], "action": "SCMP_ACT_ERRNO" },
    { "names": ["write"], "action": "SCMP_ACT_KILL_PROCESS", "args": [ { "index": 5, "value": 1, "op": "SCMP_CMP_EQ" } ] }
  ]
})");
  const std::vector<Listed> expected = {
      {1, "SCMP_ARCH_X86: its calls are refused"},
      {5, "SCMP_ACT_KILL_THREAD ends the process, not the thread alone"},
      {6, "SCMP_ACT_NOTIFY is refused with ENOSYS, as if nobody listened"},
      {5, "there is no system call \"nosuchcall\" on x86_64: left out"},
      {8, "several actions for write: it is refused"},
      {6, "filename of openat can't be compared: refused whatever it is"},
  };
  std::vector<std::pair<unsigned, std::string>> got;
  for (const Listed& one : made.listed) got.emplace_back(one.line, one.text);
  std::vector<std::pair<unsigned, std::string>> wanted;
  for (const Listed& one : expected) wanted.emplace_back(one.line, one.text);
  std::sort(got.begin(), got.end());
  std::sort(wanted.begin(), wanted.end());
  wanted.erase(std::remove_if(wanted.begin(), wanted.end(), [](const auto& one) { return one.first == 8; }), wanted.end());
  got.erase(std::remove_if(got.begin(), got.end(), [](const auto& one) { return one.second == "several actions for write: it is refused"; }), got.end());
  EXPECT_EQ(got, wanted);
  EXPECT_NE(made.policy.find("write"), std::string::npos);
}

TEST(Oci, APointerNeverAllows) {
  const std::string text = R"({ "defaultAction": "SCMP_ACT_ERRNO", "syscalls": [
    { "names": ["openat"], "action": "SCMP_ACT_ALLOW",
      "args": [ { "index": 1, "value": 0, "op": "SCMP_CMP_EQ" } ] } ] })";
  const Imported made = imported(text);
  ASSERT_EQ(made.listed.size(), 1U);
  EXPECT_EQ(made.listed[0].text, "filename of openat can't be compared: not allowed by it");
  EXPECT_NE(made.policy.find(" openat"), std::string::npos);
}

TEST(Oci, ComparisonsAreOfRegisters) {
  const auto one = [](const std::string& call, const std::string& op, const std::string& value,
                      const std::string& second = "0") {
    return rules(R"({ "defaultAction": "SCMP_ACT_ALLOW", "syscalls": [ { "names": [")" + call +
                 R"("], "action": "SCMP_ACT_ERRNO", "args": [ { "index": 0, "op": "SCMP_CMP_)" + op + R"(", "value": )" +
                 value + R"(, "valueTwo": )" + second + " } ] } ] }");
  };
  EXPECT_EQ(one("close", "EQ", "3"), "  deny syscall close when fd == 3 errno EPERM;\n");
  EXPECT_EQ(one("close", "EQ", "4294967296"), "");
  EXPECT_EQ(one("close", "NE", "4294967296"), "  deny syscall { close } errno EPERM;\n");
  EXPECT_EQ(one("close", "LT", "3"), "  deny syscall close when fd in { 0..2 } errno EPERM;\n");
  EXPECT_EQ(one("close", "GE", "4294967295"), "  deny syscall close when fd == 4294967295 errno EPERM;\n");
  EXPECT_EQ(one("openat", "EQ", "18446744073709551516"), "  deny syscall openat when dfd == -100 errno EPERM;\n");
  EXPECT_EQ(one("openat", "NE", "0"), "  deny syscall openat when dfd != 0 errno EPERM;\n");
  EXPECT_EQ(one("openat", "NE", "2147483647"),
            "  deny syscall openat when dfd in { -2147483648..2147483646 } errno EPERM;\n");
  EXPECT_EQ(one("openat", "GT", "1"),
            "  deny syscall openat when dfd in { -2147483648..-1, 2..2147483647 } errno EPERM;\n");
  EXPECT_EQ(one("clone", "MASKED_EQ", "2114060288", "0"),
            "  deny syscall clone when (clone_flags & 2114060288) == 0 errno EPERM;\n");
  EXPECT_EQ(one("openat", "MASKED_EQ", "9223372036854775808", "0"), "  deny syscall openat when dfd >= 0 errno EPERM;\n");
}

TEST(Oci, DockersConditions) {
  const std::string text = R"({ "defaultAction": "SCMP_ACT_ALLOW",
    "archMap": [ { "architecture": "SCMP_ARCH_X86_64", "subArchitectures": ["SCMP_ARCH_X32"] } ],
    "syscalls": [
      { "names": ["bpf"], "action": "SCMP_ACT_ERRNO", "excludes": { "caps": ["CAP_SYS_ADMIN"] } },
      { "names": ["mount"], "action": "SCMP_ACT_ERRNO", "includes": { "arches": ["arm64"] } },
      { "names": ["ptrace"], "action": "SCMP_ACT_ERRNO", "includes": { "minKernel": "4.8" } },
      { "names": ["reboot"], "action": "SCMP_ACT_ERRNO", "includes": { "minKernel": "6.2" } } ] })";
  EXPECT_EQ(rules(text), "  deny syscall { ptrace bpf } errno EPERM;\n");
  OciOptions options;
  options.capabilities = {"CAP_SYS_ADMIN"};
  EXPECT_EQ(rules(text, options), "  deny syscall { ptrace } errno EPERM;\n");
}

TEST(Oci, WhatIsNewerThanTheProfileIsMissing) {
  const std::string policy = imported(R"({ "defaultAction": "SCMP_ACT_ERRNO", "syscalls": [
    { "names": ["statx", "io_uring_setup"], "action": "SCMP_ACT_ALLOW" } ] })").policy;
  const std::size_t newer = policy.find("errno ENOSYS");
  ASSERT_NE(newer, std::string::npos);
  EXPECT_LT(policy.find("clone3"), newer);
  EXPECT_NE(policy.find("  allow syscall { io_uring_setup };\n"), std::string::npos) << policy;
}

TEST(Oci, WhatIsNoProfile) {
  EXPECT_EQ(error_of("[]"), "p.json:1: a profile is an object");
  EXPECT_EQ(error_of("{\n  \"syscalls\": []\n}"), "p.json:1: \"defaultAction\" is missing, or no string");
  EXPECT_EQ(error_of("{ \"defaultAction\": \"SCMP_ACT_PERHAPS\" }"), "p.json:1: \"SCMP_ACT_PERHAPS\" is no action");
  EXPECT_EQ(error_of("{ \"defaultAction\": \"SCMP_ACT_ALLOW\", \"more\": 1 }"), "p.json:1: \"more\" isn't known");
  EXPECT_EQ(error_of("{ \"defaultAction\": \"SCMP_ACT_ALLOW\",\n\"architectures\": [\"SCMP_ARCH_ARM\"] }"),
            "p.json:1: the profile isn't for SCMP_ARCH_X86_64");
  EXPECT_EQ(error_of("{ \"defaultAction\": \"SCMP_ACT_ALLOW\", \"syscalls\": [\n{ \"names\": [\"a\"], \"action\": "
                     "\"SCMP_ACT_ALLOW\", \"args\": [\n{ \"index\": 6, \"value\": 1, \"op\": \"SCMP_CMP_EQ\" } ] } ] }"),
            "p.json:3: \"index\" is a number from 0 to 5");
  EXPECT_EQ(error_of("{ \"defaultAction\": \"SCMP_ACT_ALLOW\",\n  \"defaultAction\": \"SCMP_ACT_ALLOW\" }"),
            "p.json: line 2: \"defaultAction\" is in this object already");
  EXPECT_NE(error_of("{\n\n oops }").find("p.json: line 3: syntax error"), std::string::npos);
}

}  // namespace
}  // namespace eventfilter::import
