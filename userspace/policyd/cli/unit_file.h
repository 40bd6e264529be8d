// SPDX-License-Identifier: BSD-2-Clause
//
// The commands of a systemd service, as its unit files have them, and the same with policyctl in
// front. The words stay as they are written: quotes, specifiers and variables mean what they meant.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace eventfilter::cli {

// One assignment of one command: "ExecStart=-/usr/sbin/cron -f".
struct UnitCommand {
  std::string key;       // "ExecStart"
  std::string prefixes;  // "-@:+!" as they stand before the path
  std::string path;      // raw
  std::string
      arguments;  // raw, what follows the path; with '@' it begins with the name that is told
};

// Follows the settings of [Service] in the order in which systemd reads a unit's files.
class UnitFile {
 public:
  // Reads one file more. EINVAL, with the file and the line: a command that can't be understood.
  base::Result<void> add(const std::string& name, std::string_view text);

  const std::vector<UnitCommand>& commands() const { return commands_; }

  // Whether this text says anything about commands.
  static bool has_commands(std::string_view text);

 private:
  base::Result<void> assign(const std::string& key, std::string_view value,
                            const std::string& where);
  base::Result<void> add_command(const std::string& key, std::string_view words,
                                 const std::string& where);

  std::vector<UnitCommand> commands_;
};

// What a drop-in says, so that all commands (or those of ExecStart= alone) start in the domain.
std::string confined_commands(const std::vector<UnitCommand>& commands,
                              const std::string& policyctl, const std::string& domain,
                              bool only_start);

}  // namespace eventfilter::cli
