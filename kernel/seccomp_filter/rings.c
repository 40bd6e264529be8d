// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which rings of io_uring a task holds: one works with the credentials of its making, and
 * a child inherits it with its parent's.
 */

#include <linux/fdtable.h>
#include <linux/io_uring.h>
#include <linux/io_uring_types.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/xarray.h>
#include "rings.h"

/*
 * Since boot. Set before the ring has a descriptor, so whoever holds one, by whatever way, sees
 * it. Where none was ever made nobody's mappings need to be looked through.
 */
static bool was_ring_made;

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

void evf_ring_is_made(void)
{
	if (!READ_ONCE(was_ring_made))
		WRITE_ONCE(was_ring_made, true);
}

/* Its own, one that it was given or inherited, or one that is only mapped any more */
bool evf_holds_ring(bool at_exec)
{
	if (!READ_ONCE(was_ring_made))
		return false;
	if (iterate_fd(current->files, 0, is_ring_that_stays, &at_exec))
		return true;
	if (at_exec)
		return false;
	/* As long as it lives, also if it's only used by its index any more, as a registered one */
	if (current->io_uring && !xa_empty(&current->io_uring->xa))
		return true;
	return maps_ring();
}
