/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Filters on one open file description: they judge its use by every holder, confined or
 * not, and by whichever descriptor.
 */
#ifndef _EVF_ATTACH_H
#define _EVF_ATTACH_H

#include <linux/jump_label_ratelimit.h>
#include "domain.h"

struct file;

extern struct static_key_false_deferred evf_attached_key;

/**
 * evf_is_any_attached() - is anything attached to any description?
 *
 * Description: Until then it costs nothing to ask. Once all is gone it's still said for up to a
 * second.
 *
 * Return: false if surely nothing is.
 */
static inline bool evf_is_any_attached(void)
{
	return static_branch_unlikely(&evf_attached_key.key);
}

/**
 * evf_attached() - what is attached to a description
 * @file: the description, or NULL
 * @event: the event that is about to be raised
 *
 * Context: under rcu_read_lock(), until which it's valid.
 *
 * Return: the layers as a domain if one of them constrains the event, else NULL.
 */
const struct evf_domain *evf_attached(const struct file *file, enum evf_event_id event);

/**
 * evf_has_attached() - is anything attached to this description?
 * @file: the description, or NULL; only its address is used
 *
 * Context: any; takes rcu_read_lock().
 *
 * Return: true if something is.
 */
bool evf_has_attached(const struct file *file);

/**
 * evf_attach_inherited() - attach to a description what is attached to another one
 * @from: the other; NULL has nothing
 * @to: which nobody but the caller has yet
 *
 * Context: may sleep.
 *
 * Return: 0 or -ENOMEM.
 */
int evf_attach_inherited(const struct file *from, const struct file *to);

/**
 * evf_attach() - EVF_ATTACH
 * @fd: a descriptor of the description
 * @ruleset_fd: a ruleset's
 *
 * Return: 0, or
 *	-EBADF: one of them isn't open, or @fd is O_PATH,
 *	-EBADFD: @ruleset_fd is no ruleset,
 *	-ENODATA: it has no line,
 *	-EINVAL: it names what isn't done with a descriptor, or has an action other than
 *		errno and log,
 *	-EOPNOTSUPP: a rule that wouldn't hold on such a file,
 *	-E2BIG: EVF_MAX_ATTACHED, or an event would take too long to judge,
 *	-ERESTARTSYS: a signal came while it waited for another call,
 *	-ENOMEM.
 */
int evf_attach(int fd, int ruleset_fd);

#endif /* _EVF_ATTACH_H */
