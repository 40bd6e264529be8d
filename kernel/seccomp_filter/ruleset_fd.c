// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rulesets: the descriptor.
 */

#include <linux/anon_inodes.h>
#include <linux/eventfilter.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include "domain.h"
#include "from_user.h"
#include "labels.h"
#include "records.h"
#include "ruleset.h"
#include "ruleset_fd.h"

static ssize_t ruleset_write(struct file *file, const char __user *from, size_t len,
			     loff_t *pos)
{
	struct evf_ruleset *ruleset = file->private_data;
	char *text;
	int error;

	if (!len)
		return 0;
	text = evf_copy_text(from, len);
	if (IS_ERR(text))
		return PTR_ERR(text);
	error = evf_ruleset_add(ruleset, text, len);
	kvfree(text);
	return error ?: len;
}

static ssize_t ruleset_read(struct file *file, char __user *to, size_t len, loff_t *pos)
{
	struct evf_ruleset *ruleset = file->private_data;
	ssize_t copied;

	if (mutex_lock_interruptible(&ruleset->lock))
		return -ERESTARTSYS;
	copied = min_t(size_t, len, ruleset->error_len - ruleset->error_read);
	if (copy_to_user(to, ruleset->error + ruleset->error_read, copied))
		copied = -EFAULT;
	else
		ruleset->error_read += copied;
	mutex_unlock(&ruleset->lock);
	return copied;
}

static long ruleset_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	if (cmd != EVF_RECORDS)
		return -ENOTTY;
	return arg ? -EINVAL : evf_records_create_fd(file->private_data);
}

static int ruleset_release(struct inode *inode, struct file *file)
{
	evf_ruleset_put(file->private_data);
	return 0;
}

static const struct file_operations ruleset_fops = {
	.owner = THIS_MODULE,
	.read = ruleset_read,
	.write = ruleset_write,
	.unlocked_ioctl = ruleset_ioctl,
	.compat_ioctl = ruleset_ioctl,
	.release = ruleset_release,
	.llseek = no_llseek,
};

/* Return: the id of the label that a ruleset gives its task, or an error */
static int read_task_label(struct evf_space *space, const char __user *from)
{
	char name[EVF_MAX_LABEL_NAME + 1];
	long len;
	int id;

	if (!space)
		return -EINVAL;
	/* Others tell by its label what a task may have: not for it to choose */
	if (evf_domain_binds(evf_current_domain(), space))
		return -EPERM;
	len = strncpy_from_user(name, from, sizeof(name));
	if (len < 0)
		return len;
	id = evf_space_find_label(space, name, len);
	return id < 0 || evf_space_is_group(space, id) ? -ENOENT : id;
}

static struct evf_ruleset *create_ruleset(int labels_fd, bool permissive,
					  const char __user *label)
{
	struct evf_space *space = NULL;
	struct evf_ruleset *ruleset;
	int task_label = -1;

	if (labels_fd != -1) {
		space = evf_space_from_fd(labels_fd);
		if (IS_ERR(space))
			return ERR_CAST(space);
	}
	if (label) {
		task_label = read_task_label(space, label);
		if (task_label < 0) {
			evf_space_put(space);
			return ERR_PTR(task_label);
		}
	}
	ruleset = evf_ruleset_create(space, permissive);
	if (!IS_ERR(ruleset))
		ruleset->task_label = task_label;
	return ruleset;
}

int evf_ruleset_create_fd(int labels_fd, unsigned long flags, const char __user *label)
{
	struct evf_ruleset *ruleset;
	int fd;

	if (flags & ~(unsigned long)EVF_RULESET_PERMISSIVE)
		return -EINVAL;
	ruleset = create_ruleset(labels_fd, flags & EVF_RULESET_PERMISSIVE, label);
	if (IS_ERR(ruleset))
		return PTR_ERR(ruleset);
	fd = anon_inode_getfd("[eventfilter-ruleset]", &ruleset_fops, ruleset,
			      O_RDWR | O_CLOEXEC);
	if (fd < 0)
		evf_ruleset_put(ruleset);
	return fd;
}

struct evf_ruleset *evf_ruleset_from_fd(int fd)
{
	struct evf_ruleset *ruleset = ERR_PTR(-EBADFD);
	struct fd f = fdget(fd);

	if (!f.file)
		return ERR_PTR(-EBADF);
	if (f.file->f_op == &ruleset_fops)
		ruleset = evf_ruleset_get(f.file->private_data);
	fdput(f);
	return ruleset;
}
