// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pending layers: enforced with EVF_ENFORCE_ON_EXEC, waiting for a successful execve.
 */

#include <linux/err.h>
#include <linux/eventfilter.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include "domain.h"
#include "pending.h"

static void pending_free(struct work_struct *work)
{
	struct evf_pending *pending = container_of(work, struct evf_pending, release);
	u32 i;

	for (i = 0; i < pending->nr; i++)
		evf_ruleset_put(pending->ruleset[i]);
	kfree(pending);
}

struct evf_pending *evf_pending_get(struct evf_pending *pending)
{
	if (pending)
		refcount_inc(&pending->usage);
	return pending;
}

void evf_pending_put(struct evf_pending *pending)
{
	if (pending && refcount_dec_and_test(&pending->usage))
		queue_work(system_unbound_wq, &pending->release);
}

struct evf_pending *evf_pending_extend(const struct evf_pending *pending,
				       struct evf_ruleset *ruleset, u32 flags)
{
	const u32 nr = pending ? pending->nr : 0;
	struct evf_pending *longer;
	u32 i;

	longer = kzalloc(struct_size(longer, ruleset, nr + 1), GFP_KERNEL_ACCOUNT);
	if (!longer)
		return NULL;
	refcount_set(&longer->usage, 1);
	INIT_WORK(&longer->release, pending_free);
	longer->nr = nr + 1;
	longer->keep = flags & (EVF_ENFORCE_KEEP_IO_URING | EVF_ENFORCE_KEEP_TRACEES);
	if (pending)
		longer->keep &= pending->keep;
	for (i = 0; i < nr; i++)
		longer->ruleset[i] = evf_ruleset_get(pending->ruleset[i]);
	longer->ruleset[nr] = evf_ruleset_get(ruleset);
	return longer;
}

struct evf_domain *evf_pending_apply(const struct evf_domain *domain,
				     const struct evf_pending *pending)
{
	struct evf_domain *longer = NULL, *next;
	u32 i;

	for (i = 0; i < pending->nr; i++) {
		next = evf_domain_extend(longer ?: domain, pending->ruleset[i]);
		evf_domain_put(longer);
		if (IS_ERR(next))
			return next;
		longer = next;
	}
	return longer;
}
