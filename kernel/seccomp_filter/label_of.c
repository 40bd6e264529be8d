// SPDX-License-Identifier: GPL-2.0-only
/*
 * The label of one place.
 */
#include <linux/dcache.h>
#include <linux/fs.h>
#include <linux/seqlock.h>

#include "climb.h"

static const struct evf_labels no_labels;

const struct evf_labels *evf_climbed(const struct evf_space *space, const struct dentry *root)
{
	if (root != root->d_sb->s_root || READ_ONCE(space->fs_types.nr))
		return NULL;
	return &no_labels;
}

struct evf_found evf_label_of(const struct evf_space *space, u32 generation,
			      const struct evf_locus *locus)
{
	const unsigned int seq = read_seqbegin(&rename_lock);
	const struct evf_labels *labels;

	if (unlikely(evf_space_components(space) > 1))
		return evf_walk(space, generation, locus);
	labels = evf_climb(space, generation, locus, NULL, NULL);
	if (unlikely(!labels || read_seqretry(&rename_lock, seq)))
		return evf_walk(space, generation, locus);
	return (struct evf_found){ .labels = labels };
}
