// SPDX-License-Identifier: GPL-2.0-only
/*
 * The use of a descriptor: commands, locks, mappings, and getting one. Reading and writing
 * are in hooks_transfer.c.
 */
#include <linux/eventfilter.h>
#include <linux/fs.h>
#include <linux/kdev_t.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/shmem_fs.h>

#include "hooks.h"
#include "hooks_signal.h"
#include "use.h"

/* Begun alike, so that what begins them needn't ask which one it is */
#define EVF_BEGINS_AS_COMMAND(event)						\
	static_assert((int)EVF_SLOT_##event##_label == EVF_SLOT_file_ioctl_label &&	\
		      (int)EVF_SLOT_##event##_cmd == EVF_SLOT_file_ioctl_cmd &&	\
		      (int)EVF_SLOT_##event##_type == EVF_SLOT_file_ioctl_type &&	\
		      (int)EVF_SLOT_##event##_dev == EVF_SLOT_file_ioctl_dev)

EVF_BEGINS_AS_COMMAND(file_fcntl);
EVF_BEGINS_AS_COMMAND(file_lock);

#define EVF_IS_ACCESS(event)							\
	static_assert((int)EVF_SLOT_##event##_label == EVF_SLOT_file_read_label &&	\
		      (int)EVF_SLOT_##event##_access == EVF_SLOT_file_read_access &&	\
		      (int)EVF_SLOT_##event##_type == EVF_SLOT_file_read_type)

EVF_IS_ACCESS(file_write);
EVF_IS_ACCESS(file_receive);

/*
 * The access mode 3, which gives neither reading nor writing but wants the right to both,
 * counts as both.
 */
u32 evf_access_of(const struct file *file)
{
	u32 access = 0;

	if ((file->f_flags & O_ACCMODE) == O_ACCMODE)
		return EVF_ACCESS_READ | EVF_ACCESS_WRITE;
	if (file->f_mode & FMODE_READ)
		access |= EVF_ACCESS_READ;
	if (file->f_mode & FMODE_WRITE) {
		access |= EVF_ACCESS_WRITE;
		if (file->f_flags & O_APPEND)
			access |= EVF_ACCESS_APPEND;
	}
	return access;
}

int evf_judge_access(const struct evf_domain *domain, enum evf_event_id event,
		     const struct file *file)
{
	const struct inode *inode = evf_used_inode(file);
	struct evf_query query __uninitialized;

	evf_query_begin(&query, event, file->f_path.dentry);
	evf_query_label(&query, EVF_SLOT_file_read_label, inode, file->f_path.dentry);
	evf_query_int(&query, EVF_SLOT_file_read_access, evf_access_of(file));
	evf_query_int(&query, EVF_SLOT_file_read_type, inode->i_mode & S_IFMT);
	return evf_decide(domain, &query);
}

static void begin_command(struct evf_query *query, enum evf_event_id event,
			  const struct file *file, u32 cmd)
{
	const struct inode *inode = evf_used_inode(file);

	evf_query_begin(query, event, file->f_path.dentry);
	evf_query_label(query, EVF_SLOT_file_ioctl_label, inode, file->f_path.dentry);
	evf_query_int(query, EVF_SLOT_file_ioctl_cmd, cmd);
	evf_query_int(query, EVF_SLOT_file_ioctl_type, inode->i_mode & S_IFMT);
	evf_query_int(query, EVF_SLOT_file_ioctl_dev, new_encode_dev(inode->i_sb->s_dev));
}

int evf_judge_ioctl(const struct file *file, u32 cmd)
{
	const struct evf_domain *domain = evf_domain_for(EVF_EV_file_ioctl);
	struct evf_query query __uninitialized;

	if (likely(!domain))
		return 0;
	begin_command(&query, EVF_EV_file_ioctl, file, cmd);
	evf_query_int(&query, EVF_SLOT_file_ioctl_rdev,
		      new_encode_dev(evf_used_inode(file)->i_rdev));
	return evf_decide(domain, &query);
}

static int hook_file_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	return evf_ioctl_signals_check(file, cmd) ?: evf_judge_ioctl(file, cmd);
}

static int judge_command(enum evf_event_id event, const struct file *file, u32 cmd)
{
	const struct evf_domain *domain = evf_domain_for(event);
	struct evf_query query __uninitialized;

	if (likely(!domain))
		return 0;
	begin_command(&query, event, file, cmd);
	return evf_decide(domain, &query);
}

static int hook_file_fcntl(struct file *file, unsigned int cmd, unsigned long arg)
{
	return evf_fcntl_signals_check(file, cmd, arg) ?:
	       judge_command(EVF_EV_file_fcntl, file, cmd);
}

/* @type: F_RDLCK, F_WRLCK or F_UNLCK, of whatever kind of lock, or lease */
static int hook_file_lock(struct file *file, unsigned int type)
{
	return judge_command(EVF_EV_file_lock, file, type);
}

static int hook_file_receive(struct file *file)
{
	const struct evf_domain *domain = evf_domain_for(EVF_EV_file_receive);

	return unlikely(domain) ? evf_judge_access(domain, EVF_EV_file_receive, file) : 0;
}

/* Memory without a file for userspace: shared anonymous mappings, System V shared memory */
static bool is_anonymous(const struct file *file, unsigned long flags)
{
	const struct inode *inode = evf_used_inode(file);

	return (flags & MAP_ANONYMOUS) ||
	       (IS_PRIVATE(inode) && shmem_mapping(inode->i_mapping));
}

static int judge_map(struct file *file, unsigned long prot, unsigned long flags)
{
	const struct evf_domain *domain = evf_domain_for(EVF_EV_file_map);
	struct evf_query query __uninitialized;

	if (likely(!domain) || is_anonymous(file, flags))
		return 0;
	evf_query_begin(&query, EVF_EV_file_map, file->f_path.dentry);
	evf_query_label(&query, EVF_SLOT_file_map_label, evf_used_inode(file),
			file->f_path.dentry);
	evf_query_int(&query, EVF_SLOT_file_map_prot, prot);
	evf_query_int(&query, EVF_SLOT_file_map_flags, flags);
	evf_query_int(&query, EVF_SLOT_file_map_type, evf_used_inode(file)->i_mode & S_IFMT);
	return evf_decide(domain, &query);
}

/* @prot is what there will be, which may be more than was asked for */
static int hook_mmap_file(struct file *file, unsigned long reqprot, unsigned long prot,
			  unsigned long flags)
{
	return file ? judge_map(file, prot, flags) : 0;
}

/* Context: mmap_lock is held */
static int hook_file_mprotect(struct vm_area_struct *vma, unsigned long reqprot,
			      unsigned long prot)
{
	if (!vma->vm_file)
		return 0;
	return judge_map(vma->vm_file, prot,
			 vma->vm_flags & VM_MAYSHARE ? MAP_SHARED : MAP_PRIVATE);
}

static struct security_hook_list use_hooks[] __lsm_ro_after_init = {
	LSM_HOOK_INIT(file_ioctl, hook_file_ioctl),
	LSM_HOOK_INIT(file_ioctl_compat, hook_file_ioctl),
	LSM_HOOK_INIT(file_fcntl, hook_file_fcntl),
	LSM_HOOK_INIT(file_lock, hook_file_lock),
	LSM_HOOK_INIT(file_receive, hook_file_receive),
	LSM_HOOK_INIT(mmap_file, hook_mmap_file),
	LSM_HOOK_INIT(file_mprotect, hook_file_mprotect),
};

void __init evf_add_use_hooks(void)
{
	security_add_hooks(use_hooks, ARRAY_SIZE(use_hooks), EVF_LSM_NAME);
	evf_add_transfer_hooks();
}
