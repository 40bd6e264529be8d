// SPDX-License-Identifier: GPL-2.0-only
/*
 * EVF_CHECK: would a use of a descriptor be let through? Nothing is recorded, and the answer
 * holds for as long as labels and filters stay as they are.
 */

#include <linux/err.h>
#include <linux/eventfilter.h>
#include <linux/file.h>
#include <linux/mman.h>
#include <linux/uaccess.h>
#include "check.h"
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

int evf_check(int fd, const char __user *name, unsigned long cmd)
{
	struct evf_use use = {
		.cmd = cmd,
		.flags = MAP_SHARED,
		.is_question = true,
	};
	int event = find_event(name);
	struct fd f;
	int error;

	if (event < 0)
		return event;
	use.event = event;
	if (!evf_is_use(use.event) || (cmd && !has_cmd(use.event)) || cmd != use.cmd)
		return -EINVAL;
	f = fdget(fd);
	if (!f.file)
		return -EBADF;
	use.file = f.file;
	error = evf_judge_use(&use);
	fdput(f);
	return error;
}
