// SPDX-License-Identifier: BSD-2-Clause
//
// What a `constrain` can ask of a session that begins.
#pragma once

#include "events/target.h"

namespace eventfilter::policy {

// Its fields, as if it were an event of the kernel's: uid, gid and group of the user; hour (0 to 23), minute and
// weekday (0 is Sunday) of the system's time; login_uid and audit_session of the kernel's audit; session, logind's.
const events::Event& session_event();

}  // namespace eventfilter::policy
