// SPDX-License-Identifier: BSD-2-Clause
/*
 * object_manager: an ordinary user's process that labels files, starts a program which may
 * open what carries certain labels and nothing else, and changes its mind while that runs.
 * The program's filter stays the same; what it lets through follows the labels.
 *
 *	object_manager -l tmp_t=/tmp -l user_home_t=$HOME \
 *		-f 'file_open: (label & tmp_t) || (label & user_home_t)' [-c FIFO] -- CMD [ARG...]
 *
 * Ends with the status of CMD; 125 when CMD could not be confined and was not started.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <eventfilter.h>

#include "commands.h"

enum { NOT_CONFINED = 125, NOT_EXECUTABLE = 126 };

static int check(int result, const char *what)
{
	if (result >= 0)
		return result;
	fprintf(stderr, "object_manager: %s: %s\n", what, strerror(-result));
	exit(NOT_CONFINED);
}

static void check_text(int result, const char *text, const struct eventfilter_text_error *error)
{
	if (result == -EINVAL && error->line) {
		fprintf(stderr, "object_manager: %s\n%s\n%*s^\n", error->sentence, text,
			(int)error->column - 1, "");
		exit(NOT_CONFINED);
	}
	check(result, text);
}

/* "NAME=PATH" assigns, "NAME" alone is for later */
static void add_label(int labels, char *argument)
{
	struct eventfilter_text_error error;
	char *path = strchr(argument, '=');

	if (path)
		*path++ = '\0';
	check_text(eventfilter_labels_add(labels, argument, &error), argument, &error);
	if (path)
		check(label_path(labels, path, argument), path);
}

static void add_filter(int ruleset, const char *filter)
{
	struct eventfilter_text_error error;

	check_text(eventfilter_ruleset_write(ruleset, filter, strlen(filter), &error), filter,
		   &error);
}

/* Neither labels nor ruleset outlive the exec: what is confined can't relabel */
static pid_t start(int ruleset, char **argv)
{
	pid_t child = fork();
	int error;

	if (child != 0)
		return child;
	error = eventfilter_confine_exec(ruleset, 0);
	if (error) {
		fprintf(stderr, "object_manager: enforcing: %s\n", strerror(-error));
		_exit(NOT_CONFINED);
	}
	execvp(argv[0], argv);
	fprintf(stderr, "object_manager: %s: %s\n", argv[0], strerror(errno));
	_exit(NOT_EXECUTABLE);
}

/* Takes commands until the program ends */
static int serve(int labels, FILE *control, pid_t child)
{
	struct pollfd events[2] = {
		{ .fd = (int)syscall(SYS_pidfd_open, child, 0), .events = POLLIN },
		{ .fd = control ? fileno(control) : -1, .events = POLLIN },
	};
	char line[4096];
	int status;

	while (poll(events, 2, -1) >= 0 || errno == EINTR) {
		if (events[0].revents)
			break;
		if (events[1].revents & POLLIN && fgets(line, sizeof(line), control))
			carry_out(labels, line);
	}
	if (waitpid(child, &status, 0) != child)
		return NOT_CONFINED;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int main(int argc, char **argv)
{
	int labels = check(eventfilter_labels_create(0), "label space");
	int ruleset = check(eventfilter_ruleset_create(labels, 0), "ruleset");
	FILE *control = NULL;
	int option;
	pid_t child;

	while ((option = getopt(argc, argv, "+l:f:c:")) != -1) {
		if (option == 'l') {
			add_label(labels, optarg);
		} else if (option == 'f') {
			add_filter(ruleset, optarg);
		} else if (option == 'c') {
			/* Read and write: a FIFO whose last writer goes away is no end */
			control = fopen(optarg, "r+e");
			check(control ? 0 : -errno, optarg);
			setvbuf(control, NULL, _IONBF, 0);
		} else {
			return NOT_CONFINED;
		}
	}
	if (optind == argc) {
		fprintf(stderr, "usage: object_manager [-l NAME[=PATH]]... [-f FILTER]... "
				"[-c FIFO] -- CMD...\n");
		return NOT_CONFINED;
	}
	check(eventfilter_labels_commit(labels), "commit");
	child = start(ruleset, argv + optind);
	check(child < 0 ? -errno : 0, "fork");
	return serve(labels, control, child);
}
