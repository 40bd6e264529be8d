// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is told about a file without opening it: attributes, where a symbolic link leads,
 * and that something happens to it.
 */
#include <linux/eventfilter.h>
#include <linux/fs.h>
#include <linux/fsnotify_backend.h>
#include <linux/mount.h>

#include "hooks.h"
#include "memo.h"
#include "query.h"

static int judge_stat(struct dentry *dentry, u32 what)
{
	const struct evf_domain *domain = evf_current_domain();
	struct evf_name_copy name __uninitialized;
	struct evf_query query __uninitialized;
	const struct inode *inode;
	int error;

	if (likely(!domain) || !domain->objects[EVF_EV_file_stat])
		return 0;
	inode = d_backing_inode(dentry);
	if (evf_memo_passes(domain->objects[EVF_EV_file_stat], inode, dentry))
		return 0;
	evf_query_begin(&query, EVF_EV_file_stat, dentry);
	evf_query_label(&query, EVF_SLOT_file_stat_label, inode, dentry);
	evf_query_uid(&query, EVF_SLOT_file_stat_owner, inode->i_uid);
	evf_query_int(&query, EVF_SLOT_file_stat_what, what);
	evf_query_name_copy(domain, &query, EVF_SLOT_file_stat_name, dentry, &name);
	error = evf_decide_and_keep(domain, &query);
	evf_name_copy_release(&name);
	return error;
}

static int hook_inode_getattr(const struct path *path)
{
	return judge_stat(path->dentry, EVF_STAT_ATTR);
}

static int hook_inode_getxattr(struct dentry *dentry, const char *name)
{
	return judge_stat(dentry, EVF_STAT_XATTR);
}

static int hook_inode_listxattr(struct dentry *dentry)
{
	return judge_stat(dentry, EVF_STAT_LISTXATTR);
}

static int hook_inode_readlink(struct dentry *dentry)
{
	const struct evf_domain *domain = evf_current_domain();

	return unlikely(domain) ?
	       evf_judge_place(domain, EVF_EV_file_readlink, dentry, false) : 0;
}

/* What is watched is all that is beneath, whichever file of it was named */
static struct dentry *watched(const struct path *path, unsigned int obj_type)
{
	switch (obj_type) {
	case FSNOTIFY_OBJ_TYPE_VFSMOUNT:
		return path->mnt->mnt_root;
	case FSNOTIFY_OBJ_TYPE_SB:
		return path->dentry->d_sb->s_root;
	}
	return path->dentry;
}

static int hook_path_notify(const struct path *path, u64 mask, unsigned int obj_type)
{
	const struct evf_domain *domain = evf_current_domain();
	struct evf_query query __uninitialized;
	struct dentry *dentry;

	if (likely(!domain) || !domain->objects[EVF_EV_file_notify])
		return 0;
	dentry = watched(path, obj_type);
	evf_query_begin(&query, EVF_EV_file_notify, dentry);
	evf_query_label(&query, EVF_SLOT_file_notify_label, d_backing_inode(dentry), dentry);
	evf_query_int(&query, EVF_SLOT_file_notify_mask, mask);
	return evf_decide(domain, &query);
}

static struct security_hook_list meta_hooks[] __lsm_ro_after_init = {
	LSM_HOOK_INIT(inode_getattr, hook_inode_getattr),
	LSM_HOOK_INIT(inode_getxattr, hook_inode_getxattr),
	LSM_HOOK_INIT(inode_listxattr, hook_inode_listxattr),
	LSM_HOOK_INIT(inode_readlink, hook_inode_readlink),
	LSM_HOOK_INIT(path_notify, hook_path_notify),
};

void __init evf_add_meta_hooks(void)
{
	security_add_hooks(meta_hooks, ARRAY_SIZE(meta_hooks), EVF_LSM_NAME);
}
