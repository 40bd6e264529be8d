// SPDX-License-Identifier: GPL-2.0-only
/*
 * EVF_CHECK: would a use of a descriptor be let through? Nothing is recorded, and the answer
 * holds for as long as labels and filters stay as they are.
 */

#include <linux/err.h>
#include <linux/eventfilter.h>
#include <linux/file.h>
#include <linux/mman.h>
#include <linux/net.h>
#include <linux/uaccess.h>
#include "check.h"
#include "net.h"
#include "use.h"

static int find_event(const char __user *name)
{
	const struct evf_event *event;
	char text[EVF_MAX_WORD + 1];
	long len = strncpy_from_user(text, name, sizeof(text));

	if (len < 0)
		return -EFAULT;
	if (len > EVF_MAX_WORD)
		return -EINVAL;
	event = evf_find_object_event(text, len);
	return event ? event->id : -EINVAL;
}

static bool has_cmd(u16 event)
{
	switch (event) {
	case EVF_EV_file_ioctl:
	case EVF_EV_file_fcntl:
	case EVF_EV_file_lock:
	case EVF_EV_file_map:
		return true;
	}
	return false;
}

static int check_use(const struct file *file, u16 event, unsigned long cmd)
{
	const struct evf_use use = {
		.event = event,
		.file = file,
		.cmd = cmd,
		.flags = MAP_SHARED,
		.is_question = true,
	};

	if ((cmd && !has_cmd(event)) || cmd != use.cmd)
		return -EINVAL;
	return evf_judge_use(&use);
}

static int check_socket(struct file *file, u16 event, unsigned long name)
{
	struct socket *sock = sock_from_file(file);

	return sock ? evf_check_socket(sock, event, (const void __user *)name) : -ENOTSOCK;
}

int evf_check(int fd, const char __user *name, unsigned long cmd)
{
	int event = find_event(name);
	struct fd f;
	int error;

	if (event < 0)
		return event;
	f = fdget(fd);
	if (!f.file)
		return -EBADF;
	if (evf_is_use(event))
		error = check_use(f.file, event, cmd);
	else if (evf_is_socket_use(event))
		error = check_socket(f.file, event, cmd);
	else
		error = -EINVAL;
	fdput(f);
	return error;
}
