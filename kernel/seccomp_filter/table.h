/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A hash table that is read under RCU and grows. rhashtable's readers cost more, and its
 * growth is charged to nobody.
 */
#ifndef _EVF_TABLE_H
#define _EVF_TABLE_H

#include <linux/rculist.h>
#include <linux/types.h>

/**
 * struct evf_link - membership in a table
 * @node: by the parity of the table: while one grows, an element is in two
 * @hash: of its key
 */
struct evf_link {
	struct hlist_node node[2];
	u32 hash;
};

/**
 * struct evf_buckets - the array that readers see
 * @shift: 32 less the binary logarithm of the number of buckets
 * @parity: which of the links' nodes is in use here
 * @head: the buckets
 */
struct evf_buckets {
	u8 shift;
	u8 parity;
	struct hlist_head head[];
};

/**
 * struct evf_table - a table; writers are serialised by its owner
 * @buckets: never NULL once initialised
 * @nr: elements
 */
struct evf_table {
	struct evf_buckets __rcu *buckets;
	u32 nr;
};

/**
 * evf_table_init() - an empty table
 * @table: zeroed memory
 *
 * Return: 0 or -ENOMEM.
 */
int evf_table_init(struct evf_table *table);

/* Frees the table, not its elements. Nobody may be reading it. */
void evf_table_destroy(struct evf_table *table);

/**
 * evf_table_reserve() - make room
 * @table: the table
 * @more: elements to come
 *
 * Context: may sleep, also for a grace period; with the owner's lock.
 *
 * Return: 0 or -ENOMEM, which leaves everything as it was.
 */
int evf_table_reserve(struct evf_table *table, u32 more);

/* Both with the owner's lock. A removed link must outlive a grace period. */
void evf_table_insert(struct evf_table *table, struct evf_link *link, u32 hash);
void evf_table_remove(struct evf_table *table, struct evf_link *link);

/* The chain that a hash belongs to */
static inline struct hlist_head *evf_table_bucket(struct evf_buckets *buckets, u32 hash)
{
	return &buckets->head[hash >> buckets->shift];
}

/* The link that a node is of; @parity: which of the two node arrays the buckets use */
static inline struct evf_link *evf_table_link(struct hlist_node *node, u8 parity)
{
	return container_of(node - parity, struct evf_link, node[0]);
}

/* The first link from @node on that has the hash, or NULL */
static inline struct evf_link *evf_table_match(const struct evf_buckets *buckets,
					       struct hlist_node *node, u32 hash)
{
	struct evf_link *link;

	for (; node; node = rcu_dereference_raw(hlist_next_rcu(node))) {
		link = evf_table_link(node, buckets->parity);
		if (link->hash == hash)
			return link;
	}
	return NULL;
}

/* The first link with a hash, and the next one. Their keys are the caller's to compare. */
static inline struct evf_link *evf_table_first(struct evf_buckets *buckets, u32 hash)
{
	struct hlist_head *head = evf_table_bucket(buckets, hash);

	return evf_table_match(buckets, rcu_dereference_raw(hlist_first_rcu(head)), hash);
}

/* The one after @link with the same hash, or NULL */
static inline struct evf_link *evf_table_next(struct evf_buckets *buckets,
					      struct evf_link *link)
{
	struct hlist_node *node = &link->node[buckets->parity];

	return evf_table_match(buckets, rcu_dereference_raw(hlist_next_rcu(node)), link->hash);
}

#endif /* _EVF_TABLE_H */
