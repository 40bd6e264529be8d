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

int eventfilter_abi_version(void)
{
	int version = eventfilter_sys_call(EVF_VERSION, 0, 0);

	return version >= 1 ? version : -EOPNOTSUPP;
}

int eventfilter_ruleset_create(int labels, unsigned int flags)
{
	/* Sign-extended: the kernel compares with -1 as an int */
	return eventfilter_sys_call(EVF_RULESET, (unsigned long)labels, flags);
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
	return eventfilter_sys_call(EVF_ENFORCE, (unsigned long)ruleset, flags);
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
