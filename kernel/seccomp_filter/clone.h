/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The event task_create where it is raised by a system call.
 */
#ifndef _EVF_CLONE_H
#define _EVF_CLONE_H

#include <linux/jump_label.h>
#include <asm/syscall.h>

/* On from the first ruleset that constrains task_create, and for ever */
DECLARE_STATIC_KEY_FALSE(evf_judges_namespaces);

/**
 * evf_judge_namespaces() - raise task_create if the system call is unshare or setns
 * @regs: of userspace
 * @nr: the call's number, in whichever table
 *
 * Return: 0 or a negative errno.
 */
int evf_judge_namespaces(struct pt_regs *regs, long nr);

#endif /* _EVF_CLONE_H */
