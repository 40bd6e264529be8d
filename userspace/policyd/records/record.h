// SPDX-License-Identifier: BSD-2-Clause
//
// A denial as the kernel writes it (docs/kernel-abi.md, "Records"), read back. Everything that
// looks at records goes through here: explain, log, learn.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace eventfilter::records {

// A field of the event: a number, a name's text with its escapes undone, or labels with commas.
struct Value {
  std::string name;
  std::string text;
  bool is_string = false;  // stood between quotes

  bool operator==(const Value&) const = default;
};

// What one line says. Texts hold any bytes: they are the names of files and programs.
struct Record {
  std::string event;
  std::int64_t pid = 0;
  std::int64_t tid = 0;
  std::string comm;
  std::string uid;  // a number, or "unmapped"
  std::uint64_t domain = 0;
  int layer = 0;       // -1: all of them
  std::string action;  // "errno", "kill", "trap", "log"
  int error = 0;       // what the caller got, 0 if it passed
  std::string predicate;
  std::string path;           // from the root of its file system; empty if there is none
  std::vector<Value> values;  // the event's own fields, in its order
  std::uint64_t lost = 0;     // records that found no room before this one
  bool is_cut = false;        // values were left out: the line ended with " ..."

  bool operator==(const Record&) const = default;

  // The event's field with this name, or nullptr.
  const Value* find(std::string_view name) const;

  // The labels that a field names; none for "none" and "unknown".
  std::vector<std::string> labels(std::string_view name) const;
};

// Reads one line, without or with its newline, of a records descriptor, or of an audit message
// (what stands before "event=" is passed over). A line "lost=NUMBER" is a record without event.
// EINVAL, with the place, for anything else: a record is never guessed.
base::Result<Record> parse_record(std::string_view line);

// The number that a value is, in the field's own sign; EINVAL if it is none.
base::Result<std::int64_t> number_of(const Value& value);

}  // namespace eventfilter::records
