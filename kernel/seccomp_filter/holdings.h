/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a task may hold from before its confinement that no filter can take back.
 */
#ifndef _EVF_HOLDINGS_H
#define _EVF_HOLDINGS_H

#include <linux/types.h>

/**
 * evf_holdings_check() - look for what would go around a new layer
 * @keep: EVF_ENFORCE_KEEP_*: what is accepted
 * @at_exec: an execve is under way: mappings and close-on-exec descriptors don't count
 *
 * A ring of io_uring works with the credentials of its making (SQPOLL), a tracee does
 * what its tracer wants. That protects who confines itself from an oversight; somebody
 * who helps it get around its confinement needs neither.
 *
 * Context: may sleep.
 *
 * Return: 0 or -EBUSY.
 */
int evf_holdings_check(u32 keep, bool at_exec);

#endif /* _EVF_HOLDINGS_H */
