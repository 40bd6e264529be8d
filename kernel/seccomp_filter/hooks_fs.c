// SPDX-License-Identifier: GPL-2.0-only
/*
 * What happens to a file where it is: open, execute, truncate, unlink, chroot. The credentials
 * are current's, the place is the one that was named: overlayfs repeats each of these on
 * the file below, as its mounter, and isn't judged twice.
 */
#include <linux/fs.h>
#include <linux/kdev_t.h>
#include <linux/sched.h>

#include "hooks.h"
#include "memo.h"
#include "use.h"

static noinline int judge_open_in_full(const struct evf_domain *domain, struct evf_query *query,
				       const struct file *file)
{
	struct dentry *dentry = file->f_path.dentry;
	const struct inode *inode = d_backing_inode(dentry);
	struct evf_name_copy name __uninitialized;
	int error;

	evf_query_uid(query, EVF_SLOT_file_open_owner, inode->i_uid);
	evf_query_gid(query, EVF_SLOT_file_open_group, inode->i_gid);
	evf_query_int(query, EVF_SLOT_file_open_mode, inode->i_mode);
	evf_query_int(query, EVF_SLOT_file_open_flags, file->f_flags);
	evf_query_int(query, EVF_SLOT_file_open_access, evf_access_of(file));
	evf_query_int(query, EVF_SLOT_file_open_dev, new_encode_dev(inode->i_sb->s_dev));
	evf_query_int(query, EVF_SLOT_file_open_ino, inode->i_ino);
	evf_query_name_copy(domain, query, EVF_SLOT_file_open_name, dentry, &name);
	error = evf_decide(domain, query);
	evf_name_copy_release(&name);
	return error;
}

/* What is opened most is judged by its label alone */
static noinline int judge_open(const struct evf_domain *domain, const struct file *file)
{
	struct dentry *dentry = file->f_path.dentry;
	struct evf_query query __uninitialized;

	evf_query_begin(&query, EVF_EV_file_open, dentry);
	evf_query_label(&query, EVF_SLOT_file_open_label, d_backing_inode(dentry), dentry);
	if (evf_query_reads_more(domain, &query, BIT(EVF_SLOT_file_open_label)))
		return judge_open_in_full(domain, &query, file);
	return evf_decide_and_keep(domain, &query);
}

/* Would the file's bits change ids? Whether the mount lets them is not asked. */
static bool has_setid(umode_t mode)
{
	return (mode & S_ISUID) || ((mode & S_ISGID) && (mode & 0010));
}

static int judge_exec(const struct evf_domain *domain, const struct file *file)
{
	struct dentry *dentry = file->f_path.dentry;
	const struct inode *inode = d_backing_inode(dentry);
	struct evf_name_copy name __uninitialized;
	struct evf_query query __uninitialized;
	int error;

	if (evf_memo_passes(domain->objects[EVF_EV_file_exec], inode, dentry))
		return 0;
	evf_query_begin(&query, EVF_EV_file_exec, dentry);
	evf_query_label(&query, EVF_SLOT_file_exec_label, inode, dentry);
	if (!evf_query_reads_more(domain, &query, BIT(EVF_SLOT_file_exec_label)))
		return evf_decide_and_keep(domain, &query);
	evf_query_uid(&query, EVF_SLOT_file_exec_owner, inode->i_uid);
	evf_query_int(&query, EVF_SLOT_file_exec_mode, inode->i_mode);
	evf_query_int(&query, EVF_SLOT_file_exec_setid, has_setid(inode->i_mode));
	evf_query_name_copy(domain, &query, EVF_SLOT_file_exec_name, dentry, &name);
	error = evf_decide(domain, &query);
	evf_name_copy_release(&name);
	return error;
}

/* A file without a name has no hook of its own when it's created */
static int judge_tmpfile(const struct evf_domain *domain, const struct file *file)
{
	const struct evf_creation creation = {
		.dentry = file->f_path.dentry,
		.inode = d_backing_inode(file->f_path.dentry),
		.mode = d_backing_inode(file->f_path.dentry)->i_mode,
	};

	return evf_judge_create(domain, &creation);
}

static int hook_file_open(struct file *file)
{
	const struct evf_domain *domain = evf_current_domain();
	const struct evf_chain *chain;
	int error;

	if (likely(!domain))
		return 0;
	/* mq_open and TIOCGPTPEER pass that flag on when userspace sets it */
	if (file->f_flags & __FMODE_EXEC && current->in_execve)
		return domain->objects[EVF_EV_file_exec] ? judge_exec(domain, file) : 0;
	if (unlikely(file->f_flags & __O_TMPFILE)) {
		error = judge_tmpfile(domain, file);
		if (error)
			return error;
	}
	chain = domain->objects[EVF_EV_file_open];
	if (!chain || evf_memo_passes(chain, d_backing_inode(file->f_path.dentry),
				      file->f_path.dentry))
		return 0;
	return judge_open(domain, file);
}

/* Events with the same fields, so that what fills them in needn't ask which one it is */
#define EVF_IS_PLACE(event)							\
	static_assert((int)EVF_SLOT_##event##_label == EVF_SLOT_file_truncate_label && \
		      (int)EVF_SLOT_##event##_owner == EVF_SLOT_file_truncate_owner && \
		      (int)EVF_SLOT_##event##_group == EVF_SLOT_file_truncate_group && \
		      (int)EVF_SLOT_##event##_mode == EVF_SLOT_file_truncate_mode &&	\
		      (int)EVF_SLOT_##event##_name == EVF_SLOT_file_truncate_name)

EVF_IS_PLACE(file_chroot);
EVF_IS_PLACE(file_readlink);

int evf_judge_place(const struct evf_domain *domain, enum evf_event_id event,
		    struct dentry *dentry, bool is_question)
{
	const struct inode *inode = d_backing_inode(dentry);
	struct evf_name_copy name __uninitialized;
	struct evf_query query __uninitialized;
	int error;

	if (!domain->objects[event] ||
	    evf_memo_passes(domain->objects[event], inode, dentry))
		return 0;
	evf_query_begin(&query, event, dentry);
	evf_query_label(&query, EVF_SLOT_file_truncate_label, inode, dentry);
	evf_query_uid(&query, EVF_SLOT_file_truncate_owner, inode->i_uid);
	evf_query_gid(&query, EVF_SLOT_file_truncate_group, inode->i_gid);
	evf_query_int(&query, EVF_SLOT_file_truncate_mode, inode->i_mode);
	evf_query_name_copy(domain, &query, EVF_SLOT_file_truncate_name, dentry, &name);
	if (is_question)
		query.manner |= EVF_SILENT;
	error = evf_decide_and_keep(domain, &query);
	evf_name_copy_release(&name);
	return error;
}

/*
 * truncate, ftruncate and O_TRUNC all end here. The last two say by which description, and
 * the second may have been given filters.
 */
static int judge_size(struct dentry *dentry, const struct iattr *attr)
{
	const struct evf_domain *domain = evf_domain_for(EVF_EV_file_truncate);
	const struct evf_use use = { .event = EVF_EV_file_truncate, .file = attr->ia_file };

	if (attr->ia_valid & ATTR_FILE && attr->ia_file->f_path.dentry == dentry)
		return evf_judge_use(&use);
	return domain ? evf_judge_place(domain, EVF_EV_file_truncate, dentry, false) : 0;
}

/* Other attributes don't come with the size */
static int hook_inode_setattr(struct dentry *dentry, struct iattr *attr)
{
	const struct evf_domain *domain = evf_current_domain();

	if (attr->ia_valid & ATTR_SIZE)
		return judge_size(dentry, attr);
	return unlikely(domain) ? evf_judge_setattr(domain, dentry, attr) : 0;
}

static int hook_path_chroot(const struct path *path)
{
	const struct evf_domain *domain = evf_current_domain();

	return unlikely(domain) ?
	       evf_judge_place(domain, EVF_EV_file_chroot, path->dentry, false) : 0;
}

int evf_judge_unlink(const struct evf_domain *domain, struct dentry *dentry)
{
	const struct inode *inode = d_backing_inode(dentry);
	struct evf_string name;
	struct evf_query query __uninitialized;

	if (!domain->objects[EVF_EV_file_unlink] ||
	    evf_memo_passes(domain->objects[EVF_EV_file_unlink], inode, dentry))
		return 0;
	evf_query_begin(&query, EVF_EV_file_unlink, dentry);
	evf_query_label(&query, EVF_SLOT_file_unlink_label, inode, dentry);
	if (!evf_query_reads_more(domain, &query, BIT(EVF_SLOT_file_unlink_label)))
		return evf_decide_and_keep(domain, &query);
	evf_query_uid(&query, EVF_SLOT_file_unlink_owner, inode->i_uid);
	evf_query_gid(&query, EVF_SLOT_file_unlink_group, inode->i_gid);
	evf_query_int(&query, EVF_SLOT_file_unlink_mode, inode->i_mode);
	evf_query_name(&query, EVF_SLOT_file_unlink_name, dentry, &name);
	return evf_decide(domain, &query);
}

/* Also of rmdir */
static int hook_inode_unlink(struct inode *dir, struct dentry *dentry)
{
	const struct evf_domain *domain = evf_current_domain();

	return unlikely(domain) ? evf_judge_unlink(domain, dentry) : 0;
}

static struct security_hook_list fs_hooks[] __lsm_ro_after_init = {
	LSM_HOOK_INIT(file_open, hook_file_open),
	LSM_HOOK_INIT(inode_setattr, hook_inode_setattr),
	LSM_HOOK_INIT(path_chroot, hook_path_chroot),
	LSM_HOOK_INIT(inode_unlink, hook_inode_unlink),
	LSM_HOOK_INIT(inode_rmdir, hook_inode_unlink),
};

void __init evf_add_fs_hooks(void)
{
	security_add_hooks(fs_hooks, ARRAY_SIZE(fs_hooks), EVF_LSM_NAME);
	evf_add_create_hooks();
	evf_add_move_hooks();
	evf_add_attr_hooks();
	evf_add_meta_hooks();
	evf_add_memo_hooks();
}
