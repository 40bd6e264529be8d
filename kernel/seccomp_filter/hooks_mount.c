// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mount operations change what a path leads to, and so which labels are met on the way:
 * a task with a layer that uses labels may do none of them. What can't lead elsewhere
 * than to labelled objects has no hook and needs none: open_tree, mount_setattr,
 * unshare, setns, chroot; nor have automounts, which the file system decides.
 */
#include <linux/fs.h>

#include "decide.h"
#include "hooks.h"

static int refuse_mount(void)
{
	const struct evf_domain *domain = evf_current_domain();
	int error;
	u32 i;

	if (likely(!domain) || !domain->uses_labels)
		return 0;
	for (i = 0; i < domain->nr_layers; i++) {
		if (!domain->layer[i].ruleset->uses_labels)
			continue;
		error = evf_refuse(domain, "mount", i, -EPERM);
		if (error)
			return error;
	}
	return 0;
}

static int hook_sb_mount(const char *dev_name, const struct path *path, const char *type,
			 unsigned long flags, void *data)
{
	return refuse_mount();
}

static int hook_sb_umount(struct vfsmount *mnt, int flags)
{
	return refuse_mount();
}

static int hook_sb_remount(struct super_block *sb, void *options)
{
	return refuse_mount();
}

static int hook_sb_pivotroot(const struct path *old_path, const struct path *new_path)
{
	return refuse_mount();
}

static int hook_move_mount(const struct path *from, const struct path *to)
{
	return refuse_mount();
}

/* fsconfig's way to a new file system; internal mounts don't come here */
static int hook_sb_kern_mount(struct super_block *sb)
{
	return refuse_mount();
}

static struct security_hook_list mount_hooks[] __lsm_ro_after_init = {
	LSM_HOOK_INIT(sb_mount, hook_sb_mount),
	LSM_HOOK_INIT(sb_umount, hook_sb_umount),
	LSM_HOOK_INIT(sb_remount, hook_sb_remount),
	LSM_HOOK_INIT(sb_pivotroot, hook_sb_pivotroot),
	LSM_HOOK_INIT(move_mount, hook_move_mount),
	LSM_HOOK_INIT(sb_kern_mount, hook_sb_kern_mount),
};

void __init evf_add_mount_hooks(void)
{
	security_add_hooks(mount_hooks, ARRAY_SIZE(mount_hooks), EVF_LSM_NAME);
}
