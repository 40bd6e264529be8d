/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is remembered of verdicts: that a chain which reads nothing but labels of places let
 * through whatever is in some directory and has no label of its own, or something with two names
 * that have these labels; or that it let through an endpoint. See docs/design/0045 and 0071.
 */
#ifndef _EVF_MEMO_H
#define _EVF_MEMO_H

#include <linux/dcache.h>
#include <linux/hash.h>
#include <linux/jiffies.h>
#include <linux/seqlock.h>
#include <linux/socket.h>
#include <linux/string.h>

#include "chain.h"
#include "space.h"

/* As long as it takes to wrap a counter of renames or of commits, times a thousandth */
#define EVF_MEMO_LIFE	(4 * HZ)

/* What the verdicts of a chain are kept by: @number and @what of struct evf_memo_key */
enum evf_memo_kind {
	EVF_MEMO_PLACE,		/* rename_lock's sequence; the directory's place, and itself */
	EVF_MEMO_LABELS,	/* 0; the labels of an event of two names */
	EVF_MEMO_ENDPOINT,	/* port, protocol, type, family; the IP address */
};

/**
 * struct evf_memo_key - what a verdict of a chain is about: all that the verdict can depend on
 * @number: see enum evf_memo_kind
 * @what: the same
 */
struct evf_memo_key {
	u32 number;
	u64 what[2];
};

/**
 * struct evf_memo - one verdict: it passes
 * @seq: odd while somebody writes; else changed by who wrote
 * @when: in jiffies; forgotten after EVF_MEMO_LIFE
 * @generation: of the space, by which it was judged
 * @number: of the key
 * @chain: the chain's @memo; 0 if there is nothing here
 * @what: of the key
 */
struct evf_memo {
	u32 seq;
	u32 when;
	u32 generation;
	u32 number;
	u64 chain;
	u64 what[2];
};

/**
 * struct evf_memo_time - when an event was judged
 * @renames: rename_lock's sequence
 * @generation: of the space
 */
struct evf_memo_time {
	u32 renames;
	u32 generation;
};

/**
 * evf_memo_begin() - note when an event is judged
 * @chain: with a @memo
 *
 * Context: under rcu_read_lock(), before labels are looked up.
 *
 * Return: the moment.
 */
static inline struct evf_memo_time evf_memo_begin(const struct evf_chain *chain)
{
	return (struct evf_memo_time){
		.renames = read_seqbegin(&rename_lock),
		.generation = evf_space_generation(chain->space),
	};
}

/**
 * evf_memo_slot() - where a verdict about a place would be kept
 * @chain: with a @memo
 * @place: of the directory's inode
 *
 * Return: the slot, which other verdicts share.
 */
static inline struct evf_memo *evf_memo_slot(const struct evf_chain *chain, u64 place)
{
	return &chain->space->memos[(place ^ chain->memo) % EVF_SPACE_PLACES];
}

/**
 * evf_memo_other_slot() - where a verdict of another kind would be kept
 * @chain: with a @memo
 * @hash: of what it's about
 *
 * These don't displace places: whom a task talks to others may choose.
 *
 * Return: the slot, which other verdicts share.
 */
static inline struct evf_memo *evf_memo_other_slot(const struct evf_chain *chain, u64 hash)
{
	return &chain->space->memos[EVF_SPACE_PLACES +
				    (hash ^ chain->memo) % (EVF_SPACE_MEMOS - EVF_SPACE_PLACES)];
}

/**
 * evf_memo_of_labels() - where a verdict about two labels would be kept
 * @chain: whose @kind is EVF_MEMO_LABELS
 * @key: the labels
 *
 * Return: the slot.
 */
static inline struct evf_memo *evf_memo_of_labels(const struct evf_chain *chain,
						  const struct evf_memo_key *key)
{
	/* Addresses of objects: their low bits are the same */
	return evf_memo_other_slot(chain, key->what[0] >> 5 ^ key->what[1] >> 3);
}

/**
 * evf_memo_of_endpoint() - where a verdict about an endpoint would be kept
 * @chain: whose @kind is EVF_MEMO_ENDPOINT
 * @key: from evf_memo_of_socket()
 *
 * Return: the slot.
 */
static inline struct evf_memo *evf_memo_of_endpoint(const struct evf_chain *chain,
						    const struct evf_memo_key *key)
{
	return evf_memo_other_slot(chain, hash_64(key->what[0] ^ key->what[1] ^ key->number, 32));
}

/**
 * evf_memo_says() - is it kept there, by that generation?
 * @memo: the slot
 * @chain: which would have let it pass
 * @generation: of the space
 * @key: what it's about
 *
 * Context: any, without a lock: what is written meanwhile says nothing.
 *
 * Return: true if it is.
 */
static __always_inline bool evf_memo_says(const struct evf_memo *memo,
					  const struct evf_chain *chain, u32 generation,
					  const struct evf_memo_key *key)
{
	/* Pairs with evf_memo_keep(), at both ends */
	const u32 seq = smp_load_acquire(&memo->seq);
	const bool same = READ_ONCE(memo->what[0]) == key->what[0] &&
			  READ_ONCE(memo->what[1]) == key->what[1] &&
			  READ_ONCE(memo->chain) == chain->memo &&
			  READ_ONCE(memo->number) == key->number &&
			  READ_ONCE(memo->generation) == generation &&
			  (u32)jiffies - READ_ONCE(memo->when) < EVF_MEMO_LIFE;

	/* All of it was read before @seq is looked at again */
	smp_rmb();
	return same && !(seq & 1) && READ_ONCE(memo->seq) == seq;
}

/**
 * evf_memo_passes() - whether it's known that a chain lets something pass
 * @chain: of an event whose labels are those of @name and of its directory
 * @self: the object, or NULL if there is none yet
 * @name: the name by which it's reached
 *
 * Writes nothing. What it says is as true as if the labels had been looked up meanwhile.
 *
 * Return: true if it passes; false if that isn't known.
 */
static __always_inline bool evf_memo_passes(const struct evf_chain *chain,
					    const struct inode *self,
					    const struct dentry *name)
{
	const struct evf_inode *blob;
	const struct dentry *dir;
	const struct inode *inode;
	struct evf_memo_time time;
	struct evf_memo_key key;
	bool passes = false;

	if (!chain->memo)
		return false;
	rcu_read_lock();
	time = evf_memo_begin(chain);
	dir = READ_ONCE(name->d_parent);
	inode = READ_ONCE(dir->d_inode);
	if (unlikely(!inode || dir == name))
		goto out;
	if (self && unlikely(READ_ONCE(evf_inode(self)->hint) & chain->space->hint))
		goto out;
	blob = evf_inode(inode);
	key.number = time.renames;
	key.what[0] = READ_ONCE(blob->place);
	key.what[1] = (u64)dir;
	passes = evf_memo_says(evf_memo_slot(chain, key.what[0]), chain, time.generation, &key) &&
		 !read_seqretry(&rename_lock, time.renames);
out:
	rcu_read_unlock();
	return passes;
}

/**
 * evf_memo_of_socket() - the key that an event of a socket with an endpoint is
 * @key: receives it
 * @family: a field of the event
 * @type: the same
 * @protocol: the same
 * @address: the endpoint, from which the event's port is
 *
 * Return: false if it's about more than a key has room for.
 */
static inline bool evf_memo_of_socket(struct evf_memo_key *key, u16 family, u16 type,
				      u16 protocol, const struct evf_address *address)
{
	/* Without an endpoint that is known there are other families, too */
	if (!address->known || type >= 16 || protocol >= 512)
		return false;
	key->number = address->port | (u32)protocol << 16 | (u32)type << 25 |
			   (family == AF_INET6 ? 1U << 29 : 0);
	memcpy(key->what, &address->ip, sizeof(key->what));
	return true;
}

/**
 * evf_memo_passes_endpoint() - whether it's known that a chain lets a socket's event pass
 * @chain: with a @memo
 * @key: from evf_memo_of_socket()
 *
 * Return: true if it passes; false if that isn't known.
 */
static inline bool evf_memo_passes_endpoint(const struct evf_chain *chain,
					    const struct evf_memo_key *key)
{
	bool passes;

	rcu_read_lock();
	passes = evf_memo_says(evf_memo_of_endpoint(chain, key), chain,
			       evf_space_generation(chain->space), key);
	rcu_read_unlock();
	return passes;
}

struct evf_query;

/**
 * evf_memo_keep() - remember that a chain let something pass
 * @chain: with a @memo
 * @time: from evf_memo_begin(), before the labels were looked up
 * @query: what passed, its labels filled in
 *
 * Does nothing where the verdict is about more than a key can say.
 *
 * Context: as evf_decide(), and under the same rcu_read_lock() as @time.
 */
void evf_memo_keep(const struct evf_chain *chain, const struct evf_memo_time *time,
		   const struct evf_query *query);

/**
 * evf_memo_keep_place() - the same, of a place
 * @chain: with a @memo
 * @time: from evf_memo_begin()
 * @self: as of evf_memo_passes()
 * @name: the same
 *
 * Context: as evf_memo_keep().
 */
void evf_memo_keep_place(const struct evf_chain *chain, const struct evf_memo_time *time,
			 const struct inode *self, const struct dentry *name);

/**
 * evf_memo_number() - give a chain a number, if its verdicts can be kept
 * @chain: complete, without one
 * @event: its event
 *
 * The number was never used before.
 */
void evf_memo_number(struct evf_chain *chain, const struct evf_event *event);

/**
 * evf_memo_number_again() - the same, for what was merged of two chains that have one
 * @chain: complete, without one
 * @kind: enum evf_memo_kind, of the two
 */
void evf_memo_number_again(struct evf_chain *chain, u8 kind);

/**
 * evf_add_memo_hooks() - register the hook of memo.c: an inode that gets a name
 */
void evf_add_memo_hooks(void) __init;

#endif /* _EVF_MEMO_H */
