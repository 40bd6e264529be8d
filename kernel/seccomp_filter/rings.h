/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which rings of io_uring a task holds.
 */
#ifndef _EVF_RINGS_H
#define _EVF_RINGS_H

#include <linux/types.h>

#ifdef CONFIG_IO_URING

/**
 * evf_holds_ring() - look for rings
 * @at_exec: only those whose descriptor stays open in execve
 *
 * Context: may sleep.
 *
 * Return: whether current holds one, as a descriptor, registered, or as a mapping.
 */
bool evf_holds_ring(bool at_exec);

/**
 * evf_ring_is_made() - a ring is about to be made, by whomever
 *
 * From then on evf_holds_ring() looks for rings. Called before the ring has a descriptor.
 */
void evf_ring_is_made(void);

#else

static inline bool evf_holds_ring(bool at_exec)
{
	return false;
}

#endif

#endif /* _EVF_RINGS_H */
