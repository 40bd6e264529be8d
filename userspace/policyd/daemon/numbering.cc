// SPDX-License-Identifier: BSD-2-Clause
#include "daemon/numbering.h"

#include <bit>

namespace eventfilter::daemon {

Numbering::Numbering(const std::vector<std::string>& names)
    : slots_(std::bit_ceil(2 * names.size() + 1)), mask_(slots_.size() - 1) {
  for (const std::string& name : names) {
    if (of(name) != 0) continue;
    std::size_t at = hash(name) & mask_;
    while (slots_[at].number != 0) at = (at + 1) & mask_;
    slots_[at] = {name, ++size_};
  }
}

}  // namespace eventfilter::daemon
