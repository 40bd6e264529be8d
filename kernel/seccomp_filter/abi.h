/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * prctl(PR_EVENTFILTER, ...): the way in.
 */
#ifndef _EVF_ABI_H
#define _EVF_ABI_H

/* The LSM hook of prctl(2). Return: -ENOSYS for what isn't ours. */
int evf_prctl(int option, unsigned long command, unsigned long arg3, unsigned long arg4,
	      unsigned long arg5);

#endif /* _EVF_ABI_H */
