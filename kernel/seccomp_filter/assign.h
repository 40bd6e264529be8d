/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is assigned, from which generation on. Everything that changes is changed under
 * the space's lock and read under RCU; what an event sees of it is selected by the
 * generation that it sampled.
 */
#ifndef _EVF_ASSIGN_H
#define _EVF_ASSIGN_H

#include <linux/dcache.h>
#include <linux/fs.h>
#include <linux/list.h>
#include <linux/rcupdate.h>
#include <linux/seq_buf.h>

#include "core/record.h"

struct evf_mark;
struct evf_set;
struct evf_space;

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
 * @set: the names, a reference; NULL for EVF_WHAT_NONE
 * @assignment: whose version it is
 * @labels: of a version of a set: what it means
 *
 * Immutable once published, but for folding: when no event of an older generation is
 * left, @since becomes 0 and @older NULL.
 */
struct evf_version {
	struct evf_version __rcu *older;
	u32 since;
	u8 what;
	struct evf_set *set;
	const struct evf_assignment *assignment;
	struct evf_labels labels;
};

struct evf_assignment;

/**
 * struct evf_assignment_ops - a kind of assignments
 * @remove: an assignment has no version any more: take out what only existed for it; a
 *	mark that isn't used any more goes to @doomed
 * @print: the beginning of the line that says it, up to its names
 */
struct evf_assignment_ops {
	void (*remove)(struct evf_assignment *assignment, struct evf_mark **doomed);
	void (*print)(const struct evf_assignment *assignment, const struct evf_version *version,
		      struct seq_buf *to);
};

/**
 * struct evf_assignment - what carries labels: part of a struct of its kind
 * @newest: newest version, staged or in force; NULL if there is none
 * @staged: in the space's list while @newest is staged, else empty
 * @all: in the space's list while there is a version
 * @space: the space that it belongs to
 * @serial: its place in the order of creation, from 1
 * @ops: its kind
 */
struct evf_assignment {
	struct evf_version __rcu *newest;
	struct list_head staged;
	struct list_head all;
	struct evf_space *space;
	u64 serial;
	const struct evf_assignment_ops *ops;
};

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

/**
 * evf_assignment_init() - an assignment that has no version yet
 * @assignment: zeroed
 * @space: that it will belong to; no reference is taken
 * @ops: its kind
 */
void evf_assignment_init(struct evf_assignment *assignment, struct evf_space *space,
			 const struct evf_assignment_ops *ops);

/**
 * evf_assignment_remove() - take an assignment out, and what only existed for it
 * @assignment: its space is locked
 * @doomed: a list of marks for evf_marks_dispose()
 */
void evf_assignment_remove(struct evf_assignment *assignment, struct evf_mark **doomed);

/**
 * evf_version_create() - a version, to be staged or freed
 * @space: the space, locked
 * @what: enum evf_what
 * @id: label names, ascending, each once
 * @nr: length of @id
 *
 * Return: the version, or ERR_PTR: -ENOMEM; -E2BIG: the names are in too many groups.
 */
struct evf_version *evf_version_create(struct evf_space *space, u8 what, const u16 *id, u16 nr);

/**
 * evf_version_free() - free a version that nobody sees
 * @version: never staged; an ERR_PTR or NULL is fine
 *
 * Context: with the space's lock; may sleep.
 */
void evf_version_free(struct evf_version *version);

/**
 * evf_version_stage() - stage a version
 * @assignment: of what; its space is locked. A version that was staged before is
 *	replaced: it was never in force.
 * @version: taken over
 */
void evf_version_stage(struct evf_assignment *assignment, struct evf_version *version);

/**
 * evf_space_stage() - stage a change
 * @space: the space
 * @change: the change, checked
 *
 * On failure everything is as it was.
 *
 * Context: may sleep; takes the space's lock.
 *
 * Return: 0, or
 *	-ENOENT: nothing to take back,
 *	-ENOSPC: EVF_MAX_SPACE_ASSIGNMENTS, or a limit of patterns,
 *	-EDQUOT: EVF_MAX_USER_INODES,
 *	-E2BIG: too many groups,
 *	-ENOMEM.
 */
int evf_space_stage(struct evf_space *space, const struct evf_change *change);

/**
 * evf_space_commit() - let staged changes take effect
 * @space: the space
 *
 * They are in force at once; waiting for the grace period costs only the caller. It's
 * not an expedited one: that would interrupt every processor at the wish of anybody.
 *
 * Context: may sleep, also for a grace period; takes the space's lock.
 *
 * Return: the new generation.
 */
u32 evf_space_commit(struct evf_space *space);

/**
 * evf_space_discard() - drop what is staged
 * @space: the space
 *
 * Context: may sleep; takes the space's lock.
 */
void evf_space_discard(struct evf_space *space);

/**
 * evf_space_forget() - drop all that is assigned
 * @space: the space, locked
 * @doomed: a list that its marks are added to, for evf_marks_dispose()
 */
void evf_space_forget(struct evf_space *space, struct evf_mark **doomed);

/**
 * evf_mark_forget() - drop a mark with all that it carries
 * @mark: its space is locked
 * @doomed: a list that it is added to, for evf_marks_dispose()
 */
void evf_mark_forget(struct evf_mark *mark, struct evf_mark **doomed);

/* clear.c */

/**
 * evf_space_clear() - stage that nothing is assigned: to no object, name, type of file systems or
 * endpoint; and that there are no transitions
 * @space: the space
 *
 * What is staged afterwards is staged on top. On failure everything is as it was.
 *
 * Context: may sleep, also for a grace period; takes the space's lock.
 *
 * Return: 0 or -ENOMEM.
 */
int evf_space_clear(struct evf_space *space);

/* space_query.c */

/**
 * evf_put_quoted() - write a text between quotes
 * @to: appended to
 * @text: any bytes, not terminated; a quote, a backslash and what isn't printable ASCII become
 *	octal escapes, so that nothing in it ends the line
 * @len: bytes of @text
 */
void evf_put_quoted(struct seq_buf *to, const char *text, u32 len);

/**
 * evf_put_inode() - write what names an inode in a line
 * @to: appended to
 * @kind: the line's first word
 * @inode: whose device and number follow: "KIND MAJOR:MINOR INODE"
 */
void evf_put_inode(struct seq_buf *to, const char *kind, const struct inode *inode);

#endif /* _EVF_ASSIGN_H */
