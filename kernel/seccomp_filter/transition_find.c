// SPDX-License-Identifier: GPL-2.0-only
/*
 * Transitions: what an execve adds. Only the spaces that a task is confined by have a say, so
 * nobody can be confined by a stranger.
 */

#include <linux/err.h>
#include <linux/eventfilter.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include "domain.h"
#include "space.h"
#include "transition.h"

void evf_matches_free(struct evf_matches *matches)
{
	u32 i;

	for (i = 0; matches && i < matches->nr; i++)
		evf_ruleset_put(matches->ruleset[i]);
	kfree(matches);
}

static bool has_label(const struct evf_labels *labels, u16 id)
{
	u16 i;

	for (i = 0; labels && i < labels->nr; i++) {
		if (labels->id[i] == id)
			return true;
	}
	return false;
}

/* The table of an event's generation */
static const struct evf_transitions *table_at(const struct evf_space *space, u32 generation)
{
	const struct evf_transitions *table = rcu_dereference(space->transitions);
	u32 since;

	if (!table)
		return NULL;
	since = READ_ONCE(table->since);
	if (since && (s32)(generation - since) < 0)
		table = rcu_dereference(table->older);
	return table;
}

static bool is_layer(const struct evf_domain *domain, const struct evf_ruleset *ruleset)
{
	u32 i;

	for (i = 0; i < domain->nr_layers; i++) {
		if (domain->layer[i].ruleset == ruleset)
			return true;
	}
	return false;
}

static int add_match(struct evf_matches *matches, const struct evf_domain *domain,
		     struct evf_ruleset *ruleset)
{
	u32 i;

	/* Once is enough, here and in a life */
	for (i = 0; i < matches->nr; i++) {
		if (matches->ruleset[i] == ruleset)
			return 0;
	}
	if (is_layer(domain, ruleset))
		return 0;
	if (matches->nr == EVF_MAX_LAYERS)
		return -E2BIG;
	matches->ruleset[matches->nr++] = evf_ruleset_get(ruleset);
	return 0;
}

/* Context: RCU */
static int match_rules(struct evf_matches *matches, const struct evf_domain *domain,
		       const struct evf_transitions *table, const struct evf_labels *task,
		       const struct evf_found *file)
{
	int error;
	u32 i;

	for (i = 0; i < table->nr; i++) {
		const struct evf_transition_rule *rule = &table->rule[i];

		if (!has_label(task, rule->task))
			continue;
		if (file->unknown)
			return -EACCES;
		if (!has_label(file->labels, rule->file))
			continue;
		if (READ_ONCE(table->orphaned))
			return -EACCES;
		error = add_match(matches, domain, rule->ruleset);
		if (error)
			return error;
	}
	return 0;
}

static int match_in_space(struct evf_matches *matches, const struct evf_domain *domain,
			  const struct evf_space *space, struct dentry *dentry)
{
	const struct evf_locus locus = { .self = d_backing_inode(dentry), .place = dentry };
	const struct evf_transitions *table;
	const struct evf_labels *task;
	struct evf_found file;
	u32 generation;
	int error = 0;

	rcu_read_lock();
	generation = evf_space_generation(space);
	table = table_at(space, generation);
	task = evf_domain_labels(domain, space, generation);
	if (table && task) {
		file = evf_label_of(space, generation, &locus);
		error = match_rules(matches, domain, table, task, &file);
	}
	rcu_read_unlock();
	return error;
}

/* Is this the first layer that is bound to its space, and has that transitions? */
static bool is_asked(const struct evf_domain *domain, u32 layer)
{
	const struct evf_space *space = domain->layer[layer].ruleset->space;
	u32 i;

	if (!space || !rcu_access_pointer(space->transitions))
		return false;
	for (i = 0; i < layer; i++) {
		if (domain->layer[i].ruleset->space == space)
			return false;
	}
	return true;
}

static struct evf_matches *find(const struct evf_domain *domain, struct dentry *dentry, u32 first)
{
	struct evf_matches *matches;
	int error = 0;
	u32 i;

	matches = kzalloc(struct_size(matches, ruleset, EVF_MAX_LAYERS), GFP_KERNEL_ACCOUNT);
	if (!matches)
		return ERR_PTR(-ENOMEM);
	for (i = first; !error && i < domain->nr_layers; i++) {
		if (is_asked(domain, i))
			error = match_in_space(matches, domain, domain->layer[i].ruleset->space,
					       dentry);
	}
	if (!error && matches->nr)
		return matches;
	evf_matches_free(matches);
	return ERR_PTR(error);
}

struct evf_matches *evf_transitions_find_for(const struct evf_domain *domain,
					     struct dentry *dentry)
{
	u32 i;

	for (i = 0; i < domain->nr_layers; i++) {
		if (is_asked(domain, i))
			return find(domain, dentry, i);
	}
	return NULL;
}
