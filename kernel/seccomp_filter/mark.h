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

/**
 * evf_mark_find() - the mark of an inode
 * @space: the label space
 * @inode: only its address is used
 *
 * Context: under rcu_read_lock(), or with the space's lock.
 *
 * Return: the mark, or NULL: the space doesn't know it.
 */
struct evf_mark *evf_mark_find(const struct evf_space *space, const struct inode *inode);

/**
 * evf_mark_create() - make an inode known to a space
 * @space: the space, locked
 * @inode: not known yet; the caller has a reference, and holds its mount
 *
 * Context: may sleep, also for a grace period.
 *
 * Return: the mark, or ERR_PTR: -ENOMEM; -EDQUOT: EVF_MAX_USER_INODES.
 */
struct evf_mark *evf_mark_create(struct evf_space *space, struct inode *inode);

/**
 * evf_mark_unlink() - take a mark out of its space
 * @mark: has neither an assignment nor a pattern; its space is locked
 * @doomed: a list that it is added to, for evf_marks_dispose()
 */
void evf_mark_unlink(struct evf_mark *mark, struct evf_mark **doomed);

/**
 * evf_marks_dispose() - put the inodes of unlinked marks
 * @doomed: the list, or NULL
 *
 * Context: may sleep; no lock that a file system may need, so not the space's.
 */
void evf_marks_dispose(struct evf_mark *doomed);

/**
 * evf_mark_has_patterns() - has a directory patterns of one component?
 * @mark: of the directory
 *
 * Context: under rcu_read_lock(), or with the space's lock.
 *
 * Return: true if it may have; one that is in force is never overlooked.
 */
static inline bool evf_mark_has_patterns(const struct evf_mark *mark)
{
	return READ_ONCE(mark->nr_literals) || READ_ONCE(mark->nr_globs);
}

/**
 * evf_mark_of() - the mark of an inode whose blob has the space's hint
 * @space: the label space
 * @inode: only its address is used
 * @blob: the inode's
 *
 * Context: under rcu_read_lock().
 *
 * Return: the mark, or NULL: the hint is another space's.
 */
static inline struct evf_mark *evf_mark_of(const struct evf_space *space,
					   const struct inode *inode,
					   const struct evf_inode *blob)
{
	struct evf_mark *only = rcu_dereference(blob->only);

	return likely(only && only->space == space) ? only : evf_mark_find(space, inode);
}

/**
 * evf_space_components() - how many components the patterns of a space have at most
 * @space: the label space
 *
 * So many names a walk must remember: together they may be what has an assignment.
 *
 * Return: at least 1.
 */
static inline u32 evf_space_components(const struct evf_space *space)
{
	return READ_ONCE(space->components);
}

/* assign.c */
extern const struct evf_assignment_ops evf_own_ops;
extern const struct evf_assignment_ops evf_pattern_ops;

/* pattern.c */

/**
 * evf_pattern_check() - may this be a name pattern?
 * @text: not terminated
 * @len: its bytes
 *
 * Return: 0 or -EINVAL: more than EVF_MAX_COMPONENTS; or a component that is empty, too
 * long, "." or "..", or has a null byte, a "[" without its "]", a range that goes down.
 */
int evf_pattern_check(const char *text, u32 len);

/**
 * evf_pattern_find() - a pattern by its text
 * @mark: the directory; its space is locked
 * @text: as it was written; not terminated
 * @len: bytes of @text
 *
 * Return: the pattern, or NULL.
 */
struct evf_pattern *evf_pattern_find(const struct evf_mark *mark, const char *text, u32 len);

/**
 * evf_pattern_create() - add a pattern, nothing assigned yet
 * @mark: the directory; its space is locked
 * @text: checked by evf_pattern_check(); the directory doesn't have it
 * @len: its bytes
 *
 * Context: may sleep, also for a grace period.
 *
 * Return: the pattern, or ERR_PTR: -ENOMEM; -ENOSPC: EVF_MAX_DIR_GLOBS, EVF_MAX_SPACE_GLOBS,
 * EVF_MAX_GLOB_BYTES.
 */
struct evf_pattern *evf_pattern_create(struct evf_mark *mark, const char *text, u32 len);

/**
 * evf_pattern_remove() - take a pattern out of its directory, and free it
 * @pattern: has no version any more; its space is locked
 */
void evf_pattern_remove(struct evf_pattern *pattern);

/**
 * evf_pattern_match() - what a name carries by the patterns of its directory that are one name
 * @mark: the directory
 * @generation: of the event
 * @name: the name; its bytes may change while they are read
 * @len: bytes that can be read at @name
 *
 * Context: under rcu_read_lock().
 *
 * Return: the version in force of the pattern that counts most, or NULL.
 */
const struct evf_version *evf_pattern_match(const struct evf_mark *mark, u32 generation,
					    const char *name, u32 len);

/* deep.c */

/**
 * evf_deep_insert() - add a pattern of several components to its directory
 * @pattern: in none of the directory's lists of globs; its space is locked
 */
void evf_deep_insert(struct evf_pattern *pattern);

/**
 * evf_deep_remove() - count out a pattern of several components
 * @pattern: in no list any more; its space is locked
 */
void evf_deep_remove(struct evf_pattern *pattern);

/**
 * evf_deep_matches() - do names match the first components of a pattern?
 * @pattern: the pattern
 * @name: the names, that in the pattern's directory first; their bytes may change while
 *	they are read
 * @nr: length of @name, at most what the pattern has components
 *
 * Return: true if each of them matches its component.
 */
bool evf_deep_matches(const struct evf_pattern *pattern, const struct evf_string *name, u32 nr);

/**
 * evf_glob_weight() - how many characters of a glob stand for themselves
 * @text: one component, not terminated
 * @len: bytes of @text
 *
 * Return: how many; or -EINVAL if a class is malformed.
 */
int evf_glob_weight(const char *text, u32 len);

/**
 * evf_is_glob() - has a text a character that doesn't stand for itself?
 * @text: not terminated
 * @len: bytes of @text
 *
 * Return: true if there is a "*", "?" or "[".
 */
bool evf_is_glob(const char *text, u32 len);

/* walk.c: evf_label_of() where it isn't simple */

/**
 * evf_walk() - evf_label_of() where it isn't simple
 * @space: the label space
 * @generation: as of evf_label_of()
 * @locus: the place
 *
 * Context: under rcu_read_lock(); after a race with a rename it takes rename_lock.
 *
 * Return: as evf_label_of().
 */
struct evf_found evf_walk(const struct evf_space *space, u32 generation,
			  const struct evf_locus *locus);

/* identity.c */

/**
 * evf_identity_check() - does a label hold on an object?
 * @dentry: the object; positive
 * @names: name patterns in it are meant, too
 *
 * Return: 0, or
 *	-ENOTDIR: names in what is no directory,
 *	-EOPNOTSUPP: an object without a place in a tree, one that its file system may know by
 *		another inode later, or names that compare in a way of their own.
 */
int evf_identity_check(struct dentry *dentry, bool names);

#endif /* _EVF_MARK_H */
