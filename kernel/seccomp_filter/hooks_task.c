// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hooks on tasks. Always on: who is confined can't reach into a task that is confined
 * less, or otherwise, and have it do what it may not. ptrace_access_check also guards
 * /proc/PID/{mem,fd,...}, process_vm_readv, pidfd_getfd, process_madvise and perf.
 */

#include <linux/lsm_hooks.h>
#include <linux/rcupdate.h>
#include "decide.h"
#include "domain.h"
#include "hooks.h"

/* Context: task_lock of the child is held; atomic */
static int hook_ptrace_access_check(struct task_struct *child, unsigned int mode)
{
	const struct evf_domain *domain = evf_current_domain();
	bool may;

	if (likely(!domain))
		return 0;
	rcu_read_lock();
	may = evf_domain_is_ancestor(domain, evf_cred_domain(__task_cred(child)));
	rcu_read_unlock();
	return may ? 0 : evf_refuse(domain, "ptrace", -1, -EPERM);
}

/*
 * Here the tracer's confinement counts, not that of current, which asks to be traced; the
 * record still is current's.
 *
 * Context: tasklist_lock is held; atomic
 */
static int hook_ptrace_traceme(struct task_struct *parent)
{
	const struct evf_domain *domain = evf_current_domain();
	const struct evf_domain *tracer;
	int error = 0;

	rcu_read_lock();
	tracer = evf_cred_domain(__task_cred(parent));
	if (unlikely(!evf_domain_is_ancestor(tracer, domain)))
		error = evf_refuse(tracer, "ptrace", -1, -EPERM);
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
