// SPDX-License-Identifier: GPL-2.0-only
/*
 * Making a ruleset a layer of the calling thread.
 */

#include <linux/cred.h>
#include <linux/err.h>
#include <linux/eventfilter.h>
#include <linux/sched.h>
#include <linux/thread_info.h>
#include <linux/user_namespace.h>
#include "domain.h"
#include "enforce.h"
#include "holdings.h"
#include "pending.h"
#include "ruleset_fd.h"
#include "tsync.h"

#define ENFORCE_FLAGS	(EVF_ENFORCE_ON_EXEC | EVF_ENFORCE_KEEP_IO_URING | \
			 EVF_ENFORCE_KEEP_TRACEES | EVF_ENFORCE_TSYNC)

void evf_watch_syscalls(void)
{
	const struct evf_domain *domain = evf_current_domain();

	/* Inherited by fork with the rest of thread_info; never cleared */
	if (domain && (domain->syscalls || domain->objects[EVF_EV_task_create]))
		set_syscall_work(EVENTFILTER);
}

/* Add the layer to the blob of credentials that nobody else sees yet */
static int add_layer(struct evf_cred *blob, struct evf_ruleset *ruleset)
{
	struct evf_domain *domain = evf_domain_extend(blob->domain, ruleset);

	if (IS_ERR(domain))
		return PTR_ERR(domain);
	evf_domain_put(blob->domain);
	blob->domain = domain;
	return 0;
}

static int add_pending(struct evf_cred *blob, struct evf_ruleset *ruleset, u32 flags)
{
	struct evf_pending *pending = evf_pending_extend(blob->pending, ruleset, flags);

	if (!pending)
		return -ENOMEM;
	evf_pending_put(blob->pending);
	blob->pending = pending;
	return 0;
}

static bool has_room(const struct evf_cred *blob)
{
	const u32 layers = blob->domain ? blob->domain->nr_layers : 0;

	return layers + (blob->pending ? blob->pending->nr : 0) < EVF_MAX_LAYERS;
}

static int change_cred(struct evf_ruleset *ruleset, u32 flags)
{
	struct cred *cred = prepare_creds();
	int error;

	if (!cred)
		return -ENOMEM;
	error = evf_ruleset_freeze(ruleset);
	if (!error && flags & EVF_ENFORCE_ON_EXEC)
		error = add_pending(evf_cred(cred), ruleset, flags);
	else if (!error)
		error = add_layer(evf_cred(cred), ruleset);
	if (!error && flags & EVF_ENFORCE_TSYNC)
		error = evf_tsync(evf_cred(current_cred())->domain, evf_cred(cred)->domain, flags);
	if (error) {
		abort_creds(cred);
		return error;
	}
	commit_creds(cred);
	evf_watch_syscalls();
	return 0;
}

int evf_enforce(int fd, unsigned long flags)
{
	struct evf_ruleset *ruleset;
	int error = 0;

	if (flags & ~(unsigned long)ENFORCE_FLAGS)
		return -EINVAL;
	/* Only one of the threads will execute a program, and that one can ask for itself */
	if (flags & EVF_ENFORCE_ON_EXEC && flags & EVF_ENFORCE_TSYNC)
		return -EINVAL;
	/* Or a program with set-user-ID could be confined into doing harm */
	if (!task_no_new_privs(current) &&
	    !ns_capable_noaudit(current_user_ns(), CAP_SYS_ADMIN))
		return -EPERM;
	ruleset = evf_ruleset_from_fd(fd);
	if (IS_ERR(ruleset))
		return PTR_ERR(ruleset);
	if (!has_room(evf_cred(current_cred())))
		error = -E2BIG;
	if (!error && !(flags & EVF_ENFORCE_ON_EXEC))
		error = evf_holdings_check(flags, false);
	if (!error)
		error = change_cred(ruleset, flags);
	evf_ruleset_put(ruleset);
	return error;
}
