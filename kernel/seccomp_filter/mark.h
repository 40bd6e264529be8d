/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Marks: the inodes that a label space knows, and the names that it knows in directories.
 */
#ifndef _EVF_MARK_H
#define _EVF_MARK_H

#include <linux/dcache.h>
#include <linux/fs.h>
#include <linux/list.h>

#include "assign.h"
#include "space.h"

struct evf_space;

#define EVF_MAX_COMPONENT	255	/* bytes of a component of a pattern: EINVAL */
#define EVF_MAX_PATTERN		(EVF_MAX_COMPONENTS * (EVF_MAX_COMPONENT + 1) - 1)
/* Globs and patterns of several components, which can't be looked up either */
#define EVF_MAX_DIR_GLOBS	64	/* in one directory: ENOSPC */
#define EVF_MAX_SPACE_GLOBS	4096	/* of one space: ENOSPC */
#define EVF_MAX_GLOB_BYTES	16384	/* of all of them together: ENOSPC */

/**
 * struct evf_mark - an inode that carries labels, or a directory with name patterns
 * @link: in the space's @marks, by inode
 * @inode: pinned with one reference until the mark is dropped
 * @space: the space that it belongs to
 * @pinned: in the list of its superblock; protected by that list's lock
 * @own: the inode's own assignment
 * @patterns: all name patterns, literals and globs
 * @globs: those of one component that are globs, by how much they count; read under RCU
 * @deep: those of several components, longest first, then by how much they count; read
 *	under RCU
 * @nr_globs: length of @globs
 * @nr_deep: length of @deep
 * @nr_literals: patterns of one component that are no globs
 * @doomed: next of a list to be disposed of
 * @rcu: the mark outlives what is read of it by one grace period
 */
struct evf_mark {
	struct evf_link link;
	struct inode *inode;
	struct evf_space *space;
	struct list_head pinned;
	struct evf_assignment own;
	struct list_head patterns;
	struct list_head globs;
	struct list_head deep;
	u16 nr_globs;
	u16 nr_deep;
	u32 nr_literals;
	struct evf_mark *doomed;
	struct rcu_head rcu;
};

/**
 * struct evf_pattern - a name in a directory, or a path from it
 * @assignment: what has that name carries
 * @mark: the directory
 * @sibling: in the directory's @patterns
 * @link: a literal's, in the space's @literals, by directory and name
 * @glob: in the directory's @globs or @deep
 * @rcu: outlives what is read of it by one grace period
 * @len: bytes of @name
 * @components: of @name
 * @is_glob: @glob counts, not @link
 * @name: the pattern, terminated
 */
struct evf_pattern {
	struct evf_assignment assignment;
	struct evf_mark *mark;
	struct list_head sibling;
	union {
		struct evf_link link;
		struct list_head glob;
	};
	struct rcu_head rcu;
	u16 len;
	u8 components;
	bool is_glob;
	char name[];
};

/* space_inode.c */
struct evf_mark *evf_mark_find(const struct evf_space *space, const struct inode *inode);
struct evf_mark *evf_mark_create(struct evf_space *space, struct inode *inode);
void evf_mark_unlink(struct evf_mark *mark, struct evf_mark **doomed);
void evf_marks_dispose(struct evf_mark *doomed);

/* Whether a directory has patterns; one that is in force is never overlooked */
static inline bool evf_mark_has_patterns(const struct evf_mark *mark)
{
	return READ_ONCE(mark->nr_literals) || READ_ONCE(mark->nr_globs);
}

/* The mark of an inode whose blob has the space's hint. Context: under rcu_read_lock(). */
static inline struct evf_mark *evf_mark_of(const struct evf_space *space,
					   const struct inode *inode,
					   const struct evf_inode *blob)
{
	struct evf_mark *only = rcu_dereference(blob->only);

	return likely(only && only->space == space) ? only : evf_mark_find(space, inode);
}

/* Whether an assignment of this space may be that of a path: what the walk must remember */
static inline u32 evf_space_components(const struct evf_space *space)
{
	return READ_ONCE(space->components);
}

/* assign.c */
extern const struct evf_assignment_ops evf_own_ops;
extern const struct evf_assignment_ops evf_pattern_ops;

/* pattern.c */
int evf_pattern_check(const char *text, u32 len);
struct evf_pattern *evf_pattern_find(const struct evf_mark *mark, const char *text, u32 len);
struct evf_pattern *evf_pattern_create(struct evf_mark *mark, const char *text, u32 len);
void evf_pattern_remove(struct evf_pattern *pattern);
const struct evf_version *evf_pattern_match(const struct evf_mark *mark, u32 generation,
					    const char *name, u32 len);

/* deep.c */
void evf_deep_insert(struct evf_pattern *pattern);
void evf_deep_remove(struct evf_pattern *pattern);
bool evf_deep_matches(const struct evf_pattern *pattern, const struct evf_string *name, u32 nr);
int evf_glob_weight(const char *text, u32 len);
bool evf_is_glob(const char *text, u32 len);

/* walk.c: evf_label_of() where it isn't simple */
struct evf_found evf_walk(const struct evf_space *space, u32 generation,
			  const struct evf_locus *locus);

/* identity.c */
int evf_identity_check(struct dentry *dentry, bool names);

#endif /* _EVF_MARK_H */
