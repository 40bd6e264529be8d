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
#include "transition.h"

static void hook_cred_transfer(struct cred *new, const struct cred *old)
{
	const struct evf_cred *from = evf_cred(old);
	struct evf_cred *to = evf_cred(new);

	to->domain = evf_domain_get(from->domain);
	to->pending = from->pending ? evf_pending_get(from->pending) : NULL;
}

static int hook_cred_prepare(struct cred *new, const struct cred *old, gfp_t gfp)
{
	hook_cred_transfer(new, old);
	return 0;
}

/* May be an RCU callback */
static void hook_cred_free(struct cred *cred)
{
	const struct evf_cred *blob = evf_cred(cred);

	evf_domain_put(blob->domain);
	if (unlikely(blob->pending))
		evf_pending_put(blob->pending);
}

static void replace_domain(struct evf_cred *blob, struct evf_domain *domain)
{
	evf_domain_put(blob->domain);
	blob->domain = domain;
}

static int apply_pending(struct evf_cred *blob)
{
	struct evf_domain *domain = evf_pending_apply(blob->domain, blob->pending);

	if (IS_ERR(domain))
		return PTR_ERR(domain);
	replace_domain(blob, domain);
	evf_pending_put(blob->pending);
	blob->pending = NULL;
	return 0;
}

static int apply_matches(struct evf_cred *blob, const struct evf_matches *matches)
{
	u32 i;

	for (i = 0; i < matches->nr; i++) {
		struct evf_domain *domain = evf_domain_extend(blob->domain, matches->ruleset[i]);

		if (IS_ERR(domain))
			return PTR_ERR(domain);
		replace_domain(blob, domain);
	}
	return 0;
}

/* What the new program adds to the layers: pending ones, then those of transitions */
static int add_layers(struct evf_cred *blob, const struct evf_matches *matches)
{
	int error;

	/* A transition is nobody's choice who would know what the task holds: nothing is kept */
	error = evf_holdings_check(matches ? 0 : blob->pending->keep, true);
	if (!error && blob->pending)
		error = apply_pending(blob);
	if (!error && matches)
		error = apply_matches(blob, matches);
	return error;
}

/*
 * The program's file is open by now: that was judged by the old domain, whose labels decide
 * about transitions, too. An error makes the execve fail, and leaves the layers pending.
 */
static int hook_bprm_creds_for_exec(struct linux_binprm *bprm)
{
	struct evf_cred *blob = evf_cred(bprm->cred);
	struct evf_matches *matches;
	int error;

	matches = evf_transitions_find(blob->domain, bprm->file->f_path.dentry);
	if (IS_ERR(matches))
		return PTR_ERR(matches);
	if (likely(!matches && !blob->pending))
		return 0;
	error = add_layers(blob, matches);
	evf_matches_free(matches);
	return error;
}

static void hook_bprm_committed_creds(struct linux_binprm *bprm)
{
	if (unlikely(evf_current_domain()))
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
