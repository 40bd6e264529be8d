// SPDX-License-Identifier: GPL-2.0-only
/*
 * The label of a task: the names that the rulesets of its layers give it, by label space.
 * Layers are never removed, so a task's label only grows, and a layer can keep what all up
 * to it give together.
 */

#include <linux/err.h>
#include <linux/eventfilter.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "domain.h"
#include "label_set.h"
#include "space.h"
#include "task_label.h"

struct evf_task_labels *evf_task_labels_get(struct evf_task_labels *labels)
{
	if (labels)
		refcount_inc(&labels->usage);
	return labels;
}

void evf_task_labels_put(struct evf_task_labels *labels)
{
	if (!labels || !refcount_dec_and_test(&labels->usage))
		return;
	mutex_lock(&labels->space->lock);
	evf_set_put(labels->set);
	mutex_unlock(&labels->space->lock);
	kfree(labels);
}

struct evf_task_labels *evf_task_labels_find(const struct evf_domain *domain,
					     const struct evf_space *space)
{
	u32 i;

	for (i = domain ? domain->nr_layers : 0; i--;) {
		struct evf_task_labels *labels = domain->layer[i].labels;

		if (labels && labels->space == space)
			return labels;
	}
	return NULL;
}

const struct evf_labels *evf_domain_labels(const struct evf_domain *domain,
					   const struct evf_space *space, u32 generation)
{
	const struct evf_task_labels *labels = evf_task_labels_find(domain, space);

	return labels ? evf_set_labels(labels->set, generation) : NULL;
}

/* Return: the place of the first id that isn't below @id */
static u16 place_of(const struct evf_set *set, u16 id)
{
	u16 place = 0;

	while (place < set->nr && set->id[place] < id)
		place++;
	return place;
}

/* A set with one name more; EVF_MAX_LAYERS bounds how many */
static struct evf_set *extend_set(struct evf_space *space, const struct evf_set *from, u16 id)
{
	const u16 nr = from ? from->nr : 0, place = from ? place_of(from, id) : 0;
	u16 ids[EVF_MAX_LAYERS];
	struct evf_set *set;

	if (from) {
		memcpy(ids, from->id, place * sizeof(id));
		memcpy(ids + place + 1, from->id + place, (nr - place) * sizeof(id));
	}
	ids[place] = id;
	mutex_lock(&space->lock);
	set = evf_set_get(space, ids, nr + 1);
	mutex_unlock(&space->lock);
	return set;
}

int evf_task_labels_extend(const struct evf_domain *domain, const struct evf_ruleset *ruleset,
			   struct evf_task_labels **out)
{
	struct evf_task_labels *older, *labels;
	u16 place, id;

	*out = NULL;
	if (ruleset->task_label < 0)
		return 0;
	id = ruleset->task_label;
	older = evf_task_labels_find(domain, ruleset->space);
	place = older ? place_of(older->set, id) : 0;
	if (older && place < older->set->nr && older->set->id[place] == id) {
		*out = evf_task_labels_get(older);
		return 0;
	}
	labels = kmalloc(sizeof(*labels), GFP_KERNEL_ACCOUNT);
	if (!labels)
		return -ENOMEM;
	refcount_set(&labels->usage, 1);
	labels->space = ruleset->space;
	labels->set = extend_set(ruleset->space, older ? older->set : NULL, id);
	if (IS_ERR(labels->set)) {
		const int error = PTR_ERR(labels->set);

		kfree(labels);
		return error;
	}
	*out = labels;
	return 0;
}
