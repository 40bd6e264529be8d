// SPDX-License-Identifier: GPL-2.0-only
/*
 * prctl(PR_EVENTFILTER, ...): the way in. It's an LSM hook, as Yama's, so that
 * kernel/sys.c needn't know about us.
 */

#include <linux/build_bug.h>
#include <linux/errno.h>
#include <linux/eventfilter.h>
#include "abi.h"
#include "attach.h"
#include "check.h"
#include "enforce.h"
#include "labels.h"
#include "ruleset_fd.h"

static_assert(sizeof(struct evf_label) == EVF_LABEL_SIZE_VER0);
static_assert(sizeof(struct evf_task) == EVF_TASK_SIZE_VER0);
static_assert(sizeof(struct evf_transition) == EVF_TRANSITION_SIZE_VER0);

/* A descriptor that doesn't fit an int is none */
static bool is_fd(unsigned long arg)
{
	return (int)arg == (long)arg || (unsigned int)arg == arg;
}

int evf_prctl(int option, unsigned long command, unsigned long arg3, unsigned long arg4,
	      unsigned long arg5)
{
	if (option != PR_EVENTFILTER)
		return -ENOSYS;
	if (arg5 && command != EVF_RULESET && command != EVF_CHECK)
		return -EINVAL;
	switch (command) {
	case EVF_VERSION:
		return arg3 || arg4 ? -EINVAL : EVF_ABI_VERSION;
	case EVF_LABELS:
		return arg3 || arg4 ? -EINVAL : evf_space_create_fd();
	case EVF_RULESET:
		return is_fd(arg3) ? evf_ruleset_create_fd(arg3, arg4, (void __user *)arg5) :
				     -EBADF;
	case EVF_ENFORCE:
		return is_fd(arg3) ? evf_enforce(arg3, arg4) : -EBADF;
	case EVF_ATTACH:
		return is_fd(arg3) && is_fd(arg4) ? evf_attach(arg3, arg4) : -EBADF;
	case EVF_CHECK:
		return is_fd(arg3) ? evf_check(arg3, (const char __user *)arg4, arg5) : -EBADF;
	}
	return -EINVAL;
}
