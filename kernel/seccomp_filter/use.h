/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The events of group "use": what is done with a descriptor after it was opened. They are
 * raised for each use, and so carry only what costs little to fill in.
 */
#ifndef _EVF_USE_H
#define _EVF_USE_H

#include "query.h"

struct evf_ruleset;

void evf_add_transfer_hooks(void) __init;	/* hooks_transfer.c: file_read, file_write */

/* Of the place by which it was opened, whatever lies beneath it in overlayfs */
static inline const struct inode *evf_used_inode(const struct file *file)
{
	return d_backing_inode(file->f_path.dentry);
}

/* What a description is good for: EVF_ACCESS_*, the field "access" */
u32 evf_access_of(const struct file *file);

/**
 * evf_judge_access() - raise an event that says what a description is good for
 * @domain: the subject's
 * @event: file_read, file_write or file_receive
 * @file: the description
 *
 * Return: 0 or a negative errno.
 */
int evf_judge_access(const struct evf_domain *domain, enum evf_event_id event,
		     const struct file *file);

/**
 * evf_judge_ioctl() - raise file_ioctl
 * @file: what the command is for
 * @cmd: the command
 *
 * Return: 0 or a negative errno.
 */
int evf_judge_ioctl(const struct file *file, u32 cmd);

/**
 * evf_watch_transfers() - have every read and write looked at, if a ruleset asks for it
 * @ruleset: that was just frozen
 *
 * Until then they cost nothing but a call that returns. To be taken back by
 * evf_unwatch_transfers() when the ruleset is gone.
 *
 * Context: may sleep.
 */
void evf_watch_transfers(const struct evf_ruleset *ruleset);

/* Context: may sleep. */
void evf_unwatch_transfers(const struct evf_ruleset *ruleset);

#endif /* _EVF_USE_H */
