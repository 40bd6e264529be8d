/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * All events of this kernel: those of objects, from event_list.h, and those of system
 * calls, from the kernel's own metadata.
 */
#ifndef _EVF_EVENTS_H
#define _EVF_EVENTS_H

#include "core/event.h"

/**
 * evf_event_find() - look an event up by name
 * @name: ftrace's name, or the usual one; not terminated
 * @len: bytes of @name
 *
 * Return: the event, or NULL.
 */
const struct evf_event *evf_event_find(const char *name, size_t len);

/**
 * evf_syscall_event() - the event of a system call
 * @nr: any number
 *
 * Return: the event, or NULL for a number that no system call has.
 */
const struct evf_event *evf_syscall_event(unsigned int nr);

/**
 * evf_syscall_nr() - the number of a system call's event
 * @event: from evf_syscall_event()
 *
 * Return: the number, as the kernel's own table has it.
 */
static inline unsigned int evf_syscall_nr(const struct evf_event *event)
{
	return event->id - EVF_NR_OBJECT_EVENTS;
}

/**
 * evf_event_by_id() - an event by its id
 * @id: of an object event or of a system call's, whether there is one or not
 *
 * Return: the event, or NULL.
 */
static inline const struct evf_event *evf_event_by_id(u16 id)
{
	if (id < EVF_NR_OBJECT_EVENTS)
		return &evf_object_events[id];
	return evf_syscall_event(id - EVF_NR_OBJECT_EVENTS);
}

/**
 * evf_syscall_type() - find out the type of a system call's argument
 * @type: as the source of the call declares it
 * @field: receives kind, size and sign
 *
 * Return: whether the type is known; one that isn't can't be compared, like a pointer.
 */
bool evf_syscall_type(const char *type, struct evf_field *field);

/**
 * evf_syscall_events_init() - fill in the events of system calls, at boot
 *
 * Description: From metadata that is freed after boot.
 *
 * Return: 0 or -ENOMEM: then not all of them are there.
 */
int evf_syscall_events_init(void) __init;

#endif /* _EVF_EVENTS_H */
