/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Pending layers: enforced with EVF_ENFORCE_ON_EXEC, waiting for a successful execve.
 */
#ifndef _EVF_PENDING_H
#define _EVF_PENDING_H

#include <linux/refcount.h>
#include <linux/workqueue.h>

struct evf_domain;
struct evf_ruleset;

/**
 * struct evf_pending - layers to come
 * @usage: credentials
 * @nr: length of @ruleset, at least 1
 * @keep: EVF_ENFORCE_KEEP_*: what all of them accept that the task holds
 * @release: frees it outside of RCU callbacks
 * @ruleset: frozen, oldest first; references
 *
 * Immutable.
 */
struct evf_pending {
	refcount_t usage;
	u32 nr;
	u32 keep;
	struct work_struct release;
	struct evf_ruleset *ruleset[];
};

/**
 * evf_pending_extend() - one pending layer more
 * @pending: or NULL; left as it is
 * @ruleset: frozen
 * @flags: of EVF_ENFORCE
 *
 * Return: a reference, or NULL without memory.
 */
struct evf_pending *evf_pending_extend(const struct evf_pending *pending,
				       struct evf_ruleset *ruleset, u32 flags);

/**
 * evf_pending_apply() - the domain with all pending layers
 * @domain: below them, or NULL
 * @pending: the layers
 *
 * Return: a reference, or ERR_PTR: -E2BIG, -ENOMEM.
 */
struct evf_domain *evf_pending_apply(const struct evf_domain *domain,
				     const struct evf_pending *pending);

/**
 * evf_pending_get() - one reference more
 * @pending: NULL stays NULL
 *
 * Return: @pending, whose reference evf_pending_put() takes back.
 */
struct evf_pending *evf_pending_get(struct evf_pending *pending);

/**
 * evf_pending_put() - drop a reference
 * @pending: or NULL
 *
 * Context: any; the last reference is dropped by a worker.
 */
void evf_pending_put(struct evf_pending *pending);

#endif /* _EVF_PENDING_H */
