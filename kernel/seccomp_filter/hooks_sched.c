// SPDX-License-Identifier: GPL-2.0-only
/*
 * task_setsched and task_prlimit: what a task may change of another, or of itself, without
 * reaching into it.
 */

#include <linux/eventfilter.h>
#include <linux/lsm_hooks.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include "hooks.h"
#include "query.h"

static int raise_setsched(const struct evf_domain *domain, struct task_struct *target)
{
	struct evf_query query __uninitialized;
	int error;

	evf_query_begin(&query, EVF_EV_task_setsched, NULL);
	rcu_read_lock();
	evf_query_task(&query, EVF_SLOT_task_setsched_label,
		       evf_cred_domain(__task_cred(target)));
	error = evf_decide(domain, &query);
	rcu_read_unlock();
	return error;
}

/* Context: sleeps, or RCU */
static int hook_task_setscheduler(struct task_struct *target)
{
	const struct evf_domain *domain = evf_domain_for(EVF_EV_task_setsched);

	return likely(!domain) ? 0 : raise_setsched(domain, target);
}

/* Context: tasklist_lock, RCU */
static int hook_task_setnice(struct task_struct *target, int nice)
{
	return hook_task_setscheduler(target);
}

/* Context: tasklist_lock, RCU */
static int hook_task_setioprio(struct task_struct *target, int ioprio)
{
	return hook_task_setscheduler(target);
}

static int raise_prlimit(const struct evf_domain *domain, const struct cred *target,
			 u32 resource)
{
	struct evf_query query __uninitialized;

	evf_query_begin(&query, EVF_EV_task_prlimit, NULL);
	evf_query_int(&query, EVF_SLOT_task_prlimit_resource, resource);
	evf_query_task(&query, EVF_SLOT_task_prlimit_label, evf_cred_domain(target));
	return evf_decide(domain, &query);
}

/*
 * Before the limits of another task are read or set; only the next hook knows which.
 *
 * Context: RCU
 */
static int hook_task_prlimit(const struct cred *cred, const struct cred *target,
			     unsigned int flags)
{
	const struct evf_domain *domain = evf_domain_for(EVF_EV_task_prlimit);

	if (likely(!domain) || !(flags & LSM_PRLIMIT_READ))
		return 0;
	return raise_prlimit(domain, target, EVF_PRLIMIT_READ);
}

/* Context: task_lock */
static int hook_task_setrlimit(struct task_struct *target, unsigned int resource,
			       struct rlimit *limit)
{
	const struct evf_domain *domain = evf_domain_for(EVF_EV_task_prlimit);
	int error;

	if (likely(!domain))
		return 0;
	rcu_read_lock();
	error = raise_prlimit(domain, __task_cred(target), resource);
	rcu_read_unlock();
	return error;
}

static struct security_hook_list sched_hooks[] __lsm_ro_after_init = {
	LSM_HOOK_INIT(task_setscheduler, hook_task_setscheduler),
	LSM_HOOK_INIT(task_setnice, hook_task_setnice),
	LSM_HOOK_INIT(task_setioprio, hook_task_setioprio),
	LSM_HOOK_INIT(task_movememory, hook_task_setscheduler),
	LSM_HOOK_INIT(task_prlimit, hook_task_prlimit),
	LSM_HOOK_INIT(task_setrlimit, hook_task_setrlimit),
};

void __init evf_add_sched_hooks(void)
{
	security_add_hooks(sched_hooks, ARRAY_SIZE(sched_hooks), EVF_LSM_NAME);
}
