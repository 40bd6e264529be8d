/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The label of a place, in the case that nearly all are: somewhere above it a directory
 * is labelled, or none is, and names don't matter. Everything else is walk.c's.
 */
#ifndef _EVF_CLIMB_H
#define _EVF_CLIMB_H

#include <linux/dcache.h>
#include <linux/fs.h>

#include "label_set.h"
#include "mark.h"
#include "space.h"
#include "task_label.h"

/**
 * evf_is_marked() - may the space have an assignment for an inode?
 * @blob: the inode's
 * @space: the label space
 *
 * Spaces share hints: a true is only a reason to look.
 *
 * Return: false if it surely has none.
 */
static __always_inline bool evf_is_marked(const struct evf_inode *blob,
					  const struct evf_space *space)
{
	return unlikely(READ_ONCE(blob->hint) & space->hint);
}

/**
 * evf_climbed() - the labels where a climb ended without any
 * @space: the label space
 * @root: the dentry without a parent at which it ended
 *
 * Return: the empty set if @root is the root of its file system and no type of file systems has
 * labels in the space; or NULL: that's for the long way.
 */
const struct evf_labels *evf_climbed(const struct evf_space *space, const struct dentry *root);

/**
 * struct evf_climb_stop - what another walk of the same event, generation and object has found
 * @at: the directory that said something; NULL if it ended at the root
 * @labels: what it said
 */
struct evf_climb_stop {
	const struct dentry *at;
	const struct evf_labels *labels;
};

/**
 * evf_climb() - from a name up to the first directory that says something
 * @space: the label space, in which evf_space_components() is 1
 * @generation: from evf_space_generation()
 * @locus: the place
 * @known: where an earlier walk ended, in the same file system; or NULL
 * @found: receives where this one ended; or NULL
 *
 * Context: under rcu_read_lock(), and between read_seqbegin() and read_seqretry() of
 * rename_lock.
 *
 * Return: the labels, or NULL: it isn't that simple.
 */
static __always_inline const struct evf_labels *evf_climb(const struct evf_space *space,
							  u32 generation,
							  const struct evf_locus *locus,
							  const struct evf_climb_stop *known,
							  struct evf_climb_stop *found)
{
	/* In a register: what is called makes the compiler load it again and again */
	const int blobs = evf_blob_sizes.lbs_inode;
	const struct dentry *dentry = locus->place, *parent;
	const struct evf_version *version;
	const struct evf_inode *blob;
	const struct evf_mark *mark;
	const struct inode *dir;

	if (!known && unlikely(evf_is_proc(dentry->d_sb)))
		return NULL;
	if (!known && locus->self && evf_is_marked(locus->self->i_security + blobs, space))
		return NULL;
	for (; (parent = READ_ONCE(dentry->d_parent)) != dentry; dentry = parent) {
		if (known && parent == known->at)
			return known->labels;
		dir = READ_ONCE(parent->d_inode);
		/* A parent without an inode has been left behind by a rename */
		if (unlikely(!dir))
			continue;
		blob = dir->i_security + blobs;
		if (!evf_is_marked(blob, space))
			continue;
		mark = evf_mark_of(space, dir, blob);
		if (!mark)
			continue;
		if (unlikely(evf_mark_has_patterns(mark)))
			return NULL;
		version = evf_version_at(&mark->own, generation);
		if (version && version->what == EVF_WHAT_FILE) {
			const struct evf_labels *labels = evf_set_labels(version->set, generation);

			if (found)
				*found = (struct evf_climb_stop){ parent, labels };
			return labels;
		}
	}
	return evf_climbed(space, dentry);
}

#endif /* _EVF_CLIMB_H */
