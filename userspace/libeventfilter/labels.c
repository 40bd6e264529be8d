// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>

#include <linux/eventfilter.h>

#include "eventfilter.h"
#include "kernel.h"

int eventfilter_labels_create(unsigned int flags)
{
	return eventfilter_sys_call(EVF_LABELS, flags, 0, 0);
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

int eventfilter_labels_endpoint(int labels, const char *endpoint, const char *names,
				struct eventfilter_text_error *error)
{
	const char *const parts[] = { "endpoint ", endpoint, " ", names, "\n", NULL };

	return write_line(labels, parts, error);
}

int eventfilter_labels_unendpoint(int labels, const char *endpoint,
				  struct eventfilter_text_error *error)
{
	const char *const parts[] = { "unendpoint ", endpoint, "\n", NULL };

	return write_line(labels, parts, error);
}

/* An error that a write left behind starts with a digit; what has happened, with a word */
int eventfilter_labels_changes(int labels, char *text, size_t length)
{
	int result;

	if (length < 1024)
		return eventfilter_sys_available() != 0 ? -EOPNOTSUPP : -ERANGE;
	do {
		result = eventfilter_sys_read(labels, text, length);
	} while (result == -EINTR || (result > 0 && text[0] >= '0' && text[0] <= '9'));
	return result;
}
