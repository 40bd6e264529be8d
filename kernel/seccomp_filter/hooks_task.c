// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reaching into a task. Always on: who is confined can't reach into a task that is confined
 * less, or otherwise, and have it do what it may not. Besides, the event task_ptrace.
 * ptrace_access_check also guards /proc/PID/{mem,fd,...}, process_vm_readv, pidfd_getfd,
 * process_madvise and perf.
 */

#include <linux/eventfilter.h>
#include <linux/lsm_hooks.h>
#include <linux/ptrace.h>
#include <linux/rcupdate.h>
#include "hooks.h"
#include "query.h"

static_assert(EVF_PTRACE_READ == PTRACE_MODE_READ && EVF_PTRACE_ATTACH == PTRACE_MODE_ATTACH);

/* Context: the credentials stay */
static int raise_ptrace(const struct cred *tracer, const struct cred *target, unsigned int mode)
{
	const struct evf_domain *domain = evf_cred_domain(tracer);
	struct evf_query query __uninitialized;

	if (likely(!domain->objects[EVF_EV_task_ptrace]))
		return 0;
	evf_query_begin(&query, EVF_EV_task_ptrace, NULL);
	/* Asked by who only wants to know, for example to hide a process in /proc */
	if (mode & PTRACE_MODE_NOAUDIT)
		query.manner |= EVF_SILENT;
	evf_query_int(&query, EVF_SLOT_task_ptrace_mode,
		      mode & (PTRACE_MODE_READ | PTRACE_MODE_ATTACH));
	evf_query_task(&query, EVF_SLOT_task_ptrace_label, evf_cred_domain(target));
	return evf_decide_as(tracer, &query);
}

/* Context: RCU; @tracer has a domain */
static int judge_ptrace(const struct cred *tracer, const struct cred *target, unsigned int mode)
{
	const struct evf_domain *domain = evf_cred_domain(tracer);
	int error, layer;

	error = raise_ptrace(tracer, target, mode);
	if (error)
		return error;
	layer = evf_domain_missing_layer(domain, evf_cred_domain(target));
	if (likely(layer < 0))
		return 0;
	if (mode & PTRACE_MODE_NOAUDIT)
		return domain->layer[layer].ruleset->permissive ? 0 : -EPERM;
	return evf_refuse(domain, "ptrace", layer, -EPERM);
}

/* Context: task_lock of the child is held; atomic */
static int hook_ptrace_access_check(struct task_struct *child, unsigned int mode)
{
	int error;

	if (likely(!evf_current_domain()))
		return 0;
	rcu_read_lock();
	error = judge_ptrace(current_cred(), __task_cred(child), mode);
	rcu_read_unlock();
	return error;
}

/*
 * Here the tracer's confinement counts, not that of current, which asks to be traced; the
 * record still is current's.
 *
 * Context: tasklist_lock is held; atomic
 */
static int hook_ptrace_traceme(struct task_struct *parent)
{
	const struct cred *tracer;
	int error = 0;

	rcu_read_lock();
	tracer = __task_cred(parent);
	if (unlikely(evf_cred_domain(tracer)))
		error = judge_ptrace(tracer, current_cred(), PTRACE_MODE_ATTACH);
	rcu_read_unlock();
	return error;
}

static struct security_hook_list task_hooks[] __lsm_ro_after_init = {
	LSM_HOOK_INIT(ptrace_access_check, hook_ptrace_access_check),
	LSM_HOOK_INIT(ptrace_traceme, hook_ptrace_traceme),
};

void __init evf_add_task_hooks(void)
{
	security_add_hooks(task_hooks, ARRAY_SIZE(task_hooks), EVF_LSM_NAME);
}
