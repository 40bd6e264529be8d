// SPDX-License-Identifier: BSD-2-Clause
//
// Names by the globs that they match. Not for other layers; the entry is objects.h.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace eventfilter::analysis {

// A name for each set of these globs that some name matches exactly: one that matches all of the set
// and none of the others. nullopt if that takes too long.
std::optional<std::vector<std::string>> name_classes(const std::vector<std::string>& globs);

}  // namespace eventfilter::analysis
