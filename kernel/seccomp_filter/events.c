// SPDX-License-Identifier: GPL-2.0-only
/*
 * All events of this kernel, by name. A list of hundreds of system calls is looked up
 * for every ruleset of such a list, hence the hash.
 */

#include <linux/init.h>
#include <linux/printk.h>
#include <linux/stringhash.h>
#include <asm/unistd.h>
#include "events.h"
#include "hooks.h"

#define NAME_BITS	11
#define NAME_SLOTS	BIT(NAME_BITS)

/**
 * struct named - a name of an event; it may have two
 * @event: NULL: the slot is empty
 * @name: the name
 * @len: its bytes
 */
struct named {
	const struct evf_event *event;
	const char *name;
	size_t len;
};

/* Open addressing; at most half of it is in use */
static struct named by_name[NAME_SLOTS] __ro_after_init;
static_assert(2 * (NR_syscalls + EVF_NR_OBJECT_EVENTS) < NAME_SLOTS);

static u32 name_slot(const char *name, size_t len)
{
	return full_name_hash(NULL, name, len) & (NAME_SLOTS - 1);
}

const struct evf_event *evf_event_find(const char *name, size_t len)
{
	u32 slot = name_slot(name, len);

	for (; by_name[slot].event; slot = (slot + 1) & (NAME_SLOTS - 1)) {
		if (by_name[slot].len == len && !memcmp(by_name[slot].name, name, len))
			return by_name[slot].event;
	}
	return NULL;
}

static void __init add_name(const struct evf_event *event, const char *name)
{
	u32 slot;

	if (!name)
		return;
	slot = name_slot(name, strlen(name));
	while (by_name[slot].event)
		slot = (slot + 1) & (NAME_SLOTS - 1);
	by_name[slot] = (struct named){ event, name, strlen(name) };
}

static int __init events_init(void)
{
	const struct evf_event *event;
	unsigned int i;
	int error;

	if (!evf_enabled)
		return 0;
	error = evf_syscall_events_init();
	if (error) {
		pr_err("eventfilter: no memory for the events of system calls\n");
		return error;
	}
	for (i = 0; i < EVF_NR_OBJECT_EVENTS + NR_syscalls; i++) {
		event = evf_event_by_id(i);
		if (!event)
			continue;
		add_name(event, event->name);
		add_name(event, event->usual_name);
	}
	return 0;
}

/* Before any userspace, and before the metadata is freed with the rest of .init */
subsys_initcall(events_init);
