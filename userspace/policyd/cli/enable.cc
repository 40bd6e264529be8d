// SPDX-License-Identifier: BSD-2-Clause
//
// Services that start in a domain: a drop-in puts `policyctl enter --service` in front of their
// commands. What can't be understood, or would run unconfined, is refused, and nobody else's file
// is touched.
#include <algorithm>
#include <cctype>
#include <cerrno>
#include <filesystem>
#include <iostream>
#include <map>
#include <sstream>

#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/capture.h"
#include "cli/commands.h"
#include "cli/daemon.h"
#include "cli/drop_in.h"
#include "cli/exit_codes.h"
#include "cli/json.h"
#include "cli/terminal.h"

namespace eventfilter::cli {
namespace {

namespace fs = std::filesystem;
using Properties = std::map<std::string, std::string>;

int trouble(const std::string& why) {
  say("error", why);
  return kTrouble;
}

base::Error error(std::string why) { return {EINVAL, std::move(why)}; }

base::Result<std::string> systemctl(std::vector<std::string> words) {
  words.insert(words.begin(), "systemctl");
  const auto said = capture(words);
  if (!said) return said.error();
  std::string text = said.value().text;
  while (text.ends_with('\n')) text.pop_back();
  if (said.value().status != 0) return error("systemctl " + words[1] + ": " + text);
  return text;
}

base::Result<Properties> properties(const std::string& unit) {
  const auto said = systemctl(
      {"show", "--property=LoadState,FragmentPath,DropInPaths,NeedDaemonReload", "--", unit});
  if (!said) return said.error();
  Properties made;
  std::istringstream lines(said.value());
  for (std::string line; std::getline(lines, line);) {
    if (const std::size_t equals = line.find('='); equals != std::string::npos)
      made[line.substr(0, equals)] = line.substr(equals + 1);
  }
  return made;
}

// As the files are now, and not as systemd read them once.
base::Result<Properties> loaded(const std::string& unit) {
  auto found = properties(unit);
  if (found && found.value()["NeedDaemonReload"] == "yes") {
    if (const auto reloaded = systemctl({"daemon-reload"}); !reloaded) return reloaded.error();
    found = properties(unit);
  }
  if (!found) return found;
  const std::string state = found.value()["LoadState"];
  if (state == "not-found") return error("there is no unit \"" + unit + '"');
  if (state == "masked") return error('"' + unit + "\" is masked");
  if (state != "loaded") return error("systemd can't load \"" + unit + "\": " + state);
  return found;
}

std::vector<std::string> files_of(Properties& of) {
  std::vector<std::string> files = {of["FragmentPath"]};
  std::istringstream words(of["DropInPaths"]);
  for (std::string one; words >> one;) files.push_back(one);
  return files;
}

// The unit's commands without the drop-in that is to be written.
base::Result<std::vector<UnitCommand>> commands_of(const std::string& unit) {
  auto found = loaded(unit);
  if (!found) return found.error();
  UnitFile read;
  for (const std::string& file : files_of(found.value())) {
    if (file == drop_in_path(unit)) continue;
    const auto text = base::read_text_file(file);
    if (!text) return text.error();
    const bool later = fs::path(file).filename() > kDropInName && file.ends_with(".conf");
    if (later && UnitFile::has_commands(text.value()))
      return error(file + " comes after " + kDropInName +
                   " and names commands: give it an earlier name");
    if (auto added = read.add(file, text.value()); !added) return added.error();
  }
  const auto& commands = read.commands();
  if (std::none_of(commands.begin(), commands.end(),
                   [](const auto& one) { return one.key == "ExecStart"; }))
    return error('"' + unit + "\" has no ExecStart=");
  return commands;
}

// What stands at the drop-in's place: nothing, one of ours, or an error.
base::Result<std::optional<DropIn>> present(const std::string& path) {
  struct stat status;
  if (lstat(path.c_str(), &status) != 0) {
    if (errno == ENOENT) return std::optional<DropIn>();
    return base::system_error(errno, path);
  }
  const auto text =
      S_ISREG(status.st_mode) ? base::read_text_file(path) : base::Result<std::string>("");
  if (!text) return text.error();
  auto ours = read_drop_in(text.value());
  if (!ours) return error(path + " isn't what policyctl enable wrote: it's left alone");
  return ours;
}

base::Result<std::string> own_path() {
  std::error_code failed;
  const std::string path = fs::read_symlink("/proc/self/exe", failed);
  if (failed) return base::system_error(failed.value(), "/proc/self/exe");
  if (path.find_first_not_of(
          "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._+-") !=
      std::string::npos)
    return error(path + ": a unit file can't name this path");
  return path;
}

bool is_word(const std::string& text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char one) {
    return std::isalnum(one) != 0 || one == '_';
  });
}

// A ruleset for it is what a service's start will ask for.
bool has_domain(const Arguments& arguments, const std::string& domain) {
  client::Client client = daemon_of(arguments);
  return ask<ipc::Entered>(client, ipc::Enter{domain}).has_value();
}

base::Result<void> write(const std::string& path, const std::string& text) {
  std::error_code failed;
  fs::create_directory(fs::path(path).parent_path(), failed);
  if (failed) return base::system_error(failed.value(), fs::path(path).parent_path());
  if (auto written = base::write_text_file(path, text); !written) return written;
  if (chmod(path.c_str(), 0644) != 0) return base::system_error(errno, path);
  if (const auto reloaded = systemctl({"daemon-reload"}); !reloaded) return reloaded.error();
  return {};
}

base::Result<void> remove(const std::string& path) {
  if (unlink(path.c_str()) != 0) return base::system_error(errno, path);
  // Others' drop-ins may be beside it
  rmdir(fs::path(path).parent_path().c_str());
  if (const auto reloaded = systemctl({"daemon-reload"}); !reloaded) return reloaded.error();
  return {};
}

base::Result<void> is_read(const std::string& unit) {
  auto found = loaded(unit);
  if (!found) return found.error();
  const std::vector<std::string> files = files_of(found.value());
  if (std::find(files.begin(), files.end(), drop_in_path(unit)) == files.end())
    return error("systemd doesn't read " + drop_in_path(unit) +
                 ": the service would not be confined");
  return {};
}

int enable(const Arguments& arguments, const std::string& unit) {
  const DropIn what{unit, arguments.rest[1], arguments.has("only-start")};
  const std::string path = drop_in_path(unit);
  if (!is_word(what.domain)) return trouble('"' + what.domain + "\" is no name of a domain");
  const auto commands = commands_of(unit);
  if (!commands) return trouble(commands.error().message);
  const auto policyctl = own_path();
  if (!policyctl) return trouble(policyctl.error().message);
  if (const auto there = present(path); !there) return trouble(there.error().message);
  if (!has_domain(arguments, what.domain)) return kTrouble;
  const auto written = write(path, drop_in_text(what, commands.value(), policyctl.value()));
  if (!written) return trouble(written.error().message);
  if (const auto read = is_read(unit); !read) return trouble(read.error().message);
  if (arguments.has("json")) {
    std::cout << json_object({{"unit", unit}, {"domain", what.domain}, {"drop_in", path}}) << '\n';
  } else {
    std::cout << path << " is written: " << unit << " starts in " << what.domain
              << " from its next start on (systemctl restart " << unit << ")\n";
  }
  return std::cout.flush() ? kOk : kTrouble;
}

int list(const Arguments& arguments) {
  bool all_current = true;
  const auto policyctl = own_path();
  if (!policyctl) return trouble(policyctl.error().message);
  std::error_code failed;
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(kUnitDirectory, failed)) {
    if (fs::path path = entry.path() / kDropInName; fs::exists(fs::symlink_status(path, failed)))
      found.push_back(std::move(path));
  }
  std::sort(found.begin(), found.end());
  for (const fs::path& path : found) {
    const auto there = present(path);
    if (!there) {
      say("warning", there.error().message);
      all_current = false;
      continue;
    }
    const DropIn& what = *there.value();
    const auto commands = commands_of(what.unit);
    const auto text = base::read_text_file(path);
    const bool current =
        commands && text && text.value() == drop_in_text(what, commands.value(), policyctl.value());
    all_current = all_current && current;
    if (arguments.has("json")) {
      std::cout << "{\"unit\": " << json_string(what.unit)
                << ", \"domain\": " << json_string(what.domain)
                << ", \"drop_in\": " << json_string(path.string())
                << ", \"current\": " << (current ? "true" : "false") << "}\n";
    } else {
      std::cout << what.unit << ": " << what.domain
                << (current ? "\n" : " (the unit has changed since: enable it again)\n");
    }
  }
  if (!std::cout.flush()) return kTrouble;
  return all_current ? kOk : kMistakes;
}

}  // namespace

int enable_command(const std::vector<std::string>& words) {
  const Invocation invocation =
      begin("enable", words, {{kRunOption, 0, true}, {"only-start", 0, false}, {"json", 0, false}},
            kTrouble);
  if (!invocation.proceed) return invocation.status;
  const Arguments& arguments = invocation.arguments;
  if (arguments.rest.empty()) return list(arguments);
  if (arguments.rest.size() != 2)
    return trouble("a unit and a domain, please. See policyctl enable --help");
  const auto unit = service_name(arguments.rest[0]);
  return unit ? enable(arguments, unit.value()) : trouble(unit.error().message);
}

int disable_command(const std::vector<std::string>& words) {
  const Invocation invocation = begin("disable", words, {{"json", 0, false}}, kTrouble);
  if (!invocation.proceed) return invocation.status;
  const Arguments& arguments = invocation.arguments;
  if (arguments.rest.size() != 1) return trouble("one unit, please. See policyctl disable --help");
  const auto unit = service_name(arguments.rest[0]);
  if (!unit) return trouble(unit.error().message);
  const std::string path = drop_in_path(unit.value());
  const auto there = present(path);
  if (!there) return trouble(there.error().message);
  if (!there.value()) return trouble('"' + unit.value() + "\" isn't enabled: there is no " + path);
  if (const auto removed = remove(path); !removed) return trouble(removed.error().message);
  if (arguments.has("json"))
    std::cout << json_object({{"unit", unit.value()}, {"drop_in", path}}) << '\n';
  else
    std::cout << path << " is removed: " << unit.value()
              << " starts as its files say from its next start on\n";
  return std::cout.flush() ? kOk : kTrouble;
}

}  // namespace eventfilter::cli
