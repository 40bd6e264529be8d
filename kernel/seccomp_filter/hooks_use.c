// SPDX-License-Identifier: GPL-2.0-only
/*
 * The use of a descriptor: commands, locks, mappings, and getting one. Reading and writing
 * are in hooks_transfer.c.
 */
#include <linux/eventfilter.h>
#include <linux/fs.h>
#include <linux/hugetlb.h>
#include <linux/kdev_t.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/mount.h>
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

/* The name behind the owner */
#define EVF_TELLS_NAME(event)							\
	static_assert((int)EVF_SLOT_##event##_name == EVF_SLOT_##event##_owner + 1)

EVF_TELLS_NAME(file_map);
EVF_TELLS_NAME(file_lock);
EVF_TELLS_NAME(file_receive);

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

static void begin_access(struct evf_query *query, enum evf_event_id event,
			 const struct file *file)
{
	const struct inode *inode = evf_used_inode(file);

	evf_query_begin(query, event, file->f_path.dentry);
	evf_query_label(query, EVF_SLOT_file_read_label, inode, file->f_path.dentry);
	evf_query_int(query, EVF_SLOT_file_read_access, evf_access_of(file));
	evf_query_int(query, EVF_SLOT_file_read_type, inode->i_mode & S_IFMT);
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

static void begin_map(struct evf_query *query, const struct evf_use *use)
{
	const struct file *file = use->file;
	const struct inode *inode = evf_used_inode(file);

	evf_query_begin(query, EVF_EV_file_map, file->f_path.dentry);
	evf_query_label(query, EVF_SLOT_file_map_label, inode, file->f_path.dentry);
	evf_query_int(query, EVF_SLOT_file_map_prot, use->cmd);
	evf_query_int(query, EVF_SLOT_file_map_flags, use->flags);
	evf_query_int(query, EVF_SLOT_file_map_type, inode->i_mode & S_IFMT);
}

bool evf_is_use(u16 event)
{
	/* A rule of a system call has an id behind those of objects */
	if (event >= EVF_NR_OBJECT_EVENTS)
		return false;
	return evf_object_events[event].group == EVF_GROUP_USE || event == EVF_EV_file_truncate;
}

/* @owner: the slot of the object's owner; that of its name is the next one */
static int decide_named(const struct evf_domain *domain, struct evf_query *query,
			const struct file *file, u8 owner)
{
	struct evf_name_copy name __uninitialized;
	int error;

	evf_query_uid(query, owner, evf_used_inode(file)->i_uid);
	evf_query_name_copy(domain, query, owner + 1, file->f_path.dentry, &name);
	error = evf_decide(domain, query);
	evf_name_copy_release(&name);
	return error;
}

/* Context: atomic if @domain is what is attached */
static int decide_use(const struct evf_domain *domain, const struct evf_use *use)
{
	struct evf_query query __uninitialized;
	u8 owner = 0;

	switch (use->event) {
	case EVF_EV_file_truncate:
		return evf_judge_place(domain, use->event, use->file->f_path.dentry,
				       use->is_question);
	case EVF_EV_file_map:
		begin_map(&query, use);
		owner = EVF_SLOT_file_map_owner;
		break;
	case EVF_EV_file_ioctl:
		begin_command(&query, use->event, use->file, use->cmd);
		evf_query_int(&query, EVF_SLOT_file_ioctl_rdev,
			      new_encode_dev(evf_used_inode(use->file)->i_rdev));
		break;
	case EVF_EV_file_fcntl:
		begin_command(&query, use->event, use->file, use->cmd);
		break;
	case EVF_EV_file_lock:
		begin_command(&query, use->event, use->file, use->cmd);
		owner = EVF_SLOT_file_lock_owner;
		break;
	case EVF_EV_file_receive:
		begin_access(&query, use->event, use->file);
		owner = EVF_SLOT_file_receive_owner;
		break;
	default:
		begin_access(&query, use->event, use->file);
	}
	if (use->is_question)
		query.manner |= EVF_SILENT;
	return owner ? decide_named(domain, &query, use->file, owner) :
		       evf_decide(domain, &query);
}

static int judge_attached(const struct evf_use *use)
{
	const struct evf_domain *domain;
	int error = 0;

	rcu_read_lock();
	domain = evf_attached(use->file, use->event);
	if (domain)
		error = decide_use(domain, use);
	rcu_read_unlock();
	return error;
}

/*
 * Pipes are outside: tee, vmsplice and splice between two of them come past no hook, and
 * half a rule is none.
 */
static bool is_outside(const struct evf_use *use)
{
	return (use->event == EVF_EV_file_read || use->event == EVF_EV_file_write) &&
	       S_ISFIFO(evf_used_inode(use->file)->i_mode);
}

int evf_judge_watched_use(const struct evf_use *use)
{
	const struct evf_domain *domain = evf_domain_for(use->event);
	int error = 0;

	if (is_outside(use))
		return 0;
	if (domain)
		error = decide_use(domain, use);
	if (!error && evf_is_any_attached())
		error = judge_attached(use);
	return error;
}

static int hook_file_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	const struct evf_use use = { .event = EVF_EV_file_ioctl, .file = file, .cmd = cmd };

	return evf_ioctl_signals_check(file, cmd) ?: evf_judge_use(&use);
}

static int hook_file_fcntl(struct file *file, unsigned int cmd, unsigned long arg)
{
	const struct evf_use use = { .event = EVF_EV_file_fcntl, .file = file, .cmd = cmd };

	return evf_fcntl_signals_check(file, cmd, arg) ?: evf_judge_use(&use);
}

/* @type: F_RDLCK, F_WRLCK or F_UNLCK, of whatever kind of lock, or lease */
static int hook_file_lock(struct file *file, unsigned int type)
{
	const struct evf_use use = { .event = EVF_EV_file_lock, .file = file, .cmd = type };

	return evf_judge_use(&use);
}

static int hook_file_receive(struct file *file)
{
	const struct evf_use use = { .event = EVF_EV_file_receive, .file = file };

	return evf_judge_use(&use);
}

/* Huge pages without a file for userspace. memfd_create(2) gives names that begin otherwise. */
static bool is_anonymous_huge(struct file *file)
{
	return is_file_hugepages(file) && file->f_path.mnt->mnt_flags & MNT_INTERNAL &&
	       !strcmp(file->f_path.dentry->d_name.name, HUGETLB_ANON_FILE);
}

/* Memory without a file for userspace: shared anonymous mappings, System V shared memory */
static bool is_anonymous(struct file *file, unsigned long flags)
{
	const struct inode *inode = evf_used_inode(file);

	if (flags & MAP_ANONYMOUS)
		return true;
	if (IS_PRIVATE(inode))
		return shmem_mapping(inode->i_mapping) || is_file_hugepages(file);
	return is_anonymous_huge(file);
}

static int judge_map(struct file *file, unsigned long prot, unsigned long flags)
{
	const struct evf_use use = {
		.event = EVF_EV_file_map, .file = file, .cmd = prot, .flags = flags,
	};

	if (likely(!evf_domain_for(EVF_EV_file_map)) && !evf_is_any_attached())
		return 0;
	return is_anonymous(file, flags) ? 0 : evf_judge_watched_use(&use);
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
