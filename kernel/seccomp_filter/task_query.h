/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the holder of a label space may ask about a task.
 */
#ifndef _EVF_TASK_QUERY_H
#define _EVF_TASK_QUERY_H

#include <linux/compiler_types.h>

struct evf_space;

/**
 * evf_task_query() - EVF_GET_TASK
 * @space: the label space
 * @argument: user address of a struct evf_task
 *
 * Return: 0, or
 *	-EINVAL, -E2BIG: the struct,
 *	-EBADF: no pidfd, or a ruleset's descriptor that isn't open,
 *	-EBADFD: no ruleset,
 *	-ESRCH: the process is gone,
 *	-ERANGE: too little room for the names; all else is filled in,
 *	-EFAULT, -ENOMEM.
 */
int evf_task_query(struct evf_space *space, void __user *argument);

#endif /* _EVF_TASK_QUERY_H */
