// SPDX-License-Identifier: GPL-2.0-only
/*
 * What appears: files, directories, devices, links, and the objects of mq_open, of bpf's
 * pins and of bind on a unix socket, which are made by mknod and create as well.
 */
#include <linux/fs.h>

#include "hooks.h"
#include "memo.h"
#include "query.h"

int evf_judge_create(const struct evf_domain *domain, const struct evf_creation *creation)
{
	struct dentry *dentry = creation->dentry;
	struct evf_string name;
	struct evf_query query __uninitialized;

	if (!domain->objects[EVF_EV_file_create] ||
	    evf_memo_passes(domain->objects[EVF_EV_file_create], creation->inode, dentry))
		return 0;
	evf_query_begin(&query, EVF_EV_file_create, dentry);
	evf_query_label(&query, EVF_SLOT_file_create_label, creation->inode, dentry);
	evf_query_parent(&query, EVF_SLOT_file_create_parent_label, dentry);
	evf_query_int(&query, EVF_SLOT_file_create_mode, creation->mode & S_IALLUGO);
	evf_query_int(&query, EVF_SLOT_file_create_type, creation->mode & S_IFMT);
	evf_query_name(&query, EVF_SLOT_file_create_name, dentry, &name);
	return evf_decide_and_keep(domain, &query);
}

static int judge_new(struct dentry *dentry, umode_t type, umode_t mode)
{
	const struct evf_domain *domain = evf_current_domain();
	const struct evf_creation creation = {
		.dentry = dentry,
		.mode = type | (mode & S_IALLUGO),
	};

	return unlikely(domain) ? evf_judge_create(domain, &creation) : 0;
}

static int hook_inode_create(struct inode *dir, struct dentry *dentry, umode_t mode)
{
	return judge_new(dentry, S_IFREG, mode);
}

static int hook_inode_mkdir(struct inode *dir, struct dentry *dentry, umode_t mode)
{
	return judge_new(dentry, S_IFDIR, mode);
}

static int hook_inode_symlink(struct inode *dir, struct dentry *dentry, const char *target)
{
	return judge_new(dentry, S_IFLNK, 0777);
}

static int hook_inode_mknod(struct inode *dir, struct dentry *dentry, umode_t mode, dev_t dev)
{
	return judge_new(dentry, mode & S_IFMT, mode);
}

static struct security_hook_list create_hooks[] __lsm_ro_after_init = {
	LSM_HOOK_INIT(inode_create, hook_inode_create),
	LSM_HOOK_INIT(inode_mkdir, hook_inode_mkdir),
	LSM_HOOK_INIT(inode_symlink, hook_inode_symlink),
	LSM_HOOK_INIT(inode_mknod, hook_inode_mknod),
};

void __init evf_add_create_hooks(void)
{
	security_add_hooks(create_hooks, ARRAY_SIZE(create_hooks), EVF_LSM_NAME);
}
