// SPDX-License-Identifier: BSD-2-Clause
#include "service/own_filters.h"

#include <cerrno>
#include <filesystem>
#include <set>
#include <system_error>

#include <eventfilter.h>
#include <fcntl.h>

#include "base/fd.h"

namespace eventfilter::service {
namespace {

base::Result<void> checked(int result, const std::string& what) {
  if (result < 0) return base::system_error(-result, what);
  return {};
}

base::Result<void> put(int space, const OwnLabel& one) {
  const base::Fd object(open(one.path.c_str(), O_PATH | O_CLOEXEC));
  if (!object && errno == ENOENT) return {};
  if (!object) return base::system_error(errno, one.path);
  if (one.name.empty())
    return checked(eventfilter_label_tree(space, object.get(), one.label.c_str()), one.path);
  return checked(
      eventfilter_label_name(space, object.get(), one.name.c_str(), one.label.c_str()),
      one.path + '/' + one.name);
}

base::Result<void> fill(int space, const OwnFilters& filters) {
  std::string text;
  std::set<std::string> names;
  for (const OwnLabel& one : filters.labels) names.insert(one.label);
  for (const std::string& name : names) text += "label " + name + '\n';
  text += filters.lines;
  eventfilter_text_error error = {};
  if (const int result = eventfilter_labels_write(space, text.data(), text.size(), &error); result < 0)
    return base::Error{-result, std::string("own labels: ") + error.sentence};
  for (const OwnLabel& one : filters.labels) {
    if (auto done = put(space, one); !done) return done;
  }
  return checked(eventfilter_labels_commit(space), "own labels");
}

void add_notify(OwnFilters& filters, const std::string& socket) {
  const std::size_t slash = socket.rfind('/');
  if (!socket.starts_with('/') || slash == 0) return;
  filters.labels.push_back({"notify_t", socket.substr(0, slash), socket.substr(slash + 1)});
}

// By its name, so that another folder in its place is the same to it, and one that is made later; whoever can put one
// there could write to its files as well.
OwnLabel place_of(const std::string& label, const std::string& path) {
  std::error_code error;
  const std::filesystem::path place = std::filesystem::weakly_canonical(path, error);
  const std::string name = place.filename();
  const bool is_glob = name.find_first_of("*?[\\") != std::string::npos;
  if (error || name.empty() || is_glob) return {label, path};
  return {label, place.parent_path(), name};
}

void add_users(OwnFilters& filters) {
  for (const char* const name : {"passwd", "group", "nsswitch.conf", "login.defs"})
    filters.labels.push_back({"users_t", "/etc", name});
}

}  // namespace

base::Result<void> confine_self(const OwnFilters& filters) {
  const base::Fd space(eventfilter_labels_create(0));
  if (!space) return checked(eventfilter_labels_create(0), "own label space");
  if (auto filled = fill(space.get(), filters); !filled) return filled;
  const base::Fd ruleset(eventfilter_ruleset_create(space.get(), 0));
  if (!ruleset) return base::system_error(EMFILE, "own filters");
  eventfilter_text_error error = {};
  const int written = eventfilter_ruleset_write(ruleset.get(), filters.ruleset.data(),
                                                filters.ruleset.size(), &error);
  if (written < 0)
    return base::Error{-written, "own filters: line " + std::to_string(error.line) + ": " +
                                     error.sentence};
  if (auto done = checked(eventfilter_no_new_privs(), "own filters"); !done) return done;
  return checked(eventfilter_enforce(ruleset.get(), 0), "own filters");
}

OwnFilters front_filters(const std::string& run_directory, const std::string& notify_socket) {
  OwnFilters filters;
  add_users(filters);
  filters.labels.push_back({"labeld_t", run_directory, "labeld"});
  add_notify(filters, notify_socket);
  filters.lines = "label notify_t\nlabel proc_t\nfs proc proc_t\n";
  filters.ruleset =
      "file: deny\n"
      "file_open: label & users_t && access == 4 || label & anonymous || label & proc_t && access == 4 && "
      "name in { \"cgroup\", \"loginuid\", \"sessionid\", \"status\" }\n"
      "socket: deny\n"
      "socket_create: family == 1\n"
      "socket_accept: family == 1\n"
      "socket_connect: family == 1\n"
      "socket_recv: family == 1\n"
      "socket_send: family == 1\n"
      "unix_connect: (label & labeld_t) || (label & notify_t)\n"
      "unix_send: allow\n"
      "task: deny\n"
      "system: deny\n";
  return filters;
}

OwnFilters labeld_filters(const std::vector<std::string>& rule_directories,
                          const std::string& notify_socket) {
  OwnFilters filters;
  add_users(filters);
  for (const std::string& directory : rule_directories)
    filters.labels.push_back(place_of("rules_t", directory));
  add_notify(filters, notify_socket);
  filters.lines =
      "label notify_t\n"
      "label rules_t\n"
      "label proc_t\n"
      "label kernel_t\n"
      "fs proc proc_t\n"
      "fs securityfs kernel_t\n";
  // 0x10000: threads of its own, which the solver of assertions needs. 2: CAP_DAC_READ_SEARCH
  filters.ruleset =
      "file: deny\n"
      "file_open: label in { kernel_t, proc_t, rules_t, users_t } && access == 4 || label & anonymous\n"
      "socket: deny\n"
      "socket_create: family == 1\n"
      "socket_accept: family == 1\n"
      "socket_connect: family == 1\n"
      "socket_recv: family == 1\n"
      "socket_send: family == 1\n"
      "unix_connect: label & notify_t\n"
      "unix_send: allow\n"
      "task: deny\n"
      "task_create: flags & 0x10000\n"
      "system: deny\n"
      "system_capable: cap == 2\n";
  return filters;
}

}  // namespace eventfilter::service
