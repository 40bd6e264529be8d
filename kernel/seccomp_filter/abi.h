/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * prctl(PR_EVENTFILTER, ...): the way in.
 */
#ifndef _EVF_ABI_H
#define _EVF_ABI_H

/**
 * evf_prctl() - the LSM hook of prctl(2), the way in
 * @option: prctl's first argument; only PR_EVENTFILTER is ours
 * @command: EVF_VERSION, EVF_LABELS, EVF_RULESET, EVF_ENFORCE, EVF_ATTACH or EVF_CHECK
 * @arg3: a descriptor for all but the first two, for which it's 0
 * @arg4: as the command has it; 0 where it takes none
 * @arg5: the same; only EVF_RULESET and EVF_CHECK take one
 *
 * Context: may sleep.
 *
 * Return: what prctl(2) returns: the version, a descriptor or 0; or
 *	-ENOSYS: another option, which is for the next module or prctl itself,
 *	-EINVAL: an unknown command, or an argument that must be 0,
 *	-EBADF: @arg3 or @arg4 can't be a descriptor,
 *	or as the function of the command.
 */
int evf_prctl(int option, unsigned long command, unsigned long arg3, unsigned long arg4,
	      unsigned long arg5);

#endif /* _EVF_ABI_H */
