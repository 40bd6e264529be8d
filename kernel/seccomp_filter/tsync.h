/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A layer for all threads of a process at once.
 */
#ifndef _EVF_TSYNC_H
#define _EVF_TSYNC_H

#include <linux/types.h>

struct evf_domain;

/**
 * evf_tsync() - give a domain to all other threads of the process, or to none
 * @parent: that of current, or NULL
 * @domain: @parent and one layer more; current is about to have it
 * @keep: EVF_ENFORCE_KEEP_*
 *
 * Credentials can only be changed by their own task. So each thread is stopped on its way to
 * userspace, prepares its credentials and waits until the last one, also of those that were
 * created meanwhile, has done so; then all commit, or all go on as they were. Workers of
 * io_uring are left out: they work with the credentials of whoever submitted.
 *
 * Context: may sleep, until the last thread has come by; interruptible.
 *
 * Return: 0, or nothing has changed:
 *	-ESRCH: a thread has layers that current lacks,
 *	-EBUSY: a thread holds what @keep doesn't accept,
 *	-ERESTARTNOINTR: a signal; or an execve, or another thread that does the same,
 *	-ENOMEM.
 */
int evf_tsync(struct evf_domain *parent, struct evf_domain *domain, u32 keep);

#endif /* _EVF_TSYNC_H */
