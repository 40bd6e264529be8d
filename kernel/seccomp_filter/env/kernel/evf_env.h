/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the core needs from the world around it: the kernel's side.
 * env/user/evf_env.h is the other; both offer the same names.
 */
#ifndef _EVF_ENV_H
#define _EVF_ENV_H

#include <linux/build_bug.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/types.h>

#include <linux/eventfilter.h>

/* Around declarations, for C++; nothing in the kernel */
#define EVF_BEGIN_DECLS
#define EVF_END_DECLS

/* The plain name would be in the way of userspace's own attributes */
#define evf_noinline noinline

/**
 * evf_alloc() - memory
 * @size: bytes
 *
 * Context: may sleep.
 *
 * Return: zeroed memory, charged to the caller's memory cgroup; or NULL.
 */
static inline void *evf_alloc(size_t size)
{
	return kvzalloc(size, GFP_KERNEL_ACCOUNT);
}

/**
 * evf_free() - give memory back
 * @memory: from evf_alloc(), or NULL
 *
 * Context: may sleep.
 */
static inline void evf_free(const void *memory)
{
	kvfree(memory);
}

/**
 * evf_pause() - let others run
 *
 * Description: A long text is parsed in steps, between which this is called.
 *
 * Context: may sleep.
 */
static inline void evf_pause(void)
{
	cond_resched();
}

#endif /* _EVF_ENV_H */
