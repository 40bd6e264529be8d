// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a task may hold from before its confinement that no filter can take back.
 */

#include <linux/errno.h>
#include <linux/eventfilter.h>
#include <linux/sched.h>
#include "holdings.h"
#include "rings.h"

int evf_holdings_check(u32 keep, bool at_exec)
{
	if (!(keep & EVF_ENFORCE_KEEP_TRACEES) && !list_empty(&current->ptraced))
		return -EBUSY;
	if (!(keep & EVF_ENFORCE_KEEP_IO_URING) && evf_holds_ring(at_exec))
		return -EBUSY;
	return 0;
}
