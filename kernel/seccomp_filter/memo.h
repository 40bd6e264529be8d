/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is remembered of verdicts: that a chain which reads nothing but labels of places let
 * through whatever is in some directory and has no label of its own. See docs/design/0045.
 */
#ifndef _EVF_MEMO_H
#define _EVF_MEMO_H

#include <linux/dcache.h>
#include <linux/jiffies.h>
#include <linux/seqlock.h>

#include "chain.h"
#include "space.h"

/* As long as it takes to wrap a counter of renames or of commits, times a thousandth */
#define EVF_MEMO_LIFE	(4 * HZ)

/**
 * struct evf_memo - one verdict: it passes
 * @seq: odd while somebody writes; else changed by who wrote
 * @when: in jiffies; forgotten after EVF_MEMO_LIFE
 * @renames: rename_lock's sequence, from before the labels were looked up
 * @generation: of the space, by which it was judged
 * @chain: the chain's @memo; 0 if there is nothing here
 * @place: of the directory's inode: which of its attachments to a name is meant
 * @dir: the directory, only to be compared
 */
struct evf_memo {
	u32 seq;
	u32 when;
	u32 renames;
	u32 generation;
	u64 chain;
	u64 place;
	const struct dentry *dir;
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
 * evf_memo_slot() - where a verdict would be kept
 * @chain: with a @memo
 * @place: of the directory's inode
 *
 * Return: the slot, which other verdicts share.
 */
static inline struct evf_memo *evf_memo_slot(const struct evf_chain *chain, u64 place)
{
	return &chain->space->memos[(place ^ chain->memo) % EVF_SPACE_MEMOS];
}

/**
 * evf_memo_says() - is it kept there, and as of that moment?
 * @memo: from evf_memo_slot()
 * @chain: which would have let it pass
 * @time: from evf_memo_begin()
 * @place: of the directory's inode
 * @dir: the directory that has the @place
 *
 * Context: any, without a lock: what is written meanwhile says nothing.
 *
 * Return: true if it is.
 */
static inline bool evf_memo_says(const struct evf_memo *memo, const struct evf_chain *chain,
				 const struct evf_memo_time *time, u64 place,
				 const struct dentry *dir)
{
	/* Pairs with evf_memo_keep(), at both ends */
	const u32 seq = smp_load_acquire(&memo->seq);
	const bool same = READ_ONCE(memo->place) == place && READ_ONCE(memo->dir) == dir &&
			  READ_ONCE(memo->chain) == chain->memo &&
			  READ_ONCE(memo->renames) == time->renames &&
			  READ_ONCE(memo->generation) == time->generation &&
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
	bool passes = false;
	u64 place;

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
	place = READ_ONCE(blob->place);
	passes = evf_memo_says(evf_memo_slot(chain, place), chain, &time, place, dir) &&
		 !read_seqretry(&rename_lock, time.renames);
out:
	rcu_read_unlock();
	return passes;
}

/**
 * evf_memo_keep() - remember that a chain let something pass
 * @chain: with a @memo
 * @time: from evf_memo_begin(), before the labels were looked up
 * @self: as of evf_memo_passes()
 * @name: the same
 *
 * Does nothing where the verdict is about more than the directory.
 *
 * Context: as evf_decide(), and under the same rcu_read_lock() as @time.
 */
void evf_memo_keep(const struct evf_chain *chain, const struct evf_memo_time *time,
		   const struct inode *self, const struct dentry *name);

/**
 * evf_memo_is_about() - are the labels of this event those of one name and of its directory?
 * @event: any event
 *
 * Return: true if they are; only then can a verdict about it be kept.
 */
bool evf_memo_is_about(const struct evf_event *event);

/**
 * evf_memo_chain() - a number for a chain of such an event
 * @chain: whose event evf_memo_is_about()
 *
 * Return: the number, never used before; 0 if it reads more than labels, or has no one program,
 * so that its verdicts can't be kept.
 */
u64 evf_memo_chain(const struct evf_chain *chain);

/**
 * evf_add_memo_hooks() - register the hook of memo.c: an inode that gets a name
 */
void evf_add_memo_hooks(void) __init;

#endif /* _EVF_MEMO_H */
