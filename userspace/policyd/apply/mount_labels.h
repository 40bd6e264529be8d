// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <vector>

#include "apply/assigned.h"
#include "apply/label_objects.h"
#include "apply/label_sink.h"
#include "apply/mounts.h"

namespace eventfilter::apply {

// Labels the roots of mounts beneath labelled directories as if labels crossed mounts. What isn't
// labelled, and said so in `remarks`, is closed.
void label_mounts(const std::vector<Mount>& mounts, const Assigned& assigned, LabelSink& sink,
                  std::vector<Remark>& remarks);

}  // namespace eventfilter::apply
