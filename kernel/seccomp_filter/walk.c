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
#include "label_set.h"
#include "mark.h"
#include "space.h"
#include "task_label.h"

static const struct evf_labels no_labels;

/**
 * struct walk - a walk on its way
 * @space: whose labels are looked for
 * @generation: of the event
 * @seq: of rename_lock, from before the walk
 * @locked: rename_lock is held: names and parents stay as they are
 * @in_proc: what belongs to a task carries its label
 * @decided: receives the version that was found, or NULL
 */
struct walk {
	const struct evf_space *space;
	u32 generation;
	unsigned int seq;
	bool locked;
	bool in_proc;
	const struct evf_version **decided;
};

static const struct evf_mark *find_mark(const struct walk *walk, const struct inode *inode)
{
	if (likely(!(READ_ONCE(evf_inode(inode)->hint) & walk->space->hint)))
		return NULL;
	return evf_mark_find(walk->space, inode);
}

static __always_inline struct evf_found found(const struct walk *walk,
					      const struct evf_version *version)
{
	if (walk->decided)
		*walk->decided = version;
	return (struct evf_found){ .labels = evf_set_labels(version->set, walk->generation) };
}

/*
 * A rename may change pointer and length between our reads, and we'd read beyond the
 * name. If it hadn't begun by then they belong together, and the bytes stay readable
 * until rcu_read_unlock(), whatever becomes of them.
 */
static bool read_names(const struct walk *walk, const struct dentry *const *dentry, u32 nr,
		       struct evf_string *name)
{
	u32 i;

	for (i = 0; i < nr; i++) {
		/* Pairs with the store of a name that is complete, as d_path() reads it */
		name[i].text = smp_load_acquire(&dentry[i]->d_name.name);
		name[i].len = READ_ONCE(dentry[i]->d_name.len);
	}
	return walk->locked || !read_seqretry(&rename_lock, walk->seq);
}

static const struct evf_version *match_name(const struct walk *walk, const struct evf_mark *dir,
					    const struct dentry *dentry)
{
	struct evf_string name;

	if (!read_names(walk, &dentry, 1, &name))
		return NULL;
	return evf_pattern_match(dir, walk->generation, name.text, name.len);
}

/* What a directory says about all that is in it */
static const struct evf_version *ask_directory(const struct walk *walk,
					       const struct evf_mark *mark)
{
	const struct evf_version *version = evf_version_at(&mark->own, walk->generation);

	return version && version->what == EVF_WHAT_FILE ? version : NULL;
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
	return ask_directory(walk, mark);
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
	const struct evf_space *space = walk->space;
	const struct super_block *sb = root->d_sb;
	const struct evf_version *version;

	if (root != sb->s_root) {
		if (is_internal(sb, READ_ONCE(root->d_inode)))
			return (struct evf_found){
				.labels = evf_set_labels(space->anonymous, walk->generation),
			};
		return (struct evf_found){ .labels = &no_labels, .unknown = true };
	}
	if (READ_ONCE(space->fs_types.nr)) {
		version = evf_fs_type_version(space, walk->generation, sb);
		if (version)
			return found(walk, version);
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
	struct evf_found task;

	if (locus->self) {
		version = ask_self(walk, locus);
		if (version)
			return found(walk, version);
		if (walk->in_proc &&
		    evf_label_of_proc(walk->space, walk->generation, locus->self, &task))
			return task;
	}
	for (; (parent = READ_ONCE(dentry->d_parent)) != dentry; dentry = parent) {
		dir = READ_ONCE(parent->d_inode);
		/* A parent without an inode has been left behind by a rename */
		if (unlikely(!dir))
			continue;
		known = dir->i_security + blob;
		if (likely(!(READ_ONCE(known->hint) & hint)) && !walk->in_proc)
			continue;
		version = ask_parent(walk, dir, dentry);
		if (version)
			return found(walk, version);
		if (walk->in_proc && evf_label_of_proc(walk->space, walk->generation, dir, &task))
			return task;
	}
	return nothing(walk, dentry);
}

/**
 * struct trail - the names on the way up, for patterns that name several
 * @dentry: by height modulo EVF_MAX_COMPONENTS; the place has height 0
 * @height: of the directory that the walk has come to
 * @best: what counts so far, or NULL
 * @node: height of what @best names: something is nearer only if it's below
 * @task: what counts if @best is @of_task
 */
struct trail {
	const struct dentry *dentry[EVF_MAX_COMPONENTS];
	u32 height;
	const struct evf_version *best;
	u32 node;
	struct evf_found task;
};

/* Stands for the label of a task, which is no assignment */
static const struct evf_version of_task;

/* The names below the directory, that in it first */
static u32 collect(const struct walk *walk, const struct trail *trail, struct evf_string *name)
{
	const u32 nr = min_t(u32, trail->height, EVF_MAX_COMPONENTS);
	const struct dentry *dentry[EVF_MAX_COMPONENTS];
	u32 i;

	for (i = 0; i < nr; i++)
		dentry[i] = trail->dentry[(trail->height - 1 - i) % EVF_MAX_COMPONENTS];
	return read_names(walk, dentry, nr, name) ? nr : 0;
}

/* What the directory's patterns say about something that is nearer than @best */
static void ask_patterns(const struct walk *walk, const struct evf_mark *mark,
			 struct trail *trail)
{
	const u32 nearest = trail->best ? trail->node : U32_MAX;
	struct evf_string name[EVF_MAX_COMPONENTS];
	const struct evf_version *version;
	const struct evf_pattern *pattern;
	u32 nr = collect(walk, trail, name);

	list_for_each_entry_rcu(pattern, &mark->deep, glob) {
		if (pattern->components > nr || trail->height - pattern->components >= nearest)
			continue;
		version = evf_version_at(&pattern->assignment, walk->generation);
		if (!version || !evf_deep_matches(pattern, name, pattern->components))
			continue;
		trail->best = version;
		trail->node = trail->height - pattern->components;
		return;
	}
	if (!nr || trail->best)
		return;
	trail->best = evf_pattern_match(mark, walk->generation, name[0].text, name[0].len);
	trail->node = trail->height - 1;
}

static void ask_task(const struct walk *walk, const struct inode *inode, struct trail *trail)
{
	if (!walk->in_proc || trail->best || !inode ||
	    !evf_label_of_proc(walk->space, walk->generation, inode, &trail->task))
		return;
	trail->best = &of_task;
	trail->node = trail->height;
}

/* Nothing that is still to come on the way can name something nearer */
static bool is_decided(const struct walk *walk, const struct trail *trail)
{
	if (!trail->best)
		return false;
	return !trail->node ||
	       trail->height + 1 >= trail->node + evf_space_components(walk->space);
}

/*
 * As walk_up(), in a space that has patterns of several components: the directory of one
 * that names something near may come after an assignment to something farther away.
 */
static noinline struct evf_found walk_deep(const struct walk *walk,
					   const struct evf_locus *locus)
{
	const struct dentry *dentry = locus->place, *parent;
	struct trail trail = { .best = locus->self ? ask_self(walk, locus) : NULL };
	const struct evf_mark *mark;
	const struct inode *dir;

	ask_task(walk, locus->self, &trail);
	while (!is_decided(walk, &trail)) {
		parent = READ_ONCE(dentry->d_parent);
		if (parent == dentry)
			break;
		trail.dentry[trail.height++ % EVF_MAX_COMPONENTS] = dentry;
		dentry = parent;
		dir = READ_ONCE(parent->d_inode);
		mark = dir ? find_mark(walk, dir) : NULL;
		if (mark)
			ask_patterns(walk, mark, &trail);
		if (mark && !trail.best) {
			trail.best = ask_directory(walk, mark);
			trail.node = trail.height;
		}
		ask_task(walk, dir, &trail);
	}
	if (!trail.best)
		return nothing(walk, dentry);
	/* It ended early, and what is above the end might have named something nearer */
	if (!is_decided(walk, &trail) && dentry != dentry->d_sb->s_root)
		return (struct evf_found){ .labels = &no_labels, .unknown = true };
	return trail.best == &of_task ? trail.task : found(walk, trail.best);
}

static __always_inline struct evf_found walk_once(const struct walk *walk,
						  const struct evf_locus *locus)
{
	if (unlikely(evf_space_components(walk->space) > 1))
		return walk_deep(walk, locus);
	return walk_up(walk, locus);
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
	result = walk_once(&walk, locus);
	read_sequnlock_excl(&rename_lock);
	return result;
}

/* Nothing is renamed there, but what belongs to a task carries that task's label */
static noinline struct evf_found walk_in_proc(const struct evf_space *space, u32 generation,
					      const struct evf_locus *locus)
{
	const struct walk walk = {
		.space = space,
		.generation = generation,
		.locked = true,
		.in_proc = true,
	};

	return walk_once(&walk, locus);
}

struct evf_found evf_label_decided(const struct evf_space *space, u32 generation,
				   const struct evf_locus *locus,
				   const struct evf_version **decided)
{
	const struct walk walk = {
		.space = space,
		.generation = generation,
		.locked = true,
		.in_proc = evf_is_proc(locus->place->d_sb),
		.decided = decided,
	};
	struct evf_found result;

	*decided = NULL;
	read_seqlock_excl(&rename_lock);
	result = walk_once(&walk, locus);
	read_sequnlock_excl(&rename_lock);
	return result;
}

struct evf_found evf_walk(const struct evf_space *space, u32 generation,
			  const struct evf_locus *locus)
{
	const struct walk walk = {
		.space = space,
		.generation = generation,
		.seq = read_seqbegin(&rename_lock),
	};
	struct evf_found result;

	if (unlikely(evf_is_proc(locus->place->d_sb)))
		return walk_in_proc(space, generation, locus);
	result = walk_once(&walk, locus);
	if (unlikely(read_seqretry(&rename_lock, walk.seq)))
		return walk_locked(space, generation, locus);
	return result;
}
