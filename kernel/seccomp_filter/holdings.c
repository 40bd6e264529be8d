// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a task may hold from before its confinement that no filter can take back.
 */

#include <linux/errno.h>
#include <linux/eventfilter.h>
#include <linux/fdtable.h>
#include <linux/io_uring.h>
#include <linux/io_uring_types.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/xarray.h>
#include "holdings.h"

static int is_ring_that_stays(const void *at_exec, struct file *file, unsigned int fd)
{
	if (!io_is_uring_fops(file))
		return 0;
	/* iterate_fd() holds the lock of the table */
	return !*(const bool *)at_exec ||
	       !close_on_exec(fd, files_fdtable(current->files));
}

static bool maps_ring(void)
{
	VMA_ITERATOR(vmi, current->mm, 0);
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;
	bool found = false;

	mmap_read_lock(mm);
	for_each_vma(vmi, vma) {
		if (vma->vm_file && io_is_uring_fops(vma->vm_file)) {
			found = true;
			break;
		}
	}
	mmap_read_unlock(mm);
	return found;
}

/* Its own, one that it was given or inherited, or one that is only mapped any more */
static bool holds_ring(bool at_exec)
{
	if (iterate_fd(current->files, 0, is_ring_that_stays, &at_exec))
		return true;
	if (at_exec)
		return false;
	if (current->io_uring && !xa_empty(&current->io_uring->xa))
		return true;
	return maps_ring();
}

int evf_holdings_check(u32 keep, bool at_exec)
{
	if (!(keep & EVF_ENFORCE_KEEP_TRACEES) && !list_empty(&current->ptraced))
		return -EBUSY;
	if (!(keep & EVF_ENFORCE_KEEP_IO_URING) && IS_ENABLED(CONFIG_IO_URING) &&
	    holds_ring(at_exec))
		return -EBUSY;
	return 0;
}
