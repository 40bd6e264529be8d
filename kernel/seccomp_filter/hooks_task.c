// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hooks on tasks. Always on: who is confined can't reach into a task that is confined
 * less, or otherwise, and have it do what it may not. ptrace_access_check also guards
 * /proc/PID/{mem,fd,...}, process_vm_readv, pidfd_getfd, process_madvise and perf.
 */

#include <linux/lsm_hooks.h>
#include <linux/ptrace.h>
#include <linux/rcupdate.h>
#include "decide.h"
#include "domain.h"
#include "hooks.h"

/* Context: task_lock of the child is held; atomic */
static int hook_ptrace_access_check(struct task_struct *child, unsigned int mode)
{
	const struct evf_domain *domain = evf_current_domain();
	int layer;

	if (likely(!domain))
		return 0;
	rcu_read_lock();
	layer = evf_domain_missing_layer(domain, evf_cred_domain(__task_cred(child)));
	rcu_read_unlock();
	if (likely(layer < 0))
		return 0;
	/* Asked by who only wants to know, for example to hide a process in /proc */
	if (mode & PTRACE_MODE_NOAUDIT)
		return domain->layer[layer].ruleset->permissive ? 0 : -EPERM;
	return evf_refuse(domain, "ptrace", layer, -EPERM);
}

/*
 * Here the tracer's confinement counts, not that of current, which asks to be traced; the
 * record still is current's.
 *
 * Context: tasklist_lock is held; atomic
 */
static int hook_ptrace_traceme(struct task_struct *parent)
{
	const struct evf_domain *tracer;
	int layer, error = 0;

	rcu_read_lock();
	tracer = evf_cred_domain(__task_cred(parent));
	if (unlikely(tracer)) {
		layer = evf_domain_missing_layer(tracer, evf_current_domain());
		if (layer >= 0)
			error = evf_refuse(tracer, "ptrace", layer, -EPERM);
	}
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
