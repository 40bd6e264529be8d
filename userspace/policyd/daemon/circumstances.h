// SPDX-License-Identifier: BSD-2-Clause
//
// What policyd has verified of a session that begins, for `constrain`.
#pragma once

#include "analysis/constraint.h"
#include "daemon/who.h"
#include "ipc/policy_view.h"
#include "ipc/socket.h"

namespace eventfilter::daemon {

// Of a user and the process that asks, as the kernel tells: nothing that the process says itself. What can't be
// found out isn't there.
analysis::Circumstances circumstances_of(const Who& who, const ipc::Peer& peer);

// logind's session in the text of /proc/PID/cgroup ("0::/user.slice/user-1000.slice/session-3.scope"), or "".
std::string session_in(const std::string& cgroups);

// Whether all that the policy asks for of a role holds.
bool meets(const ipc::PolicyView& policy, const std::string& role,
           const analysis::Circumstances& circumstances);

}  // namespace eventfilter::daemon
