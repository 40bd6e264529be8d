// SPDX-License-Identifier: BSD-2-Clause
#include "interpreter/levels.h"

#include "interpreter/permissions.h"

namespace eventfilter::interpreter {
namespace {

// Which ways an event goes: what it reads, what it writes.
struct Ways {
  bool reads = false;
  bool writes = false;
};

bool is_among(const std::string& event, const std::set<std::string>& all) { return all.contains(event); }

bool has_bits(const Event& event, const char* field, unsigned bits) {
  return (static_cast<std::uint64_t>(event.numbers.at(field)) & bits) != 0;
}

// The column of the language's table of permissions. An open goes as its parts do.
Ways ways_of(const Event& event, unsigned parts) {
  static const std::set<std::string> reading = {
      "file_exec",  "file_chroot", "file_read",     "file_fcntl",  "file_lock",
      "file_stat",  "file_notify", "file_readlink", "socket_recv"};
  static const std::set<std::string> writing = {
      "file_create", "file_unlink", "file_truncate", "file_setattr", "file_write",
      "socket_send", "unix_send",   "task_signal",   "task_setsched"};
  static const std::set<std::string> both = {
      "file_rename",   "file_link",     "file_mount",    "file_umount",  "file_ioctl",
      "socket_bind",   "socket_listen", "socket_accept", "unix_connect", "socket_connect",
      "task_ptrace",   "task_prlimit"};
  if (event.name == "file_open") return {(parts & kRead) != 0, (parts & kWrite) != 0};
  if (event.name == "file_receive") return {has_bits(event, "access", 4), has_bits(event, "access", 10)};
  if (event.name == "file_map") return {true, has_bits(event, "prot", 2) && has_bits(event, "flags", 1)};
  return {is_among(event.name, reading) || is_among(event.name, both),
          is_among(event.name, writing) || is_among(event.name, both)};
}

bool is_about_objects(const Event& event) {
  return event.labels.contains("label") && !event.name.starts_with("sys_enter_");
}

}  // namespace

Levels::Levels(const ast::Policy& policy) {
  for (const ast::File& file : policy.files) {
    for (const ast::Declaration& one : file.declarations) {
      if (const auto* const levels = std::get_if<ast::Levels>(&one)) {
        for (std::size_t i = 0; i < levels->names.size(); ++i) heights_[levels->names[i].text] = i;
      } else if (const auto* const label = std::get_if<ast::Label>(&one)) {
        labels_[label->name.text] = label;
      } else if (const auto* const domain = std::get_if<ast::Domain>(&one)) {
        domains_[domain->name.text] = domain;
      }
    }
  }
}

Levels::Level Levels::read(const ast::Level& level) const {
  if (level.all) return {true, 0, {}};
  Level made{false, heights_.at(level.name.text), {}};
  for (const ast::Name& category : level.categories) made.categories.insert(category.text);
  return made;
}

Levels::Level Levels::of_domain(const std::string& name) const {
  const ast::Domain& one = *domains_.at(name);
  if (one.level) return read(*one.level);
  return one.from ? of_domain(one.from->text) : Level();
}

// Tasks have the names of domains, and nothing else has. What has no label has no level.
std::optional<Levels::Level> Levels::of_object(const std::string& label, bool is_task) const {
  if (label.empty() || is_task != domains_.contains(label)) return std::nullopt;
  if (is_task) return of_domain(label);
  if (label == "anonymous") return Level{true, 0, {}};
  const auto found = labels_.find(label);
  return found != labels_.end() && found->second->level ? read(*found->second->level) : Level();
}

bool Levels::is_above(const Level& high, const Level& low) {
  if (high.is_every || low.is_every) return true;
  if (high.height < low.height) return false;
  for (const std::string& one : low.categories) {
    if (!high.categories.contains(one)) return false;
  }
  return true;
}

bool Levels::permits(const std::string& domain, const Event& event, const std::string& label,
                     unsigned parts) const {
  if (heights_.empty() || !is_about_objects(event)) return true;
  const Level own = of_domain(domain);
  if (own.is_every) return true;
  const auto object = of_object(label, event.name.starts_with("task_"));
  if (!object) return false;
  const Ways ways = ways_of(event, parts);
  // A descriptor that can neither read nor write goes with either.
  if (event.name == "file_receive" && !ways.reads && !ways.writes) {
    return is_above(own, *object) || is_above(*object, own);
  }
  return (!ways.reads || is_above(own, *object)) && (!ways.writes || is_above(*object, own));
}

bool Levels::is_same(const std::string& domain, const std::string& label) const {
  if (heights_.empty()) return true;
  const Level own = of_domain(domain);
  if (own.is_every) return true;
  const auto object = of_object(label, false);
  return object && is_above(own, *object) && is_above(*object, own);
}

}  // namespace eventfilter::interpreter
