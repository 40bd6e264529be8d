// SPDX-License-Identifier: BSD-2-Clause
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "eventfilter.h"

namespace {

std::set<std::string> names_in(const std::filesystem::path& path, const char* pattern) {
  std::ifstream file(path);
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
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

TEST(Version, IsTheProjects) {
  EXPECT_STREQ(eventfilter_version(), EVF_PROJECT_VERSION);
}

}  // namespace
