// SPDX-License-Identifier: BSD-2-Clause
/* What objects carry, and what happens when one of them is executed. */
#include <errno.h>
#include <stdint.h>
#include <string.h>

#include <linux/eventfilter.h>

#include "eventfilter.h"
#include "kernel.h"

/* names and pattern may be NULL: none */
static int assign(int labels, unsigned long command, int fd, const char *pattern, const char *names)
{
	struct evf_label label = {
		.size = sizeof(label),
		.fd = fd,
		.names = (uintptr_t)names,
		.names_len = names ? (uint32_t)strlen(names) : 0,
		.pattern = (uintptr_t)pattern,
		.pattern_len = pattern ? (uint32_t)strlen(pattern) : 0,
	};

	_Static_assert(sizeof(label) == EVF_LABEL_SIZE_VER0, "struct evf_label has padding");
	/* An empty pattern would mean the object itself: never what the caller of _name wants */
	if (pattern && pattern[0] == '\0')
		return eventfilter_sys_available() != 0 ? -EOPNOTSUPP : -EINVAL;
	return eventfilter_sys_ioctl(labels, command, &label);
}

int eventfilter_label_tree(int labels, int object, const char *names)
{
	return assign(labels, EVF_LABEL_FILE, object, NULL, names);
}

int eventfilter_label_self(int labels, int object, const char *names)
{
	return assign(labels, EVF_LABEL_SELF, object, NULL, names);
}

int eventfilter_label_name(int labels, int directory, const char *pattern, const char *names)
{
	return assign(labels, EVF_LABEL_NAME, directory, pattern, names);
}

int eventfilter_unlabel(int labels, int object)
{
	return assign(labels, EVF_UNLABEL, object, NULL, NULL);
}

int eventfilter_unlabel_name(int labels, int directory, const char *pattern)
{
	return assign(labels, EVF_UNLABEL, directory, pattern, NULL);
}

int eventfilter_labels_commit(int labels)
{
	return eventfilter_sys_ioctl(labels, EVF_COMMIT, NULL);
}

int eventfilter_labels_clear(int labels)
{
	return eventfilter_sys_ioctl(labels, EVF_CLEAR, NULL);
}

int eventfilter_labels_discard(int labels)
{
	return eventfilter_sys_ioctl(labels, EVF_DISCARD, NULL);
}

static int transition(int labels, const char *task, const char *file, int ruleset)
{
	struct evf_transition change = {
		.size = sizeof(change),
		.ruleset_fd = ruleset,
		.task = (uintptr_t)task,
		.task_len = (uint32_t)strlen(task),
		.file = (uintptr_t)file,
		.file_len = (uint32_t)strlen(file),
	};

	_Static_assert(sizeof(change) == EVF_TRANSITION_SIZE_VER0, "struct evf_transition has padding");
	return eventfilter_sys_ioctl(labels, EVF_TRANSITION, &change);
}

int eventfilter_transition(int labels, const char *task, const char *file, int ruleset)
{
	/* -1 would take one back: never what the caller of this function wants */
	if (ruleset < 0)
		return eventfilter_sys_available() != 0 ? -EOPNOTSUPP : -EBADF;
	return transition(labels, task, file, ruleset);
}

int eventfilter_untransition(int labels, const char *task, const char *file)
{
	return transition(labels, task, file, -1);
}
