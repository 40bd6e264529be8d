// SPDX-License-Identifier: GPL-2.0-only
/*
 * securityfs eventfilter/: what tools need to know to check a policy, readable by all.
 */

#include <linux/eventfilter.h>
#include <linux/init.h>
#include <linux/printk.h>
#include <linux/security.h>
#include <linux/seq_file.h>
#include <asm/unistd.h>
#include "events.h"
#include "hooks.h"

static int version_show(struct seq_file *seq, void *unused)
{
	seq_printf(seq, "%d\n", EVF_ABI_VERSION);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(version);

static void show_type(struct seq_file *seq, const struct evf_field *field)
{
	switch (field->kind) {
	case EVF_KIND_INT:
		seq_printf(seq, "%c%d", field->is_signed ? 's' : 'u', 8 * field->size);
		break;
	case EVF_KIND_UID:
		seq_puts(seq, "uid");
		break;
	case EVF_KIND_GID:
		seq_puts(seq, "gid");
		break;
	case EVF_KIND_LABEL:
		seq_puts(seq, "label");
		break;
	case EVF_KIND_STRING:
		seq_puts(seq, "string");
		break;
	case EVF_KIND_POINTER:
		seq_puts(seq, "pointer");
		if (field->instead)
			seq_printf(seq, "(%s)", field->instead);
		break;
	}
}

/* "file_open file label:label ...", "sys_enter_newstat,sys_enter_stat syscalls nr=4 ..." */
static int events_show(struct seq_file *seq, void *unused)
{
	const struct evf_event *event;
	unsigned int i, j;

	for (i = 0; i < EVF_NR_OBJECT_EVENTS + NR_syscalls; i++) {
		event = evf_event_by_id(i);
		if (!event)
			continue;
		seq_puts(seq, event->name);
		if (event->usual_name)
			seq_printf(seq, ",%s", event->usual_name);
		seq_printf(seq, " %s", evf_group_names[event->group]);
		if (event->group == EVF_GROUP_SYSCALLS)
			seq_printf(seq, " nr=%u", evf_syscall_nr(event));
		for (j = 0; j < event->nr_fields; j++) {
			seq_printf(seq, " %s:", event->fields[j].name);
			show_type(seq, &event->fields[j]);
		}
		seq_putc(seq, '\n');
	}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(events);

static int __init evf_securityfs_init(void)
{
	struct dentry *dir, *file;

	if (!evf_enabled)
		return 0;
	dir = securityfs_create_dir("eventfilter", NULL);
	if (IS_ERR(dir))
		return PTR_ERR(dir);
	file = securityfs_create_file("version", 0444, dir, NULL, &version_fops);
	if (!IS_ERR(file))
		file = securityfs_create_file("events", 0444, dir, NULL, &events_fops);
	return PTR_ERR_OR_ZERO(file);
}
fs_initcall(evf_securityfs_init);
