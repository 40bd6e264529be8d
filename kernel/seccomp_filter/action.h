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
 * Description: Only queues the signal, nobody returns to userspace with it. Workers of
 * io_uring have no handlers to be reset, so their process gets SIGKILL.
 *
 * Context: any in which siglock isn't held.
 */
void evf_kill_current(void);

/**
 * evf_trap_current() - send SIGSYS that tells of the system call, as seccomp's trap does
 * @error: si_errno: what the call returns
 *
 * Only queues the signal. It's meant for a handler: where it's blocked or ignored the process
 * ends. Workers of io_uring have no handlers: there the errno is all.
 *
 * Context: any in which siglock isn't held.
 */
void evf_trap_current(u16 error);

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
	else if (action->kind == EVF_ACTION_TRAP)
		evf_trap_current(action->error);
	return -action->error;
}

#endif /* _EVF_ACTION_H */
