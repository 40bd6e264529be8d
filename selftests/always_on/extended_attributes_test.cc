// SPDX-License-Identifier: BSD-2-Clause
// An LSM that answers for extended attributes replaces the kernel's own check of capabilities. We
// must not: what was forbidden stays forbidden.
#include <gtest/gtest.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "support/child.h"
#include "support/program.h"
#include "support/ruleset.h"
#include "support/tree.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

class ExtendedAttributes : public testing::TestWithParam<Fs> {};

TEST_P(ExtendedAttributes, SecurityStaysForThePrivileged) {
  const Tree tree(GetParam());
  const std::string file = tree.make_file("file");
  const auto try_all = [&] {
    EXPECT_REFUSED(EPERM, setxattr(file.c_str(), "security.evf", "x", 1, 0));
    EXPECT_REFUSED(EPERM, setxattr(file.c_str(), "trusted.evf", "x", 1, 0));
    EXPECT_LT(removexattr(file.c_str(), "security.evf"), 0);
    EXPECT_NE(run({"setcap", "cap_chown+ep", file}).exit_code(), 0);
    EXPECT_NE(run({"setfattr", "-n", "security.evf", "-v", "x", file}).exit_code(), 0);
  };
  in_child(try_all);
  in_child([&] {
    enforce("file: allow\nsyscalls: allow\n");
    try_all();
  });
}

INSTANTIATE_TEST_SUITE_P(On, ExtendedAttributes, testing::ValuesIn(kEveryFs),
                         [](const auto& of) { return fs_name(of.param); });

}  // namespace
}  // namespace eventfilter::selftest
