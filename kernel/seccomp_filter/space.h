/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Inside a label space. Everything that changes is changed under the space's lock and
 * read under RCU; what an event sees of it is selected by the generation that it sampled.
 */
#ifndef _EVF_SPACE_H
#define _EVF_SPACE_H

#include <linux/fs.h>
#include <linux/hash.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/refcount.h>
#include <linux/stringhash.h>
#include <linux/workqueue.h>

#include "core/record.h"
#include "hooks.h"
#include "labels.h"
#include "table.h"

#define EVF_MAX_PATTERN		255	/* bytes of a name pattern: EINVAL */
#define EVF_MAX_DIR_GLOBS	64	/* globs in one directory: ENOSPC */
#define EVF_MAX_SPACE_GLOBS	4096	/* globs of one space: ENOSPC */

/* Bytes of "LINE:COLUMN:LENGTH: CODE: sentence\n"; the sentences are bounded */
#define EVF_SPACE_ERROR		256

/* What a version of an assignment says */
enum evf_what {
	EVF_WHAT_NONE,	/* nothing is assigned */
	EVF_WHAT_FILE,	/* the object and what is beneath it */
	EVF_WHAT_SELF,	/* the object alone */
};

/**
 * struct evf_version - what an assignment says from a generation on
 * @older: what it says before that, or NULL for nothing
 * @since: the generation; 0 is always
 * @what: enum evf_what
 * @labels: the names
 *
 * Immutable once published, but for folding: when no event of an older generation is
 * left, @since becomes 0 and @older NULL.
 */
struct evf_version {
	struct evf_version __rcu *older;
	u32 since;
	u8 what;
	struct evf_labels labels;
};

/**
 * struct evf_assignment - an object's own, or that of a name pattern
 * @newest: newest version, staged or in force; NULL if there is none
 * @staged: in the space's list while @newest is staged, else empty
 * @mark: the object, or the directory that has the names
 * @is_pattern: part of a struct evf_pattern, else of @mark
 */
struct evf_assignment {
	struct evf_version __rcu *newest;
	struct list_head staged;
	struct evf_mark *mark;
	bool is_pattern;
};

/**
 * struct evf_mark - an inode that carries labels, or a directory with name patterns
 * @link: in the space's @marks, by inode
 * @inode: pinned with one reference until the mark is dropped
 * @space: the space that it belongs to
 * @pinned: in the list of its superblock; protected by that list's lock
 * @own: the inode's own assignment
 * @patterns: all name patterns, literals and globs
 * @globs: those that are globs, by how much they count; read under RCU
 * @nr_globs: length of @globs
 * @nr_literals: patterns that are none
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
	u16 nr_globs;
	u32 nr_literals;
	struct evf_mark *doomed;
	struct rcu_head rcu;
};

/**
 * struct evf_pattern - a name in a directory
 * @assignment: what has that name carries
 * @sibling: in the directory's @patterns
 * @link: a literal's, in the space's @literals, by directory and name
 * @glob: a glob's, in the directory's @globs
 * @rcu: outlives what is read of it by one grace period
 * @weight: of a glob: how many of its characters stand for themselves
 * @len: bytes of @name
 * @is_glob: which of @link and @glob counts
 * @name: the pattern, terminated
 */
struct evf_pattern {
	struct evf_assignment assignment;
	struct list_head sibling;
	union {
		struct evf_link link;
		struct list_head glob;
	};
	struct rcu_head rcu;
	u16 weight;
	u8 len;
	bool is_glob;
	char name[];
};

#define EVF_NAMES_CHUNK		256
#define EVF_NAMES_CHUNKS	(EVF_MAX_SPACE_NAMES / EVF_NAMES_CHUNK)

/**
 * struct evf_name - a label name; lives as long as its space
 * @link: in the space's @names, by text
 * @next: of a list of names that are about to be added
 * @offset: where it was in the text
 * @id: its place in the order of creation
 * @len: bytes of @text
 * @text: terminated
 */
struct evf_name {
	struct evf_link link;
	struct evf_name *next;
	u32 offset;
	u16 id;
	u8 len;
	char text[];
};

/**
 * struct evf_space - a label space
 * @usage: descriptor, rulesets
 * @generation: in force; readers acquire it, a commit releases it. Never 0.
 * @hint: one bit; set in the hints of inodes that have a mark here
 * @salt: of the hashes of names
 * @marks: struct evf_mark
 * @literals: struct evf_pattern
 * @names: struct evf_name
 * @name: the names by id, in chunks that appear as needed and never move
 * @nr_names: ids below this one exist
 * @lock: serialises changes; protects all that follows it
 * @staged: assignments whose newest version waits for a commit
 * @nr_assignments: own ones and patterns, whether staged or in force
 * @nr_globs: those that are globs
 * @error_len: bytes of @error
 * @error_read: bytes of it that read(2) has handed out
 * @error: what was wrong with the last text, or empty
 * @release: frees it, where it may sleep and put inodes
 */
struct evf_space {
	refcount_t usage;
	u32 generation;
	unsigned long hint;
	unsigned long salt;
	struct evf_table marks;
	struct evf_table literals;
	struct evf_table names;
	struct evf_name **name[EVF_NAMES_CHUNKS];
	u32 nr_names;

	/* Serialises changes; see above for what else it protects */
	struct mutex lock;
	struct list_head staged;
	u32 nr_assignments;
	u32 nr_globs;
	u16 error_len;
	u16 error_read;
	char error[EVF_SPACE_ERROR];
	struct work_struct release;
};

/**
 * struct evf_inode - an inode's blob
 * @hint: bits of the spaces that have a mark for it: no bit, no mark. Read without a lock.
 * @nr: marks for it, of all spaces
 *
 * Changed under i_lock.
 */
struct evf_inode {
	unsigned long hint;
	u32 nr;
};

/**
 * struct evf_sb - a superblock's blob
 * @lock: protects @marks
 * @marks: of all spaces, for inodes of this superblock
 * @pins: inode references that marks hold or are about to put
 */
struct evf_sb {
	/* Protects @marks */
	spinlock_t lock;
	struct list_head marks;
	atomic_long_t pins;
};

static inline struct evf_inode *evf_inode(const struct inode *inode)
{
	return inode->i_security + evf_blob_sizes.lbs_inode;
}

static inline struct evf_sb *evf_sb(const struct super_block *sb)
{
	return sb->s_security + evf_blob_sizes.lbs_superblock;
}

/* Whether a directory has patterns; one that is in force is never overlooked */
static inline bool evf_mark_has_patterns(const struct evf_mark *mark)
{
	return READ_ONCE(mark->nr_literals) || READ_ONCE(mark->nr_globs);
}

static inline u32 evf_inode_hash(const struct inode *inode)
{
	return hash_64((unsigned long)inode, 32);
}

static inline u32 evf_name_hash(const struct evf_space *space, const struct inode *dir,
				const char *name, u32 len)
{
	return full_name_hash((void *)(space->salt ^ (unsigned long)dir), name, len);
}

/**
 * evf_version_at() - what an assignment says in a generation
 * @assignment: the assignment
 * @generation: of the event
 *
 * Context: under rcu_read_lock().
 *
 * Return: the version in force, or NULL if nothing is assigned.
 */
static inline const struct evf_version *
evf_version_at(const struct evf_assignment *assignment, u32 generation)
{
	const struct evf_version *version = rcu_dereference(assignment->newest);

	/* The difference, because generations wrap; folding keeps them near each other */
	while (version) {
		u32 since = READ_ONCE(version->since);

		if (!since || (s32)(generation - since) >= 0)
			return version->what == EVF_WHAT_NONE ? NULL : version;
		version = rcu_dereference(version->older);
	}
	return NULL;
}

/* space.c */
struct evf_space *evf_space_create(void);

/* names.c */
int evf_names_add(struct evf_space *space, struct evf_name *fresh, u32 nr_fresh, u32 *beyond);
void evf_names_free(struct evf_space *space);

/* names_text.c */
int evf_names_write(struct evf_space *space, const char *text, u32 len);
int evf_names_parse_set(struct evf_space *space, const char *text, u32 len, u16 *id);

/* space_inode.c */
struct evf_mark *evf_mark_find(const struct evf_space *space, const struct inode *inode);
struct evf_mark *evf_mark_create(struct evf_space *space, struct inode *inode);
void evf_mark_unlink(struct evf_mark *mark, struct evf_mark **doomed);
void evf_marks_forget(struct evf_space *space, struct evf_mark **doomed);
void evf_marks_dispose(struct evf_mark *doomed);

/* pattern.c */
int evf_pattern_check(const char *text, u32 len);
struct evf_pattern *evf_pattern_find(const struct evf_mark *mark, const char *text, u32 len);
struct evf_pattern *evf_pattern_create(struct evf_mark *mark, const char *text, u32 len);
void evf_pattern_remove(struct evf_pattern *pattern);
const struct evf_version *evf_pattern_match(const struct evf_mark *mark, u32 generation,
					    const char *name, u32 len);

/* identity.c */
int evf_identity_check(struct dentry *dentry, bool names);

/**
 * struct evf_change - a change to be staged
 * @dentry: the object, or the directory that has the names
 * @pattern: a name pattern, or NULL for the object's own assignment
 * @pattern_len: bytes of @pattern
 * @what: enum evf_what; EVF_WHAT_NONE takes back
 * @nr: length of @id
 * @id: the label names, ascending, each once
 */
struct evf_change {
	struct dentry *dentry;
	const char *pattern;
	u32 pattern_len;
	u8 what;
	u16 nr;
	const u16 *id;
};

/* assign.c */
int evf_space_stage(struct evf_space *space, const struct evf_change *change);
u32 evf_space_commit(struct evf_space *space);
void evf_space_discard(struct evf_space *space);
void evf_mark_forget(struct evf_mark *mark, struct evf_mark **doomed);

#endif /* _EVF_SPACE_H */
