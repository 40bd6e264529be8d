// SPDX-License-Identifier: GPL-2.0-only
/*
 * Label spaces: the descriptor. Whoever holds it and can open an object may label it:
 * that tells nobody anything but those who filter by this space.
 */
#include <linux/anon_inodes.h>
#include <linux/eventfilter.h>
#include <linux/file.h>
#include <linux/mm.h>
#include <linux/poll.h>
#include <linux/seq_buf.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "domain.h"
#include "from_user.h"
#include "assign.h"
#include "mark.h"
#include "space.h"
#include "space_query.h"
#include "space_text.h"
#include "task_query.h"
#include "transition.h"

/* Bytes that hold an error, and all news */
#define READ_ROOM	1024

static const struct file_operations space_fops;

/* A task must not choose what its own filters let through */
static bool may_change(const struct evf_space *space)
{
	return !evf_domain_binds(evf_current_domain(), space);
}

static ssize_t space_write(struct file *file, const char __user *from, size_t len, loff_t *pos)
{
	struct evf_space *space = file->private_data;
	char *text;
	int error;

	if (!may_change(space))
		return -EPERM;
	if (!len)
		return 0;
	text = evf_copy_text(from, len);
	if (IS_ERR(text))
		return PTR_ERR(text);
	error = evf_text_write(space, text, len);
	kvfree(text);
	return error ?: len;
}

static ssize_t space_read(struct file *file, char __user *to, size_t len, loff_t *pos)
{
	struct evf_space *space = file->private_data;
	size_t copied;
	char *text;

	if (!may_change(space))
		return -EPERM;
	text = kmalloc(READ_ROOM, GFP_KERNEL_ACCOUNT);
	if (!text)
		return -ENOMEM;
	mutex_lock(&space->lock);
	if (space->error_read < space->error_len) {
		copied = min_t(size_t, len, space->error_len - space->error_read);
		memcpy(text, space->error + space->error_read, copied);
		space->error_read += copied;
	} else if (len < READ_ROOM) {
		/* News are read whole or not at all: too short a read only looks for an error */
		copied = 0;
	} else {
		struct seq_buf news;

		seq_buf_init(&news, text, READ_ROOM);
		evf_space_take_news(space, &news);
		copied = seq_buf_used(&news);
	}
	mutex_unlock(&space->lock);
	if (copy_to_user(to, text, copied))
		copied = -EFAULT;
	kfree(text);
	return copied;
}

static __poll_t space_poll(struct file *file, struct poll_table_struct *table)
{
	struct evf_space *space = file->private_data;
	__poll_t ready = 0;

	if (!may_change(space))
		return EPOLLERR;
	poll_wait(file, &space->wait, table);
	mutex_lock(&space->lock);
	if (space->error_read < space->error_len || space->news.committed ||
	    space->news.nr_unmounted)
		ready = EPOLLIN | EPOLLRDNORM;
	mutex_unlock(&space->lock);
	return ready;
}

/**
 * struct request - what an ioctl asks for, in kernel memory
 * @change: to be staged
 * @id: what @change.id points to
 * @pattern: what @change.pattern points to
 * @names: the names as text
 */
struct request {
	struct evf_change change;
	u16 id[EVF_MAX_OBJECT_NAMES];
	char pattern[EVF_MAX_PATTERN];
	char names[EVF_MAX_OBJECT_NAMES * (EVF_MAX_LABEL_NAME + 1)];
};

static int read_names(struct request *request, struct evf_space *space,
		      const struct evf_label *label)
{
	int nr;

	if (label->names_len > sizeof(request->names))
		return -E2BIG;
	if (copy_from_user(request->names, u64_to_user_ptr(label->names), label->names_len))
		return -EFAULT;
	nr = evf_names_parse_set(space, request->names, label->names_len, request->id);
	if (nr < 0)
		return nr;
	request->change.nr = nr;
	request->change.id = request->id;
	return 0;
}

static int read_pattern(struct request *request, const struct evf_label *label)
{
	if (label->pattern_len > sizeof(request->pattern))
		return -EINVAL;
	if (copy_from_user(request->pattern, u64_to_user_ptr(label->pattern), label->pattern_len))
		return -EFAULT;
	request->change.pattern = request->pattern;
	request->change.pattern_len = label->pattern_len;
	return evf_pattern_check(request->pattern, label->pattern_len);
}

static int read_request(struct request *request, struct evf_space *space, unsigned int cmd,
			const struct evf_label *label)
{
	int error = 0;

	request->change.what = cmd == EVF_UNLABEL ? EVF_WHAT_NONE :
			       cmd == EVF_LABEL_SELF ? EVF_WHAT_SELF : EVF_WHAT_FILE;
	if (cmd == EVF_UNLABEL && label->names_len)
		return -EINVAL;
	if (cmd == EVF_LABEL_NAME ? !label->pattern_len :
				    cmd != EVF_UNLABEL && label->pattern_len)
		return -EINVAL;
	if (label->pattern_len)
		error = read_pattern(request, label);
	return error ?: read_names(request, space, label);
}

static int stage(struct evf_space *space, const struct evf_label *label, struct request *request)
{
	struct fd object = fdget_raw(label->fd);
	int error = 0;

	if (!object.file)
		return -EBADF;
	request->change.dentry = object.file->f_path.dentry;
	/* What is no longer labelled needs no identity */
	if (request->change.what != EVF_WHAT_NONE)
		error = evf_identity_check(request->change.dentry, request->change.pattern);
	if (!error)
		error = evf_space_stage(space, &request->change);
	fdput(object);
	return error;
}

static int change_label(struct evf_space *space, unsigned int cmd, const void __user *from)
{
	struct evf_label label;
	struct request *request;
	int error;

	error = evf_copy_struct(&label, sizeof(label), from, EVF_LABEL_SIZE_VER0);
	if (error < 0)
		return error;
	request = kmalloc(sizeof(*request), GFP_KERNEL_ACCOUNT);
	if (!request)
		return -ENOMEM;
	memset(&request->change, 0, sizeof(request->change));
	error = read_request(request, space, cmd, &label);
	if (!error)
		error = stage(space, &label, request);
	kfree(request);
	return error;
}

static int decided(struct evf_space *space, struct evf_question *question, struct seq_buf *answer)
{
	struct fd object;

	if (question->cursor)
		return -EINVAL;
	object = fdget_raw(question->fd);
	if (!object.file)
		return -EBADF;
	question->generation =
		evf_space_decided(space, object.file->f_path.dentry, answer) & INT_MAX;
	fdput(object);
	return evf_answer_is_full(answer) ? -ERANGE : 0;
}

static int list(struct evf_space *space, struct evf_question *question, struct seq_buf *answer)
{
	int generation;

	if (question->fd)
		return -EINVAL;
	generation = evf_space_list(space, &question->cursor, answer);
	if (generation < 0)
		return generation;
	question->generation = generation;
	return 0;
}

static int answer(struct evf_space *space, unsigned int cmd, void __user *to)
{
	struct evf_question question;
	struct seq_buf text;
	char *room;
	int error;

	error = evf_copy_struct(&question, sizeof(question), to, EVF_QUESTION_SIZE_VER0);
	if (error < 0)
		return error;
	question.size = min_t(u32, error, sizeof(question));
	question.text_len = min_t(u32, question.text_len, 4 * EVF_MAX_ANSWER);
	room = kvmalloc(question.text_len + 1, GFP_KERNEL_ACCOUNT);
	if (!room)
		return -ENOMEM;
	seq_buf_init(&text, room, question.text_len + 1);
	error = cmd == EVF_LIST ? list(space, &question, &text) : decided(space, &question, &text);
	if (!error && (copy_to_user(u64_to_user_ptr(question.text), room, seq_buf_used(&text)) ||
		       copy_to_user(to, &question, question.size)))
		error = -EFAULT;
	kvfree(room);
	return error ?: seq_buf_used(&text);
}

static long space_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct evf_space *space = file->private_data;

	if (_IOC_TYPE(cmd) != EVF_IOC_MAGIC)
		return -ENOTTY;
	if (!may_change(space))
		return -EPERM;
	switch (cmd) {
	case EVF_LABEL_FILE:
	case EVF_LABEL_SELF:
	case EVF_LABEL_NAME:
	case EVF_UNLABEL:
		return change_label(space, cmd, (const void __user *)arg);
	case EVF_COMMIT:
		return evf_space_commit(space) & INT_MAX;
	case EVF_CLEAR:
		return arg ? -EINVAL : evf_space_clear(space);
	case EVF_DISCARD:
		if (arg)
			return -EINVAL;
		evf_space_discard(space);
		return 0;
	case EVF_TRANSITION:
		return evf_transition_ioctl(space, (const void __user *)arg);
	case EVF_GET_TASK:
		return evf_task_query(space, (void __user *)arg);
	case EVF_GET_FILE:
	case EVF_LIST:
		return answer(space, cmd, (void __user *)arg);
	}
	return -ENOTTY;
}

/* The last descriptor is gone: labels in force stay as they are for who filters by them */
static int space_release(struct inode *inode, struct file *file)
{
	struct evf_space *space = file->private_data;

	evf_space_discard(space);
	evf_transitions_orphan(space);
	evf_space_put(space);
	return 0;
}

static const struct file_operations space_fops = {
	.owner = THIS_MODULE,
	.read = space_read,
	.poll = space_poll,
	.write = space_write,
	.unlocked_ioctl = space_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.release = space_release,
	.llseek = no_llseek,
};

int evf_space_create_fd(void)
{
	struct evf_space *space = evf_space_create();
	int fd;

	if (IS_ERR(space))
		return PTR_ERR(space);
	fd = anon_inode_getfd("[eventfilter-labels]", &space_fops, space, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		evf_space_put(space);
	return fd;
}

struct evf_space *evf_space_from_fd(int fd)
{
	struct evf_space *space = ERR_PTR(-EBADFD);
	struct fd f = fdget(fd);

	if (!f.file)
		return ERR_PTR(-EBADF);
	if (f.file->f_op == &space_fops)
		space = evf_space_get(f.file->private_data);
	fdput(f);
	return space;
}
