// SPDX-License-Identifier: BSD-2-Clause
#include "daemon/circumstances.h"

#include <algorithm>
#include <charconv>
#include <ctime>
#include <limits>

#include <poll.h>

#include "base/file.h"

namespace eventfilter::daemon {
namespace {

// What audit says of who didn't log in.
constexpr std::int64_t kUnset = std::numeric_limits<std::uint32_t>::max();

void add_time(analysis::Circumstances& ret) {
  const std::time_t now = std::time(nullptr);
  std::tm local = {};
  if (localtime_r(&now, &local) == nullptr) return;
  ret.numbers["hour"] = local.tm_hour;
  ret.numbers["minute"] = local.tm_min;
  ret.numbers["weekday"] = local.tm_wday;
}

std::string text_of(pid_t pid, const char* name) {
  const auto text = base::read_text_file("/proc/" + std::to_string(pid) + "/" + name);
  return text ? text.value() : "";
}

void add_number(pid_t pid, const char* file, const char* field, analysis::Circumstances& ret) {
  const std::string text = text_of(pid, file);
  std::int64_t number = kUnset;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && number != kUnset) ret.numbers[field] = number;
}

// Whether the text of /proc/PID/status has this as the effective user.
bool is_of_user(const std::string& status, uid_t uid) {
  const std::size_t line = status.find("\nUid:\t");
  if (line == std::string::npos) return false;
  const std::size_t effective = status.find('\t', line + 6) + 1;
  const std::string wanted = std::to_string(uid) + '\t';
  return effective != 0 && status.compare(effective, wanted.size(), wanted) == 0;
}

// The number may be another process' by now, even when the connection was accepted: then it's at least one of
// the same user.
bool is_there(const ipc::Peer& peer) {
  pollfd one{peer.pidfd.get(), POLLIN, 0};
  return is_of_user(text_of(peer.pid, "status"), peer.uid) && peer.pidfd && poll(&one, 1, 0) == 0;
}

}  // namespace

std::string session_in(const std::string& cgroups) {
  constexpr std::string_view kStart = "/session-";
  constexpr std::string_view kEnd = ".scope";
  const std::size_t line = cgroups.find("0::/user.slice/user-");
  if (line == std::string::npos || (line != 0 && cgroups[line - 1] != '\n')) return "";
  const std::string path = cgroups.substr(line, cgroups.find('\n', line) - line);
  // user.slice/user-1000.slice/session-3.scope, and no deeper: what is beneath is the session's own.
  const std::size_t start = path.find('/', path.find("user-"));
  if (start == std::string::npos || path.compare(start, kStart.size(), kStart) != 0) return "";
  const std::size_t from = start + kStart.size();
  const std::string scope = path.substr(from, path.find('/', from) - from);
  return scope.ends_with(kEnd) ? scope.substr(0, scope.size() - kEnd.size()) : "";
}

analysis::Circumstances circumstances_of(const Who& who, const ipc::Peer& peer) {
  analysis::Circumstances made;
  made.numbers["uid"] = who.uid;
  made.numbers["gid"] = who.gid;
  made.groups = who.groups;
  made.has_all_groups = who.has_all_groups;
  add_time(made);
  analysis::Circumstances process;
  add_number(peer.pid, "loginuid", "login_uid", process);
  add_number(peer.pid, "sessionid", "audit_session", process);
  if (const std::string session = session_in(text_of(peer.pid, "cgroup")); !session.empty()) {
    process.texts["session"] = session;
  }
  if (!is_there(peer)) return made;
  made.numbers.merge(process.numbers);
  made.texts.merge(process.texts);
  return made;
}

bool meets(const ipc::PolicyView& policy, const std::string& role,
           const analysis::Circumstances& circumstances) {
  for (const ipc::ViewList& one : policy.constraints) {
    if (one.name != role) continue;
    return std::all_of(one.items.begin(), one.items.end(),
                       [&](const std::string& text) { return analysis::holds(text, circumstances); });
  }
  return true;
}

}  // namespace eventfilter::daemon
