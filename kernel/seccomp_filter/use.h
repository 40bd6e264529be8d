/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The events of group "use": what is done with a descriptor after it was opened. They are
 * raised for each use, and so carry only what costs little to fill in.
 */
#ifndef _EVF_USE_H
#define _EVF_USE_H

#include "attach.h"
#include "query.h"

struct evf_ruleset;

/**
 * evf_add_transfer_hooks() - register the hook of hooks_transfer.c: file_read, file_write
 */
void evf_add_transfer_hooks(void) __init;

/**
 * struct evf_use - what is done with a description
 * @file: the description
 * @cmd: the event's cmd; of file_map: prot
 * @flags: of file_map
 * @event: one that evf_is_use()
 * @is_question: EVF_CHECK asks
 */
struct evf_use {
	const struct file *file;
	u32 cmd;
	u32 flags;
	u16 event;
	bool is_question;
};

/**
 * evf_is_use() - is it an event of group use, or file_truncate?
 * @event: any event's id
 *
 * Return: true if it is.
 */
bool evf_is_use(u16 event);

/**
 * evf_judge_watched_use() - evf_judge_use() for who knows that somebody judges
 * @use: the use
 *
 * Return: 0 or a negative errno.
 */
int evf_judge_watched_use(const struct evf_use *use);

/**
 * evf_judge_use() - raise an event of a use
 * @use: the use
 *
 * It's judged by the subject's layers, and then by what is attached to the description.
 *
 * Return: 0 or a negative errno.
 */
static inline int evf_judge_use(const struct evf_use *use)
{
	if (likely(!evf_domain_for(use->event)) && !evf_is_any_attached())
		return 0;
	return evf_judge_watched_use(use);
}

/**
 * evf_used_inode() - the inode of the place by which a description was opened
 * @file: the description
 *
 * Return: the inode, whatever lies beneath it in overlayfs.
 */
static inline const struct inode *evf_used_inode(const struct file *file)
{
	return d_backing_inode(file->f_path.dentry);
}

/**
 * evf_access_of() - what a description is good for
 * @file: the description
 *
 * Return: EVF_ACCESS_*, the field "access"; the access mode 3, which gives neither reading nor
 * writing but wants the right to both, counts as both.
 */
u32 evf_access_of(const struct file *file);

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

/**
 * evf_unwatch_transfers() - take evf_watch_transfers() back
 * @ruleset: the same
 *
 * Context: may sleep.
 */
void evf_unwatch_transfers(const struct evf_ruleset *ruleset);

#endif /* _EVF_USE_H */
