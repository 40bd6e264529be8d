/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What follows when a rule is false.
 */
#ifndef _EVF_ACTION_H
#define _EVF_ACTION_H

#include "core/rules.h"

/**
 * evf_kill_current() - end the whole process with SIGSYS
 *
 * Only queues the signal: nobody returns to userspace with it. Workers of io_uring have no
 * handlers to be reset, so their process gets SIGKILL.
 *
 * Context: any in which siglock isn't held.
 */
void evf_kill_current(void);

/**
 * evf_carry_out() - the action of a rule that was false, in a hook
 * @action: the rule's
 *
 * Return: 0 to let the event pass, or a negative errno.
 */
static inline int evf_carry_out(const struct evf_action *action)
{
	if (action->kind == EVF_ACTION_LOG)
		return 0;
	if (action->kind == EVF_ACTION_KILL)
		evf_kill_current();
	return -action->error;
}

#endif /* _EVF_ACTION_H */
