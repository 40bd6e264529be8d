// SPDX-License-Identifier: BSD-2-Clause
#include "policy/policy.h"

namespace eventfilter::policy {

std::string Action::text() const {
  std::string out;
  switch (kind) {
    case ast::Action::Kind::Errno: out = "errno " + error; break;
    case ast::Action::Kind::Kill: out = "kill"; break;
    case ast::Action::Kind::Trap: out = "trap"; break;
    case ast::Action::Kind::Log: out = "log"; break;
    case ast::Action::Kind::Default: break;
  }
  if (quiet) out += out.empty() ? "quiet" : " quiet";
  return out;
}

bool is_open(const Domain& domain, const ClassInfo& one) {
  const bool by_default = one.is_open && !domain.is_handle;
  return by_default || domain.open_classes.count(std::string(one.name)) != 0;
}

}  // namespace eventfilter::policy
