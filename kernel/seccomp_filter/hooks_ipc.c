// SPDX-License-Identifier: GPL-2.0-only
/*
 * system_ipc: System V message queues, semaphores and shared memory. POSIX queues are files.
 */

#include <linux/eventfilter.h>
#include <linux/ipc.h>
#include <linux/lsm_hooks.h>
#include <linux/msg.h>
#include <linux/sem.h>
#include <linux/shm.h>
#include "hooks.h"
#include "query.h"

static int raise_ipc(const struct evf_domain *domain, u32 cmd)
{
	struct evf_query query __uninitialized;

	evf_query_begin(&query, EVF_EV_system_ipc, NULL);
	evf_query_int(&query, EVF_SLOT_system_ipc_cmd, cmd);
	return evf_decide(domain, &query);
}

static int judge_ipc(u32 cmd)
{
	const struct evf_domain *domain = evf_domain_for(EVF_EV_system_ipc);

	return likely(!domain) ? 0 : raise_ipc(domain, cmd);
}

/* Sending, receiving, attaching, operating, or getting an id. Context: RCU */
static int hook_ipc_permission(struct kern_ipc_perm *perm, short flag)
{
	return judge_ipc(EVF_IPC_USE);
}

/* Context: sleeps */
static int hook_ipc_alloc(struct kern_ipc_perm *perm)
{
	return judge_ipc(EVF_IPC_CREATE);
}

/* What the commands of all three have in common */
static u32 common_operation(int cmd, u32 otherwise)
{
	switch (cmd) {
	case IPC_RMID:
		return EVF_IPC_REMOVE;
	case IPC_SET:
		return EVF_IPC_SET;
	case IPC_STAT:
		return EVF_IPC_STAT;
	case IPC_INFO:
		return EVF_IPC_INFO;
	}
	return otherwise;
}

/* Context: RCU, or a spinlock */
static int hook_msg_queue_msgctl(struct kern_ipc_perm *perm, int cmd)
{
	if (cmd == MSG_INFO)
		return judge_ipc(EVF_IPC_INFO);
	return judge_ipc(common_operation(cmd, EVF_IPC_STAT));
}

static int hook_sem_semctl(struct kern_ipc_perm *perm, int cmd)
{
	switch (cmd) {
	case SEM_INFO:
		return judge_ipc(EVF_IPC_INFO);
	case SEM_STAT:
	case SEM_STAT_ANY:
		return judge_ipc(EVF_IPC_STAT);
	}
	return judge_ipc(common_operation(cmd, EVF_IPC_USE));
}

static int hook_shm_shmctl(struct kern_ipc_perm *perm, int cmd)
{
	switch (cmd) {
	case SHM_INFO:
		return judge_ipc(EVF_IPC_INFO);
	case SHM_LOCK:
	case SHM_UNLOCK:
		return judge_ipc(EVF_IPC_LOCK);
	}
	return judge_ipc(common_operation(cmd, EVF_IPC_STAT));
}

static struct security_hook_list ipc_hooks[] __lsm_ro_after_init = {
	LSM_HOOK_INIT(ipc_permission, hook_ipc_permission),
	LSM_HOOK_INIT(msg_queue_alloc_security, hook_ipc_alloc),
	LSM_HOOK_INIT(sem_alloc_security, hook_ipc_alloc),
	LSM_HOOK_INIT(shm_alloc_security, hook_ipc_alloc),
	LSM_HOOK_INIT(msg_queue_msgctl, hook_msg_queue_msgctl),
	LSM_HOOK_INIT(sem_semctl, hook_sem_semctl),
	LSM_HOOK_INIT(shm_shmctl, hook_shm_shmctl),
};

void __init evf_add_ipc_hooks(void)
{
	security_add_hooks(ipc_hooks, ARRAY_SIZE(ipc_hooks), EVF_LSM_NAME);
}
