// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mount operations change what a path leads to, and so which labels are met on the way:
 * a task with a layer that uses labels may do none of them, unless that layer has a rule for
 * file_mount or file_umount, which then decides. What can't lead elsewhere than to labelled
 * objects has no hook and needs none: open_tree, mount_setattr, unshare, setns; nor have
 * automounts, which the file system decides.
 */
#include <linux/fs.h>
#include <linux/mount.h>
#include <linux/namei.h>
#include <uapi/linux/mount.h>
#include <linux/sched/task_stack.h>

#include <asm/syscall.h>
#include <asm/unistd.h>

#include "decide.h"
#include "hooks.h"
#include "query.h"

#define IA32_NR_MOUNT	21

static_assert((int)EVF_SLOT_file_mount_label == EVF_SLOT_file_umount_label &&
	      (int)EVF_SLOT_file_mount_flags == EVF_SLOT_file_umount_flags);

static int raise_mount(const struct evf_domain *domain, enum evf_event_id event,
		       struct dentry *dentry, u32 flags)
{
	struct evf_query query __uninitialized;

	if (!domain->objects[event])
		return 0;
	evf_query_begin(&query, event, dentry);
	evf_query_label(&query, EVF_SLOT_file_mount_label, d_backing_inode(dentry), dentry);
	evf_query_int(&query, EVF_SLOT_file_mount_flags, flags);
	return evf_decide(domain, &query);
}

/* For layers that use labels and say nothing about the event */
static int refuse_mount(const struct evf_domain *domain, enum evf_event_id event)
{
	int error;
	u32 i;

	if (!domain->uses_labels)
		return 0;
	for (i = 0; i < domain->nr_layers; i++) {
		const struct evf_ruleset *ruleset = domain->layer[i].ruleset;

		if (!ruleset->uses_labels || evf_ruleset_names(ruleset, event))
			continue;
		error = evf_refuse(domain, "mount", i, -EPERM);
		if (error)
			return error;
	}
	return 0;
}

/* @dentry: the mountpoint, or where there is none the root of the file system */
static int judge_mount(struct dentry *dentry, u32 flags)
{
	const struct evf_domain *domain = evf_current_domain();
	int error;

	if (likely(!domain))
		return 0;
	error = raise_mount(domain, EVF_EV_file_mount, dentry, flags);
	return error ?: refuse_mount(domain, EVF_EV_file_mount);
}

static int hook_sb_mount(const char *dev_name, const struct path *path, const char *type,
			 unsigned long flags, void *data)
{
	return judge_mount(path->dentry, flags);
}

static int hook_sb_umount(struct vfsmount *mnt, int flags)
{
	const struct evf_domain *domain = evf_current_domain();
	struct path path = { .mnt = mnt, .dentry = mnt->mnt_root };
	int error;

	if (likely(!domain))
		return 0;
	path_get(&path);
	follow_up(&path);
	error = raise_mount(domain, EVF_EV_file_umount, path.dentry, flags);
	path_put(&path);
	return error ?: refuse_mount(domain, EVF_EV_file_umount);
}

/* After sb_mount, if it's mount(2)'s; or fsconfig(2)'s */
static int hook_sb_remount(struct super_block *sb, void *options)
{
	return judge_mount(sb->s_root, MS_REMOUNT);
}

/* The old root is mounted elsewhere, and the new one becomes the root of everybody here */
static int hook_sb_pivotroot(const struct path *old_path, const struct path *new_path)
{
	const struct evf_domain *domain = evf_current_domain();
	int error;

	if (likely(!domain))
		return 0;
	error = evf_judge_place(domain, EVF_EV_file_chroot, new_path->dentry, false);
	return error ?: judge_mount(old_path->dentry, MS_MOVE);
}

static int hook_move_mount(const struct path *from, const struct path *to)
{
	return judge_mount(to->dentry, MS_MOVE);
}

/* mount(2) has been asked about, with its mountpoint */
static bool is_mount_call(void)
{
	const int nr = syscall_get_nr(current, task_pt_regs(current));

	return in_ia32_syscall() ? nr == IA32_NR_MOUNT :
				   (nr & ~__X32_SYSCALL_BIT) == __NR_mount;
}

/*
 * fsconfig's way to a new file system, which needn't be mounted anywhere to be used; internal
 * mounts don't come here
 */
static int hook_sb_kern_mount(struct super_block *sb)
{
	return is_mount_call() ? 0 : judge_mount(sb->s_root, 0);
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
