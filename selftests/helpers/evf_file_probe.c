/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is put in a program's place to learn what its profile lets it do: tries one thing for each argument, "read
 * /etc/hosts", and says of each on standard output whether it was refused. Static: starting it opens nothing but itself.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* An open file: done to it, and closed */
static int with(int fd, int (*use)(int fd))
{
	int result = fd;

	if (fd >= 0) {
		result = use ? use(fd) : 0;
		close(fd);
	}
	return result;
}

static int lock(int fd)
{
	return flock(fd, LOCK_SH | LOCK_NB);
}

static int map(int fd)
{
	void *at = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);

	return at == MAP_FAILED ? -1 : 0;
}

/* The errno of execve comes back by a pipe that a successful one closes */
static int execute(const char *path)
{
	int ends[2], error = 0;
	pid_t child;

	if (pipe2(ends, O_CLOEXEC))
		abort();
	child = fork();
	if (child == 0) {
		close(0);
		close(1);
		close(2);
		execl(path, path, "--version", (char *)NULL);
		error = errno;
		_exit(write(ends[1], &error, sizeof(error)) < 0);
	}
	close(ends[1]);
	if (child < 0 || read(ends[0], &error, sizeof(error)) < 0)
		abort();
	close(ends[0]);
	waitpid(child, NULL, 0);
	errno = error;
	return error ? -1 : 0;
}

static int try(const char *what, const char *path, const char *other)
{
	if (!strcmp(what, "read"))
		return with(open(path, O_RDONLY | O_NONBLOCK), NULL);
	if (!strcmp(what, "list"))
		return with(open(path, O_RDONLY | O_DIRECTORY), NULL);
	if (!strcmp(what, "write"))
		return with(open(path, O_WRONLY | O_NONBLOCK), NULL);
	if (!strcmp(what, "append"))
		return with(open(path, O_WRONLY | O_APPEND | O_NONBLOCK), NULL);
	if (!strcmp(what, "create"))
		return with(open(path, O_WRONLY | O_CREAT | O_EXCL, 0600), NULL);
	if (!strcmp(what, "lock"))
		return with(open(path, O_RDONLY), lock);
	if (!strcmp(what, "map"))
		return with(open(path, O_RDONLY), map);
	if (!strcmp(what, "mkdir"))
		return mkdir(path, 0700);
	if (!strcmp(what, "unlink"))
		return unlink(path);
	if (!strcmp(what, "chmod"))
		return chmod(path, 0640);
	if (!strcmp(what, "rename"))
		return rename(path, other);
	if (!strcmp(what, "link"))
		return link(path, other);
	if (!strcmp(what, "exec"))
		return execute(path);
	if (!strcmp(what, "socket"))
		return with(socket(atoi(path), atoi(other), 0), NULL);
	if (!strcmp(what, "hostname"))
		return sethostname(path, strlen(path));
	fprintf(stderr, "evf_file_probe: no \"%s\"\n", what);
	exit(2);
}

int main(int argc, char **argv)
{
	char what[16], path[256], other[256];
	int i;

	for (i = 1; i < argc; i++) {
		path[0] = other[0] = '\0';
		if (sscanf(argv[i], "%15s %255s %255s", what, path, other) < 2)
			return 2;
		errno = 0;
		if (try(what, path, other) >= 0)
			errno = 0;
		printf("%s: %s\n", argv[i], errno == EACCES || errno == EPERM ? "refused" : "passes");
	}
	return 0;
}
