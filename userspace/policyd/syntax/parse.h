// SPDX-License-Identifier: BSD-2-Clause
//
// Rule text -> syntax tree. The entry of this layer.
#pragma once

#include "ast/ast.h"
#include "diag/diagnostics.h"

namespace eventfilter::syntax {

// Open parentheses at one place of a condition.
inline constexpr unsigned kMaxDepth = 32;

// Parses a source that `diagnostics` holds. Every mistake is reported; what could be read
// around it is in the tree.
ast::File parse(diag::SourceId source, diag::Diagnostics& diagnostics);

}  // namespace eventfilter::syntax
