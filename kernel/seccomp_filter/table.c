// SPDX-License-Identifier: GPL-2.0-only
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include "table.h"

#define FIRST_BITS	5
#define GROW_BITS	2
#define LAST_BITS	18

static struct evf_buckets *owned(struct evf_table *table)
{
	/* The owner's lock, which the table doesn't know, keeps it from changing */
	return rcu_dereference_protected(table->buckets, true);
}

static struct evf_buckets *alloc_buckets(u8 bits, u8 parity)
{
	struct evf_buckets *buckets;

	buckets = kvzalloc(struct_size(buckets, head, 1UL << bits), GFP_KERNEL_ACCOUNT);
	if (buckets) {
		buckets->shift = 32 - bits;
		buckets->parity = parity;
	}
	return buckets;
}

int evf_table_init(struct evf_table *table)
{
	struct evf_buckets *buckets = alloc_buckets(FIRST_BITS, 0);

	RCU_INIT_POINTER(table->buckets, buckets);
	return buckets ? 0 : -ENOMEM;
}

void evf_table_destroy(struct evf_table *table)
{
	kvfree(owned(table));
	RCU_INIT_POINTER(table->buckets, NULL);
}

static void grow(struct evf_table *table, struct evf_buckets *old, struct evf_buckets *new)
{
	u32 nr = 1U << (32 - old->shift), i;
	struct hlist_node *node;

	for (i = 0; i < nr; i++) {
		hlist_for_each(node, &old->head[i]) {
			struct evf_link *link = evf_table_link(node, old->parity);

			hlist_add_head_rcu(&link->node[new->parity],
					   evf_table_bucket(new, link->hash));
		}
		cond_resched();
	}
	rcu_assign_pointer(table->buckets, new);
	/* The next growth uses the old nodes again: nobody may be reading them by then */
	synchronize_rcu();
	kvfree(old);
}

int evf_table_reserve(struct evf_table *table, u32 more)
{
	struct evf_buckets *old = owned(table), *new;
	u32 want = table->nr + more;
	u8 bits = 32 - old->shift;

	if (want <= 1U << bits || bits == LAST_BITS)
		return 0;
	while (want > 1U << bits && bits < LAST_BITS)
		bits += GROW_BITS;
	new = alloc_buckets(min_t(u8, bits, LAST_BITS), !old->parity);
	if (!new)
		return -ENOMEM;
	grow(table, old, new);
	return 0;
}

void evf_table_insert(struct evf_table *table, struct evf_link *link, u32 hash)
{
	struct evf_buckets *buckets = owned(table);

	link->hash = hash;
	hlist_add_head_rcu(&link->node[buckets->parity], evf_table_bucket(buckets, hash));
	WRITE_ONCE(table->nr, table->nr + 1);
}

void evf_table_remove(struct evf_table *table, struct evf_link *link)
{
	hlist_del_rcu(&link->node[owned(table)->parity]);
	WRITE_ONCE(table->nr, table->nr - 1);
}
