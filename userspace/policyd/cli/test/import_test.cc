// SPDX-License-Identifier: BSD-2-Clause
#include "cli/test/policyctl.h"

namespace eventfilter::cli {
namespace {

class Import : public PolicyctlTest {
 protected:
  static constexpr const char* kProfile =
      "{\n  \"defaultAction\": \"SCMP_ACT_ALLOW\",\n  \"syscalls\": [\n"
      "    { \"names\": [\"ptrace\"], \"action\": \"SCMP_ACT_TRAP\" }\n  ]\n}\n";
};

TEST_F(Import, ARuleFileThatCompiles) {
  write("p.json", kProfile);
  const Outcome outcome = policyctl("import oci --domain box_t p.json");
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.out,
            "policy 1;\n# From p.json, by policyctl import oci\ndomain box_t {\n  default * allow;\n"
            "  deny syscall { ptrace } kill;\n}\n");
  EXPECT_EQ(outcome.err, "policyctl: note: p.json:4: SCMP_ACT_TRAP ends the process: rule files have no trap\n");
  write("p.policy", outcome.out);
  EXPECT_EQ(policyctl("compile p.policy").out, "sys_enter_ptrace: deny kill\n");
}

TEST_F(Import, AsJson) {
  write("p.json", kProfile);
  const Outcome outcome = policyctl("import oci --json p.json");
  EXPECT_EQ(outcome.err, "");
  EXPECT_NE(outcome.out.find("\"listed\": \"p.json:4: SCMP_ACT_TRAP ends the process: rule files have no trap\\u000a\"}"),
            std::string::npos)
      << outcome.out;
}

TEST_F(Import, MistakesAndTrouble) {
  EXPECT_EQ(policyctl("import").err,
            "policyctl: error: which kind of policy? There is oci. See policyctl import --help\n");
  EXPECT_EQ(policyctl("import cil x").status, 2);
  EXPECT_EQ(policyctl("import oci").err, "policyctl: error: one profile, please. See policyctl import --help\n");
  EXPECT_EQ(policyctl("import oci none.json").err,
            "policyctl: error: none.json: No such file or directory\n");
  write("p.json", "{}");
  const Outcome wrong = policyctl("import oci p.json");
  EXPECT_EQ(wrong.status, 1);
  EXPECT_EQ(wrong.err, "policyctl: error: p.json:1: \"defaultAction\" is missing, or no string\n");
}

}  // namespace
}  // namespace eventfilter::cli
