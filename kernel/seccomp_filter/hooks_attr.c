// SPDX-License-Identifier: GPL-2.0-only
/*
 * Changes of attributes: mode, owner, times, extended attributes, and access control lists,
 * which are extended attributes with names of their own.
 */
#include <linux/capability.h>
#include <linux/eventfilter.h>
#include <linux/fs.h>
#include <linux/posix_acl.h>
#include <linux/posix_acl_xattr.h>
#include <linux/security.h>
#include <linux/xattr.h>

#include "hooks.h"
#include "query.h"

#define ACL_PREFIX	XATTR_SYSTEM_PREFIX "posix_acl_"

static int judge(const struct evf_domain *domain, struct dentry *dentry, u32 what,
		 umode_t new_mode)
{
	const struct inode *inode = d_backing_inode(dentry);
	struct evf_name_copy name __uninitialized;
	struct evf_query query __uninitialized;
	int error;

	evf_query_begin(&query, EVF_EV_file_setattr, dentry);
	evf_query_label(&query, EVF_SLOT_file_setattr_label, inode, dentry);
	evf_query_uid(&query, EVF_SLOT_file_setattr_owner, inode->i_uid);
	evf_query_gid(&query, EVF_SLOT_file_setattr_group, inode->i_gid);
	evf_query_int(&query, EVF_SLOT_file_setattr_mode, inode->i_mode);
	evf_query_int(&query, EVF_SLOT_file_setattr_new_mode,
		      (inode->i_mode & S_IFMT) | (new_mode & S_IALLUGO));
	evf_query_int(&query, EVF_SLOT_file_setattr_what, what);
	evf_query_name_copy(domain, &query, EVF_SLOT_file_setattr_name, dentry, &name);
	error = evf_decide(domain, &query);
	evf_name_copy_release(&name);
	return error;
}

/* chown also takes set-user-ID away; with -1 twice that's all it does */
static u32 what_changes(unsigned int valid)
{
	if (valid & (ATTR_UID | ATTR_GID | ATTR_KILL_SUID | ATTR_KILL_SGID | ATTR_KILL_PRIV))
		return EVF_SETATTR_OWNER;
	if (valid & ATTR_MODE)
		return EVF_SETATTR_MODE;
	return valid & (ATTR_ATIME | ATTR_MTIME) ? EVF_SETATTR_TIMES : EVF_SETATTR_OWNER;
}

int evf_judge_setattr(const struct evf_domain *domain, struct dentry *dentry,
		      const struct iattr *attr)
{
	if (!domain->objects[EVF_EV_file_setattr] || attr->ia_valid & ATTR_FORCE)
		return 0;
	return judge(domain, dentry, what_changes(attr->ia_valid),
		     attr->ia_valid & ATTR_MODE ? attr->ia_mode :
						  d_backing_inode(dentry)->i_mode);
}

/*
 * An access control list brings permissions with it: as good as chmod. One that can't be
 * read will be refused later.
 */
static int mode_of_acl(const void *value, size_t size, umode_t *mode)
{
	struct posix_acl *acl = posix_acl_from_xattr(&init_user_ns, value, size);

	if (acl == ERR_PTR(-ENOMEM))
		return -ENOMEM;
	if (IS_ERR_OR_NULL(acl))
		return 0;
	posix_acl_equiv_mode(acl, mode);
	posix_acl_release(acl);
	return 0;
}

static int judge_xattr(const struct evf_domain *domain, struct dentry *dentry,
		       const char *name, const void *value, size_t size)
{
	umode_t mode = d_backing_inode(dentry)->i_mode;
	int error = 0;

	if (!domain->objects[EVF_EV_file_setattr])
		return 0;
	if (strncmp(name, ACL_PREFIX, strlen(ACL_PREFIX)))
		return judge(domain, dentry, EVF_SETATTR_XATTR, mode);
	if (value && !strcmp(name, XATTR_NAME_POSIX_ACL_ACCESS))
		error = mode_of_acl(value, size, &mode);
	return error ?: judge(domain, dentry, EVF_SETATTR_ACL, mode);
}

/*
 * Where any module answers, the kernel's own check of capabilities is left out, so whoever
 * answers has to make it. Not for what is another module's label: that one guards it, and
 * may let its owner change it.
 */
static bool is_guarded_by_its_module(const char *name)
{
	return !strncmp(name, XATTR_SECURITY_PREFIX, XATTR_SECURITY_PREFIX_LEN) &&
	       security_ismaclabel(name + XATTR_SECURITY_PREFIX_LEN);
}

static int hook_inode_setxattr(struct user_namespace *mnt_userns, struct dentry *dentry,
			       const char *name, const void *value, size_t size, int flags)
{
	const struct evf_domain *domain = evf_current_domain();
	int error;

	if (unlikely(domain)) {
		error = judge_xattr(domain, dentry, name, value, size);
		if (error)
			return error;
	}
	if (is_guarded_by_its_module(name))
		return 0;
	return cap_inode_setxattr(dentry, name, value, size, flags);
}

static int hook_inode_removexattr(struct user_namespace *mnt_userns, struct dentry *dentry,
				  const char *name)
{
	const struct evf_domain *domain = evf_current_domain();
	int error;

	if (unlikely(domain)) {
		error = judge_xattr(domain, dentry, name, NULL, 0);
		if (error)
			return error;
	}
	if (is_guarded_by_its_module(name))
		return 0;
	return cap_inode_removexattr(mnt_userns, dentry, name);
}

static struct security_hook_list attr_hooks[] __lsm_ro_after_init = {
	LSM_HOOK_INIT(inode_setxattr, hook_inode_setxattr),
	LSM_HOOK_INIT(inode_removexattr, hook_inode_removexattr),
};

void __init evf_add_attr_hooks(void)
{
	security_add_hooks(attr_hooks, ARRAY_SIZE(attr_hooks), EVF_LSM_NAME);
}
