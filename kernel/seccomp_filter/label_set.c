// SPDX-License-Identifier: GPL-2.0-only
/*
 * Label sets: what is carried, once for all that carry the same.
 */
#include <linux/bitmap.h>
#include <linux/err.h>
#include <linux/eventfilter.h>
#include <linux/jhash.h>
#include <linux/lockdep.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "label_set.h"
#include "space.h"

static u32 hash_of(const struct evf_space *space, const u16 *id, u16 nr)
{
	return jhash(id, nr * sizeof(*id), space->salt);
}

static struct evf_set *find(const struct evf_space *space, const u16 *id, u16 nr)
{
	struct evf_buckets *buckets =
		rcu_dereference_protected(space->sets.buckets, lockdep_is_held(&space->lock));
	u32 hash = hash_of(space, id, nr);
	struct evf_link *link;

	for (link = evf_table_first(buckets, hash); link; link = evf_table_next(buckets, link)) {
		struct evf_set *set = container_of(link, struct evf_set, link);

		if (set->nr == nr && !memcmp(set->id, id, nr * sizeof(*id)))
			return set;
	}
	return NULL;
}

static struct evf_version *newest(const struct evf_set *set)
{
	return rcu_dereference_protected(set->assignment.newest,
					 lockdep_is_held(&set->assignment.space->lock));
}

static struct evf_version *create_version(u32 nr)
{
	struct evf_version *version;

	version = kzalloc(struct_size(version, labels.id, nr), GFP_KERNEL_ACCOUNT);
	if (version) {
		version->what = EVF_WHAT_FILE;
		version->labels.nr = nr;
	}
	return version;
}

/* Without groups, the names are all there is: no need to sort */
static struct evf_version *plain(const struct evf_set *set)
{
	struct evf_version *version = create_version(set->nr);

	if (!version)
		return ERR_PTR(-ENOMEM);
	memcpy(version->labels.id, set->id, set->nr * sizeof(*set->id));
	return version;
}

/* Return: how many groups were added, or -E2BIG. */
static int add_groups(unsigned long *ids, const struct evf_set *set,
		      const struct evf_membership *membership)
{
	u32 i, at;
	int nr = 0;

	for (i = 0; i < set->nr && set->id[i] < membership->nr; i++) {
		for (at = membership->start[set->id[i]]; at < membership->start[set->id[i] + 1];
		     at++) {
			if (__test_and_set_bit(membership->group[at], ids))
				continue;
			if (++nr > EVF_MAX_OBJECT_GROUPS)
				return -E2BIG;
		}
	}
	return nr;
}

static struct evf_version *expand(const struct evf_set *set,
				  const struct evf_membership *membership)
{
	struct evf_version *version;
	unsigned long *ids, bit;
	int nr;
	u32 i;

	if (!membership)
		return plain(set);
	ids = bitmap_zalloc(EVF_LABEL_IDS, GFP_KERNEL);
	if (!ids)
		return ERR_PTR(-ENOMEM);
	for (i = 0; i < set->nr; i++)
		__set_bit(set->id[i], ids);
	nr = add_groups(ids, set, membership);
	version = nr < 0 ? ERR_PTR(nr) : create_version(set->nr + nr) ?: ERR_PTR(-ENOMEM);
	i = 0;
	if (!IS_ERR(version)) {
		for_each_set_bit(bit, ids, EVF_LABEL_IDS)
			version->labels.id[i++] = bit;
	}
	bitmap_free(ids);
	return version;
}

static bool same(const struct evf_labels *a, const struct evf_labels *b)
{
	return a->nr == b->nr && !memcmp(a->id, b->id, a->nr * sizeof(*a->id));
}

/* Have @pending ready if the set will mean something else than its newest version */
static int prepare_set(struct evf_set *set, const struct evf_membership *membership)
{
	struct evf_version *version = expand(set, membership);

	if (IS_ERR(version))
		return PTR_ERR(version);
	if (same(&version->labels, &newest(set)->labels))
		kfree(version);
	else
		set->pending = version;
	return 0;
}

static void apply_set(struct evf_set *set)
{
	if (set->pending)
		evf_version_stage(&set->assignment, set->pending);
	set->pending = NULL;
}

static struct evf_set *create(struct evf_space *space, const u16 *id, u16 nr)
{
	struct evf_set *set = kzalloc(struct_size(set, id, nr), GFP_KERNEL_ACCOUNT);
	struct evf_version *version;
	int error = 0;

	if (!set)
		return ERR_PTR(-ENOMEM);
	evf_assignment_init(&set->assignment, space, NULL);
	set->nr = nr;
	memcpy(set->id, id, nr * sizeof(*id));
	/* What it means now, and what it will mean with the groups that are staged */
	version = expand(set, space->membership);
	if (IS_ERR(version)) {
		kfree(set);
		return ERR_CAST(version);
	}
	RCU_INIT_POINTER(set->assignment.newest, version);
	if (space->staged_membership)
		error = prepare_set(set, space->staged_membership);
	if (error) {
		kfree(version);
		kfree(set);
		return ERR_PTR(error);
	}
	apply_set(set);
	return set;
}

struct evf_set *evf_set_get(struct evf_space *space, const u16 *id, u16 nr)
{
	struct evf_set *set = find(space, id, nr);

	if (!set) {
		if (evf_table_reserve(&space->sets, 1))
			return ERR_PTR(-ENOMEM);
		set = create(space, id, nr);
		if (IS_ERR(set))
			return set;
		evf_table_insert(&space->sets, &set->link, hash_of(space, id, nr));
		list_add_tail(&set->assignment.all, &space->set_list);
	}
	set->usage++;
	return set;
}

void evf_set_put(struct evf_set *set)
{
	struct evf_version *version, *older;

	if (--set->usage)
		return;
	version = newest(set);
	older = rcu_dereference_protected(version->older,
					  lockdep_is_held(&set->assignment.space->lock));
	evf_table_remove(&set->assignment.space->sets, &set->link);
	list_del(&set->assignment.all);
	list_del(&set->assignment.staged);
	if (older)
		kfree_rcu_mightsleep(older);
	kfree_rcu_mightsleep(version);
	kfree(set->pending);
	kfree_rcu(set, rcu);
}

int evf_sets_prepare(struct evf_space *space, const struct evf_membership *membership)
{
	struct evf_set *set;
	int error = 0;

	list_for_each_entry(set, &space->set_list, assignment.all) {
		error = prepare_set(set, membership);
		if (error)
			break;
		cond_resched();
	}
	return error;
}

void evf_sets_apply(struct evf_space *space)
{
	struct evf_set *set;

	list_for_each_entry(set, &space->set_list, assignment.all)
		apply_set(set);
}

void evf_sets_cancel(struct evf_space *space)
{
	struct evf_set *set;

	list_for_each_entry(set, &space->set_list, assignment.all) {
		kfree(set->pending);
		set->pending = NULL;
	}
}
