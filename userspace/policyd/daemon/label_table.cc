// SPDX-License-Identifier: BSD-2-Clause
#include "daemon/label_table.h"

#include <bit>

namespace eventfilter::daemon {

LabelTable::LabelTable(const std::vector<std::pair<std::string, ipc::Vector>>& vectors)
    : slots_(std::bit_ceil(2 * vectors.size() + 1)), mask_(slots_.size() - 1) {
  for (const auto& [label, vector] : vectors) {
    std::size_t at = hash(label) & mask_;
    while (slots_[at].is_used && slots_[at].label != label) at = (at + 1) & mask_;
    slots_[at] = {label, vector, true};
    if (label.empty()) without_label_ = vector;
  }
}

}  // namespace eventfilter::daemon
