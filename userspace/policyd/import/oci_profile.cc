// SPDX-License-Identifier: BSD-2-Clause
#include "import/oci_profile.h"

#include <algorithm>
#include <cerrno>
#include <map>
#include <optional>
#include <set>

#include "import/json_lines.h"

namespace eventfilter::import {
namespace {

constexpr int kDefaultErrno = EPERM;
constexpr const char* kArchitecture = "SCMP_ARCH_X86_64";
constexpr unsigned kKernelMajor = 6;
constexpr unsigned kKernelMinor = 1;

// Thrown on the way out of what isn't a profile; import_oci() makes an error of it.
struct Wrong {
  unsigned line;
  std::string text;
};

class Reader {
 public:
  Reader(const JsonFile& file, const OciOptions& options) : file_(file), options_(options) {}

  OciProfile read() {
    const Json& root = file_.root();
    if (!root.is_object()) throw Wrong{1, "a profile is an object"};
    check_members(root, {"defaultAction", "defaultErrnoRet", "architectures", "archMap", "syscalls",
                         "flags", "listenerPath", "listenerMetadata", "defaultErrno"});
    check_architecture(root);
    made_.default_action = action(root, "defaultAction", number(root, "defaultErrnoRet"));
    if (const Json* const flags = find(root, "flags"); flags != nullptr && !flags->empty()) {
      list(root, "flags have no counterpart");
    }
    const Json* const rules = find(root, "syscalls");
    if (rules != nullptr && !rules->is_null()) {
      if (!rules->is_array()) throw Wrong{line_of(root), "\"syscalls\" is a list"};
      for (const Json& one : *rules) read_rule(one);
    }
    return std::move(made_);
  }

 private:
  unsigned line_of(const Json& object) const { return file_.line_of(object); }

  static const Json* find(const Json& object, const char* name) {
    const auto found = object.find(name);
    return found == object.end() ? nullptr : &*found;
  }

  void list(const Json& object, std::string text) { made_.listed.push_back({line_of(object), std::move(text)}); }

  // A word that isn't known could mean anything: it's an error.
  void check_members(const Json& object, const std::set<std::string>& known) {
    for (const auto& [name, value] : object.items()) {
      if (!known.contains(name)) throw Wrong{line_of(object), "\"" + name + "\" isn't known"};
    }
  }

  std::string text(const Json& object, const char* name) {
    const Json* const found = find(object, name);
    if (found == nullptr || !found->is_string()) {
      throw Wrong{line_of(object), std::string("\"") + name + "\" is missing, or no string"};
    }
    return found->get<std::string>();
  }

  std::vector<std::string> texts(const Json& object, const char* name) {
    std::vector<std::string> all;
    const Json* const found = find(object, name);
    if (found == nullptr || found->is_null()) return all;
    if (!found->is_array()) throw Wrong{line_of(object), std::string("\"") + name + "\" is a list"};
    for (const Json& one : *found) {
      if (!one.is_string()) throw Wrong{line_of(object), std::string("\"") + name + "\" is a list of strings"};
      all.push_back(one.get<std::string>());
    }
    return all;
  }

  std::optional<std::uint64_t> number(const Json& object, const char* name) {
    const Json* const found = find(object, name);
    if (found == nullptr || found->is_null()) return std::nullopt;
    if (!found->is_number_unsigned()) {
      throw Wrong{line_of(object), std::string("\"") + name + "\" is a number from 0 to 18446744073709551615"};
    }
    return found->get<std::uint64_t>();
  }

  void check_architecture(const Json& root) {
    const std::vector<std::string> names = texts(root, "architectures");
    const Json* const map = find(root, "archMap");
    bool is_there = names.empty() && (map == nullptr || map->is_null());
    for (const std::string& one : names) {
      is_there = is_there || one == kArchitecture;
      if (one != kArchitecture) list(root, one + ": its calls are refused");
    }
    if (map != nullptr && map->is_array()) {
      for (const Json& one : *map) {
        if (!one.is_object() || text(one, "architecture") != kArchitecture) continue;
        is_there = true;
        for (const std::string& sub : texts(one, "subArchitectures")) list(one, sub + ": its calls are refused");
      }
    }
    if (!is_there) throw Wrong{line_of(root), std::string("the profile isn't for ") + kArchitecture};
  }

  OciAction action(const Json& object, const char* name, std::optional<std::uint64_t> error) {
    const std::string word = text(object, name);
    using Kind = OciAction::Kind;
    if (word == "SCMP_ACT_ALLOW") return {Kind::Allow, 0};
    if (word == "SCMP_ACT_LOG") return {Kind::Log, 0};
    if (word == "SCMP_ACT_ERRNO") {
      if (error && (*error == 0 || *error > 4095)) {
        // Success without anything done has no counterpart.
        list(object, "errno " + std::to_string(*error) + " can't be given: EPERM");
        error.reset();
      }
      return {Kind::Errno, error ? static_cast<int>(*error) : kDefaultErrno};
    }
    if (word == "SCMP_ACT_KILL" || word == "SCMP_ACT_KILL_PROCESS" || word == "SCMP_ACT_KILL_THREAD") {
      if (word != "SCMP_ACT_KILL_PROCESS") list(object, word + " ends the process, not the thread alone");
      return {Kind::Kill, 0};
    }
    if (word == "SCMP_ACT_TRAP") return {Kind::Trap, 0};
    if (word == "SCMP_ACT_TRACE" || word == "SCMP_ACT_NOTIFY") {
      list(object, word + " is refused with ENOSYS, as if nobody listened");
      return {Kind::Errno, ENOSYS};
    }
    throw Wrong{line_of(object), "\"" + word + "\" is no action"};
  }

  static bool is_kernel_at_least(const std::string& version) {
    const std::size_t dot = version.find('.');
    if (dot == std::string::npos) return false;
    const unsigned long major = std::strtoul(version.c_str(), nullptr, 10);
    const unsigned long minor = std::strtoul(version.c_str() + dot + 1, nullptr, 10);
    return std::pair(major, minor) <= std::pair<unsigned long, unsigned long>(kKernelMajor, kKernelMinor);
  }

  // Docker's conditions: whether the rule is there at all.
  bool applies(const Json& rule) {
    if (const Json* const in = find(rule, "includes"); in != nullptr && in->is_object()) {
      check_members(*in, {"caps", "arches", "minKernel"});
      for (const std::string& cap : texts(*in, "caps")) {
        if (!options_.capabilities.contains(cap)) return false;
      }
      const auto arches = texts(*in, "arches");
      if (!arches.empty() && std::find(arches.begin(), arches.end(), "amd64") == arches.end()) return false;
      if (find(*in, "minKernel") != nullptr && !is_kernel_at_least(text(*in, "minKernel"))) return false;
    }
    if (const Json* const out = find(rule, "excludes"); out != nullptr && out->is_object()) {
      check_members(*out, {"caps", "arches", "minKernel"});
      for (const std::string& cap : texts(*out, "caps")) {
        if (options_.capabilities.contains(cap)) return false;
      }
      const auto arches = texts(*out, "arches");
      if (std::find(arches.begin(), arches.end(), "amd64") != arches.end()) return false;
      if (find(*out, "minKernel") != nullptr && is_kernel_at_least(text(*out, "minKernel"))) return false;
    }
    return true;
  }

  void read_rule(const Json& one) {
    if (!one.is_object()) throw Wrong{line_of(file_.root()), "\"syscalls\" is a list of objects"};
    check_members(one, {"names", "name", "action", "errnoRet", "errno", "args", "includes", "excludes",
                        "comment", "priority"});
    OciRule rule;
    rule.line = line_of(one);
    rule.names = texts(one, "names");
    if (find(one, "name") != nullptr && !text(one, "name").empty()) rule.names.push_back(text(one, "name"));
    if (rule.names.empty()) throw Wrong{rule.line, "\"names\" is missing"};
    if (!applies(one)) return;
    auto error = number(one, "errnoRet");
    if (!error) error = number(file_.root(), "defaultErrnoRet");
    rule.action = action(one, "action", error);
    if (const Json* const arguments = find(one, "args"); arguments != nullptr && !arguments->is_null()) {
      if (!arguments->is_array()) throw Wrong{rule.line, "\"args\" is a list"};
      for (const Json& argument : *arguments) rule.arguments.push_back(read_argument(argument, rule.line));
    }
    made_.rules.push_back(std::move(rule));
  }

  OciArgument read_argument(const Json& one, unsigned line) {
    if (!one.is_object()) throw Wrong{line, "\"args\" is a list of objects"};
    check_members(one, {"index", "value", "valueTwo", "op"});
    static const std::map<std::string, Operator> operators = {
        {"SCMP_CMP_NE", Operator::NotEqual},     {"SCMP_CMP_LT", Operator::Less},
        {"SCMP_CMP_LE", Operator::LessEqual},    {"SCMP_CMP_EQ", Operator::Equal},
        {"SCMP_CMP_GE", Operator::GreaterEqual}, {"SCMP_CMP_GT", Operator::Greater},
        {"SCMP_CMP_MASKED_EQ", Operator::MaskedEqual}};
    const std::string op = text(one, "op");
    const auto found = operators.find(op);
    if (found == operators.end()) throw Wrong{line_of(one), "\"" + op + "\" is no comparison"};
    const auto index = number(one, "index");
    if (!index || *index > 5) throw Wrong{line_of(one), "\"index\" is a number from 0 to 5"};
    const auto value = number(one, "value");
    if (!value) throw Wrong{line_of(one), "\"value\" is missing"};
    return {line_of(one), *index, {found->second, *value, number(one, "valueTwo").value_or(0)}};
  }

  const JsonFile& file_;
  const OciOptions& options_;
  OciProfile made_;
};

}  // namespace

bool OciRule::repeats_argument() const {
  std::set<std::size_t> seen;
  return std::any_of(arguments.begin(), arguments.end(),
                     [&](const OciArgument& one) { return !seen.insert(one.index).second; });
}

base::Result<OciProfile> read_oci_profile(const std::string& name, const std::string& text,
                                          const OciOptions& options) {
  const auto file = JsonFile::read(name, text);
  if (!file) return file.error();
  try {
    return Reader(file.value(), options).read();
  } catch (const Wrong& wrong) {
    return base::Error{EINVAL, name + ":" + std::to_string(wrong.line) + ": " + wrong.text};
  }
}

}  // namespace eventfilter::import
