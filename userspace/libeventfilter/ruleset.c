// SPDX-License-Identifier: BSD-2-Clause
#define _GNU_SOURCE
#include <errno.h>
#include <linux/close_range.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <linux/eventfilter.h>

#include "eventfilter.h"
#include "kernel.h"

_Static_assert(EVENTFILTER_PERMISSIVE == EVF_RULESET_PERMISSIVE, "flags are the kernel's");
_Static_assert(EVENTFILTER_ON_EXEC == EVF_ENFORCE_ON_EXEC, "flags are the kernel's");
_Static_assert(EVENTFILTER_KEEP_IO_URING == EVF_ENFORCE_KEEP_IO_URING, "flags are the kernel's");
_Static_assert(EVENTFILTER_KEEP_TRACEES == EVF_ENFORCE_KEEP_TRACEES, "flags are the kernel's");
_Static_assert(EVENTFILTER_TSYNC == EVF_ENFORCE_TSYNC, "flags are the kernel's");

int eventfilter_ruleset_create(int labels, unsigned int flags)
{
	/* Sign-extended: the kernel compares with -1 as an int */
	return eventfilter_sys_call(EVF_RULESET, (unsigned long)labels, flags, 0);
}

int eventfilter_ruleset_create_labelled(int labels, unsigned int flags, const char *label)
{
	/* A null pointer would quietly be a ruleset that gives no label */
	if (!label)
		return eventfilter_sys_available() != 0 ? -EOPNOTSUPP : -EINVAL;
	return eventfilter_sys_call(EVF_RULESET, (unsigned long)labels, flags, (unsigned long)label);
}

int eventfilter_ruleset_write(int ruleset, const char *text, size_t length,
			      struct eventfilter_text_error *error)
{
	return eventfilter_sys_write(ruleset, text, length, error);
}

int eventfilter_no_new_privs(void)
{
	int saved = errno;
	int result = eventfilter_sys_available();

	if (result == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1UL, 0UL, 0UL, 0UL) != 0)
		result = -errno;
	errno = saved;
	return result;
}

int eventfilter_enforce(int ruleset, unsigned int flags)
{
	return eventfilter_sys_call(EVF_ENFORCE, (unsigned long)ruleset, flags, 0);
}

int eventfilter_confine_exec(int ruleset, unsigned int flags)
{
	int saved = errno;
	int result = eventfilter_no_new_privs();

	if (result != 0)
		return result;
	if (close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) != 0)
		result = -errno;
	errno = saved;
	if (result != 0)
		return result;
	return eventfilter_enforce(ruleset, flags | EVENTFILTER_ON_EXEC);
}

int eventfilter_attach(int fd, int ruleset)
{
	return eventfilter_sys_call(EVF_ATTACH, (unsigned long)fd, (unsigned long)ruleset, 0);
}

int eventfilter_check(int fd, const char *event, unsigned int cmd)
{
	return eventfilter_sys_call(EVF_CHECK, (unsigned long)fd, (unsigned long)event, cmd);
}
