// SPDX-License-Identifier: BSD-2-Clause
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "eventfilter.h"

namespace {

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::set<std::string> names_in(const std::filesystem::path& path, const char* pattern) {
  const std::string text = read(path);
  const std::regex name(pattern);
  std::set<std::string> names;
  for (std::sregex_iterator at(text.begin(), text.end(), name), end; at != end; ++at)
    names.insert((*at)[1]);
  return names;
}

TEST(SymbolMap, ExportsWhatTheHeadersDeclare) {
  std::set<std::string> declared;
  for (const auto& file : std::filesystem::recursive_directory_iterator(EVF_PUBLIC_HEADERS))
    if (file.path().extension() == ".h")
      declared.merge(names_in(file.path(), R"(\n(?!static|typedef)\w[\w \*]* \*?(eventfilter_\w+)\()"));
  const auto exported = names_in(EVF_SYMBOL_MAP, R"(\n\t(eventfilter_\w+);)");
  EXPECT_GE(declared.size(), 35u);
  EXPECT_EQ(declared, exported);
}

TEST(ManPages, NameEveryFunction) {
  std::set<std::string> named;
  for (const auto& page : std::filesystem::directory_iterator(EVF_MAN_PAGES)) {
    if (page.path().extension() != ".3") continue;
    const auto names = names_in(page.path(), R"(\n\.SH NAME\n([^\\\n]+) \\-)");
    ASSERT_EQ(names.size(), 1u) << page.path();
    const std::regex name(R"(\w+)");
    for (std::sregex_iterator at(names.begin()->begin(), names.begin()->end(), name), end; at != end; ++at)
      named.insert(at->str());
  }
  for (const auto& function : names_in(EVF_SYMBOL_MAP, R"(\n\t(eventfilter_\w+);)"))
    EXPECT_EQ(named.count(function), 1u) << function;
}

// A page of section 3: its functions, and what it says.
struct Page {
  std::set<std::string> functions;
  std::string text;
};

std::vector<Page> pages() {
  std::vector<Page> found;
  for (const auto& page : std::filesystem::directory_iterator(EVF_MAN_PAGES)) {
    if (page.path().extension() != ".3") continue;
    found.push_back({{}, read(page.path())});
    const std::string& text = found.back().text;
    const std::size_t begin = text.find(".SH NAME\n") + 9;
    const std::string line = text.substr(begin, text.find('\n', begin) - begin);
    const std::regex name(R"(eventfilter_\w+)");
    for (std::sregex_iterator at(line.begin(), line.end(), name), end; at != end; ++at)
      found.back().functions.insert(at->str());
  }
  return found;
}

// What stands in the comment before a declaration.
std::map<std::string, std::set<std::string>> declared_errors() {
  std::map<std::string, std::set<std::string>> errors;
  const std::regex declaration(R"(\*/\n(?!static|typedef)\w[\w \*]* \*?(eventfilter_\w+)\()");
  const std::regex error(R"(\bE[A-Z0-9]{3,}\b)");
  for (const auto& file : std::filesystem::recursive_directory_iterator(EVF_PUBLIC_HEADERS)) {
    if (file.path().extension() != ".h") continue;
    const std::string text = read(file.path());
    for (std::sregex_iterator at(text.begin(), text.end(), declaration), end; at != end; ++at) {
      const auto close = static_cast<std::size_t>(at->position());
      const std::size_t open = text.rfind("/*", close);
      const std::string comment = text.substr(open, close - open);
      auto& of_this = errors[(*at)[1]];
      for (std::sregex_iterator one(comment.begin(), comment.end(), error); one != end; ++one) of_this.insert(one->str());
    }
  }
  return errors;
}

TEST(ManPages, NameEveryErrorOfTheHeaders) {
  const auto errors = declared_errors();
  EXPECT_GE(errors.size(), 35u) << "of so many functions at least there is a comment";
  std::size_t compared = 0;
  for (const Page& page : pages()) {
    for (const std::string& function : page.functions) {
      const auto of_this = errors.find(function);
      if (of_this == errors.end()) continue;
      for (const std::string& error : of_this->second) {
        EXPECT_NE(page.text.find(error), std::string::npos) << function << ": " << error;
        ++compared;
      }
    }
  }
  EXPECT_GE(compared, 50u);
}

// Members of the static library, and which symbols they define or need.
struct Member {
  std::set<std::string> defined;
  std::set<std::string> needed;
};

std::map<std::string, Member> members() {
  std::map<std::string, Member> found;
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen("nm -A " EVF_STATIC_LIBRARY, "r"), &pclose);
  const std::regex line(R"(.*:(\w+)\.c\.o:[0-9a-f ]{16} (\w) (\w+)\n)");
  std::array<char, 1024> text;
  while (pipe && fgets(text.data(), text.size(), pipe.get()) != nullptr) {
    std::cmatch match;
    if (!std::regex_match(text.data(), match, line)) continue;
    Member& member = found[match[1]];
    (match[2] == "U" ? member.needed : member.defined).insert(match[3]);
  }
  return found;
}

// Of POSIX's list, and what is a system call or looks at memory alone.
const std::set<std::string> kSafe = {
    "__errno_location", "close", "close_range", "fcntl", "ioctl", "memchr", "memcmp", "memcpy", "memmem", "memmove",
    "memset", "prctl", "read", "strchr", "strlen", "strnlen", "strpbrk", "strtoul", "syscall", "write"};

bool is_instrumentation(const std::string& name) {
  for (const char* const prefix : {"__asan", "__ubsan", "__tsan", "__stack_chk", "_GLOBAL_OFFSET_TABLE_"})
    if (name.starts_with(prefix)) return true;
  return false;
}

// A function that pages call async-signal-safe is in a member that needs nothing else than such.
TEST(ManPages, WhatTheyCallAsyncSignalSafeIs) {
  const auto all = members();
  ASSERT_GE(all.size(), 10u);
  std::set<std::string> promised;
  for (const Page& page : pages())
    if (page.text.find("\nThread-safe and async-signal-safe.") != std::string::npos)
      promised.insert(page.functions.begin(), page.functions.end());
  EXPECT_GE(promised.size(), 25u);
  EXPECT_FALSE(promised.contains("eventfilter_ruleset_freeze")) << "it makes a thread";
  std::set<std::string> seen;
  std::vector<std::string> to_see(promised.begin(), promised.end());
  while (!to_see.empty()) {
    const std::string function = to_see.back();
    to_see.pop_back();
    for (const auto& [name, member] : all) {
      if (!member.defined.contains(function) || !seen.insert(name).second) continue;
      for (const std::string& needed : member.needed) {
        if (needed.starts_with("eventfilter_")) to_see.push_back(needed);
        else EXPECT_TRUE(kSafe.contains(needed) || is_instrumentation(needed)) << name << ".c: " << needed;
      }
    }
  }
  EXPECT_TRUE(seen.contains("kernel"));
  EXPECT_FALSE(seen.contains("freeze"));
  EXPECT_FALSE(seen.contains("avc"));
}

TEST(Version, IsTheProjects) {
  EXPECT_STREQ(eventfilter_version(), EVF_PROJECT_VERSION);
}

}  // namespace
