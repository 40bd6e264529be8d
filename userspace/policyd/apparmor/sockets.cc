// SPDX-License-Identifier: BSD-2-Clause
#include "apparmor/sockets.h"

#include <algorithm>
#include <array>
#include <map>

#include "apparmor/glob.h"
#include "apparmor/words.h"
#include "policy/constants.h"

namespace eventfilter::apparmor {
namespace {

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char byte) { return std::toupper(byte); });
  return text;
}

Sockets left_out(const OtherRule& rule, const std::string& why) {
  // What is denied in a way that isn't told is denied altogether
  if (rule.is_deny) return {"deny socket *;\n", {Kept::How::Narrowed, why + ": every socket is denied"}};
  return {"", {Kept::How::Unsupported, why}};
}

std::string effect(const OtherRule& rule) {
  return rule.is_deny ? "deny" : rule.is_audit ? "audit allow" : "allow";
}

Sockets network(const OtherRule& rule) {
  const Words words = read_words(rule.words);
  if (!words.conditions.empty()) return left_out(rule, "addresses in network rules aren't read");
  std::string family;
  std::string type;
  for (std::size_t i = 1; i < rule.words.size(); ++i) {
    const std::string& word = rule.words[i];
    if (word == "tcp" || word == "udp") {
      type = word == "tcp" ? "SOCK_STREAM" : "SOCK_DGRAM";
    } else if (word == "icmp") {
      return left_out(rule, "icmp isn't told from others");
    } else if (policy::find_constant("SOCK_" + upper(word)) && (!family.empty() || word != "packet")) {
      type = "SOCK_" + upper(word);
    } else if (policy::find_constant("AF_" + upper(word))) {
      family = "AF_" + upper(word);
    } else {
      return left_out(rule, "there is no \"" + word + "\"");
    }
  }
  const bool is_ip = type.empty() || !family.empty();
  std::string when = !is_ip ? "family in { AF_INET, AF_INET6 }" : family.empty() ? "" : "family == " + family;
  if (!type.empty()) when += std::string(when.empty() ? "" : " && ") + "type == " + type;
  return {effect(rule) + " socket *" + (when.empty() ? "" : " when " + when) + ";\n", {}};
}

const std::map<std::string, std::string> kOperations = {
    {"create", "create"}, {"bind", "bind"}, {"listen", "listen"}, {"accept", "accept"}, {"connect", "connect"},
    {"send", "send"}, {"w", "send"}, {"write", "send"}, {"receive", "recv"}, {"r", "recv"}, {"read", "recv"}};

// Which peers a rule is about: all, those of its own domain, or others.
enum class Peers { All, Own, Others };

Peers peers_of(const Words& words, const std::string& profile) {
  const auto found = words.conditions.find("peer");
  if (found == words.conditions.end()) return Peers::All;
  for (const std::string& one : found->second) {
    if (!one.starts_with("label=")) return Peers::Others;
    const auto patterns = expand(one.substr(6));
    const bool is_own = patterns && std::any_of(patterns.value().begin(), patterns.value().end(),
                                                [&](const Pattern& pattern) { return matches(pattern, profile); });
    if (!is_own) return Peers::Others;
  }
  return Peers::Own;
}

Sockets unix_sockets(const OtherRule& rule, const std::string& domain, const std::string& profile) {
  const Words words = read_words(rule.words);
  std::string when = "family == AF_UNIX";
  for (const auto& [name, values] : words.conditions) {
    if (name == "peer") continue;
    const std::string type = values.empty() ? "" : "SOCK_" + upper(values.front());
    if (name != "type" || values.size() != 1 || !policy::find_constant(type)) {
      return left_out(rule, "names of unix sockets aren't read");
    }
    when += " && type == " + type;
  }
  const Peers peers = peers_of(words, profile);
  if (peers == Peers::Others) return left_out(rule, "what isn't in a domain of this file has no name");
  std::string operations;
  bool reaches = words.plain.empty();
  for (const std::string& word : words.plain) {
    const auto found = kOperations.find(word);
    if (found != kOperations.end()) operations += " " + found->second;
    if (word == "rw") operations += " send recv";
    reaches = reaches || word == "connect" || word == "send" || word == "rw" || word == "w" || word == "write";
  }
  std::string text;
  if (words.plain.empty()) text = effect(rule) + " socket * when " + when + ";\n";
  else if (!operations.empty()) text = effect(rule) + " socket {" + operations + " } when " + when + ";\n";
  // Of sockets that have a place in a file system, the file's rules say who connects
  if (reaches) {
    text += effect(rule) + " unix { connect send } on anonymous;\n" + effect(rule) +
            " unix { connect send } when abstract == 1" + (peers == Peers::Own ? " && peer_label & " + domain : "") +
            ";\n";
  }
  return {text, {}};
}

}  // namespace

Sockets sockets(const OtherRule& rule, const std::string& domain, const std::string& profile) {
  return rule.words[0] == "network" ? network(rule) : unix_sockets(rule, domain, profile);
}

}  // namespace eventfilter::apparmor
