/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Descriptors of rulesets.
 */
#ifndef _EVF_RULESET_FD_H
#define _EVF_RULESET_FD_H

#include <linux/compiler_types.h>

struct evf_ruleset;

/**
 * evf_ruleset_create_fd() - EVF_RULESET
 * @labels_fd: a label space's descriptor, or -1
 * @flags: EVF_RULESET_*
 * @label: name of the label that it gives its task, or NULL
 *
 * Return: the descriptor, or
 *	-EINVAL: unknown flags, or a label without a label space,
 *	-EBADF, -EBADFD: @labels_fd isn't open, or no label space,
 *	-EFAULT,
 *	-ENOENT: the label space has no such label,
 *	-EPERM: a label, and a layer of the caller is bound to that label space,
 *	-EMFILE, -ENFILE, -ENOMEM.
 */
int evf_ruleset_create_fd(int labels_fd, unsigned long flags, const char __user *label);

/**
 * evf_ruleset_from_fd() - the ruleset behind a descriptor
 * @fd: the descriptor
 *
 * Return: a reference, or ERR_PTR: -EBADF, -EBADFD.
 */
struct evf_ruleset *evf_ruleset_from_fd(int fd);

#endif /* _EVF_RULESET_FD_H */
