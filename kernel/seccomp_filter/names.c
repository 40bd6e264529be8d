// SPDX-License-Identifier: GPL-2.0-only
/*
 * The names of a label space: only ever added, and read without a lock.
 */
#include <linux/mm.h>
#include <linux/slab.h>

#include "label_set.h"
#include "space.h"
#include "stats.h"
#include "user.h"

static u32 text_hash(const struct evf_space *space, const char *text, u32 len)
{
	return full_name_hash((void *)space->salt, text, len);
}

/* Only names with an id below @nr: those of a text that is refused were never there */
static struct evf_name *find(const struct evf_space *space, const char *text, u32 len, u32 nr)
{
	struct evf_buckets *buckets = rcu_dereference_check(space->names.buckets,
							    lockdep_is_held(&space->lock));
	u32 hash = text_hash(space, text, len);
	struct evf_link *link;

	for (link = evf_table_first(buckets, hash); link; link = evf_table_next(buckets, link)) {
		struct evf_name *name = container_of(link, struct evf_name, link);

		if (name->id < nr && name->len == len && !memcmp(name->text, text, len))
			return name;
	}
	return NULL;
}

int evf_space_find_label(struct evf_space *space, const char *name, size_t len)
{
	/* Pairs with evf_names_publish() */
	u32 nr = smp_load_acquire(&space->nr_names);
	const struct evf_name *found = NULL;
	int id = -1;

	if (len > EVF_MAX_LABEL_NAME)
		return id;
	rcu_read_lock();
	found = find(space, name, len, nr);
	if (found)
		id = found->id;
	rcu_read_unlock();
	return id;
}

const char *evf_space_label_name(const struct evf_space *space, u16 id)
{
	/* Pairs with evf_names_publish() */
	if (id >= smp_load_acquire(&space->nr_names))
		return NULL;
	return space->name[id / EVF_NAMES_CHUNK][id % EVF_NAMES_CHUNK]->text;
}

bool evf_space_is_group(const struct evf_space *space, u16 id)
{
	/* Pairs with evf_names_publish() */
	if (id >= smp_load_acquire(&space->nr_names))
		return false;
	return space->name[id / EVF_NAMES_CHUNK][id % EVF_NAMES_CHUNK]->group;
}

/* Room for names up to this number */
static int reserve(struct evf_space *space, u32 nr)
{
	u32 i;

	for (i = 0; i < DIV_ROUND_UP(nr, EVF_NAMES_CHUNK); i++) {
		if (space->name[i])
			continue;
		space->name[i] = kcalloc(EVF_NAMES_CHUNK, sizeof(*space->name[i]),
					 GFP_KERNEL_ACCOUNT);
		if (!space->name[i])
			return -ENOMEM;
	}
	return evf_table_reserve(&space->names, nr - space->names.nr);
}

static struct evf_name **place(struct evf_space *space, u32 id)
{
	return &space->name[id / EVF_NAMES_CHUNK][id % EVF_NAMES_CHUNK];
}

static void add(struct evf_space *space, struct evf_name *name)
{
	name->id = space->names.nr;
	*place(space, name->id) = name;
	evf_table_insert(&space->names, &name->link, text_hash(space, name->text, name->len));
}

struct evf_name *evf_names_find(const struct evf_space *space, const char *text, u32 len)
{
	return len > EVF_MAX_LABEL_NAME ? NULL : find(space, text, len, U32_MAX);
}

static void free_name(struct evf_name *name)
{
	evf_group_free(name->group);
	kfree(name);
}

void evf_names_discard(struct evf_name *fresh)
{
	struct evf_name *name;

	while ((name = fresh)) {
		fresh = name->next;
		free_name(name);
	}
}

/* All but the name that every space has */
static int charge(struct evf_space *space)
{
	return space->names.nr ? evf_user_charge(space->user, EVF_CHARGE_NAMES) : 0;
}

static void uncharge(struct evf_space *space, u32 id)
{
	if (id)
		evf_user_uncharge(space->user, EVF_CHARGE_NAMES);
}

/* Takes the name over */
static int add_fresh(struct evf_space *space, struct evf_name *name)
{
	const struct evf_name *known = evf_names_find(space, name->text, name->len);
	int error = 0;

	if (known && !known->group != !name->group)
		error = -EEXIST;
	else if (!known && space->names.nr == EVF_LABEL_IDS)
		error = -ENOSPC;
	else if (!known)
		error = charge(space);
	if (!known && !error)
		add(space, name);
	if (known || error)
		free_name(name);
	return error;
}

int evf_names_add(struct evf_space *space, struct evf_name *fresh, u32 nr_fresh, u32 *beyond)
{
	struct evf_name *name;
	int error;

	error = reserve(space, min_t(u32, space->names.nr + nr_fresh, EVF_LABEL_IDS));
	while ((name = fresh)) {
		fresh = name->next;
		if (!error) {
			*beyond = name->offset;
			error = add_fresh(space, name);
		} else {
			free_name(name);
		}
	}
	return error;
}

void evf_names_take_back(struct evf_space *space)
{
	while (space->names.nr > space->nr_names) {
		struct evf_name *name = *place(space, space->names.nr - 1);

		evf_table_remove(&space->names, &name->link);
		uncharge(space, name->id);
		*place(space, space->names.nr) = NULL;
		evf_group_free(name->group);
		kfree_rcu_mightsleep(name);
	}
}

void evf_names_publish(struct evf_space *space)
{
	evf_count_many(names, space->names.nr - space->nr_names);
	/* Whoever sees the number sees the names */
	smp_store_release(&space->nr_names, space->names.nr);
}

void evf_names_free(struct evf_space *space)
{
	u32 i;

	evf_count_many(names, -(long)space->nr_names);
	for (i = 0; i < space->names.nr; i++) {
		uncharge(space, i);
		free_name(*place(space, i));
	}
	for (i = 0; i < EVF_NAMES_CHUNKS; i++)
		kfree(space->name[i]);
}
