// SPDX-License-Identifier: BSD-2-Clause
#include "policy/session_event.h"

namespace eventfilter::policy {

const events::Event& session_event() {
  using events::Kind;
  static const events::Event event = [] {
    events::Event made;
    made.name = "session";
    const auto add = [&](const char* name, Kind kind, unsigned size) {
      made.fields.push_back({name, kind, size, false, ""});
    };
    for (const char* const name : {"hour", "minute", "weekday"}) add(name, Kind::Integer, 1);
    add("audit_session", Kind::Integer, 4);
    add("login_uid", Kind::Uid, 4);
    add("uid", Kind::Uid, 4);
    add("gid", Kind::Gid, 4);
    add("group", Kind::String, 0);
    add("session", Kind::String, 0);
    return made;
  }();
  return event;
}

}  // namespace eventfilter::policy
