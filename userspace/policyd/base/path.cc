// SPDX-License-Identifier: BSD-2-Clause
#include "base/path.h"

namespace eventfilter::base {

std::string directory_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return std::string(slash == 0 || slash == std::string_view::npos ? "/" : path.substr(0, slash));
}

bool is_beneath(std::string_view path, std::string_view tree) {
  if (tree == "/") return path.starts_with('/');
  return path.starts_with(tree) && (path.size() == tree.size() || path[tree.size()] == '/');
}

}  // namespace eventfilter::base
