// SPDX-License-Identifier: BSD-2-Clause
#include "policy/policy.h"

namespace eventfilter::policy {

std::string Action::text() const {
  std::string out;
  switch (kind) {
    case ast::Action::Kind::Errno: out = "errno " + error; break;
    case ast::Action::Kind::Kill: out = "kill"; break;
    case ast::Action::Kind::Log: out = "log"; break;
    case ast::Action::Kind::Default: break;
  }
  if (quiet) out += out.empty() ? "quiet" : " quiet";
  return out;
}

}  // namespace eventfilter::policy
