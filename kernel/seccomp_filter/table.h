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

/**
 * evf_table_destroy() - free a table
 * @table: nobody may be reading it; its elements are not freed
 */
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

/**
 * evf_table_insert() - add an element
 * @table: with the owner's lock; evf_table_reserve() made room
 * @link: the element's, in no table
 * @hash: of its key
 */
void evf_table_insert(struct evf_table *table, struct evf_link *link, u32 hash);

/**
 * evf_table_remove() - take an element out
 * @table: with the owner's lock
 * @link: the element's, which must outlive a grace period
 */
void evf_table_remove(struct evf_table *table, struct evf_link *link);

/**
 * evf_table_bucket() - the chain that a hash belongs to
 * @buckets: of the table
 * @hash: of a key
 *
 * Return: the chain.
 */
static inline struct hlist_head *evf_table_bucket(struct evf_buckets *buckets, u32 hash)
{
	return &buckets->head[hash >> buckets->shift];
}

/**
 * evf_table_link() - the link that a node is of
 * @node: a node in a chain
 * @parity: of the buckets that the chain is of
 *
 * Return: the link.
 */
static inline struct evf_link *evf_table_link(struct hlist_node *node, u8 parity)
{
	return container_of(node - parity, struct evf_link, node[0]);
}

/**
 * evf_table_match() - the first link from a node on that has a hash
 * @buckets: of the table
 * @node: in a chain of it, or NULL
 * @hash: of a key
 *
 * Context: under rcu_read_lock(), or with the owner's lock.
 *
 * Return: the link, or NULL.
 */
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

/**
 * evf_table_first() - the first link with a hash
 * @buckets: of the table
 * @hash: of a key
 *
 * Context: under rcu_read_lock(), or with the owner's lock.
 *
 * Return: the link, or NULL; the caller compares the keys.
 */
static inline struct evf_link *evf_table_first(struct evf_buckets *buckets, u32 hash)
{
	struct hlist_head *head = evf_table_bucket(buckets, hash);

	return evf_table_match(buckets, rcu_dereference_raw(hlist_first_rcu(head)), hash);
}

/**
 * evf_table_next() - the next link with the same hash
 * @buckets: of the table
 * @link: from evf_table_first() or from here
 *
 * Context: under rcu_read_lock(), or with the owner's lock.
 *
 * Return: the link, or NULL; the caller compares the keys.
 */
static inline struct evf_link *evf_table_next(struct evf_buckets *buckets,
					      struct evf_link *link)
{
	struct hlist_node *node = &link->node[buckets->parity];

	return evf_table_match(buckets, rcu_dereference_raw(hlist_next_rcu(node)), link->hash);
}

#endif /* _EVF_TABLE_H */
