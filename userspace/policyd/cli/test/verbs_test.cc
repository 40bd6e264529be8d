// SPDX-License-Identifier: BSD-2-Clause
//
// Whatever commands there are: each has --json, help, its place in a manual page, and completion.
#include <cctype>
#include <set>
#include <sstream>

#include <nlohmann/json.hpp>

#include "base/file.h"
#include "cli/test/policyctl.h"

namespace eventfilter::cli {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

class Verbs : public PolicyctlTest {
 protected:
  Verbs() : verbs_(lines_of(policyctl("--list-commands").out)) {
    for (const char* const page : {"policyctl.1", "policyctl-run.1", "policyctl-learn.1", "policyctl-analysis.1"})
      manual_ += base::read_text_file(SOURCES "/docs/man/" + std::string(page)).value();
    for (std::size_t at = 0; (at = manual_.find("\\-", at)) != std::string::npos;) manual_.erase(at, 1);
  }

  // "--policy", "--json", ...
  std::set<std::string> options_of(const std::string& verb) {
    std::set<std::string> options;
    for (const std::string& line : lines_of(policyctl(verb + " --help").out)) {
      const std::size_t at = line.find("--");
      if (!line.starts_with("  -") || at > 6) continue;
      options.insert(line.substr(at, line.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-", at) - at));
    }
    return options;
  }

  // What a shell's own completion offers after these words.
  std::set<std::string> completed(const std::string& script) {
    write("complete", script);
    const std::string command = "cd " + directory_.string() + " && PATH=" + std::filesystem::path(POLICYCTL).parent_path().string() +
                                ":$PATH " + shell_ + " complete >.out 2>.err";
    EXPECT_EQ(std::system(command.c_str()), 0) << read(".err");
    const std::vector<std::string> lines = lines_of(read(".out"));
    return {lines.begin(), lines.end()};
  }
  std::set<std::string> completed_by_bash(const std::string& words) {
    shell_ = "bash";
    return completed("source " SOURCES "/userspace/policyd/daemon/install/policyctl.bash\n"
                     "COMP_WORDS=(" + words + ")\nCOMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n_policyctl\n"
                     "printf '%s\\n' \"${COMPREPLY[@]}\"\n");
  }
  // With the functions of zsh's that it hands its answers to.
  std::set<std::string> completed_by_zsh(const std::string& words) {
    shell_ = "zsh -f";
    return completed("_describe() { print -l -- ${${(P)2}%%:*} }\ncompadd() { [[ $1 == -a ]] && print -l -- ${(P)2} || print -l -- $@ }\n"
                     "_files() { :; }\nwords=(" + words + ")\nCURRENT=$#words\n"
                     "source " SOURCES "/userspace/policyd/daemon/install/_policyctl\n");
  }

  std::vector<std::string> verbs_;
  std::string manual_;
  std::string shell_;
};

TEST_F(Verbs, AreThoseOfTheDesign) {
  const std::set<std::string> have(verbs_.begin(), verbs_.end());
  for (const char* const verb : {"run", "check", "test", "compile", "fmt", "query", "prove", "diff", "explain", "log", "learn",
                                 "label", "hotplug", "enable", "top", "graph", "status", "import"}) {
    EXPECT_TRUE(have.contains(verb)) << verb;
  }
  EXPECT_EQ(have.size(), verbs_.size());
}

TEST_F(Verbs, EachHasHelpWithJsonAndExitStatus) {
  const std::string overview = policyctl("--help").out;
  for (const std::string& verb : verbs_) {
    const Outcome outcome = policyctl(verb + " --help");
    EXPECT_EQ(outcome.status, 0) << verb;
    EXPECT_TRUE(outcome.out.starts_with("policyctl " + verb + ' ')) << outcome.out;
    EXPECT_NE(outcome.out.find("\nExit status: "), std::string::npos) << verb;
    EXPECT_TRUE(options_of(verb).contains("--json")) << verb;
    EXPECT_TRUE(options_of(verb).contains("--help")) << verb;
    EXPECT_NE((overview + " ").find(verb), std::string::npos) << verb;
  }
}

// Those of the help are passed over to find the one that isn't there; import's, by what it imports.
TEST_F(Verbs, EachTakesTheOptionsOfItsHelpAndNoOther) {
  for (const std::string& verb : verbs_) {
    std::string words = verb;
    const auto try_words = [&] {
      const Outcome outcome = policyctl(words + " --nonesuch");
      EXPECT_NE(outcome.err.find("--nonesuch"), std::string::npos) << words << ": " << outcome.err;
      EXPECT_NE(outcome.status, 0) << verb;
    };
    for (const std::string& line : lines_of(policyctl(verb + " --help").out)) {
      if (verb == "import" && line.starts_with("policyctl import ")) {
        if (words != verb) try_words();
        const std::size_t kind = std::string("policyctl import ").size();
        words = "import " + line.substr(kind, line.find(' ', kind) - kind);
      }
      const std::size_t at = line.find("--");
      if (!line.starts_with("  -") || at > 6) continue;
      const std::size_t end = line.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-", at);
      const bool has_value = end + 1 < line.size() && std::isupper(static_cast<unsigned char>(line[end + 1])) != 0;
      words += ' ' + line.substr(at, end - at) + (has_value ? "=x" : "");
    }
    try_words();
  }
}

TEST_F(Verbs, EachIsInAManualPageWithItsOptions) {
  for (const std::string& verb : verbs_) {
    const bool is_there = manual_.find("policyctl " + verb) != std::string::npos ||
                          manual_.find(".BI " + verb + ' ') != std::string::npos ||
                          manual_.find(".BR " + verb + ' ') != std::string::npos ||
                          manual_.find(".B " + verb + '\n') != std::string::npos ||
                          manual_.find(".B " + verb + ' ') != std::string::npos;
    EXPECT_TRUE(is_there) << verb;
    for (const std::string& option : options_of(verb))
      EXPECT_NE(manual_.find(option), std::string::npos) << verb << ' ' << option;
  }
}

TEST_F(Verbs, BashCompletesThemAndTheirOptions) {
  std::set<std::string> expected(verbs_.begin(), verbs_.end());
  expected.insert({"--help", "--version", "--list-commands"});
  EXPECT_EQ(completed_by_bash("policyctl ''"), expected);
  for (const std::string& verb : verbs_) EXPECT_EQ(completed_by_bash("policyctl " + verb + " --"), options_of(verb));
  EXPECT_EQ(completed_by_bash("policyctl hot"), std::set<std::string>{"hotplug"});
}

TEST_F(Verbs, ZshCompletesThemAndTheirOptions) {
  if (std::system("command -v zsh >/dev/null") != 0) GTEST_SKIP() << "there is no zsh";
  EXPECT_EQ(completed_by_zsh("policyctl ''"), std::set<std::string>(verbs_.begin(), verbs_.end()));
  for (const std::string& verb : verbs_) EXPECT_EQ(completed_by_zsh("policyctl " + verb + " --"), options_of(verb));
}

// Objects, one a line, with at least these members.
void expect_objects(const std::string& text, const std::set<std::string>& members) {
  EXPECT_NE(text, "");
  for (const std::string& line : lines_of(text)) {
    const auto object = nlohmann::json::parse(line, nullptr, false);
    ASSERT_TRUE(object.is_object()) << line;
    for (const std::string& name : members) EXPECT_TRUE(object.contains(name)) << name << " in " << line;
  }
}

constexpr const char* kRules = R"(policy 1;
label a_t = "/a/**";
domain one_t { allow file open on a_t; }
role one_r { one_t }
expect one_t file open "/a/b" allowed;
)";

// Those that need neither a daemon nor a kernel with event filters; others in the guest.
TEST_F(Verbs, WithJsonWhatIsPrintedAreObjects) {
  write("a.policy", kRules);
  write("b.policy", "policy 1;\nlabel a_t = \"/a/**\";\ndomain one_t { }\nrole one_r { one_t }\n");
  write("seccomp.json", R"({"defaultAction": "SCMP_ACT_ERRNO", "syscalls": [{"names": ["read"], "action": "SCMP_ACT_ALLOW"}]})");
  write("a.cil", "(class file (read))\n(classorder (file))\n");
  const auto expect = [&](const std::string& words, const std::set<std::string>& members) {
    SCOPED_TRACE(words);
    expect_objects(policyctl(words).out, members);
  };
  expect("check --json a.policy b.policy", {"file", "domains", "labels", "mistakes", "warnings", "findings"});
  expect("compile --json a.policy", {"kind", "name", "filters"});
  expect("compile --json --domain one_t a.policy", {"kind", "name", "filters"});
  expect("compile --json --labels a.policy", {"label", "pattern"});
  expect("query --json --policy a.policy one_t file open", {"object", "when", "by"});
  expect("label --json --policy a.policy /a /b", {"path", "label", "where"});
  expect("fmt --json --check a.policy", {"file", "changed"});
  expect("test --json a.policy", {"where", "expectation", "result", "because"});
  expect("prove --json --policy a.policy never one_t file write on a_t", {"property", "result", "because", "by"});
  expect("diff --semantic --json a.policy b.policy", {});
  expect("graph --json --dot a.policy", {"dot"});
  expect("import oci --json seccomp.json", {"policy", "listed"});
}

TEST_F(Verbs, WithJsonAFileOfMistakesIsAnObjectWithThem) {
  write("bad.policy", "policy 1;\ndomain a_t {\n  allow fiel open;\n}\n");
  EXPECT_EQ(policyctl("check --json bad.policy").out,
            "{\"file\": \"bad.policy\", \"domains\": 0, \"labels\": 0, \"mistakes\": 1, \"warnings\": 0, \"findings\": ["
            "{\"kind\": \"error\", \"id\": \"unknown_class\", \"file\": \"bad.policy\", \"line\": 3, \"column\": 9, "
            "\"end_column\": 12, \"text\": \"there is no class \\\"fiel\\\"\", \"hint\": \"did you mean \\\"file\\\"?\"}]}\n");
}

TEST_F(Verbs, WithJsonMessagesAreObjectsToo) {
  write("bad.policy", "policy 1;\ndomain a_t {\n  allow fiel open;\n}\n");
  for (const char* const words : {"run --json --policy bad.policy true", "compile --json bad.policy",
                                  "label --json --policy bad.policy /a"}) {
    SCOPED_TRACE(words);
    expect_objects(policyctl(words).err, {"kind", "id", "file", "line", "column", "end_column", "text", "hint"});
  }
  for (const char* const words :
       {"run --json --policy none.policy true", "run --json", "enter --json", "enter --json --run-directory=/none a_t true",
        "status --json --run-directory=/none", "hotplug --json --run-directory=/none a_t /", "boolean --json --run-directory=/none b true",
        "reload --json --run-directory=/none", "log --json --run-directory=/none", "learn --json", "enable --json a", "disable --json"}) {
    SCOPED_TRACE(words);
    const Outcome outcome = policyctl(words);
    expect_objects(outcome.err, {"kind", "text"});
    EXPECT_NE(outcome.status, 0);
  }
  EXPECT_EQ(policyctl("run --json").err, "{\"kind\": \"error\", \"text\": \"which rule file? See policyctl run --help\"}\n");
}

}  // namespace
}  // namespace eventfilter::cli
