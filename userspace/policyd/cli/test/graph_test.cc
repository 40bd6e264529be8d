// SPDX-License-Identifier: BSD-2-Clause
#include "cli/test/policyctl.h"

namespace eventfilter::cli {
namespace {

class Graph : public PolicyctlTest {
 protected:
  static constexpr const char* kShop =
      "policy 1;\nlabel site_t = \"/srv/www/**\";\nlabel log_t = \"/var/log/*.log\";\nlabel bin_t = \"/usr/bin/**\";\n"
      "label lib_t = \"/usr/lib/**\";\n"
      "domain web_t {\n  allow file read on { site_t bin_t lib_t };\n  allow file { write create } on log_t when mode & 2;\n"
      "  allow file exec on { bin_t lib_t };\n  deny syscall ptrace;\n}\n"
      "domain worker_t from web_t { allow file read on site_t; }\nrole staff_r { web_t }\nuser alice { staff_r }\n";

  bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }
};

TEST_F(Graph, AsGraphvizTakesIt) {
  write("shop.policy", kShop);
  const Outcome outcome = policyctl("graph --dot shop.policy");
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  for (const char* const line :
       {"  label=\"shop.policy\"; fontsize=18;\n",
        "  \"domain web_t\" [label=\"web_t\\nopen: use, meta\\n4 system calls refused\", fillcolor=\"#dbe9f6\"];\n",
        "  \"labels bin_t\" [label=\"bin_t lib_t\", fillcolor=\"#f5f0dc\", style=filled];\n",
        "  \"domain web_t\" -> \"labels bin_t\" [label=\"read exec\", color=\"#7a3e9d\", fontcolor=\"#7a3e9d\"];\n",
        "  \"labels log_t\" [label=\"log_t\\n/var/log/*.log\", fillcolor=\"#f5f0dc\", style=filled];\n",
        "  \"domain web_t\" -> \"labels log_t\" [label=\"write? create?\", color=\"#c05a1f\", fontcolor=\"#c05a1f\"];\n",
        "  \"domain worker_t\" -> \"labels site_t\" [label=\"read\", color=\"#4a6fa5\", fontcolor=\"#4a6fa5\"];\n",
        "  \"domain worker_t\" -> \"domain web_t\" [label=\"narrows\", style=bold, arrowhead=empty];\n",
        "  \"role staff_r\" [label=\"role staff_r\\nalice\", shape=hexagon, style=filled, fillcolor=\"#e3f1e1\"];\n",
        "  \"role staff_r\" -> \"domain web_t\" [color=\"#3c7a3c\"];\n"}) {
    EXPECT_TRUE(has(outcome.out, line)) << line << outcome.out;
  }
  const Outcome one = policyctl("graph --dot --domain worker_t shop.policy");
  EXPECT_FALSE(has(one.out, "\"domain web_t\"")) << one.out;
  EXPECT_FALSE(has(one.out, "staff_r"));
}

TEST_F(Graph, Drawn) {
  write("shop.policy", kShop);
  const Outcome outcome = policyctl("graph -o shop.svg shop.policy");
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(outcome.out, "");
  const std::string picture = read("shop.svg");
  EXPECT_TRUE(has(picture, "<svg ")) << picture.substr(0, 200);
  EXPECT_TRUE(has(picture, ">worker_t</text>"));
  EXPECT_TRUE(policyctl("graph --json shop.policy").out.starts_with("{\"svg\": \"<?xml"));
}

TEST_F(Graph, WithoutGraphviz) {
  write("shop.policy", kShop);
  const std::string command = "cd " + directory_.string() + " && env PATH=/nowhere " POLICYCTL " graph shop.policy >.out 2>.err";
  EXPECT_EQ(WEXITSTATUS(std::system(command.c_str())), 2);
  EXPECT_EQ(read(".err"),
            "policyctl: error: dot can't be run: install Graphviz, or take --dot for the graph alone\n");
}

TEST_F(Graph, MistakesAndTrouble) {
  write("bad.policy", "policy 1;\ndomain d { allow file reed; }\n");
  EXPECT_EQ(policyctl("graph bad.policy").status, 1);
  EXPECT_EQ(policyctl("graph none.policy").err, "policyctl: error: none.policy: No such file or directory\n");
  EXPECT_EQ(policyctl("graph").err, "policyctl: error: which rule file? See policyctl graph --help\n");
  write("shop.policy", kShop);
  EXPECT_EQ(policyctl("graph -o /nowhere/x.svg shop.policy").err,
            "policyctl: error: /nowhere/x.svg: No such file or directory\n");
}

}  // namespace
}  // namespace eventfilter::cli
