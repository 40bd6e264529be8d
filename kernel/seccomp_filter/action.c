// SPDX-License-Identifier: GPL-2.0-only
/*
 * What follows when a rule is false.
 */

#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sched/task_stack.h>
#include <linux/signal.h>
#include <linux/ptrace.h>
#include <asm/syscall.h>
#include "action.h"

void evf_kill_current(void)
{
	if (current->flags & (PF_IO_WORKER | PF_KTHREAD))
		do_send_sig_info(SIGKILL, SEND_SIG_PRIV, current, PIDTYPE_TGID);
	else
		force_exit_sig(SIGSYS);
}

void evf_trap_current(u16 error)
{
	if (!(current->flags & (PF_IO_WORKER | PF_KTHREAD)))
		force_sig_seccomp(syscall_get_nr(current, current_pt_regs()), error, false);
}
