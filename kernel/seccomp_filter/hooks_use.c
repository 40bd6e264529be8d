// SPDX-License-Identifier: GPL-2.0-only
/*
 * Commands to what a descriptor stands for.
 */
#include <linux/fs.h>

#include "hooks.h"
#include "use.h"

int evf_judge_ioctl(const struct file *file, u32 cmd)
{
	const struct evf_domain *domain = evf_domain_for(EVF_EV_file_ioctl);
	const struct inode *inode;
	struct evf_query query __uninitialized;

	if (likely(!domain))
		return 0;
	inode = evf_used_inode(file);
	evf_query_begin(&query, EVF_EV_file_ioctl, file->f_path.dentry);
	evf_query_label(&query, EVF_SLOT_file_ioctl_label, inode, file->f_path.dentry);
	evf_query_int(&query, EVF_SLOT_file_ioctl_cmd, cmd);
	evf_query_int(&query, EVF_SLOT_file_ioctl_type, inode->i_mode & S_IFMT);
	evf_query_int(&query, EVF_SLOT_file_ioctl_dev, new_encode_dev(inode->i_sb->s_dev));
	evf_query_int(&query, EVF_SLOT_file_ioctl_rdev, new_encode_dev(inode->i_rdev));
	return evf_decide(domain, &query);
}

static int hook_file_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	return evf_judge_ioctl(file, cmd);
}

static struct security_hook_list use_hooks[] __lsm_ro_after_init = {
	LSM_HOOK_INIT(file_ioctl, hook_file_ioctl),
	LSM_HOOK_INIT(file_ioctl_compat, hook_file_ioctl),
};

void __init evf_add_use_hooks(void)
{
	security_add_hooks(use_hooks, ARRAY_SIZE(use_hooks), EVF_LSM_NAME);
}
