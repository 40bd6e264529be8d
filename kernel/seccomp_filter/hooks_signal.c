// SPDX-License-Identifier: GPL-2.0-only
/*
 * task_signal: who may send which signal to whom. Anybody may signal its own process. Not its
 * process group, though: a process can join any group of its session.
 */

#include <linux/errno.h>
#include <linux/fcntl.h>
#include <linux/fs.h>
#include <linux/lsm_hooks.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>
#include <linux/sockios.h>
#include <asm/ioctls.h>
#include "hooks.h"
#include "hooks_signal.h"
#include "query.h"

static bool is_filtered(const struct evf_domain *domain)
{
	return domain && domain->objects[EVF_EV_task_signal];
}

/* Context: the target's credentials stay */
static int raise_signal(const struct cred *subject, const struct cred *target, int sig)
{
	struct evf_query query __uninitialized;

	evf_query_begin(&query, EVF_EV_task_signal, NULL);
	evf_query_int(&query, EVF_SLOT_task_signal_sig, sig);
	evf_query_task(&query, EVF_SLOT_task_signal_label, evf_cred_domain(target));
	return evf_decide_as(subject, &query);
}

/*
 * By kill(2) and its kin, for each task of a group. @cred is of who asked for it earlier, if
 * it isn't current.
 *
 * Context: atomic, RCU; a group: tasklist_lock
 */
static int hook_task_kill(struct task_struct *target, struct kernel_siginfo *info, int sig,
			  const struct cred *cred)
{
	const struct cred *subject = cred ?: current_cred();
	int error;

	if (likely(!is_filtered(evf_cred_domain(subject))))
		return 0;
	if (!cred && same_thread_group(current, target))
		return 0;
	rcu_read_lock();
	error = raise_signal(subject, __task_cred(target), sig);
	rcu_read_unlock();
	return error;
}

/*
 * By a file that has an owner: when, and by whom, is up to others; the confinement that counts
 * is that of who opened it. A process shares its credentials with no other, so they tell
 * whether that was the owner itself.
 *
 * Context: any, also interrupts; RCU
 */
static int hook_file_send_sigiotask(struct task_struct *target, struct fown_struct *owner,
				    int sig)
{
	const struct file *file = container_of(owner, struct file, f_owner);
	const struct cred *subject = file->f_cred, *cred = __task_cred(target);

	if (likely(!is_filtered(evf_cred_domain(subject))) || cred == subject)
		return 0;
	/* 0 stands for the default */
	return raise_signal(subject, cred, sig ?: SIGIO);
}

/*
 * May current have a file send signals? They are judged by the layers of who opened it. So
 * whoever filters them can't use one that was opened by somebody confined less, or by itself
 * before.
 */
static int check_signals(const struct file *file)
{
	const struct evf_domain *domain = evf_current_domain();
	int layer;

	if (likely(!is_filtered(domain)))
		return 0;
	layer = evf_domain_missing_layer(domain, evf_cred_domain(file->f_cred));
	return layer < 0 ? 0 : evf_refuse(domain, "signals of a file", layer, -EPERM);
}

int evf_fcntl_signals_check(const struct file *file, unsigned int cmd, unsigned long arg)
{
	switch (cmd) {
	case F_SETFL:
		return arg & FASYNC ? check_signals(file) : 0;
	case F_SETOWN:
	case F_SETOWN_EX:
	case F_SETSIG:
		return check_signals(file);
	}
	return 0;
}

int evf_ioctl_signals_check(const struct file *file, unsigned int cmd)
{
	switch (cmd) {
	case FIOASYNC:
	case FIOSETOWN:
	case SIOCSPGRP:
		return check_signals(file);
	}
	return 0;
}

static struct security_hook_list signal_hooks[] __lsm_ro_after_init = {
	LSM_HOOK_INIT(task_kill, hook_task_kill),
	LSM_HOOK_INIT(file_send_sigiotask, hook_file_send_sigiotask),
};

void __init evf_add_signal_hooks(void)
{
	security_add_hooks(signal_hooks, ARRAY_SIZE(signal_hooks), EVF_LSM_NAME);
}
