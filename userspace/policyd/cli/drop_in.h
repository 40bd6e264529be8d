// SPDX-License-Identifier: BSD-2-Clause
//
// The file by which a systemd unit starts confined: who wrote it for what, and whether it was
// edited since.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/unit_file.h"

namespace eventfilter::cli {

// Sorts behind what others are usually called: the last one that names a command counts.
inline constexpr const char* kDropInName = "zz-policyd.conf";
inline constexpr const char* kUnitDirectory = "/etc/systemd/system";

struct DropIn {
  std::string unit;
  std::string domain;
  bool only_start = false;

  bool operator==(const DropIn&) const = default;
};

// "/etc/systemd/system/nginx.service.d/zz-policyd.conf"
std::string drop_in_path(const std::string& unit);

// The whole file.
std::string drop_in_text(const DropIn& what, const std::vector<UnitCommand>& commands,
                         const std::string& policyctl);

// What a file that drop_in_text() made is for; none if somebody else wrote or changed it.
std::optional<DropIn> read_drop_in(std::string_view text);

// "nginx" is "nginx.service". EINVAL: no name of a service.
base::Result<std::string> service_name(const std::string& word);

}  // namespace eventfilter::cli
