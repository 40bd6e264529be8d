// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>

#include <linux/eventfilter.h>

#include "eventfilter.h"
#include "kernel.h"

int eventfilter_labels_create(unsigned int flags)
{
	return eventfilter_sys_call(EVF_LABELS, flags, 0);
}

int eventfilter_labels_write(int labels, const char *text, size_t length,
			     struct eventfilter_text_error *error)
{
	return eventfilter_sys_write(labels, text, length, error);
}

int eventfilter_labels_add(int labels, const char *name, struct eventfilter_text_error *error)
{
	static const char prefix[] = "label ";
	char line[sizeof(prefix) + EVF_MAX_LABEL_NAME + 1];
	size_t length = strnlen(name, EVF_MAX_LABEL_NAME + 1);

	/* The kernel says what is wrong with the rest; these two would be other lines */
	if (length == 0 || length > EVF_MAX_LABEL_NAME || memchr(name, '\n', length)) {
		if (error)
			memset(error, 0, sizeof(*error));
		return eventfilter_sys_available() != 0 ? -EOPNOTSUPP : -EINVAL;
	}
	memcpy(line, prefix, sizeof(prefix) - 1);
	memcpy(line + sizeof(prefix) - 1, name, length);
	line[sizeof(prefix) - 1 + length] = '\n';
	return eventfilter_sys_write(labels, line, sizeof(prefix) + length, error);
}

/*
 * One line out of its parts, up to a NULL; those at odd places are the caller's and can't begin
 * another line.
 */
static int write_line(int labels, const char *const *part, struct eventfilter_text_error *error)
{
	char line[8192];
	size_t used = 0, i;

	if (error)
		memset(error, 0, sizeof(*error));
	if (eventfilter_sys_available() != 0)
		return -EOPNOTSUPP;
	for (i = 0; part[i]; i++) {
		size_t length = strnlen(part[i], sizeof(line));

		if (i % 2 && memchr(part[i], '\n', length))
			return -EINVAL;
		if (length >= sizeof(line) - used)
			return -E2BIG;
		memcpy(line + used, part[i], length);
		used += length;
	}
	return eventfilter_sys_write(labels, line, used, error);
}

int eventfilter_labels_group(int labels, const char *group, const char *members,
			     struct eventfilter_text_error *error)
{
	const char *const parts[] = { "group ", group, " = ", members, "\n", NULL };

	return write_line(labels, parts, error);
}

int eventfilter_labels_fs(int labels, const char *type, const char *names,
			  struct eventfilter_text_error *error)
{
	const char *const parts[] = { "fs \"", type, "\" ", names, "\n", NULL };

	/* It stands between quotation marks, where these two mean something */
	if (eventfilter_sys_available() == 0 && strpbrk(type, "\"\\")) {
		if (error)
			memset(error, 0, sizeof(*error));
		return -EINVAL;
	}
	return write_line(labels, parts, error);
}

static int labels_ioctl(int labels, unsigned long command, void *argument)
{
	int saved = errno;
	int result = eventfilter_sys_available();

	if (result == 0) {
		result = ioctl(labels, command, argument);
		if (result < 0)
			result = errno == ENOTTY ? -EBADFD : -errno;
	}
	errno = saved;
	return result;
}

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
	return labels_ioctl(labels, command, &label);
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
	return labels_ioctl(labels, EVF_COMMIT, NULL);
}

static int ask(int labels, unsigned long command, struct evf_question *question, char *text,
	       size_t length)
{
	_Static_assert(sizeof(*question) == EVF_QUESTION_SIZE_VER0, "struct evf_question has padding");
	question->size = sizeof(*question);
	question->text = (uintptr_t)text;
	question->text_len = length > UINT32_MAX ? UINT32_MAX : (uint32_t)length;
	return labels_ioctl(labels, command, question);
}

int eventfilter_labels_get(int labels, int object, char *text, size_t length)
{
	struct evf_question question = { .fd = object };

	return ask(labels, EVF_GET_FILE, &question, text, length);
}

int eventfilter_labels_list(int labels, unsigned long long *cursor, char *text, size_t length)
{
	struct evf_question question = { .cursor = *cursor };
	int result = ask(labels, EVF_LIST, &question, text, length);

	if (result >= 0)
		*cursor = question.cursor;
	return result;
}
