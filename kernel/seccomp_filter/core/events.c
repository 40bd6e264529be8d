// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The tables of object events.
 */
#include <evf_env.h>
#include "event.h"

#define SIZE_LABEL(ctype)	0
#define SIZE_STRING(ctype)	0
#define SIZE_INT(ctype)		sizeof(ctype)
#define SIZE_UID(ctype)		sizeof(ctype)
#define SIZE_GID(ctype)		sizeof(ctype)

#define SIGNED_LABEL(ctype)	false
#define SIGNED_STRING(ctype)	false
#define SIGNED_INT(ctype)	((ctype)~0ULL < (ctype)1)
#define SIGNED_UID(ctype)	false
#define SIGNED_GID(ctype)	false

#define FIELD(event, field, what, ctype)				\
	{								\
		.name = #field,						\
		.kind = EVF_KIND_##what,				\
		.slot = EVF_SLOT_##event##_##field,			\
		.size = SIZE_##what(ctype),				\
		.is_signed = SIGNED_##what(ctype),			\
	},

#define FIELDS(event, group)						\
	static const struct evf_field fields_of_##event[] = {		\
		EVF_FIELDS_##event(FIELD)				\
		{ .name = "uid", .kind = EVF_KIND_UID, .slot = EVF_SLOT_UID, .size = 4 },	\
		{ .name = "gid", .kind = EVF_KIND_GID, .slot = EVF_SLOT_GID, .size = 4 },	\
	};								\
	static_assert(EVF_NR_SLOTS_##event <= EVF_SLOT_UID, "leaves room for the subject");

EVF_EVENTS(FIELDS)

#define EVENT(event, which)						\
	[EVF_EV_##event] = {						\
		.name = #event,						\
		.fields = fields_of_##event,				\
		.id = EVF_EV_##event,					\
		.nr_fields = ARRAY_SIZE(fields_of_##event),		\
		.group = EVF_GROUP_##which,				\
	},

const struct evf_event evf_object_events[EVF_NR_OBJECT_EVENTS] = {
	EVF_EVENTS(EVENT)
};

const char *const evf_group_names[EVF_NR_GROUPS] = {
	[EVF_GROUP_SYSCALLS] = "syscalls",
	[EVF_GROUP_FILE] = "file",
	[EVF_GROUP_USE] = "use",
	[EVF_GROUP_META] = "meta",
	[EVF_GROUP_SOCKET] = "socket",
	[EVF_GROUP_TASK] = "task",
	[EVF_GROUP_SYSTEM] = "system",
};

static bool is_name(const char *candidate, const char *name, size_t len)
{
	return !strncmp(candidate, name, len) && !candidate[len];
}

const struct evf_event *evf_find_object_event(const char *name, size_t len)
{
	u32 i;

	for (i = 0; i < EVF_NR_OBJECT_EVENTS; i++) {
		if (is_name(evf_object_events[i].name, name, len))
			return &evf_object_events[i];
	}
	return NULL;
}

const struct evf_event *evf_atomic_event(const struct evf_event *event, u8 group)
{
#define ATOMIC(event)	EVF_EV_##event,
	static const u16 atomic[] = { EVF_ATOMIC_EVENTS(ATOMIC) };
	u32 i;

	/* A long list of system calls asks for each */
	if (group == EVF_GROUP_SYSCALLS)
		return NULL;
	for (i = 0; i < ARRAY_SIZE(atomic); i++) {
		const struct evf_event *candidate = &evf_object_events[atomic[i]];

		if (event ? event == candidate : group == candidate->group)
			return candidate;
	}
	return NULL;
}

const struct evf_field *evf_find_field(const struct evf_event *event,
				       const char *name, size_t len)
{
	u32 i;

	for (i = 0; i < event->nr_fields; i++) {
		if (is_name(event->fields[i].name, name, len))
			return &event->fields[i];
	}
	return NULL;
}
