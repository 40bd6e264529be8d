// SPDX-License-Identifier: BSD-2-Clause
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>

#include <gtest/gtest.h>

namespace {

std::set<std::string> names_in(const char* path, const char* pattern) {
  std::ifstream file(path);
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  const std::regex name(pattern);
  std::set<std::string> names;
  for (std::sregex_iterator at(text.begin(), text.end(), name), end; at != end; ++at)
    names.insert((*at)[1]);
  return names;
}

TEST(SymbolMap, ExportsWhatTheHeaderDeclares) {
  const auto declared = names_in(EVF_PUBLIC_HEADER, R"(\nint (eventfilter_\w+)\()");
  const auto exported = names_in(EVF_SYMBOL_MAP, R"(\n\t(eventfilter_\w+);)");
  EXPECT_GE(declared.size(), 16u);
  EXPECT_EQ(declared, exported);
}

}  // namespace
