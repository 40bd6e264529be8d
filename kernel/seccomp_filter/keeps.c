// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whether a name can be changed without a look at labels: most renames stay in a directory
 * that no pattern is about.
 */
#include <linux/dcache.h>
#include <linux/fs.h>
#include <linux/seqlock.h>

#include "mark.h"
#include "space.h"

/*
 * Do patterns of several components say something about the name, or about what is
 * beneath it? Those of its own directory are not asked for.
 */
static bool is_below_deep(const struct evf_space *space, const struct dentry *dentry)
{
	const unsigned int seq = read_seqbegin(&rename_lock);
	const struct evf_mark *mark;
	const struct dentry *parent;
	const struct inode *dir;
	u32 i;

	for (i = 0; i < EVF_MAX_COMPONENTS; i++, dentry = parent) {
		parent = READ_ONCE(dentry->d_parent);
		dir = READ_ONCE(parent->d_inode);
		if (parent == dentry || !dir)
			break;
		mark = evf_mark_find(space, dir);
		if (mark && READ_ONCE(mark->nr_deep))
			return true;
	}
	return read_seqretry(&rename_lock, seq);
}

bool evf_keeps_label(const struct evf_space *space, const struct dentry *from,
		     const struct dentry *to)
{
	const struct dentry *parent = READ_ONCE(from->d_parent);
	const struct evf_mark *mark;
	const struct inode *dir;

	if (parent != READ_ONCE(to->d_parent))
		return false;
	dir = READ_ONCE(parent->d_inode);
	if (!dir)
		return false;
	if (unlikely(evf_space_components(space) > 1) && is_below_deep(space, from))
		return false;
	if (likely(!(READ_ONCE(evf_inode(dir)->hint) & space->hint)))
		return true;
	mark = evf_mark_find(space, dir);
	return !mark || !evf_mark_has_patterns(mark);
}
