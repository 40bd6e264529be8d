// SPDX-License-Identifier: GPL-2.0-only
/*
 * Records for whoever made a ruleset: the descriptor. Who is confined by the ruleset can
 * do nothing with it, however it came by it.
 */

#include <linux/anon_inodes.h>
#include <linux/eventfilter.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/pid_namespace.h>
#include <linux/poll.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include "cred.h"
#include "domain.h"
#include "records.h"

static bool is_confined_by(const struct evf_ruleset *ruleset)
{
	const struct evf_domain *domain = evf_current_domain();
	u32 i;

	for (i = 0; domain && i < domain->nr_layers; i++) {
		if (domain->layer[i].ruleset == ruleset)
			return true;
	}
	return false;
}

static void wake_readers(struct irq_work *work)
{
	wake_up_interruptible_poll(&container_of(work, struct evf_records, wake)->wait,
				   EPOLLIN | EPOLLRDNORM);
}

/* After a grace period: nobody adds to it any more */
static void free_records(struct work_struct *work)
{
	struct evf_records *records = container_of(to_rcu_work(work), struct evf_records, release);

	irq_work_sync(&records->wake);
	put_pid_ns(records->pid_ns);
	evf_ruleset_put(records->ruleset);
	kvfree(records->seen);
	kvfree(records);
}

static struct evf_records *alloc_records(const struct evf_ruleset *ruleset)
{
	struct evf_records *records;

	records = kvzalloc(struct_size(records, ring, EVF_RECORDS_SIZE), GFP_KERNEL_ACCOUNT);
	if (!records)
		return NULL;
	if (ruleset->permissive) {
		records->seen = kvcalloc(EVF_RECORDS_SEEN, sizeof(*records->seen),
					 GFP_KERNEL_ACCOUNT);
		if (!records->seen) {
			kvfree(records);
			return NULL;
		}
	}
	init_waitqueue_head(&records->wait);
	init_irq_work(&records->wake, wake_readers);
	INIT_RCU_WORK(&records->release, free_records);
	mutex_init(&records->reading);
	spin_lock_init(&records->lock);
	get_random_bytes(&records->key, sizeof(records->key));
	return records;
}

static bool is_empty(struct evf_records *records)
{
	return !READ_ONCE(records->used) && !READ_ONCE(records->lost);
}

/* How many bytes of whole records there are among the first @len */
static u32 whole_records(const struct evf_records *records, u32 len)
{
	while (len && records->ring[(records->start + len - 1) % EVF_RECORDS_SIZE] != '\n')
		len--;
	return len;
}

static int copy_out(const struct evf_records *records, char __user *to, u32 len)
{
	const u32 first = min(len, EVF_RECORDS_SIZE - records->start);

	if (copy_to_user(to, records->ring + records->start, first) ||
	    copy_to_user(to + first, records->ring, len - first))
		return -EFAULT;
	return 0;
}

static ssize_t take_records(struct evf_records *records, char __user *to, size_t size)
{
	u32 used, len;

	spin_lock_irq(&records->lock);
	used = records->used;
	spin_unlock_irq(&records->lock);
	if (!used)
		return 0;
	/* What is there stays where it is until it's taken */
	len = whole_records(records, min_t(size_t, size, used));
	if (!len)
		return -EMSGSIZE;
	if (copy_out(records, to, len))
		return -EFAULT;
	spin_lock_irq(&records->lock);
	records->start = (records->start + len) % EVF_RECORDS_SIZE;
	records->used -= len;
	spin_unlock_irq(&records->lock);
	return len;
}

/* Nothing came after what was lost that would have said so */
static ssize_t take_lost(struct evf_records *records, char __user *to, size_t size)
{
	ssize_t len = 0;
	char text[32];
	u64 lost;

	spin_lock_irq(&records->lock);
	lost = records->used ? 0 : records->lost;
	records->lost -= lost;
	spin_unlock_irq(&records->lock);
	if (!lost)
		return 0;
	len = scnprintf(text, sizeof(text), "lost=%llu\n", lost);
	if (len > size)
		len = -EMSGSIZE;
	else if (copy_to_user(to, text, len))
		len = -EFAULT;
	if (len < 0) {
		spin_lock_irq(&records->lock);
		records->lost += lost;
		spin_unlock_irq(&records->lock);
	}
	return len;
}

static ssize_t records_read(struct file *file, char __user *to, size_t size, loff_t *pos)
{
	struct evf_records *records = file->private_data;
	ssize_t taken;

	if (!size)
		return 0;
	do {
		/* Also of who slept meanwhile */
		if (is_confined_by(records->ruleset))
			return -EPERM;
		if (mutex_lock_interruptible(&records->reading))
			return -ERESTARTSYS;
		taken = take_records(records, to, size);
		if (!taken)
			taken = take_lost(records, to, size);
		mutex_unlock(&records->reading);
		if (taken)
			return taken;
		if (file->f_flags & O_NONBLOCK)
			return -EAGAIN;
	} while (!wait_event_interruptible(records->wait, !is_empty(records)));
	return -ERESTARTSYS;
}

static __poll_t records_poll(struct file *file, poll_table *wait)
{
	struct evf_records *records = file->private_data;

	/* Whether there are any tells what is refused */
	if (is_confined_by(records->ruleset))
		return EPOLLERR;
	poll_wait(file, &records->wait, wait);
	return is_empty(records) ? 0 : EPOLLIN | EPOLLRDNORM;
}

static int records_release(struct inode *inode, struct file *file)
{
	struct evf_records *records = file->private_data;

	mutex_lock(&records->ruleset->lock);
	rcu_assign_pointer(records->ruleset->records, NULL);
	mutex_unlock(&records->ruleset->lock);
	evf_unobserve();
	queue_rcu_work(system_unbound_wq, &records->release);
	return 0;
}

static const struct file_operations records_fops = {
	.owner = THIS_MODULE,
	.read = records_read,
	.poll = records_poll,
	.release = records_release,
	.llseek = no_llseek,
};

/* One descriptor a ruleset: two would take each other's records */
static int publish(struct evf_ruleset *ruleset, struct evf_records *records)
{
	int error = 0;

	mutex_lock(&ruleset->lock);
	if (rcu_access_pointer(ruleset->records)) {
		error = -EBUSY;
	} else {
		records->ruleset = evf_ruleset_get(ruleset);
		records->pid_ns = get_pid_ns(task_active_pid_ns(current));
		rcu_assign_pointer(ruleset->records, records);
	}
	mutex_unlock(&ruleset->lock);
	return error;
}

int evf_records_create_fd(struct evf_ruleset *ruleset)
{
	struct evf_records *records;
	int error, fd;
	struct file *file;

	if (is_confined_by(ruleset))
		return -EPERM;
	fd = get_unused_fd_flags(O_CLOEXEC);
	if (fd < 0)
		return fd;
	records = alloc_records(ruleset);
	error = records ? publish(ruleset, records) : -ENOMEM;
	if (error)
		goto no_records;
	evf_observe();
	file = anon_inode_getfile("[eventfilter-records]", &records_fops, records, O_RDONLY);
	if (IS_ERR(file)) {
		error = PTR_ERR(file);
		goto no_file;
	}
	fd_install(fd, file);
	return fd;

no_file:
	evf_unobserve();
	mutex_lock(&ruleset->lock);
	rcu_assign_pointer(ruleset->records, NULL);
	mutex_unlock(&ruleset->lock);
	put_unused_fd(fd);
	queue_rcu_work(system_unbound_wq, &records->release);
	return error;

no_records:
	if (records) {
		kvfree(records->seen);
		kvfree(records);
	}
	put_unused_fd(fd);
	return error;
}
