// SPDX-License-Identifier: GPL-2.0-only
/*
 * Domains: stacks of layers. What is flattened for a ruleset alone is shared by all
 * domains in which no other layer constrains the same event.
 */

#include <linux/atomic.h>
#include <linux/eventfilter.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include "domain.h"
#include "domain_list.h"
#include "stats.h"

LIST_HEAD(evf_domains);
/* Protects @evf_domains */
DEFINE_MUTEX(evf_domains_lock);

static atomic64_t last_id = ATOMIC64_INIT(0);

bool evf_domain_is_ancestor(const struct evf_domain *ancestor, const struct evf_domain *domain)
{
	if (!ancestor || ancestor == domain)
		return true;
	return domain && domain->nr_layers > ancestor->nr_layers &&
	       domain->layer[ancestor->nr_layers - 1].domain == ancestor->id;
}

int evf_domain_missing_layer(const struct evf_domain *domain, const struct evf_domain *other)
{
	const u32 others = other ? other->nr_layers : 0;
	u32 first, i;

	for (first = 0; first < domain->nr_layers; first++) {
		if (first >= others || other->layer[first].domain != domain->layer[first].domain)
			break;
	}
	if (first == domain->nr_layers)
		return -1;
	for (i = first; i < domain->nr_layers; i++) {
		if (!domain->layer[i].ruleset->permissive)
			return i;
	}
	return first;
}

bool evf_domain_binds(const struct evf_domain *domain, const struct evf_space *space)
{
	u32 i;

	for (i = 0; domain && i < domain->nr_layers; i++) {
		if (domain->layer[i].ruleset->space == space)
			return true;
	}
	return false;
}

/* @objects: those of a domain of several layers, or NULL if it wasn't finished */
static void free_objects(struct evf_chain *const *objects)
{
	u32 i;

	for (i = 0; objects && i < EVF_NR_OBJECT_EVENTS; i++)
		evf_chain_put(objects[i]);
	kfree(objects);
}

static void domain_free(struct evf_domain *domain)
{
	u32 i;

	if (!list_empty(&domain->all)) {
		mutex_lock(&evf_domains_lock);
		list_del(&domain->all);
		mutex_unlock(&evf_domains_lock);
		evf_uncount(domains);
		evf_count_many(layers, -(long)domain->nr_layers);
	}

	if (domain->nr_layers > 1)
		free_objects(domain->objects);
	evf_syscall_table_put(domain->syscalls);
	for (i = 0; i < domain->nr_layers; i++) {
		evf_task_labels_put(domain->layer[i].labels);
		evf_ruleset_put(domain->layer[i].ruleset);
	}
	kfree(domain);
}

static void release_domain(struct work_struct *work)
{
	domain_free(container_of(work, struct evf_domain, release));
}

/* Credentials are freed by RCU callbacks, and a label space puts its inodes. */
void evf_domain_release(struct evf_domain *domain)
{
	queue_work(system_unbound_wq, &domain->release);
}

static int merge_objects(struct evf_domain *domain, const struct evf_domain *parent,
			 const struct evf_ruleset *ruleset)
{
	struct evf_chain **objects;
	int error = 0;
	u32 i;

	if (!parent) {
		domain->objects = ruleset->objects;
		return 0;
	}
	objects = kcalloc(EVF_NR_OBJECT_EVENTS, sizeof(*objects), GFP_KERNEL_ACCOUNT);
	if (!objects)
		return -ENOMEM;
	domain->objects = objects;
	for (i = 0; !error && i < EVF_NR_OBJECT_EVENTS; i++)
		error = evf_chain_merge(parent->objects[i], ruleset->objects[i], &objects[i]);
	return error;
}

static int flatten(struct evf_domain *domain, const struct evf_domain *parent,
		   const struct evf_ruleset *ruleset)
{
	int error = merge_objects(domain, parent, ruleset);
	u32 i;

	if (error)
		return error;
	for (i = 0; i < EVF_NR_OBJECT_EVENTS; i++) {
		/*
		 * It's evaluated at one go, and nothing else runs on that processor. An event
		 * that is refused takes twice that: see struct evf_chain.
		 */
		if (domain->objects[i] && domain->objects[i]->cost > EVF_MAX_COST)
			return -E2BIG;
	}
	return evf_syscall_table_merge(parent ? parent->syscalls : NULL, ruleset->syscalls,
				       &domain->syscalls);
}

static void find_label_rules(struct evf_domain *domain, const struct evf_domain *parent,
			     const struct evf_ruleset *ruleset)
{
	domain->uses_labels = ruleset->uses_labels;
	domain->keeps_renamed = ruleset->uses_labels &&
				!evf_ruleset_names(ruleset, EVF_EV_file_rename);
	domain->keeps_linked = ruleset->uses_labels &&
			       !evf_ruleset_names(ruleset, EVF_EV_file_link);
	if (!parent)
		return;
	domain->uses_labels |= parent->uses_labels;
	domain->keeps_renamed |= parent->keeps_renamed;
	domain->keeps_linked |= parent->keeps_linked;
}

struct evf_domain *evf_domain_extend(const struct evf_domain *parent,
				     struct evf_ruleset *ruleset)
{
	const u32 nr = parent ? parent->nr_layers : 0;
	struct evf_domain *domain;
	int error;
	u32 i;

	if (nr >= EVF_MAX_LAYERS)
		return ERR_PTR(-E2BIG);
	domain = kzalloc(struct_size(domain, layer, nr + 1), GFP_KERNEL_ACCOUNT);
	if (!domain)
		return ERR_PTR(-ENOMEM);

	refcount_set(&domain->usage, 1);
	INIT_LIST_HEAD(&domain->all);
	INIT_WORK(&domain->release, release_domain);
	domain->id = atomic64_inc_return(&last_id);
	find_label_rules(domain, parent, ruleset);
	for (i = 0; i < nr; i++) {
		domain->layer[i] = parent->layer[i];
		evf_ruleset_get(domain->layer[i].ruleset);
		evf_task_labels_get(domain->layer[i].labels);
	}
	domain->layer[nr].domain = domain->id;
	domain->layer[nr].ruleset = evf_ruleset_get(ruleset);
	domain->nr_layers = nr + 1;

	error = evf_task_labels_extend(parent, ruleset, &domain->layer[nr].labels);
	if (!error)
		error = flatten(domain, parent, ruleset);
	if (error) {
		domain_free(domain);
		return ERR_PTR(error);
	}
	mutex_lock(&evf_domains_lock);
	list_add_tail(&domain->all, &evf_domains);
	mutex_unlock(&evf_domains_lock);
	evf_count(domains);
	evf_count_many(layers, domain->nr_layers);
	return domain;
}
