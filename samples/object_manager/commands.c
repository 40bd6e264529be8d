// SPDX-License-Identifier: BSD-2-Clause
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <eventfilter.h>

#include "commands.h"

/* O_PATH: whoever labels an object need not be allowed to read it */
static int open_object(const char *path)
{
	int object = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);

	return object >= 0 ? object : -errno;
}

int label_path(int labels, const char *path, const char *label)
{
	int object = open_object(path);
	int error;

	if (object < 0)
		return object;
	error = eventfilter_label_tree(labels, object, label);
	close(object);
	return error;
}

static int unlabel_path(int labels, const char *path)
{
	int object = open_object(path);
	int error;

	if (object < 0)
		return object;
	error = eventfilter_unlabel(labels, object);
	close(object);
	return error;
}

void carry_out(int labels, char *line)
{
	const char *verb = strtok(line, " \n");
	const char *path = strtok(NULL, " \n");
	const char *label = strtok(NULL, " \n");
	int result = -EINVAL;

	if (verb && path && label && !strcmp(verb, "label"))
		result = label_path(labels, path, label);
	else if (verb && path && !label && !strcmp(verb, "unlabel"))
		result = unlabel_path(labels, path);
	if (!result)
		result = eventfilter_labels_commit(labels);
	if (result < 0)
		printf("error: %s\n", strerror(-result));
	else
		printf("ok, generation %d\n", result);
	fflush(stdout);
}
