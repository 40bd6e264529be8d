// SPDX-License-Identifier: GPL-2.0-only
/*
 * What concerns the system as a whole: capabilities, bpf, perf, user namespaces, code for the
 * kernel, keys.
 */

#include <linux/eventfilter.h>
#include <linux/kernel_read_file.h>
#include <linux/key.h>
#include <linux/lsm_hooks.h>
#include <linux/sched.h>
#include "hooks.h"
#include "query.h"

static int raise_number(const struct evf_domain *domain, u16 event, u8 slot, u64 number)
{
	struct evf_query query __uninitialized;

	evf_query_begin(&query, event, NULL);
	evf_query_int(&query, slot, number);
	return evf_decide(domain, &query);
}

/* Raise an event that carries one number, if current is confined for it */
static inline int judge_number(enum evf_event_id event, u8 slot, u64 number)
{
	const struct evf_domain *domain = evf_domain_for(event);

	return likely(!domain) ? 0 : raise_number(domain, event, slot, number);
}

/*
 * Asked after the kernel's own check: for capabilities that the credential has.
 *
 * Context: any, also under spinlocks
 */
static int hook_capable(const struct cred *cred, struct user_namespace *ns, int cap,
			unsigned int opts)
{
	const struct evf_domain *domain = evf_cred_domain(cred);
	struct evf_query query __uninitialized;

	if (likely(!domain) || likely(!domain->objects[EVF_EV_system_capable]))
		return 0;
	evf_query_begin(&query, EVF_EV_system_capable, NULL);
	if (opts & CAP_OPT_NOAUDIT)
		query.manner |= EVF_SILENT;
	evf_query_int(&query, EVF_SLOT_system_capable_cap, cap);
	return evf_decide_as(cred, &query);
}

#ifdef CONFIG_BPF_SYSCALL
/* Context: sleeps */
static int hook_bpf(int cmd, union bpf_attr *attr, unsigned int size)
{
	return judge_number(EVF_EV_system_bpf, EVF_SLOT_system_bpf_cmd, cmd);
}
#endif

#ifdef CONFIG_PERF_EVENTS
/* Context: sleeps */
static int hook_perf_event_open(struct perf_event_attr *attr, int type)
{
	return judge_number(EVF_EV_system_perf, EVF_SLOT_system_perf_type, type);
}
#endif

/* Context: sleeps */
static int hook_userns_create(const struct cred *cred)
{
	return judge_number(EVF_EV_system_userns, EVF_SLOT_system_userns_flags, CLONE_NEWUSER);
}

/* From memory and from files: the kinds have the same numbers. Context: sleeps */
static int hook_kernel_load_data(enum kernel_load_data_id id, bool contents)
{
	return judge_number(EVF_EV_system_module, EVF_SLOT_system_module_cmd, id);
}

static int hook_kernel_read_file(struct file *file, enum kernel_read_file_id id, bool contents)
{
	return judge_number(EVF_EV_system_module, EVF_SLOT_system_module_cmd, id);
}

static_assert(EVF_MODULE_MODULE == READING_MODULE && EVF_MODULE_MODULE == LOADING_MODULE &&
	      EVF_MODULE_CERTIFICATE == READING_X509_CERTIFICATE);

#ifdef CONFIG_KEYS
/* Context: RCU */
static int hook_key_permission(key_ref_t key, const struct cred *cred, enum key_need_perm need)
{
	const struct evf_domain *domain = evf_cred_domain(cred);
	struct evf_query query __uninitialized;
	int error;

	if (likely(!domain) || likely(!domain->objects[EVF_EV_system_key]))
		return 0;
	evf_query_begin(&query, EVF_EV_system_key, NULL);
	evf_query_int(&query, EVF_SLOT_system_key_need, need);
	error = evf_decide_as(cred, &query);
	/* EACCES makes KEYCTL_READ see whether the task possesses the key, and read it then */
	return error == -EACCES && need == KEY_NEED_READ ? -EPERM : error;
}

static_assert(EVF_KEY_VIEW == KEY_NEED_VIEW && EVF_KEY_UNLINK == KEY_NEED_UNLINK);
#endif

static struct security_hook_list system_hooks[] __lsm_ro_after_init = {
	LSM_HOOK_INIT(capable, hook_capable),
#ifdef CONFIG_BPF_SYSCALL
	LSM_HOOK_INIT(bpf, hook_bpf),
#endif
#ifdef CONFIG_PERF_EVENTS
	LSM_HOOK_INIT(perf_event_open, hook_perf_event_open),
#endif
	LSM_HOOK_INIT(userns_create, hook_userns_create),
	LSM_HOOK_INIT(kernel_load_data, hook_kernel_load_data),
	LSM_HOOK_INIT(kernel_read_file, hook_kernel_read_file),
#ifdef CONFIG_KEYS
	LSM_HOOK_INIT(key_permission, hook_key_permission),
#endif
};

void __init evf_add_system_hooks(void)
{
	security_add_hooks(system_hooks, ARRAY_SIZE(system_hooks), EVF_LSM_NAME);
}
