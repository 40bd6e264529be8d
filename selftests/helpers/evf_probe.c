/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What tests execute to learn how a program fares: tries one thing, and its exit status is the
 * errno. Static, so that starting it opens nothing but itself.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int try(const char *what, const char *argument)
{
	if (!strcmp(what, "getppid"))
		return syscall(SYS_getppid) < 0 ? errno : 0;
	if (!strcmp(what, "getpgrp"))
		return syscall(SYS_getpgrp) < 0 ? errno : 0;
	if (!strcmp(what, "open"))
		return open(argument, O_RDONLY) < 0 ? errno : 0;
	if (!strcmp(what, "exec"))
		return execl(argument, argument, "nothing", (char *)NULL) < 0 ? errno : 0;
	/* 0 for root, as errnos go */
	if (!strcmp(what, "euid"))
		return geteuid() == 0 ? 0 : 1;
	/* That descriptor is open, and survived the exec */
	if (!strcmp(what, "fd"))
		return fcntl(atoi(argument), F_GETFD) < 0 ? errno : 0;
	return 0;
}

int main(int argc, char **argv)
{
	int error = try(argc > 1 ? argv[1] : "", argc > 2 ? argv[2] : "");

	/* Two things in one life: the second one counts when the first went well */
	if (!error && argc > 3)
		error = try(argv[3], argc > 4 ? argv[4] : "");
	return error;
}
