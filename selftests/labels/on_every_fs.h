// SPDX-License-Identifier: BSD-2-Clause
// Labels must hold on each file system: the tests of this folder run on tmpfs, ext4 and overlayfs.
#pragma once

#include <gtest/gtest.h>

#include "support/label_probe.h"
#include "support/label_space.h"
#include "support/tree.h"

namespace eventfilter::selftest {

class OnEveryFs : public testing::TestWithParam<Fs> {
 protected:
  // The label that opening the path is judged by: "a_t b_t", "" or "unknown"
  [[nodiscard]] std::string label_of(const std::string& path) const { return probe_.of(path); }

  // In this order: the tree is unmounted when nothing refers to it any more
  const Tree tree_{GetParam()};
  const LabelSpace space_{kProbeNames};
  const LabelProbe probe_{space_};
};

}  // namespace eventfilter::selftest

#define INSTANTIATE_ON_EVERY_FS(suite)                                 \
  INSTANTIATE_TEST_SUITE_P(                                            \
      On, suite, testing::ValuesIn(::eventfilter::selftest::kEveryFs), \
      [](const auto& of) { return ::eventfilter::selftest::fs_name(of.param); })
