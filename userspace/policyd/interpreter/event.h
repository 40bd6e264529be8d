// SPDX-License-Identifier: BSD-2-Clause
//
// One event as the interpreter judges it. Types only.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

namespace eventfilter::interpreter {

__extension__ using Number = __int128;

struct Event {
  std::string name;                           // "file_open", "sys_enter_newstat"
  std::string usual_name;                     // "sys_enter_stat", or empty
  std::map<std::string, std::string> labels;  // label fields: the type, "" for none
  std::map<std::string, Number> numbers;      // integers and ids
  std::set<std::string> undefined;            // ids without a mapping; of a session, what isn't known
  std::map<std::string, std::string> strings;
  std::vector<std::string> groups = {};  // a session's: what "group" stands for, each; "undefined": there may be others
};

// What comes of an event.
struct Verdict {
  bool passes = true;

  // The language doesn't say: an open that asks for nothing, of which some part is denied.
  bool is_open = false;

  // Of one that doesn't pass: what may happen, as rules write it ("kill", "errno ENOENT quiet",
  // "" for the default). Several where the language doesn't say which.
  std::set<std::string> actions;
};

}  // namespace eventfilter::interpreter
