// SPDX-License-Identifier: GPL-2.0-only
/*
 * Credentials: how a domain is inherited, and how pending layers become a part of it.
 */

#include <linux/binfmts.h>
#include <linux/err.h>
#include <linux/lsm_hooks.h>
#include "abi.h"
#include "cred.h"
#include "domain.h"
#include "enforce.h"
#include "holdings.h"
#include "hooks.h"
#include "pending.h"

static void hook_cred_transfer(struct cred *new, const struct cred *old)
{
	const struct evf_cred *from = evf_cred(old);
	struct evf_cred *to = evf_cred(new);

	to->domain = evf_domain_get(from->domain);
	to->pending = evf_pending_get(from->pending);
}

static int hook_cred_prepare(struct cred *new, const struct cred *old, gfp_t gfp)
{
	hook_cred_transfer(new, old);
	return 0;
}

/* May be an RCU callback */
static void hook_cred_free(struct cred *cred)
{
	evf_domain_put(evf_cred(cred)->domain);
	evf_pending_put(evf_cred(cred)->pending);
}

/*
 * The program's file is open by now: that was judged by the old domain. An error makes
 * the execve fail, and leaves the layers pending.
 */
static int hook_bprm_creds_for_exec(struct linux_binprm *bprm)
{
	struct evf_cred *blob = evf_cred(bprm->cred);
	struct evf_domain *domain;
	int error;

	if (likely(!blob->pending))
		return 0;
	error = evf_holdings_check(blob->pending->keep, true);
	if (error)
		return error;
	domain = evf_pending_apply(blob->domain, blob->pending);
	if (IS_ERR(domain))
		return PTR_ERR(domain);
	evf_domain_put(blob->domain);
	evf_pending_put(blob->pending);
	blob->domain = domain;
	blob->pending = NULL;
	return 0;
}

static void hook_bprm_committed_creds(struct linux_binprm *bprm)
{
	evf_watch_syscalls();
}

static struct security_hook_list cred_hooks[] __lsm_ro_after_init = {
	LSM_HOOK_INIT(cred_prepare, hook_cred_prepare),
	LSM_HOOK_INIT(cred_transfer, hook_cred_transfer),
	LSM_HOOK_INIT(cred_free, hook_cred_free),
	LSM_HOOK_INIT(bprm_creds_for_exec, hook_bprm_creds_for_exec),
	LSM_HOOK_INIT(bprm_committed_creds, hook_bprm_committed_creds),
	LSM_HOOK_INIT(task_prctl, evf_prctl),
};

void __init evf_add_cred_hooks(void)
{
	security_add_hooks(cred_hooks, ARRAY_SIZE(cred_hooks), EVF_LSM_NAME);
}
