// SPDX-License-Identifier: GPL-2.0-only
/*
 * task_create: new tasks, and new namespaces for a task that exists. No hook tells of
 * unshare and setns; their flags are integers, so the entry of system calls sees them.
 */

#include <linux/lsm_hooks.h>
#include <linux/sched.h>
#include "clone.h"
#include "hooks.h"
#include "query.h"

#define ALL_NAMESPACES	(CLONE_NEWTIME | CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | \
			 CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET)

DEFINE_STATIC_KEY_FALSE(evf_judges_namespaces);

static int raise_create(const struct evf_domain *domain, u64 flags)
{
	struct evf_query query __uninitialized;

	evf_query_begin(&query, EVF_EV_task_create, NULL);
	evf_query_int(&query, EVF_SLOT_task_create_flags, flags);
	return evf_decide(domain, &query);
}

/* Whatever makes it: fork, vfork, clone, clone3. Context: sleeps */
static int hook_task_alloc(struct task_struct *task, unsigned long clone_flags)
{
	const struct evf_domain *domain = evf_domain_for(EVF_EV_task_create);

	/* Not of its own making */
	if (likely(!domain) || task->flags & PF_IO_WORKER)
		return 0;
	return raise_create(domain, clone_flags);
}

/* By the number that all 64-bit tables share */
static int judge_namespaces(const struct evf_domain *domain, long nr,
			    const unsigned long *argument)
{
	switch (nr) {
	case __NR_unshare:
		return raise_create(domain, argument[0]);
	case __NR_setns:
		/* 0: of whatever kind the descriptor is */
		return raise_create(domain, (u32)argument[1] ?: ALL_NAMESPACES);
	}
	return 0;
}

static long number_of_this_table(long nr)
{
	if (in_ia32_syscall()) {
		switch (nr) {
		case 310:
			return __NR_unshare;
		case 346:
			return __NR_setns;
		}
		return -1;
	}
	return nr >= 0 ? nr & ~__X32_SYSCALL_BIT : nr;
}

int evf_judge_namespaces(struct pt_regs *regs, long nr)
{
	const struct evf_domain *domain = evf_domain_for(EVF_EV_task_create);
	unsigned long argument[6];

	if (likely(!domain))
		return 0;
	syscall_get_arguments(current, regs, argument);
	return judge_namespaces(domain, number_of_this_table(nr), argument);
}

static struct security_hook_list clone_hooks[] __lsm_ro_after_init = {
	LSM_HOOK_INIT(task_alloc, hook_task_alloc),
};

void __init evf_add_clone_hooks(void)
{
	security_add_hooks(clone_hooks, ARRAY_SIZE(clone_hooks), EVF_LSM_NAME);
}
