// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is under /proc/PID carries the label of that task. procfs tells which inode is whose
 * in a header of its own.
 */

#include <linux/cred.h>
#include <linux/fs.h>
#include <linux/pid.h>
#include <linux/rcupdate.h>
#include "../../fs/proc/internal.h"
#include "cred.h"
#include "labels.h"
#include "task_label.h"

bool evf_label_of_proc(const struct evf_space *space, u32 generation,
		       const struct inode *inode, struct evf_found *found)
{
	static const struct evf_labels none;
	/* It's put when the inode is evicted, which its dentry prevents */
	struct pid *pid = proc_pid(inode);
	struct task_struct *task;

	if (!pid)
		return false;
	task = pid_task(pid, PIDTYPE_PID);
	if (!task) {
		*found = (struct evf_found){ .labels = &none, .unknown = true };
		return true;
	}
	found->labels = evf_domain_labels(evf_cred_domain(__task_cred(task)), space,
					  generation);
	found->unknown = false;
	return found->labels;
}
