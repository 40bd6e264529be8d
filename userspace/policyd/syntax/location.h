// SPDX-License-Identifier: BSD-2-Clause
//
// What the generated parser's header needs. Not for other layers.
#pragma once

#include "ast/ast.h"
#include "diag/diagnostics.h"

namespace eventfilter::syntax {
class ParseContext;
}

// Where a rule of the grammar stands: from its first symbol to its last, or nowhere.
#define YYLLOC_DEFAULT(current, rhs, n)                                        \
  do {                                                                         \
    if (n) {                                                                   \
      (current) = eventfilter::diag::join(YYRHSLOC(rhs, 1), YYRHSLOC(rhs, n)); \
    } else {                                                                   \
      (current) = YYRHSLOC(rhs, 0);                                            \
      (current).begin = (current).end;                                         \
    }                                                                          \
  } while (false)
