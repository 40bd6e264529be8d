// SPDX-License-Identifier: GPL-2.0-only
/*
 * securityfs eventfilter/: what tools need to know to check a policy, and counters, readable
 * by all; and what is in force, for the administrator.
 */

#include <linux/eventfilter.h>
#include <linux/init.h>
#include <linux/printk.h>
#include <linux/security.h>
#include <linux/seq_file.h>
#include <asm/unistd.h>
#include "domain_list.h"
#include "events.h"
#include "hooks.h"
#include "stats.h"

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

#define STAT_NAME(name)	#name,
static const char *const stat_names[EVF_NR_STATS] = { EVF_STATS(STAT_NAME) };

static int stats_show(struct seq_file *seq, void *unused)
{
	unsigned int i;

	for (i = 0; i < EVF_NR_STATS; i++)
		seq_printf(seq, "%s %ld\n", stat_names[i], max(evf_stat(i), 0L));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(stats);

static const struct {
	const char *name;
	umode_t mode;
	const struct file_operations *fops;
} files[] = {
	{ "version", 0444, &version_fops },
	{ "events", 0444, &events_fops },
	{ "stats", 0444, &stats_fops },
	{ "domains", 0400, &evf_domains_fops },
};

static int __init evf_securityfs_init(void)
{
	struct dentry *dir, *file;
	unsigned int i;

	if (!evf_enabled)
		return 0;
	dir = securityfs_create_dir("eventfilter", NULL);
	if (IS_ERR(dir))
		return PTR_ERR(dir);
	for (i = 0; i < ARRAY_SIZE(files); i++) {
		file = securityfs_create_file(files[i].name, files[i].mode, dir, NULL,
					      files[i].fops);
		if (IS_ERR(file))
			return PTR_ERR(file);
	}
	return 0;
}
fs_initcall(evf_securityfs_init);
