// SPDX-License-Identifier: BSD-2-Clause
//
// How much of Debian's profiles is in what is made of them. With EVF_LONG all of them are read: the share in
// docs/design/0079-apparmor.md.
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>

#include "analysis/compile.h"
#include "apparmor/debian.h"
#include "apparmor/import.h"
#include "base/file.h"

namespace eventfilter::apparmor {
namespace {

TEST(DebiansProfiles, MostFileRulesAreExactAndTheOthersListed) {
  const std::vector<std::string> paths = debians_profiles(std::getenv("EVF_LONG") != nullptr);
  if (paths.empty()) GTEST_SKIP() << "apparmor-profiles isn't installed";
  Count all;
  for (const std::string& path : paths) {
    SCOPED_TRACE(path);
    const auto text = base::read_text_file(path);
    ASSERT_TRUE(text.ok());
    const auto made = import({{path, text.value()}}, real_sources(), {});
    ASSERT_TRUE(made.ok()) << made.error().message;
    diag::Diagnostics diagnostics;
    EXPECT_TRUE(analysis::compile({path, made.value().policy}, {}, diagnostics).has_value()) << diagnostics.render();
    const Count count = made.value().counts.at("file");
    std::size_t listed = 0;
    for (const Remark& one : made.value().listed) {
      const bool is_rule = one.text.starts_with("narrowed, ") || one.text.starts_with("left out, ");
      EXPECT_TRUE(!is_rule || (!one.place.file.empty() && one.place.line > 0)) << one.text;
      listed += is_rule ? 1 : 0;
    }
    EXPECT_TRUE(count.narrowed + count.unsupported == 0 || listed > 0);
    all.exact += count.exact;
    all.narrowed += count.narrowed;
    all.unsupported += count.unsupported;
  }
  const std::size_t rules = all.exact + all.narrowed + all.unsupported;
  std::cout << "[ share     ] " << paths.size() << " profiles: of " << rules << " file rules " << all.exact << " exact, "
            << all.narrowed << " narrowed, " << all.unsupported << " left out\n";
  EXPECT_GE(all.exact * 100, 60 * rules);
}

}  // namespace
}  // namespace eventfilter::apparmor
