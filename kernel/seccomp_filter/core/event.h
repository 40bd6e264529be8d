/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Events and their typed fields: what a filter may name. A schema is where the parser
 * looks names up; the kernel has one, policyd another, a test a third.
 */
#ifndef _EVF_EVENT_H
#define _EVF_EVENT_H

#include <evf_env.h>
#include "event_list.h"
#include "limits.h"

EVF_BEGIN_DECLS

enum evf_kind {
	EVF_KIND_INT,
	EVF_KIND_UID,		/* as the ruleset's creator sees it; may be undefined */
	EVF_KIND_GID,
	EVF_KIND_LABEL,		/* a set of label names; may be unknown */
	EVF_KIND_STRING,
	EVF_KIND_POINTER,	/* user memory: never read, refused by name */
};

enum evf_group {
	EVF_GROUP_SYSCALLS,
	EVF_GROUP_FILE,
	EVF_GROUP_USE,
	EVF_GROUP_META,
	EVF_GROUP_SOCKET,
	EVF_GROUP_TASK,
	EVF_GROUP_SYSTEM,
	EVF_NR_GROUPS
};

/**
 * struct evf_field - a field of an event
 * @name: as written in a filter
 * @instead: for a pointer: the object event that sees what it points to, or NULL
 * @kind: enum evf_kind
 * @slot: its place in struct evf_record, below EVF_MAX_SLOTS
 * @size: bytes of an integer's declared type: 1, 2, 4 or 8; 4 for ids; else 0
 * @is_signed: whether that type is signed
 */
struct evf_field {
	const char *name;
	const char *instead;
	u8 kind;
	u8 slot;
	u8 size;
	bool is_signed;
};

/**
 * struct evf_event - an event that a ruleset may name
 * @name: "file_open", "sys_enter_write"
 * @fields: @nr_fields of them; none for a syscall without metadata, which can be
 *	allowed and denied but not filtered
 * @id: object events: their enum evf_event_id; syscalls: EVF_NR_OBJECT_EVENTS + number
 * @nr_fields: length of @fields, uid and gid included
 * @group: enum evf_group
 * @usual_name: another name that is accepted ("sys_enter_stat" for sys_enter_newstat), or NULL
 */
struct evf_event {
	const char *name;
	const char *usual_name;
	const struct evf_field *fields;
	u16 id;
	u8 nr_fields;
	u8 group;
};

/* Ids of the object events */
#define EVF_EVENT_ID(event, group)	EVF_EV_##event,
enum evf_event_id {
	EVF_EVENTS(EVF_EVENT_ID)
	EVF_NR_OBJECT_EVENTS
};
#undef EVF_EVENT_ID

/* Slots of their fields: EVF_SLOT_file_open_label, ... */
#define EVF_SLOT(event, field, kind, ctype)	EVF_SLOT_##event##_##field,
#define EVF_SLOTS(event, group) \
	enum evf_slot_##event { EVF_FIELDS_##event(EVF_SLOT) EVF_NR_SLOTS_##event };

EVF_EVENTS(EVF_SLOTS)
#undef EVF_SLOT
#undef EVF_SLOTS

/* Slots of the subject, the same in every event, syscalls included */
#define EVF_SLOT_UID	(EVF_MAX_SLOTS - 2)
#define EVF_SLOT_GID	(EVF_MAX_SLOTS - 1)

extern const struct evf_event evf_object_events[EVF_NR_OBJECT_EVENTS];
extern const char *const evf_group_names[EVF_NR_GROUPS];

/**
 * struct evf_schema - where the parser looks names up
 * @find_event: the event with this name (not terminated, @len bytes), or NULL
 * @find_label: the id of a label name (below EVF_LABEL_IDS), or -1
 * @label_name: the name of an id that find_label returned
 *
 * An implementation embeds it in a struct of its own. The callbacks may sleep. What they
 * return lives as long as the rules that were parsed with it.
 */
struct evf_schema {
	const struct evf_event *(*find_event)(const struct evf_schema *schema,
					      const char *name, size_t len);
	int (*find_label)(const struct evf_schema *schema, const char *name, size_t len);
	const char *(*label_name)(const struct evf_schema *schema, u16 id);
};

/**
 * evf_find_object_event() - look an object event up by name
 * @name: not terminated
 * @len: bytes of @name
 *
 * Return: the event, or NULL.
 */
const struct evf_event *evf_find_object_event(const char *name, size_t len);

/**
 * evf_atomic_event() - the event that keeps "trap" from being an action
 * @event: the event of a rule; NULL for a group's default
 * @group: its group
 *
 * Return: @event, or the first event of the group, if it's one of EVF_ATOMIC_EVENTS; or NULL.
 */
const struct evf_event *evf_atomic_event(const struct evf_event *event, u8 group);

/**
 * evf_find_field() - look a field of an event up by name
 * @event: the event
 * @name: not terminated
 * @len: bytes of @name
 *
 * Return: the field, or NULL.
 */
const struct evf_field *evf_find_field(const struct evf_event *event,
				       const char *name, size_t len);

/**
 * evf_pointer_instead() - which object event sees what a syscall's pointer points to
 * @syscall: the event's name without "sys_enter_"
 * @argument: the argument's name
 *
 * Return: the object event's name ("file_open" for openat's filename), or NULL.
 */
const char *evf_pointer_instead(const char *syscall, const char *argument);

EVF_END_DECLS

#endif /* _EVF_EVENT_H */
