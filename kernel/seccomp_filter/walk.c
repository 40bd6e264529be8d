// SPDX-License-Identifier: GPL-2.0-only
/*
 * The walk: from a place up to the root of its file system, until something is assigned.
 * Under RCU only, and without writing to anything; an inode that no space knows costs a
 * test of one word.
 */
#include <linux/dcache.h>
#include <linux/fs.h>
#include <linux/magic.h>
#include <linux/rcupdate.h>
#include <linux/seqlock.h>

#include "fs_type.h"
#include "mark.h"
#include "space.h"

static const struct evf_labels no_labels;
static const struct evf_labels anonymous = { .nr = 1, .id = { EVF_ID_ANONYMOUS } };

/**
 * struct walk - a walk on its way
 * @space: whose labels are looked for
 * @generation: of the event
 * @seq: of rename_lock, from before the walk
 * @locked: rename_lock is held: names and parents stay as they are
 */
struct walk {
	const struct evf_space *space;
	u32 generation;
	unsigned int seq;
	bool locked;
};

static const struct evf_mark *find_mark(const struct walk *walk, const struct inode *inode)
{
	if (likely(!(READ_ONCE(evf_inode(inode)->hint) & walk->space->hint)))
		return NULL;
	return evf_mark_find(walk->space, inode);
}

static struct evf_found found(const struct evf_version *version)
{
	return (struct evf_found){ .labels = &version->labels };
}

/*
 * A rename may change pointer and length between our reads, and we'd read beyond the
 * name. If it hadn't begun by then they belong together, and the bytes stay readable
 * until rcu_read_unlock(), whatever becomes of them.
 */
static const struct evf_version *match_name(const struct walk *walk, const struct evf_mark *dir,
					    const struct dentry *dentry)
{
	/* Pairs with the store of a name that is complete, as d_path() reads it */
	const char *name = smp_load_acquire(&dentry->d_name.name);
	u32 len = READ_ONCE(dentry->d_name.len);

	if (!walk->locked && read_seqretry(&rename_lock, walk->seq))
		return NULL;
	return evf_pattern_match(dir, walk->generation, name, len);
}

/* What a directory says about the name in it, and else about all beneath it */
static const struct evf_version *ask_parent(const struct walk *walk, const struct inode *dir,
					    const struct dentry *dentry)
{
	const struct evf_mark *mark = evf_mark_find(walk->space, dir);
	const struct evf_version *version;

	if (!mark)
		return NULL;
	if (evf_mark_has_patterns(mark)) {
		version = match_name(walk, mark, dentry);
		if (version)
			return version;
	}
	version = evf_version_at(&mark->own, walk->generation);
	return version && version->what == EVF_WHAT_FILE ? version : NULL;
}

static const struct evf_version *ask_self(const struct walk *walk, const struct evf_locus *locus)
{
	const struct evf_mark *mark = find_mark(walk, locus->self);
	const struct evf_version *version;

	if (!mark)
		return NULL;
	version = evf_version_at(&mark->own, walk->generation);
	return version && version->what == EVF_WHAT_SELF && locus->below ? NULL : version;
}

/*
 * Objects that are in no tree: pipes, sockets, anonymous memory and inodes. Namespaces
 * belong to them, although their file system lets itself be mounted, and huge pages that
 * have no name, whose file system is another one's like.
 */
static bool is_internal(const struct super_block *sb, const struct inode *inode)
{
	if ((sb->s_flags & SB_NOUSER) || (inode && IS_PRIVATE(inode)))
		return true;
	return sb->s_magic == NSFS_MAGIC ||
	       (sb->s_magic == HUGETLBFS_MAGIC && (sb->s_flags & SB_KERNMOUNT));
}

/* Nothing is assigned. Only at its file system's root is that known */
static noinline struct evf_found nothing(const struct walk *walk, const struct dentry *root)
{
	const struct super_block *sb = root->d_sb;
	const struct evf_version *version;

	if (root != sb->s_root) {
		if (is_internal(sb, READ_ONCE(root->d_inode)))
			return (struct evf_found){ .labels = &anonymous };
		return (struct evf_found){ .labels = &no_labels, .unknown = true };
	}
	if (READ_ONCE(walk->space->fs_types.nr)) {
		version = evf_fs_type_version(walk->space, walk->generation, sb);
		if (version)
			return found(version);
	}
	return (struct evf_found){ .labels = &no_labels };
}

static __always_inline struct evf_found walk_up(const struct walk *walk,
						const struct evf_locus *locus)
{
	const unsigned long hint = walk->space->hint;
	/* In a register: the slow path below makes the compiler load it again and again */
	const int blob = evf_blob_sizes.lbs_inode;
	const struct dentry *dentry = locus->place, *parent;
	const struct evf_version *version;
	const struct evf_inode *known;
	const struct inode *dir;

	if (locus->self) {
		version = ask_self(walk, locus);
		if (version)
			return found(version);
	}
	for (; (parent = READ_ONCE(dentry->d_parent)) != dentry; dentry = parent) {
		dir = READ_ONCE(parent->d_inode);
		/* A parent without an inode has been left behind by a rename */
		if (unlikely(!dir))
			continue;
		known = dir->i_security + blob;
		if (likely(!(READ_ONCE(known->hint) & hint)))
			continue;
		version = ask_parent(walk, dir, dentry);
		if (version)
			return found(version);
	}
	return nothing(walk, dentry);
}

/* A rename came in between. It can't now, and it's not worth a place in the fast path. */
static noinline struct evf_found walk_locked(const struct evf_space *space, u32 generation,
					     const struct evf_locus *locus)
{
	const struct walk walk = {
		.space = space,
		.generation = generation,
		.locked = true,
	};
	struct evf_found result;

	read_seqlock_excl(&rename_lock);
	result = walk_up(&walk, locus);
	read_sequnlock_excl(&rename_lock);
	return result;
}

struct evf_found evf_label_of(const struct evf_space *space, u32 generation,
			      const struct evf_locus *locus)
{
	const struct walk walk = {
		.space = space,
		.generation = generation,
		.seq = read_seqbegin(&rename_lock),
	};
	struct evf_found result = walk_up(&walk, locus);

	if (unlikely(read_seqretry(&rename_lock, walk.seq)))
		return walk_locked(space, generation, locus);
	return result;
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
	if (likely(!(READ_ONCE(evf_inode(dir)->hint) & space->hint)))
		return true;
	mark = evf_mark_find(space, dir);
	return !mark || !evf_mark_has_patterns(mark);
}
