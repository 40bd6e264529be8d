/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Domains: a task's layers, immutable and flattened by event, so that the cost of an
 * event follows the layers that constrain it.
 */
#ifndef _EVF_DOMAIN_H
#define _EVF_DOMAIN_H

#include <linux/cred.h>
#include <linux/refcount.h>
#include <linux/workqueue.h>
#include "core/event.h"
#include "core/rules.h"
#include "ruleset.h"

/**
 * struct evf_entry - one rule of one layer for one event
 * @program: NULL: false, whatever the event carries
 * @ruleset: the layer
 * @action: on false; never EVF_ACTION_DEFAULT
 * @layer: its place in the stack, from 0
 */
struct evf_entry {
	const struct evf_program *program;
	struct evf_ruleset *ruleset;
	struct evf_action action;
	u16 layer;
};

/**
 * struct evf_chain - all rules of a domain for one event, oldest layer first
 * @slots: what their programs read together, a bit per slot
 * @label_slots: those of them that are labels
 * @nr: length of @entry
 */
struct evf_chain {
	u32 slots;
	u32 label_slots;
	u32 nr;
	struct evf_entry entry[];
};

/**
 * struct evf_domain - the stack of layers that confines a task
 * @usage: credentials, and children's @parent
 * @id: unique since boot, for records
 * @parent: one layer less, or NULL; a reference
 * @release: frees it outside of RCU callbacks
 * @uses_labels: some layer's program reads a label
 * @filters_syscalls: the syscall entry must be checked
 * @compat_allowed: every layer that filters syscalls says "compat: allow"
 * @nr_layers: length of @layer
 * @objects: chain of each object event, NULL where no layer has a rule
 * @syscalls: by syscall number, see domain.c
 * @layer: the layers, oldest first; references
 */
struct evf_domain {
	refcount_t usage;
	u64 id;
	struct evf_domain *parent;
	struct work_struct release;
	bool uses_labels;
	bool filters_syscalls;
	bool compat_allowed;
	u32 nr_layers;
	const struct evf_chain *objects[EVF_NR_OBJECT_EVENTS];
	struct evf_syscall_table *syscalls;
	struct evf_ruleset *layer[];
};

/* cred.c; the credential's blob */
const struct evf_domain *evf_cred_domain(const struct cred *cred);

/* The domain that a hook judges by: that of current's subjective credentials. */
static inline const struct evf_domain *evf_current_domain(void)
{
	return evf_cred_domain(current_cred());
}

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
 * evf_domain_extend() - a domain with one layer more
 * @parent: or NULL
 * @ruleset: frozen
 *
 * Return: a reference, or ERR_PTR: -E2BIG, -ENOMEM.
 */
struct evf_domain *evf_domain_extend(struct evf_domain *parent,
				     struct evf_ruleset *ruleset);

struct evf_domain *evf_domain_get(struct evf_domain *domain);

/* Context: any; the last reference is dropped by a worker. */
void evf_domain_put(struct evf_domain *domain);

/* Whether a layer has a rule for the object event (by name or by its group's default) */
bool evf_ruleset_names(const struct evf_ruleset *ruleset, enum evf_event_id event);

#endif /* _EVF_DOMAIN_H */
