// SPDX-License-Identifier: BSD-2-Clause
#include "support/attach.h"

#include <string>

#include "support/require.h"

namespace eventfilter::selftest {

void attach(int fd, std::string_view text) {
  require_call(try_attach(fd, text), "EVF_ATTACH of \"" + std::string(text) + "\"");
}

}  // namespace eventfilter::selftest
