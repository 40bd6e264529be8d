// SPDX-License-Identifier: BSD-2-Clause
#include <algorithm>
#include <cstdlib>
#include <iterator>

#include "core/event_list.h"
#include "events/target.h"

namespace eventfilter::events {

// linux-6.1-x86_64.events, made a string when built.
extern const std::string_view kLinuxSyscalls;

namespace {

// The core's table, spelled as a listing.
constexpr std::string_view kObjectEvents =
#define TYPE_LABEL(ctype) "label"
#define TYPE_UID(ctype) "uid"
#define TYPE_GID(ctype) "gid"
#define TYPE_STRING(ctype) "string"
#define TYPE_INT(ctype) #ctype
#define GROUP_FILE "file"
#define GROUP_USE "use"
#define GROUP_META "meta"
#define GROUP_SOCKET "socket"
#define GROUP_TASK "task"
#define GROUP_SYSTEM "system"
#define FIELD(event, field, kind, ctype) " " #field ":" TYPE_##kind(ctype)
#define EVENT(event, group) #event " " GROUP_##group EVF_FIELDS_##event(FIELD) " uid:uid gid:gid\n"
    EVF_EVENTS(EVENT);

Target read_builtin() {
  base::Result<Target> target =
      parse_target("builtin", std::string(kObjectEvents) + std::string(kLinuxSyscalls));
  // Both texts are ours: a mistake in them is ours too.
  if (!target) std::abort();
  return std::move(target).value();
}

}  // namespace

bool is_atomic(const Event& event) {
#define NAME(event) #event,
  constexpr std::string_view kAtomic[] = {EVF_ATOMIC_EVENTS(NAME)};
#undef NAME
  return std::find(std::begin(kAtomic), std::end(kAtomic), event.name) != std::end(kAtomic);
}

const Target& builtin_target() {
  static const Target target = read_builtin();
  return target;
}

}  // namespace eventfilter::events
