// SPDX-License-Identifier: BSD-2-Clause
//
// A syntax tree as text: every word and every switch in it, and no places. Of two texts that mean the same, the same
// comes out. For tests.
#pragma once

#include <string>

#include "ast/ast.h"

namespace eventfilter::syntax {

// A declaration a line, its parts in brackets in the tree's own order.
std::string tree_text(const ast::File& file);

}  // namespace eventfilter::syntax
