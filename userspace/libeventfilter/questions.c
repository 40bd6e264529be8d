// SPDX-License-Identifier: BSD-2-Clause
/* Questions about a label space. */
#include <errno.h>
#include <stdint.h>
#include <string.h>

#include <linux/eventfilter.h>

#include "eventfilter.h"
#include "kernel.h"

static uint32_t room(size_t length)
{
	return length > UINT32_MAX ? UINT32_MAX : (uint32_t)length;
}

static int ask(int labels, unsigned long command, struct evf_question *question, char *text,
	       size_t length)
{
	_Static_assert(sizeof(*question) == EVF_QUESTION_SIZE_VER0, "struct evf_question has padding");
	question->size = sizeof(*question);
	question->text = (uintptr_t)text;
	question->text_len = room(length);
	return eventfilter_sys_ioctl(labels, command, question);
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

int eventfilter_task_get(int labels, int pidfd, int ruleset, struct eventfilter_task *task,
			 char *names, size_t length)
{
	struct evf_task question = {
		.size = sizeof(question),
		.pidfd = pidfd,
		.ruleset_fd = ruleset,
		.names_len = room(length),
		.names = (uintptr_t)names,
	};
	int result;

	_Static_assert(sizeof(question) == EVF_TASK_SIZE_VER0, "struct evf_task has padding");
	memset(task, 0, sizeof(*task));
	result = eventfilter_sys_ioctl(labels, EVF_GET_TASK, &question);
	if (result < 0 && result != -ERANGE)
		return result;
	task->domain = question.domain;
	task->layers = question.layers;
	task->ruleset_layers = question.ruleset_layers;
	task->names_length = question.names_len;
	return result;
}
