// SPDX-License-Identifier: BSD-2-Clause
// One table of object events: what docs/events.md, securityfs and tracefs say of it is the same.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "support/program.h"

namespace eventfilter::selftest {
namespace {

struct Field {
  std::string name;
  std::string type;
  bool operator==(const Field&) const = default;
};
using Fields = std::vector<Field>;

void PrintTo(const Field& field, std::ostream* out) { *out << field.name << ':' << field.type; }

Fields split_fields(std::istream& words) {
  Fields fields;
  for (std::string word; words >> word && word != "|";) {
    const size_t colon = word.find(':');
    fields.push_back({word.substr(0, colon), word.substr(colon + 1)});
  }
  return fields;
}

// "file_open file label:label ..."
std::map<std::string, Fields> from_securityfs() {
  std::map<std::string, Fields> events;
  std::istringstream lines(read_file("/sys/kernel/security/eventfilter/events"));
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string name, group;
    words >> name >> group;
    if (group != "syscalls") {
      events[group + " " + name] = split_fields(words);
    }
  }
  return events;
}

// "| `file_open` | file | label:label ... |"
std::map<std::string, Fields> from_the_documentation() {
  std::map<std::string, Fields> events;
  std::istringstream lines(read_file("/src/docs/events.md"));
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string bar, name, group;
    if (line.starts_with("| `") && words >> bar >> name >> bar >> group >> bar) {
      events[group + " " + name.substr(1, name.size() - 2)] = split_fields(words);
    }
  }
  return events;
}

// What a trace event declares, in the types of the listing as far as they can be told
Fields from_tracefs(const std::string& event) {
  static const std::map<std::string, std::string> kTypes = {
      {"u8", "u8"},   {"u16", "u16"}, {"u32", "u32"}, {"u64", "u64"},
      {"s8", "s8"},   {"s16", "s16"}, {"s32", "s32"}, {"s64", "s64"},
      {"int", "s32"}, {"__data_loc char[]", "text"}};
  Fields fields;
  std::istringstream lines(
      read_file("/sys/kernel/tracing/events/eventfilter/" + event + "/format"));
  for (std::string line; std::getline(lines, line);) {
    const size_t at = line.find("field:");
    if (at == std::string::npos) {
      continue;
    }
    const std::string declared = line.substr(at + 6, line.find(';') - at - 6);
    const size_t space = declared.rfind(' ');
    const std::string name = declared.substr(space + 1);
    const auto type = kTypes.find(declared.substr(0, space));
    if (!name.starts_with("common_")) {
      fields.push_back({name, type == kTypes.end() ? declared : type->second});
    }
  }
  return fields;
}

Fields as_traced(const Fields& fields) {
  Fields traced = {{"domain", "u64"}, {"layer", "s32"}, {"error", "s32"}};
  for (const Field& field : fields) {
    const bool is_id = field.type == "uid" || field.type == "gid";
    const bool is_text = field.type == "label" || field.type == "string";
    traced.push_back({field.name, is_id ? "u32" : is_text ? "text" : field.type});
  }
  return traced;
}

TEST(Listings, TheDocumentationIsTheKernels) {
  const auto kernel = from_securityfs();
  EXPECT_GE(kernel.size(), 8U);
  EXPECT_EQ(from_the_documentation(), kernel);
}

TEST(Listings, EachEventIsATraceEventWithItsFields) {
  std::set<std::string> traced = {"denied"};
  for (const auto& [name, fields] : from_securityfs()) {
    const std::string event = name.substr(name.find(' ') + 1);
    EXPECT_EQ(from_tracefs(event), as_traced(fields)) << event;
    traced.insert(event);
  }
  for (const auto& entry :
       std::filesystem::directory_iterator("/sys/kernel/tracing/events/eventfilter")) {
    if (entry.is_directory()) {
      EXPECT_EQ(traced.erase(entry.path().filename()), 1U) << entry.path();
    }
  }
  EXPECT_TRUE(traced.empty());
}

}  // namespace
}  // namespace eventfilter::selftest
