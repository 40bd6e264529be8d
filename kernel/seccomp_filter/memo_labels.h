/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whether a verdict about two labels is remembered. Apart from memo.h, for this one climbs.
 */
#ifndef _EVF_MEMO_LABELS_H
#define _EVF_MEMO_LABELS_H

#include "climb.h"
#include "memo.h"

/**
 * evf_memo_passes_labels() - whether it's known that a chain lets the labels of two names pass
 * @chain: of file_rename
 * @inode: the object
 * @from: its name
 * @to: the name that it's about to get
 *
 * Looks the labels up; what isn't done is to run the programs. Names and parents may move
 * meanwhile.
 *
 * Return: true if it passes; false if that isn't known.
 */
static __always_inline bool evf_memo_passes_labels(const struct evf_chain *chain,
						   const struct inode *inode,
						   struct dentry *from, struct dentry *to)
{
	const struct evf_space *space = chain->space;
	const struct evf_labels *label = NULL, *new_label = NULL;
	struct evf_memo_key key;
	struct evf_locus locus = { .self = inode, .place = from };
	struct evf_climb_stop stop = { };
	struct evf_memo_time time;
	bool passes = false;

	if (!chain->memo || evf_space_components(space) > 1)
		return false;
	rcu_read_lock();
	time = evf_memo_begin(chain);
	if (chain->label_slots & BIT(EVF_SLOT_file_rename_label)) {
		label = evf_climb(space, time.generation, &locus, NULL, &stop);
		if (!label)
			goto out;
	}
	locus.place = to;
	if (chain->label_slots & BIT(EVF_SLOT_file_rename_new_label)) {
		new_label = label ? evf_climb(space, time.generation, &locus, &stop, NULL) :
				    evf_climb(space, time.generation, &locus, NULL, NULL);
		if (!new_label)
			goto out;
	}
	key = (struct evf_memo_key){ .what = { (u64)label, (u64)new_label } };
	passes = evf_memo_says(evf_memo_of_labels(chain, &key), chain, time.generation,
			       &key) &&
		 !read_seqretry(&rename_lock, time.renames);
out:
	rcu_read_unlock();
	return passes;
}

#endif /* _EVF_MEMO_LABELS_H */
