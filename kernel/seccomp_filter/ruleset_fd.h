/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Descriptors of rulesets.
 */
#ifndef _EVF_RULESET_FD_H
#define _EVF_RULESET_FD_H

struct evf_ruleset;

/**
 * evf_ruleset_create_fd() - EVF_RULESET
 * @labels_fd: a label space's descriptor, or -1
 * @flags: EVF_RULESET_*
 *
 * Return: the descriptor, or
 *	-EINVAL: unknown flags,
 *	-EBADF, -EBADFD: @labels_fd isn't open, or no label space,
 *	-EMFILE, -ENFILE, -ENOMEM.
 */
int evf_ruleset_create_fd(int labels_fd, unsigned long flags);

/**
 * evf_ruleset_from_fd() - the ruleset behind a descriptor
 * @fd: the descriptor
 *
 * Return: a reference, or ERR_PTR: -EBADF, -EBADFD.
 */
struct evf_ruleset *evf_ruleset_from_fd(int fd);

#endif /* _EVF_RULESET_FD_H */
