// SPDX-License-Identifier: BSD-2-Clause
#include "learn/needs.h"

#include <array>

#include <linux/eventfilter.h>
#include <sys/stat.h>

#include "analysis/label_of.h"
#include "learn/other_rules.h"

namespace eventfilter::learn {
namespace {

struct OneToOne {
  const char* event;
  const char* permission;
};
constexpr std::array kPermissions = {
    OneToOne{"file_exec", "exec"},
    OneToOne{"file_create", "create"},
    OneToOne{"file_unlink", "unlink"},
    OneToOne{"file_rename", "rename"},
    OneToOne{"file_link", "link"},
    OneToOne{"file_truncate", "truncate"},
    OneToOne{"file_setattr", "setattr"},
    OneToOne{"file_chroot", "chroot"},
    OneToOne{"file_mount", "mount"},
    OneToOne{"file_umount", "umount"},
    OneToOne{"unix_connect", "unix connect"},
    OneToOne{"unix_send", "unix send"},
};

std::vector<std::string> opens(std::int64_t access) {
  std::vector<std::string> permissions;
  if ((access & EVF_ACCESS_READ) != 0) permissions.emplace_back("read");
  if ((access & (EVF_ACCESS_WRITE | EVF_ACCESS_APPEND)) != 0) permissions.emplace_back("write");
  // An open for ioctl alone passes with either
  if (permissions.empty()) permissions.emplace_back("read");
  return permissions;
}

class Collector {
 public:
  explicit Collector(const emit::CompiledPolicy& policy) : policy_(policy) {}

  void add(const Observation& one) {
    const auto permissions = permissions_for(one);
    const bool is_somewhere = !one.path.empty() || one.is_own_task || one.is_anonymous;
    if (permissions.empty() || !is_somewhere) return others_.add(one);
    for (const std::string& permission : permissions) {
      add_at(one, one.path, permission);
      if (!one.new_path.empty()) add_at(one, one.new_path, permission);
    }
  }

  Needs needs() {
    needs_.rules = others_.rules();
    return std::move(needs_);
  }

 private:
  void add_at(const Observation& one, const std::string& path, const std::string& permission) {
    if (one.is_own_task) {
      needs_.own_task.insert(permission);
      return;
    }
    if (one.is_anonymous) {
      needs_.anonymous.insert(permission);
      return;
    }
    const std::string label = analysis::label_of(policy_, path);
    if (!label.empty()) {
      OnLabel& rule = needs_.on_labels[{label, permission}];
      rule.names.insert(path.substr(path.rfind('/') + 1));
      rule.paths.insert(path);
      rule.programs.insert(one.programs.begin(), one.programs.end());
      return;
    }
    if (one.fs_type == "proc") {
      needs_.in_proc.insert(permission);
      return;
    }
    Access& access = needs_.places[path];
    access.permissions.insert(permission);
    access.programs.insert(one.programs.begin(), one.programs.end());
    const bool is_directory = (one.number("type") & S_IFMT) == S_IFDIR;
    access.is_directory_made =
        access.is_directory_made || (one.event == "file_create" && is_directory);
  }

  const emit::CompiledPolicy& policy_;
  OtherRules others_;
  Needs needs_;
};

}  // namespace

std::vector<std::string> permissions_for(const Observation& observation) {
  if (observation.event == "file_open") return opens(observation.number("access"));
  for (const auto& [event, permission] : kPermissions) {
    if (observation.event == event) return {permission};
  }
  return {};
}

Needs needs_of(const std::vector<Observation>& refused, const emit::CompiledPolicy& policy) {
  Collector collector(policy);
  for (const Observation& one : refused) collector.add(one);
  return collector.needs();
}

}  // namespace eventfilter::learn
