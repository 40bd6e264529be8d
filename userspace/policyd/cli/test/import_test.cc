// SPDX-License-Identifier: BSD-2-Clause
#include "cli/test/policyctl.h"

namespace eventfilter::cli {
namespace {

class Import : public PolicyctlTest {
 protected:
  static constexpr const char* kProfile =
      "{\n  \"defaultAction\": \"SCMP_ACT_ALLOW\",\n  \"syscalls\": [\n"
      "    { \"names\": [\"ptrace\"], \"action\": \"SCMP_ACT_KILL_THREAD\" }\n  ]\n}\n";
};

TEST_F(Import, ARuleFileThatCompiles) {
  write("p.json", kProfile);
  const Outcome outcome = policyctl("import oci --domain box_t p.json");
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.out,
            "policy 1;\n# From p.json, by policyctl import oci\ndomain box_t {\n  default * allow;\n"
            "  deny syscall { ptrace } kill;\n}\n");
  EXPECT_EQ(outcome.err, "policyctl: note: p.json:4: SCMP_ACT_KILL_THREAD ends the process, not the thread alone\n");
  write("p.policy", outcome.out);
  EXPECT_EQ(policyctl("compile p.policy").out, "sys_enter_ptrace: deny kill\n");
}

TEST_F(Import, AsJson) {
  write("p.json", kProfile);
  const Outcome outcome = policyctl("import oci --json p.json");
  EXPECT_EQ(outcome.err, "");
  EXPECT_NE(outcome.out.find("\"listed\": \"p.json:4: SCMP_ACT_KILL_THREAD ends the process, not the thread alone\\u000a\"}"),
            std::string::npos)
      << outcome.out;
}

TEST_F(Import, Cil) {
  write("p.cil", "(type a_t) (type b_t) (typeattribute domain) (typeattributeset domain (a_t))\n"
                 "(allow a_t b_t (file (read)))");
  const Outcome text = policyctl("import cil p.cil");
  EXPECT_EQ(text.status, 0);
  EXPECT_TRUE(text.out.starts_with("2 types, 1 attributes that have any, 1 domains, 1 allow rules in force\n"))
      << text.out;
  EXPECT_NE(text.out.find("allow                          1         0            0\n"), std::string::npos)
      << text.out;
  EXPECT_EQ(policyctl("import cil --rulesets p.cil").out,
            "# domain a_t\nfile: deny\nsocket: deny\ntask: deny\nsystem: deny\n"
            "file_open: mode in { 32768 .. 36863 } && (label & b_t) && !(access & 10)\n");
  EXPECT_TRUE(policyctl("import cil --json p.cil").out.starts_with("{\"types\":2,\"domains\":1,"));
  EXPECT_EQ(policyctl("import cil").err, "policyctl: error: CIL files, please. See policyctl import --help\n");
  write("never.cil", "(neverallow a_t b_t (file (read)))");
  const Outcome broken = policyctl("import cil p.cil never.cil");
  EXPECT_EQ(broken.status, 1);
  EXPECT_NE(broken.out.find("neverallow a_t b_t (file (read))\n  is broken by allow a_t b_t (file (read))\n"),
            std::string::npos)
      << broken.out;
}

TEST_F(Import, MistakesAndTrouble) {
  EXPECT_EQ(policyctl("import").err,
            "policyctl: error: which kind of policy? There are oci, cil and apparmor. See policyctl import --help\n");
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
