// SPDX-License-Identifier: BSD-2-Clause
//
// policyctl test, prove and diff.
#include "cli/test/policyctl.h"

namespace eventfilter::cli {
namespace {

class Reasoning : public PolicyctlTest {
 protected:
  static constexpr const char* kWeb =
      "policy 1;\nlabel site_t = \"/srv/**\";\nlabel key_t = \"/srv/*.key\";\n"
      "domain web_t {\n  allow file read on site_t when mode & 4;\n  allow syscall flock when fd == 1 || fd == 2;\n}\n";
};

TEST_F(Reasoning, TestSaysWhatHolds) {
  write("a.policy", std::string(kWeb) +
                        "expect web_t file read \"/srv/x.key\" denied;\n"
                        "expect web_t file read\n  \"/srv/x\" allowed;\nnever web_t file write;\n");
  const Outcome outcome = policyctl("test a.policy");
  EXPECT_EQ(outcome.status, 3);
  EXPECT_EQ(outcome.out,
            "a.policy:8:1-43: passed: expect web_t file read \"/srv/x.key\" denied;\n"
            "a.policy:9:1-22: failed: expect web_t file read \"/srv/x\" allowed;\n"
            "1 passed, 1 failed\n");
  EXPECT_EQ(outcome.err,
            "a.policy:9:1-22: error: web_t was expected to be allowed this, and is refused: file_open with "
            "label site_t, access 4, mode 0\n"
            "  expect web_t file read\n"
            "  ~~~~~~~~~~~~~~~~~~~~~~\n");
}

TEST_F(Reasoning, TestAsJson) {
  write("a.policy", std::string(kWeb) + "expect web_t file write on site_t denied;\n");
  const Outcome outcome = policyctl("test --json a.policy");
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(outcome.out,
            "{\"where\": \"a.policy:8:1-41\", \"expectation\": \"expect web_t file write on site_t denied;\", "
            "\"result\": \"passed\", \"because\": \"\"}\n");
}

TEST_F(Reasoning, TestOfMistakes) {
  write("a.policy", std::string(kWeb) + "never web_t file read on site_t;\nexpect web_t file exec denied;\n");
  const Outcome violated = policyctl("test a.policy");
  EXPECT_EQ(violated.status, 1);
  EXPECT_EQ(violated.out, "a.policy:9:1-30: passed: expect web_t file exec denied;\n1 passed, 0 failed\n");
  write("b.policy", "policy 1;\nexpect nobody_t file exec denied;\n");
  const Outcome wrong = policyctl("test b.policy");
  EXPECT_EQ(wrong.status, 1);
  EXPECT_EQ(wrong.out, "0 passed, 0 failed\n");
  EXPECT_EQ(wrong.err,
            "b.policy:2:8-15: error: there is no domain \"nobody_t\"\n"
            "  expect nobody_t file exec denied;\n"
            "         ~~~~~~~~\n");
  EXPECT_EQ(policyctl("test c.policy").status, 2);
  EXPECT_EQ(policyctl("test").err, "policyctl: error: which rule file? See policyctl test --help\n");
}

TEST_F(Reasoning, ProveAnswers) {
  write("a.policy", kWeb);
  const Outcome proved = policyctl("prove --policy a.policy never web_t file write");
  EXPECT_EQ(proved.status, 0) << proved.err;
  EXPECT_EQ(proved.out, "proved: never web_t file write;\n");
  const Outcome refuted = policyctl("prove --policy a.policy 'never web_t file read when mode == 5'");
  EXPECT_EQ(refuted.status, 3);
  EXPECT_EQ(refuted.out,
            "refuted: web_t can do what is never to be: file_open with label site_t, access 4, mode 5\n"
            "  a.policy:5:3-42: web_t allows it here\n");
  EXPECT_EQ(refuted.err, "");
  const Outcome json = policyctl("prove --json --policy a.policy never web_t file write");
  EXPECT_EQ(json.out,
            "{\"property\": \"never web_t file write;\", \"result\": \"proved\", \"because\": \"\", \"by\": \"\"}\n");
}

TEST_F(Reasoning, ProveTakesPropertiesAlone) {
  write("a.policy", kWeb);
  const Outcome smuggled = policyctl("prove --policy a.policy 'domain x { default * allow; }'");
  EXPECT_EQ(smuggled.status, 2);
  EXPECT_EQ(policyctl("prove --policy a.policy 'never web_t file write; domain x { }'").err,
            "policyctl: error: \"never web_t file write; domain x { }\" is no property: write never, only or "
            "expect. See policyctl prove --help\n");
  EXPECT_EQ(policyctl("prove --policy a.policy boolean b = true").err,
            "policyctl: error: \"boolean b = true;\" is no property: write never, only or expect. See "
            "policyctl prove --help\n");
  const Outcome unknown = policyctl("prove --policy a.policy never web_t file read on nope_t");
  EXPECT_EQ(unknown.status, 1);
  EXPECT_NE(unknown.err.find("there is no label or attribute \"nope_t\""), std::string::npos) << unknown.err;
  EXPECT_EQ(policyctl("prove never web_t file write").err,
            "policyctl: error: a rule file and a property, please. See policyctl prove --help\n");
}

TEST_F(Reasoning, DiffOfWhatIsWrittenInAnotherWay) {
  write("a.policy", kWeb);
  write("b.policy",
        "policy 1;\nlabel key_t = \"/srv/*.key\";\nlabel site_t = \"/srv/**\";\n"
        "domain web_t {\n  allow syscall flock when fd in { 1..2 };\n"
        "  allow file read on site_t when !((mode & 4) == 0);\n}\n");
  const Outcome outcome = policyctl("diff --semantic a.policy b.policy");
  EXPECT_EQ(outcome.status, 0) << outcome.out << outcome.err;
  EXPECT_EQ(outcome.out, "b.policy, compared with a.policy: equal\n");
}

TEST_F(Reasoning, DiffShowsAnEventForEachDirection) {
  write("a.policy", kWeb);
  write("b.policy",
        "policy 1;\nlabel site_t = \"/srv/**\";\nlabel key_t = \"/srv/*.key\";\n"
        "domain web_t {\n  allow file read on site_t when mode & 4;\n  allow syscall flock when fd == 1;\n}\n");
  const Outcome narrower = policyctl("diff --semantic a.policy b.policy");
  EXPECT_EQ(narrower.status, 3);
  EXPECT_EQ(narrower.out,
            "domain web_t: sys_enter_flock passes in a.policy only: fd 2\n"
            "  a.policy:6:3-46: web_t allows it here\n"
            "b.policy, compared with a.policy: narrower\n");
  const Outcome wider = policyctl("diff --semantic --json b.policy a.policy");
  EXPECT_EQ(wider.status, 3);
  EXPECT_EQ(wider.out,
            "{\"subject\": \"domain web_t\", \"event\": \"sys_enter_flock\", \"passes\": \"a.policy\", "
            "\"witness\": \"fd 2\", \"by\": \"  a.policy:6:3-46: web_t allows it here\\u000a\"}\n"
            "{\"result\": \"wider\"}\n");
}

TEST_F(Reasoning, DiffComparesLabelsAsSetsOfPaths) {
  write("a.policy",
        "policy 1;\nlabel a_t = \"/srv/**\";\ndomain d { allow file read on a_t; }\n");
  write("b.policy",
        "policy 1;\nlabel x_t = \"/srv/**\";\nlabel y_t = \"/srv/*.key\";\n"
        "domain d { allow file read on { x_t y_t }; }\n");
  EXPECT_EQ(policyctl("diff --semantic a.policy b.policy").out, "b.policy, compared with a.policy: equal\n");
  write("b.policy",
        "policy 1;\nlabel x_t = \"/srv/**\";\nlabel y_t = \"/srv/*.key\";\ndomain d { allow file read on x_t; }\n");
  const Outcome outcome = policyctl("diff --semantic a.policy b.policy");
  EXPECT_EQ(outcome.status, 3);
  EXPECT_EQ(outcome.out,
            "domain d: file_open passes in a.policy only: label a_t -> y_t, access 0, such as /srv/.key\n"
            "  a.policy:3:12-34: d allows it here\nb.policy, compared with a.policy: narrower\n");
}

TEST_F(Reasoning, DiffDecidesPatternsOfSeveralComponents) {
  const std::string rest = "label h_t = \"/home/**\";\ndomain d { allow file read on h_t; }\n";
  write("a.policy", "policy 1;\nlabel k_t = \"/home/*/.ssh/**\", \"/home/*/.gnupg\";\n" + rest);
  write("b.policy", "policy 1;\nlabel k_t = \"/home/*/.gnupg/**\", \"/home/*/.ssh\";\n" + rest);
  EXPECT_EQ(policyctl("diff --semantic a.policy b.policy").out, "b.policy, compared with a.policy: equal\n");
  write("b.policy", "policy 1;\nlabel k_t = \"/home/[!b]*/.ssh/**\", \"/home/*/.gnupg\";\n" + rest);
  const Outcome outcome = policyctl("diff --semantic a.policy b.policy");
  EXPECT_EQ(outcome.status, 3);
  EXPECT_EQ(outcome.out,
            "domain d: file_open passes in b.policy only: label k_t -> h_t, access 0, such as /home/b/.ssh\n"
            "  b.policy:4:12-34: d allows it here\nb.policy, compared with a.policy: wider\n");
}

TEST_F(Reasoning, DiffDecidesFileSystemsAndEndpoints) {
  write("a.policy",
        "policy 1;\nlabel p_t = fs proc;\nlabel web_t = tcp 80 .. 81, tcp 10.0.0.0/8;\n"
        "domain d { allow file read on p_t; allow socket connect on web_t; }\n");
  write("b.policy",
        "policy 1;\nlabel p_t = fs \"proc\";\nlabel web_t = tcp 81, tcp 80, tcp 10.0.0.0/9, tcp 10.128.0.0/9;\n"
        "domain d { allow file read on p_t; allow socket connect on web_t; }\n");
  EXPECT_EQ(policyctl("diff --semantic a.policy b.policy").out, "b.policy, compared with a.policy: equal\n");
  write("b.policy",
        "policy 1;\nlabel p_t = fs proc, fs sysfs;\nlabel web_t = tcp 80, tcp 10.0.0.0/8;\n"
        "domain d { allow file read on p_t; allow socket connect on web_t; }\n");
  const Outcome outcome = policyctl("diff --semantic a.policy b.policy");
  EXPECT_EQ(outcome.status, 3);
  EXPECT_EQ(outcome.out,
            "domain d: file_open passes in b.policy only: label none -> p_t, access 0, such as what is in fs \"sysfs\"\n"
            "  b.policy:4:12-34: d allows it here\n"
            "domain d: socket_connect passes in a.policy only: label web_t -> none, such as tcp [::] port 81\n"
            "  a.policy:4:36-65: d allows it here\n"
            "b.policy, compared with a.policy: neither wider nor narrower\n");
}

TEST_F(Reasoning, DiffOfWhatMustHoldOfSessions) {
  const std::string head = "policy 1;\ndomain d { }\nrole r { d }\n";
  write("a.policy", head + "constrain r when hour < 8;\n");
  write("b.policy", head + "constrain r when hour < 9;\n");
  EXPECT_EQ(policyctl("diff --semantic a.policy b.policy").out,
            "what must hold of sessions: differs\nb.policy, compared with a.policy: different\n");
}

TEST_F(Reasoning, DiffAndQueryFollowLevels) {
  const std::string head = "policy 1;\nlevel low < high;\n";
  const std::string rest = "label x_t = \"/x\";\ndomain d level low { allow file read on { k_t x_t }; }\n";
  write("a.policy", head + "label k_t level low = \"/k\";\n" + rest);
  write("b.policy", head + "label k_t level high = \"/k\";\n" + rest);
  const std::string out = policyctl("diff --semantic a.policy b.policy").out;
  EXPECT_TRUE(out.starts_with("domain d: file_open passes in a.policy only: label k_t, access 0\n"
                              "  a.policy:5:22-52: d allows it here\n"
                              "domain d: file_ioctl passes in a.policy only: label k_t\n"))
      << out;
  EXPECT_TRUE(out.ends_with("domain d: file_notify passes in a.policy only: label k_t\n"
                            "b.policy, compared with a.policy: narrower\n"))
      << out;
  EXPECT_EQ(policyctl("query --policy b.policy d file read").out,
            "x_t: !(access & 10) && access & 4, by b.policy:5:22-52\n");
}

TEST_F(Reasoning, DiffSeesIdsWithoutAMapping) {
  write("a.policy", "policy 1;\ndomain d { allow syscall flock when uid == 5 || uid != 5; }\n");
  write("b.policy", "policy 1;\ndomain d { }\n");
  EXPECT_EQ(policyctl("diff --semantic a.policy b.policy").out,
            "domain d: sys_enter_flock passes in b.policy only: uid without a mapping\n"
            "domain d: sys_enter_io_uring_setup passes in b.policy only: any\n"
            "domain d: sys_enter_io_uring_enter passes in b.policy only: any\n"
            "domain d: sys_enter_io_uring_register passes in b.policy only: any\n"
            "b.policy, compared with a.policy: wider\n");
}

TEST_F(Reasoning, DiffOfDomainsAndBooleans) {
  write("a.policy",
        "policy 1;\nboolean b = false;\nlabel x_t = \"/x\";\ndomain d { if b { allow file exec on x_t; } }\n");
  write("b.policy", "policy 1;\nboolean b = false;\nlabel x_t = \"/x\";\ndomain d { }\ndomain e { }\n");
  const Outcome outcome = policyctl("diff --semantic a.policy b.policy");
  EXPECT_EQ(outcome.status, 3);
  EXPECT_EQ(outcome.out,
            "domain e: only in b.policy\n"
            "domain d: file_exec passes in a.policy only: label x_t, if b is true\n"
            "  a.policy:4:19-41: d allows it here\n"
            "b.policy, compared with a.policy: different\n");
}

TEST_F(Reasoning, DiffOfTrouble) {
  write("a.policy", kWeb);
  EXPECT_EQ(policyctl("diff a.policy a.policy").err,
            "policyctl: error: --semantic and two rule files, please. See policyctl diff --help\n");
  EXPECT_EQ(policyctl("diff --semantic a.policy none.policy").status, 2);
  write("bad.policy", "policy 1;\ndomain d { allow file reed; }\n");
  EXPECT_EQ(policyctl("diff --semantic a.policy bad.policy").status, 1);
}

}  // namespace
}  // namespace eventfilter::cli
