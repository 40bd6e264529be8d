// SPDX-License-Identifier: BSD-2-Clause
//
// The program as a user meets it: words in, text and exit code out.
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <eventfilter.h>

#include "cli/test/policyctl.h"

namespace eventfilter::cli {
namespace {

constexpr const char* kObvious = R"(policy 1;
label tmp_t = "/tmp/**";
label user_home_t = "@{HOME}/**";
attribute data = tmp_t, user_home_t;
domain obvious_t {
  default * allow;
  allow file open on data;
}
)";

using Policyctl = PolicyctlTest;

TEST_F(Policyctl, CompilesTheObviousRuleFileToTheObviousFilter) {
  write("obvious.policy", kObvious);
  const Outcome outcome = policyctl("compile obvious.policy");
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(outcome.err, "");
  EXPECT_EQ(outcome.out, "file_open: (label & tmp_t) || (label & user_home_t)\n");
}

TEST_F(Policyctl, CompilesOneDomain) {
  write("two.policy",
        "policy 1;\nlabel tmp_t = \"/tmp/**\";\n"
        "domain a_t { allow file open on tmp_t; }\n"
        "domain b_t { allow file exec on tmp_t; }\n");
  const Outcome all = policyctl("compile two.policy");
  EXPECT_NE(all.out.find("# domain a_t\n"), std::string::npos) << all.out << all.err;
  EXPECT_NE(all.out.find("# domain b_t\n"), std::string::npos);
  const Outcome one = policyctl("compile --domain a_t two.policy");
  EXPECT_EQ(one.status, 0);
  EXPECT_NE(one.out.find("file_open: label & tmp_t\n"), std::string::npos) << one.out;
  const Outcome none = policyctl("compile --domain c_t two.policy");
  EXPECT_EQ(none.status, 2);
  EXPECT_EQ(none.err,
            "policyctl: error: the rule file has no domain \"c_t\"; did you mean \"a_t\"?\n");
}

TEST_F(Policyctl, PrintsLabels) {
  write("obvious.policy", kObvious);
  const Outcome outcome = policyctl("compile --labels obvious.policy");
  EXPECT_EQ(outcome.status, 0);
  EXPECT_NE(outcome.out.find("tmp_t"), std::string::npos);
  EXPECT_NE(outcome.out.find("/tmp/**\n"), std::string::npos) << outcome.out;
}

TEST_F(Policyctl, ShowsMistakesWithPlaceAndHint) {
  write("bad.policy",
        "policy 1;\nlabel tmp_t = \"/tmp/**\";\ndomain a_t {\n  allow file open on tmp_y;\n}\n");
  for (const char* command : {"compile bad.policy", "check bad.policy"}) {
    const Outcome outcome = policyctl(command);
    EXPECT_EQ(outcome.status, 1);
    EXPECT_NE(outcome.err.find("bad.policy:4:22-26: error: "), std::string::npos) << outcome.err;
    EXPECT_NE(outcome.err.find("\n  " "  allow file open on tmp_y;\n"
                               "                       ~~~~~\n"), std::string::npos) << outcome.err;
    EXPECT_NE(outcome.err.find("did you mean \"tmp_t\"?\n"), std::string::npos) << outcome.err;
    EXPECT_EQ(outcome.err.find('\033'), std::string::npos) << "no colours in a file";
  }
}

TEST_F(Policyctl, ChecksSeveralFiles) {
  write("good.policy", kObvious);
  write("bad.policy", "policy 1;\ndomain {\n");
  const Outcome good = policyctl("check good.policy");
  EXPECT_EQ(good.status, 0);
  EXPECT_EQ(good.out, "good.policy: ok: 1 domain, 2 labels\n") << good.err;
  const Outcome both = policyctl("check good.policy bad.policy");
  EXPECT_EQ(both.status, 1);
  EXPECT_NE(both.out.find("bad.policy: "), std::string::npos);
  EXPECT_EQ(policyctl("check none.policy good.policy").status, 2);
}

TEST_F(Policyctl, RunNeverRunsUnconfined) {
  if (eventfilter_abi_version() > 0) GTEST_SKIP() << "this kernel has event filters";
  write("obvious.policy", kObvious);
  const Outcome outcome = policyctl("run --policy obvious.policy -- touch ran");
  EXPECT_EQ(outcome.status, 125);
  EXPECT_EQ(outcome.err,
            "policyctl: error: this kernel has no event filters; is eventfilter in lsm= and "
            "/sys/kernel/security/lsm?\n");
  EXPECT_FALSE(std::filesystem::exists(directory_ / "ran"));
}

TEST_F(Policyctl, LearnSaysThatTheKernelHasNoFilters) {
  if (eventfilter_abi_version() > 0) GTEST_SKIP() << "it has";
  const Outcome outcome = policyctl("learn -o learnt.policy -- touch ran");
  EXPECT_EQ(outcome.status, 2);
  EXPECT_EQ(outcome.err,
            "policyctl: error: this kernel has no event filters; is eventfilter in lsm= and "
            "/sys/kernel/security/lsm?\n");
  EXPECT_FALSE(std::filesystem::exists(directory_ / "ran"));
  EXPECT_FALSE(std::filesystem::exists(directory_ / "learnt.policy"));
}

TEST_F(Policyctl, RunRunsNothingAfterAMistake) {
  write("bad.policy", "policy 1;\ndomain a_t {\n  allow fiel open;\n}\n");
  for (const char* words :
       {"run --policy bad.policy -- touch ran", "run --policy none.policy -- touch ran",
        "run -- touch ran", "run touch ran", "run --policy", "run --polciy bad.policy touch ran",
        "run --policy bad.policy"}) {
    const Outcome outcome = policyctl(words);
    EXPECT_EQ(outcome.status, 125) << words;
    EXPECT_NE(outcome.err, "") << words;
  }
  EXPECT_FALSE(std::filesystem::exists(directory_ / "ran"));
}

TEST_F(Policyctl, HelpAndVersion) {
  for (const char* words : {"--help", "run --help", "compile -h", "check --help", "help run",
                             "query --help", "label --help"}) {
    const Outcome outcome = policyctl(words);
    EXPECT_EQ(outcome.status, 0) << words;
    EXPECT_TRUE(outcome.out.starts_with("policyctl ")) << outcome.out;
    EXPECT_EQ(outcome.err, "");
  }
  EXPECT_TRUE(policyctl("--version").out.starts_with("policyctl 0.1.0\nkernel: "));
  const Outcome nothing = policyctl("");
  EXPECT_EQ(nothing.status, 2);
  EXPECT_EQ(nothing.out, "");
}

constexpr const char* kQueried = R"(policy 1;
boolean open = false;
label a_t = "/a/**";
label b_t = "/a/b/**", "/a/*.log";
domain outer_t { allow file { read exec } on { a_t b_t }; }
domain inner_t from outer_t {
  allow file open on a_t when owner == uid;
  if open { allow file read on b_t; }
}
)";

TEST_F(Policyctl, QueriesWhatADomainMayDo) {
  write("q.policy", kQueried);
  EXPECT_EQ(policyctl("query --policy q.policy outer_t file exec").out,
            "a_t: always, by q.policy:5:18-57\nb_t: always, by q.policy:5:18-57\n");
  EXPECT_EQ(policyctl("query --policy q.policy inner_t file read").out,
            "a_t: !(access & 10) && owner == uid && access & 4, by q.policy:5:18-57, q.policy:7:3-43\n");
  EXPECT_EQ(policyctl("query --policy q.policy -b open=true inner_t file read b_t").out,
            "b_t: !(access & 10) && access & 4, by q.policy:5:18-57, q.policy:8:13-35\n");
  EXPECT_EQ(policyctl("query --policy q.policy --json outer_t file exec a_t").out,
            "{\"object\": \"a_t\", \"when\": \"always\", \"by\": \"q.policy:5:18-57\"}\n");
  EXPECT_EQ(policyctl("query --policy q.policy outer_t file unlink").out, "");
  EXPECT_EQ(policyctl("query --policy q.policy outer_t system io_uring").out, "");
}

TEST_F(Policyctl, QueryNamesWhatIsWrong) {
  write("q.policy", kQueried);
  write("bad.policy", "policy 1;\ndomain {\n");
  const auto said = [&](const std::string& words, int status) {
    const Outcome outcome = policyctl("query --policy " + words);
    EXPECT_EQ(outcome.status, status) << words;
    EXPECT_EQ(outcome.out, "");
    return outcome.err;
  };
  EXPECT_EQ(said("q.policy outer_t file", 2),
            "policyctl: error: a rule file, a domain, a class and a permission, please. See policyctl "
            "query --help\n");
  EXPECT_EQ(said("q.policy outer_x file read", 2),
            "policyctl: error: the rule file has no domain \"outer_x\"; did you mean \"outer_t\"?\n");
  EXPECT_EQ(said("q.policy outer_t fiel read", 2),
            "policyctl: error: there is no class \"fiel\"; did you mean \"file\"?\n");
  EXPECT_EQ(said("q.policy outer_t file raed", 2),
            "policyctl: error: the class file has no permission \"raed\"; did you mean \"read\"?\n");
  EXPECT_NE(said("bad.policy outer_t file read", 1), "");
}

TEST_F(Policyctl, TellsTheLabelOfAPath) {
  write("q.policy", kQueried);
  EXPECT_EQ(policyctl("label --policy q.policy /a/x /a/b/ /a/x.log/y /b").out,
            "/a/x: a_t, by q.policy:3:13-19\n/a/b: b_t, by q.policy:4:13-21\n"
            "/a/x.log/y: b_t, by q.policy:4:24-33\n/b: no label: closed to every rule with \"on\"\n");
  EXPECT_EQ(policyctl("label --json --policy q.policy /a").out,
            "{\"path\": \"/a\", \"label\": \"a_t\", \"where\": \"q.policy:3:13-19\"}\n");
  const Outcome relative = policyctl("label --policy q.policy a");
  EXPECT_EQ(relative.status, 2);
  EXPECT_EQ(relative.err, "policyctl: error: \"a\" is no absolute path\n");
  EXPECT_EQ(policyctl("label /a").err,
            "policyctl: error: a rule file and a path, please. See policyctl label --help\n");
}

TEST_F(Policyctl, UnknownCommandGetsAHint) {
  const Outcome outcome = policyctl("chek x");
  EXPECT_EQ(outcome.status, 2);
  EXPECT_EQ(outcome.err,
            "policyctl: error: there is no command \"chek\"; did you mean \"check\"?\n");
  EXPECT_EQ(policyctl("compile").err,
            "policyctl: error: one rule file, please. See policyctl compile --help\n");
}

}  // namespace
}  // namespace eventfilter::cli
