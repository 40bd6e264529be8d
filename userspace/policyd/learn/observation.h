// SPDX-License-Identifier: BSD-2-Clause
//
// What a program was seen to do: a record, with the path as the program's user would write it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "records/record.h"

namespace eventfilter::learn {

// A mount whose root carries `label` while it's being learnt: records name objects from the root of
// their file system, and labels say which mount that is.
struct Place {
  std::string label;
  std::string point;  // where it's mounted
  std::string root;   // which directory of its file system is; "/" for all of it
  std::string type;   // "ext4"

  bool operator==(const Place&) const = default;
};

// What all tasks that are watched carry as their label, and with them what is theirs in /proc.
inline constexpr const char* kOwnTask = "own_task";

// One kind of event, however often it happened.
struct Observation {
  std::string event;          // "file_open"
  std::string path;           // absolute; empty where there is none
  std::string new_path;       // of a rename or a link
  bool is_own_task = false;   // it was about one of the watched tasks, or what is theirs in /proc
  bool is_anonymous = false;  // a pipe, a memfd and the like: it is in no tree
  std::string fs_type;        // of the mount that the path is on
  std::string endpoint;       // "10.1.2.3:443", of sockets
  std::map<std::string, std::int64_t> numbers;
  std::map<std::string, std::int64_t>
      passing;  // ids and inodes, of one of the times that it happened
  std::map<std::string, std::string> texts;
  std::set<std::string> programs;  // who did it

  // The number of a field; 0 if it has none.
  std::int64_t number(const std::string& field) const;
};

// What a record tells; nothing for a line about lost records, and for what is always on.
std::optional<Observation> observe(const records::Record& record, const std::vector<Place>& places);

// Observations that say the same become one, whoever did it and whatever their passing numbers are.
std::vector<Observation> merged(const std::vector<Observation>& all);

}  // namespace eventfilter::learn
