/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Making a ruleset a layer of the calling thread.
 */
#ifndef _EVF_ENFORCE_H
#define _EVF_ENFORCE_H

/**
 * evf_enforce() - EVF_ENFORCE
 * @fd: a ruleset's descriptor
 * @flags: EVF_ENFORCE_*
 *
 * On failure the task is as it was; the ruleset may be frozen.
 *
 * Return: 0, or
 *	-EINVAL: unknown flags, or both EVF_ENFORCE_ON_EXEC and _TSYNC,
 *	-EPERM: neither no_new_privs nor CAP_SYS_ADMIN in the caller's user namespace,
 *	-EBADF, -EBADFD: @fd isn't open, or no ruleset,
 *	-EBUSY: a live io_uring or a tracee, and no flag that accepts it,
 *	-ENODATA: a ruleset without a line,
 *	-ESRCH: EVF_ENFORCE_TSYNC, and a thread has layers that the caller lacks,
 *	-E2BIG: more than EVF_MAX_LAYERS, pending ones included; or an event would take too
 *		long to judge; or the names that it gives the task are in too many groups,
 *	-ERESTARTSYS, -ERESTARTNOINTR: a signal came meanwhile,
 *	-ENOMEM.
 */
int evf_enforce(int fd, unsigned long flags);

/**
 * evf_watch_syscalls() - have the entry of system calls look at the filters of current
 *
 * Description: Does nothing for a domain without any that it would look at. Children inherit it.
 */
void evf_watch_syscalls(void);

#endif /* _EVF_ENFORCE_H */
