// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/graph.h"

#include <algorithm>
#include <set>

#include "analysis/access.h"

namespace eventfilter::analysis {
namespace {

// What fits into a node before it counts the rest.
constexpr std::size_t kMaxPatterns = 3;
constexpr std::size_t kMaxLabels = 6;
constexpr std::size_t kMaxCalls = 6;
constexpr std::size_t kMaxColumns = 34;

constexpr const char* kDomainColour = "#dbe9f6";
constexpr const char* kLabelColour = "#f5f0dc";
constexpr const char* kRoleColour = "#e3f1e1";
constexpr const char* kReadColour = "#4a6fa5";
constexpr const char* kWriteColour = "#c05a1f";
constexpr const char* kExecColour = "#7a3e9d";

// Between quotes of Graphviz's language; patterns are printable ASCII and UTF-8.
std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char byte : text) {
    if (byte == '"' || byte == '\\') out += '\\';
    if (byte == '\n') {
      out += "\\n";
    } else {
      out += byte;
    }
  }
  return out + '"';
}

// Lines of at most kMaxColumns, broken at blanks.
std::string wrapped(const std::string& text) {
  std::string out;
  std::size_t column = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    if (column != 0 && column + 1 + end - at > kMaxColumns) {
      out += '\n';
      column = 0;
    } else if (column != 0) {
      out += ' ';
      ++column;
    }
    out += text.substr(at, end - at);
    column += end - at;
    at = end + 1;
  }
  return out;
}

std::string listed(const std::vector<std::string>& words, std::size_t at_most, const char* by) {
  std::string out;
  for (std::size_t i = 0; i < words.size() && i < at_most; ++i) out += (i == 0 ? "" : by) + words[i];
  if (words.size() > at_most) out += std::string(by) + "and " + std::to_string(words.size() - at_most) + " more";
  return out;
}

std::string shown(const emit::LabelAssignment& one) {
  if (!one.path.empty()) {
    const std::string path = one.path == "/" ? "" : one.path;
    return one.cover == emit::Cover::Tree ? path + "/**" : one.path;
  }
  return (one.directory == "/" ? "" : one.directory) + "/" + one.component;
}

bool has(const Permissions& permissions, const std::set<std::string>& names) {
  for (const auto& [object_class, granted] : permissions) {
    const bool is_hit = std::any_of(granted.begin(), granted.end(),
                                    [&](const auto& one) { return names.contains(object_class + " " + one.first); });
    if (is_hit) return true;
  }
  return false;
}

// The strongest of what an edge stands for.
std::string colour_of(const Permissions& permissions) {
  static const std::set<std::string> writes = {
      "file write", "file create", "file unlink", "file rename", "file link", "file truncate",
      "file setattr", "file mount", "file umount", "use write", "socket bind"};
  if (has(permissions, writes)) return kWriteColour;
  return has(permissions, {"file exec"}) ? kExecColour : kReadColour;
}

class Drawing {
 public:
  Drawing(const emit::CompiledPolicy& policy, const events::Target& target, const GraphOptions& options)
      : policy_(policy), target_(target), options_(options) {}

  std::string draw() {
    out_ = "digraph policy {\n  rankdir=LR; ranksep=1.1; nodesep=0.35; fontname=\"Helvetica\"; labelloc=t;\n"
           "  label=" + quoted(options_.title) + "; fontsize=18;\n"
           "  node [fontname=\"Helvetica\", fontsize=11, style=\"filled,rounded\", shape=box, color=\"#555555\"];\n"
           "  edge [fontname=\"Helvetica\", fontsize=9, arrowsize=0.7];\n";
    for (const emit::CompiledDomain& domain : policy_.domains) {
      if (!is_wanted(domain)) continue;
      access_.emplace_back(&domain, access_of(policy_, domain, target_));
      add_domain(domain, access_.back().second);
    }
    add_labels();
    add_relations();
    add_legend();
    return out_ + "}\n";
  }

 private:
  bool is_wanted(const emit::CompiledDomain& domain) const {
    return options_.domain.empty() || domain.name == options_.domain;
  }

  bool is_drawn(const std::string& domain) const {
    return options_.domain.empty() || domain == options_.domain;
  }

  void line(const std::string& text) { out_ += "  " + text + ";\n"; }

  void add_domain(const emit::CompiledDomain& domain, const Access& access) {
    std::string text = domain.name + (domain.permissive ? " (permissive)" : "");
    const auto add = [&](const std::string& words) {
      if (!words.empty()) text += "\n" + wrapped(words);
    };
    if (!access.everything.empty()) add("on everything: " + text_of(access.everything));
    if (!access.open_classes.empty()) add("open: " + listed(access.open_classes, 9, ", "));
    if (!access.filtered_calls.empty()) {
      add("calls under a condition: " + listed(access.filtered_calls, kMaxCalls, " "));
    }
    if (access.refused_calls != 0) add(std::to_string(access.refused_calls) + " system calls refused");
    line(quoted("domain " + domain.name) + " [label=" + quoted(text) + ", fillcolor=\"" + kDomainColour + "\"" +
         (domain.permissive ? ", style=\"filled,rounded,dashed\"" : "") + "]");
  }

  // What each domain may do with a label: labels with the same text share a node.
  std::string treatment(const std::string& label) const {
    std::string text;
    for (const auto& [domain, access] : access_) {
      const auto found = access.labels.find(label);
      text += domain->name + ":" + (found == access.labels.end() ? "" : text_of(found->second)) + "\n";
    }
    return text;
  }

  std::string label_text(const std::vector<std::string>& labels) const {
    std::string text = labels.front().empty() && labels.size() == 1 ? "objects without a label" : "";
    std::vector<std::string> names;
    for (const std::string& label : labels) names.push_back(label.empty() ? "no label" : label);
    if (text.empty()) text = wrapped(listed(names, kMaxLabels, " "));
    if (labels.size() != 1) return text;
    std::vector<std::string> patterns;
    for (const emit::LabelAssignment& one : policy_.assignments) {
      if (one.label == labels.front()) patterns.push_back(shown(one));
    }
    return patterns.empty() ? text : text + "\n" + listed(patterns, kMaxPatterns, "\n");
  }

  void add_labels() {
    std::map<std::string, std::vector<std::string>> groups;
    std::vector<std::string> all = policy_.labels;
    all.emplace_back();
    for (const std::string& label : all) groups[treatment(label)].push_back(label);
    for (const auto& [text, labels] : groups) {
      const bool is_touched = std::any_of(access_.begin(), access_.end(), [&](const auto& one) {
        return one.second.labels.contains(labels.front());
      });
      if (!is_touched) continue;
      const std::string node = quoted("labels " + labels.front());
      line(node + " [label=" + quoted(label_text(labels)) + ", fillcolor=\"" + kLabelColour + "\", style=filled]");
      for (const auto& [domain, access] : access_) {
        const auto found = access.labels.find(labels.front());
        if (found == access.labels.end()) continue;
        const std::string colour = colour_of(found->second);
        line(quoted("domain " + domain->name) + " -> " + node + " [label=" + quoted(wrapped(text_of(found->second))) +
             ", color=\"" + colour + "\", fontcolor=\"" + colour + "\"]");
      }
    }
  }

  void add_relations() {
    for (const emit::CompiledDomain& domain : policy_.domains) {
      if (domain.from.empty() || !is_drawn(domain.name) || !is_drawn(domain.from)) continue;
      line(quoted("domain " + domain.name) + " -> " + quoted("domain " + domain.from) +
           " [label=\"narrows\", style=bold, arrowhead=empty]");
    }
    for (const emit::CompiledTransition& one : policy_.transitions) {
      if (!is_drawn(one.from) || !is_drawn(one.to)) continue;
      line(quoted("domain " + one.from) + " -> " + quoted("domain " + one.to) + " [label=" +
           quoted("executes " + one.on) + ", style=dashed]");
    }
    if (!options_.domain.empty()) return;
    for (const emit::CompiledRole& role : policy_.roles) {
      std::vector<std::string> users;
      for (const emit::CompiledUser& user : policy_.users) {
        if (std::find(user.roles.begin(), user.roles.end(), role.name) != user.roles.end()) users.push_back(user.name);
      }
      const std::string text = "role " + role.name + (users.empty() ? "" : "\n" + wrapped(listed(users, kMaxLabels, " ")));
      line(quoted("role " + role.name) + " [label=" + quoted(text) + ", shape=hexagon, style=filled, fillcolor=\"" +
           kRoleColour + "\"]");
      for (const std::string& domain : role.domains) {
        line(quoted("role " + role.name) + " -> " + quoted("domain " + domain) + " [color=\"#3c7a3c\"]");
      }
    }
  }

  void add_legend() {
    const auto edge = [](const char* colour, const char* text) {
      return std::string("<tr><td align=\"left\"><font color=\"") + colour + "\">&#8594; " + text + "</font></td></tr>";
    };
    const auto cell = [](const char* colour, const char* text) {
      return std::string("<tr><td align=\"left\" bgcolor=\"") + colour + "\">" + text + "</td></tr>";
    };
    line("legend [shape=none, style=\"\", margin=0, label=<<table border=\"1\" cellborder=\"0\" cellspacing=\"2\">" +
         cell(kDomainColour, "domain, and what it may do with everything") +
         cell(kLabelColour, "labels that all domains treat alike, and their paths") +
         (policy_.roles.empty() ? "" : cell(kRoleColour, "role, and who has it")) +
         edge(kReadColour, "uses or reads") + edge(kExecColour, "executes") + edge(kWriteColour, "changes") +
         "<tr><td align=\"left\">name? under a condition</td></tr></table>>]");
  }

  const emit::CompiledPolicy& policy_;
  const events::Target& target_;
  const GraphOptions& options_;
  std::string out_;
  std::vector<std::pair<const emit::CompiledDomain*, Access>> access_;
};

}  // namespace

std::string graph_of(const emit::CompiledPolicy& policy, const events::Target& target,
                     const GraphOptions& options) {
  return Drawing(policy, target, options).draw();
}

}  // namespace eventfilter::analysis
