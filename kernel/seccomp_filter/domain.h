/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Domains: a task's layers, immutable and flattened by event, so that the cost of an
 * event follows the layers that constrain it.
 */
#ifndef _EVF_DOMAIN_H
#define _EVF_DOMAIN_H

#include <linux/refcount.h>
#include <linux/workqueue.h>
#include "chain.h"
#include "core/event.h"
#include "cred.h"
#include "ruleset.h"
#include "syscall_table.h"
#include "task_label.h"

/**
 * struct evf_layer - one layer of a domain
 * @domain: the id of the domain that ended in this layer: this one, or an ancestor
 * @ruleset: a reference
 * @labels: what the layers up to this one give their task in the label space of @ruleset;
 *	NULL if @ruleset gives nothing; a reference
 */
struct evf_layer {
	u64 domain;
	struct evf_ruleset *ruleset;
	struct evf_task_labels *labels;
};

/**
 * struct evf_domain - the stack of layers that confines a task
 * @usage: credentials
 * @nr_layers: length of @layer, at least 1
 * @id: unique since boot, never 0
 * @syscalls: table of system calls, or NULL when no layer constrains one
 * @objects: chain of each object event, NULL where no layer constrains it. Of one layer,
 *	the ruleset's; of several, the domain's own, with references.
 * @uses_labels: some layer's program reads a label
 * @keeps_renamed: one of these says nothing about file_rename: see hooks_move.c
 * @keeps_linked: the same, of file_link
 * @attached: to an open file description; no task's
 * @all: in evf_domains
 * @release: frees it outside of RCU callbacks
 * @layer: the layers, oldest first. Their ids are the chain of ancestors, none of which
 *	needs to be kept for it.
 */
struct evf_domain {
	refcount_t usage;
	u32 nr_layers;
	u64 id;
	struct evf_syscall_table *syscalls;
	struct evf_chain *const *objects;
	bool uses_labels;
	bool keeps_renamed;
	bool keeps_linked;
	bool attached;
	struct list_head all;
	struct work_struct release;
	struct evf_layer layer[];
};

/**
 * evf_domain_is_ancestor() - whether a domain is at least as confined as another
 * @ancestor: NULL is the ancestor of every domain
 * @domain: the domain asked about
 *
 * Return: true when @domain is @ancestor or descends from it.
 */
bool evf_domain_is_ancestor(const struct evf_domain *ancestor,
			    const struct evf_domain *domain);

/**
 * evf_domain_missing_layer() - what a domain has that another lacks
 * @domain: not NULL
 * @other: or NULL
 *
 * Return: -1 if @other is @domain or descends from it; else a layer of @domain that it
 * lacks, a permissive one only if it lacks no other.
 */
int evf_domain_missing_layer(const struct evf_domain *domain, const struct evf_domain *other);

/**
 * evf_domain_binds() - whether a layer of a domain is bound to a label space
 * @domain: or NULL
 * @space: the label space
 *
 * Its bearer may then not change the space: it would choose its own confinement.
 *
 * Return: true if one is.
 */
bool evf_domain_binds(const struct evf_domain *domain, const struct evf_space *space);

/**
 * evf_domain_extend() - a domain with one layer more
 * @parent: or NULL
 * @ruleset: frozen
 *
 * Return: a reference, or ERR_PTR: -E2BIG, -ENOMEM.
 */
struct evf_domain *evf_domain_extend(const struct evf_domain *parent,
				     struct evf_ruleset *ruleset);

/**
 * evf_domain_get() - one reference more
 * @domain: NULL stays NULL
 *
 * Return: @domain, whose reference evf_domain_put() takes back.
 */
static inline struct evf_domain *evf_domain_get(struct evf_domain *domain)
{
	if (domain)
		refcount_inc(&domain->usage);
	return domain;
}

/**
 * evf_domain_release() - the last reference is gone
 * @domain: freed by a worker; only evf_domain_put() calls this
 */
void evf_domain_release(struct evf_domain *domain);

/**
 * evf_domain_put() - drop a reference
 * @domain: or NULL
 *
 * Context: any; the last reference is dropped by a worker.
 */
static inline void evf_domain_put(struct evf_domain *domain)
{
	if (domain && refcount_dec_and_test(&domain->usage))
		evf_domain_release(domain);
}

#endif /* _EVF_DOMAIN_H */
