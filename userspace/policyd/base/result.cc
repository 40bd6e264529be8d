// SPDX-License-Identifier: BSD-2-Clause
#include "base/result.h"

#include <system_error>

namespace eventfilter::base {

Error system_error(int code, std::string what) {
  // generic_category's message, because strerror isn't thread-safe.
  return Error{code, std::move(what) + ": " + std::generic_category().message(code)};
}

}  // namespace eventfilter::base
