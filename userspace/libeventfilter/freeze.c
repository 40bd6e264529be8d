// SPDX-License-Identifier: BSD-2-Clause
/*
 * The kernel freezes a ruleset when it is enforced. A thread that enforces it with its next execve, and
 * ends instead, is the enforcement that confines nobody; no_new_privs is that thread's alone, too.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>

#include "eventfilter.h"
#include "eventfilter/ruleset_cache.h"
#include "kernel.h"

static void *enforce_and_end(void *ruleset)
{
	int *value = ruleset;
	int result = eventfilter_no_new_privs();

	if (result == 0)
		result = eventfilter_enforce(*value, EVENTFILTER_ON_EXEC);
	*value = result;
	return NULL;
}

int eventfilter_ruleset_freeze(int ruleset)
{
	int value = ruleset, saved = errno, error;
	sigset_t all, before;
	pthread_t thread;

	if (eventfilter_sys_available() != 0)
		return -EOPNOTSUPP;
	/* No handler of the caller's runs in a thread that it doesn't know */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(&thread, NULL, enforce_and_end, &value);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (error == 0)
		error = pthread_join(thread, NULL);
	errno = saved;
	return error != 0 ? -error : value;
}
