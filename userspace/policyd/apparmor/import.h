// SPDX-License-Identifier: BSD-2-Clause
//
// AppArmor's profiles as rule files. Nothing is let through that a profile refuses: what can't be said exactly
// refuses more, and is listed. The entry of this layer.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "apparmor/profile.h"
#include "apparmor/scan.h"
#include "base/result.h"

namespace eventfilter::apparmor {

// The program that the kernel starts programs with: whoever may execute any needs it.
inline constexpr const char* kLoader = "/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2";

struct Options {
  std::vector<std::string> loaders = {kLoader};
};

struct File {
  std::string name;
  std::string text;
};

// What became of the rules of one kind, once for each profile that has them.
struct Count {
  std::size_t exact = 0;
  std::size_t narrowed = 0;
  std::size_t unsupported = 0;

  bool operator==(const Count&) const = default;
};

struct Imported {
  std::string policy;            // a rule file, formatted
  std::vector<Remark> listed;    // what isn't in it as the profiles have it; sorted, each once
  std::map<std::string, Count> counts;  // by class: "file", "capability", ...
  std::vector<std::string> domains;     // by profile, in the order of the files
};

// Reads profiles into one rule file. EINVAL, with the place, for what is no profile, or has a deny rule that can't be
// read.
base::Result<Imported> import(const std::vector<File>& files, const Sources& sources, const Options& options);

}  // namespace eventfilter::apparmor
