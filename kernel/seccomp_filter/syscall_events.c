// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events of system calls: named and typed as ftrace does, by the metadata that every
 * SYSCALL_DEFINE leaves. Calls that this kernel is built without have none: they can be
 * allowed and denied, for which their number and name are enough.
 */

#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <trace/syscall.h>
#include <asm/unistd.h>
#include "events.h"

/* Slots of the arguments; the entry fills them straight from the registers */
#define MAX_ARGUMENTS	6
static_assert(MAX_ARGUMENTS <= EVF_SLOT_UID);

extern struct syscall_metadata *__start_syscalls_metadata[];
extern struct syscall_metadata *__stop_syscalls_metadata[];

struct syscall_name {
	unsigned int nr;
	const char *usual;
	const char *entry;
};

#define EVF_SYSCALL(nr, usual, entry)	{ nr, usual, entry },
static const struct syscall_name names[] __initconst = {
#include "syscall_names.h"
};

static struct evf_event events[NR_syscalls] __ro_after_init;

const struct evf_event *evf_syscall_event(unsigned int nr)
{
	return nr < NR_syscalls && events[nr].name ? &events[nr] : NULL;
}

static const struct syscall_metadata *__init find_metadata(const char *entry)
{
	struct syscall_metadata **meta;

	for (meta = __start_syscalls_metadata; meta < __stop_syscalls_metadata; meta++) {
		if (*meta && !strcmp((*meta)->name, entry))
			return *meta;
	}
	return NULL;
}

static void __init fill_argument(struct evf_field *field, const struct evf_event *event,
				 const struct syscall_metadata *meta, int i)
{
	field->name = meta->args[i];
	field->slot = i;
	if (!evf_syscall_type(meta->types[i], field))
		pr_warn("eventfilter: %s: unknown type '%s' of %s\n", event->name,
			meta->types[i], field->name);
	if (field->kind == EVF_KIND_POINTER)
		field->instead = evf_pointer_instead(meta->name + strlen("sys_"), field->name);
}

static int __init fill_fields(struct evf_event *event, const struct syscall_metadata *meta)
{
	const int nr = min(meta->nb_args, MAX_ARGUMENTS);
	struct evf_field *fields;
	int i;

	fields = kcalloc(nr + 2, sizeof(*fields), GFP_KERNEL);
	if (!fields)
		return -ENOMEM;
	for (i = 0; i < nr; i++)
		fill_argument(&fields[i], event, meta, i);
	fields[nr].name = "uid";
	fields[nr].kind = EVF_KIND_UID;
	fields[nr].slot = EVF_SLOT_UID;
	fields[nr].size = sizeof(u32);
	fields[nr + 1].name = "gid";
	fields[nr + 1].kind = EVF_KIND_GID;
	fields[nr + 1].slot = EVF_SLOT_GID;
	fields[nr + 1].size = sizeof(u32);
	event->fields = fields;
	event->nr_fields = nr + 2;
	return 0;
}

static int __init fill_event(struct evf_event *event, const struct syscall_name *name)
{
	const struct syscall_metadata *meta = find_metadata(name->entry);
	const char *ftrace = meta ? meta->name + strlen("sys_") : name->usual;

	event->id = EVF_NR_OBJECT_EVENTS + name->nr;
	event->group = EVF_GROUP_SYSCALLS;
	event->name = kasprintf(GFP_KERNEL, "sys_enter_%s", ftrace);
	if (!event->name)
		return -ENOMEM;
	if (strcmp(ftrace, name->usual)) {
		event->usual_name = kasprintf(GFP_KERNEL, "sys_enter_%s", name->usual);
		if (!event->usual_name)
			return -ENOMEM;
	}
	return meta ? fill_fields(event, meta) : 0;
}

int __init evf_syscall_events_init(void)
{
	unsigned int i;
	int error;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		if (names[i].nr >= NR_syscalls)
			continue;
		error = fill_event(&events[names[i].nr], &names[i]);
		if (error)
			return error;
	}
	return 0;
}
