// SPDX-License-Identifier: BSD-2-Clause
//
// AppArmor's profiles as they were written: variables replaced, included files read, nothing interpreted.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace eventfilter::apparmor {

struct Place {
  std::string file;
  unsigned line = 0;

  auto operator<=>(const Place&) const = default;
};

struct FileRule {
  Place place;
  std::string text;        // as it was written
  std::string expression;  // the path, without variables
  std::string letters;     // of "rwalkm"
  std::string exec;        // "ix", "Px" ...; "x" alone in a deny rule; or empty
  std::string target;      // px -> TARGET
  bool is_owner = false;
  bool is_deny = false;
  bool is_audit = false;
};

// A rule of another class: its words after the qualifiers, the class first.
struct OtherRule {
  Place place;
  std::string text;
  std::vector<std::string> words;
  bool is_deny = false;
  bool is_audit = false;
};

struct Profile {
  Place place;
  std::string name;        // "ping", "/usr/sbin/sshd//passwd"
  std::string attachment;  // the expression of the programs that it is for; or empty
  std::string parent;      // of a child or a hat
  bool is_hat = false;
  std::vector<std::string> flags;
  std::vector<FileRule> files;
  std::vector<OtherRule> others;
};

// What couldn't be read as a rule, or isn't one of a profile.
struct Remark {
  Place place;
  std::string text;

  auto operator<=>(const Remark&) const = default;
};

struct Profiles {
  std::vector<Profile> all;
  std::vector<Remark> remarks;
};

}  // namespace eventfilter::apparmor
