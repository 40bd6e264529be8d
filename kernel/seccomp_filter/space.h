/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Inside a label space, and what it keeps in inodes and superblocks.
 */
#ifndef _EVF_SPACE_H
#define _EVF_SPACE_H

#include <linux/eventfilter.h>
#include <linux/fs.h>
#include <linux/hash.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/refcount.h>
#include <linux/stringhash.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "endpoint.h"
#include "hooks.h"
#include "labels.h"
#include "table.h"

/* Bytes of "LINE:COLUMN:LENGTH: CODE: sentence\n"; the sentences are bounded */
#define EVF_SPACE_ERROR		256

/* Every space has the name "anonymous", its first; owners don't need to make it */
#define EVF_ID_ANONYMOUS	0
#define EVF_NAMES_CHUNK		256
#define EVF_NAMES_CHUNKS	DIV_ROUND_UP(EVF_LABEL_IDS, EVF_NAMES_CHUNK)

/**
 * struct evf_members - labels that belong to a group
 * @nr: length of @id
 * @id: ascending, each once
 */
struct evf_members {
	u32 nr;
	u16 id[];
};

/**
 * struct evf_label_group - a name that isn't a label but stands for some; with the space's lock
 * @members: in force, or NULL
 * @staged: from the next commit on; NULL if that's the same
 * @pending: after the text that is being taken; NULL if that's the same
 */
struct evf_label_group {
	struct evf_members *members;
	struct evf_members *staged;
	const struct evf_members *pending;
};

/**
 * struct evf_name - a label name; lives as long as its space
 * @link: in the space's @names, by text
 * @next: of a list of names that are about to be added
 * @group: NULL for a label
 * @offset: where it was in the text
 * @id: its place in the order of creation
 * @len: bytes of @text
 * @text: terminated
 */
struct evf_name {
	struct evf_link link;
	struct evf_name *next;
	struct evf_label_group *group;
	u32 offset;
	u16 id;
	u8 len;
	char text[];
};

#define EVF_NEWS_UNMOUNTED	16
/* Verdicts that are remembered: of places, and as much besides as the allocation has room for */
#define EVF_SPACE_PLACES	128
#define EVF_SPACE_MEMOS		192

struct evf_user;

/**
 * struct evf_news - what has happened since somebody last read it
 * @committed: something was committed
 * @lost: more was unmounted than @unmounted has room for
 * @nr_unmounted: length of @unmounted
 * @unmounted: file systems that had assignments in the space
 */
struct evf_news {
	bool committed;
	bool lost;
	u32 nr_unmounted;
	dev_t unmounted[EVF_NEWS_UNMOUNTED];
};

/**
 * struct evf_space - a label space
 * @usage: descriptor, rulesets
 * @generation: in force; readers acquire it, a commit releases it. Never 0.
 * @user: who made it
 * @hint: one bit; set in the hints of inodes that have a mark here
 * @components: the most that a pattern has, at least 1
 * @salt: of the hashes of names
 * @marks: struct evf_mark
 * @literals: struct evf_pattern
 * @fs_types: struct evf_fs_type
 * @sets: struct evf_set
 * @names: struct evf_name
 * @endpoints: struct evf_endpoint
 * @memos: EVF_SPACE_MEMOS verdicts that are remembered
 * @name: the names by id, in chunks that appear as needed and never move
 * @nr_names: ids below this one exist
 * @anonymous: what objects outside any tree carry; a reference
 * @transitions: struct evf_transitions: the newest, staged or in force; or NULL
 * @lock: serialises changes; protects all that follows it
 * @staged: assignments whose newest version waits for a commit
 * @assignments: all of them, whether staged or in force, in the order of creation
 * @transitions_staged: the newest of @transitions waits for a commit
 * @nr_assignments: their number
 * @set_list: struct evf_set, all of them
 * @membership: of the groups, in force; NULL if there are none
 * @staged_membership: from the next commit on; NULL if that's the same
 * @nr_globs: those that are globs
 * @glob_bytes: of their texts
 * @nr_components: patterns of more than one component, by number of components
 * @last_serial: of the assignment created last
 * @news: for who polls
 * @wait: who polls
 * @error_len: bytes of @error
 * @error_read: bytes of it that read(2) has handed out
 * @error: what was wrong with the last text, or empty
 * @release: frees it, where it may sleep and put inodes
 */
struct evf_space {
	refcount_t usage;
	u32 generation;
	struct evf_user *user;
	unsigned long hint;
	u32 components;
	unsigned long salt;
	struct evf_table marks;
	struct evf_table literals;
	struct evf_table fs_types;
	struct evf_table sets;
	struct evf_table names;
	struct evf_endpoints endpoints;
	struct evf_memo *memos;
	struct evf_name **name[EVF_NAMES_CHUNKS];
	u32 nr_names;
	struct evf_set *anonymous;
	struct evf_transitions __rcu *transitions;

	/* Serialises changes; see above for what else it protects */
	struct mutex lock;
	struct list_head staged;
	struct list_head assignments;
	bool transitions_staged;
	u32 nr_assignments;
	u32 nr_components[EVF_MAX_COMPONENTS + 1];
	struct list_head set_list;
	struct evf_membership *membership;
	struct evf_membership *staged_membership;
	u32 nr_globs;
	u32 glob_bytes;
	u64 last_serial;
	struct evf_news news;
	wait_queue_head_t wait;
	u16 error_len;
	u16 error_read;
	char error[EVF_SPACE_ERROR];
	struct work_struct release;
};

/**
 * struct evf_inode - an inode's blob
 * @hint: bits of the spaces that have a mark for it: no bit, no mark. Read without a lock.
 * @nr: marks for it, of all spaces
 * @only: its mark if there is one alone, else NULL; read under RCU
 * @place: number of its attachment to a name, or 0 if nobody has asked; see memo.h
 *
 * But for @place, changed under i_lock.
 */
struct evf_inode {
	unsigned long hint;
	u32 nr;
	struct evf_mark __rcu *only;
	u64 place;
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

/**
 * evf_inode() - our blob of an inode: every one has it
 * @inode: the inode
 *
 * Return: the blob, valid as long as @inode is.
 */
static inline struct evf_inode *evf_inode(const struct inode *inode)
{
	return inode->i_security + evf_blob_sizes.lbs_inode;
}

/**
 * evf_sb() - our blob of a superblock: every one has it
 * @sb: the superblock
 *
 * Return: the blob, valid as long as @sb is.
 */
static inline struct evf_sb *evf_sb(const struct super_block *sb)
{
	return sb->s_security + evf_blob_sizes.lbs_superblock;
}

/**
 * evf_inode_hash() - the key of a mark in its space's table
 * @inode: only its address is used
 *
 * Return: the hash.
 */
static inline u32 evf_inode_hash(const struct inode *inode)
{
	return hash_64((unsigned long)inode, 32);
}

/**
 * evf_name_hash() - the key of a name in a directory
 * @space: salts it: nobody can aim at collisions
 * @dir: the directory; only its address is used
 * @name: the name, not terminated
 * @len: bytes of @name
 *
 * Return: the hash.
 */
static inline u32 evf_name_hash(const struct evf_space *space, const struct inode *dir,
				const char *name, u32 len)
{
	return full_name_hash((void *)(space->salt ^ (unsigned long)dir), name, len);
}

/**
 * evf_space_generation() - the state that one event is judged by
 * @space: the label space
 *
 * Context: under rcu_read_lock(), which is held until the event is decided.
 *
 * Return: the generation in force, never 0.
 */
static inline u32 evf_space_generation(const struct evf_space *space)
{
	/* Pairs with evf_space_commit() */
	return smp_load_acquire(&space->generation);
}

/* space.c */

/**
 * evf_space_create() - a new label space
 *
 * Return: a reference, or ERR_PTR: -ENOMEM; -EDQUOT: EVF_MAX_USER_SPACES.
 */
struct evf_space *evf_space_create(void);

/**
 * evf_space_next_generation() - the generation that the next commit begins
 * @space: the space, locked
 *
 * Return: the generation; never 0, which is that of what holds for ever.
 */
u32 evf_space_next_generation(const struct evf_space *space);

/* names.c */

/**
 * evf_names_find() - a label or a group by its name
 * @space: the space, locked
 * @text: the name, not terminated
 * @len: bytes of @text
 *
 * Return: the name, also one that isn't published; or NULL.
 */
struct evf_name *evf_names_find(const struct evf_space *space, const char *text, u32 len);

/**
 * evf_names_add() - add names, which nobody knows before they are published
 * @space: the space, locked
 * @fresh: a list through @next, taken over; names that are known are dropped
 * @nr_fresh: its length
 * @beyond: receives the @offset of the first that can't be added
 *
 * Return: 0; -ENOSPC: EVF_MAX_SPACE_NAMES has no room for it; -EEXIST: a group has the name
 * of a label, or the reverse; -EDQUOT: EVF_MAX_USER_NAMES; -ENOMEM. Then
 * evf_names_take_back() is to be called.
 */
int evf_names_add(struct evf_space *space, struct evf_name *fresh, u32 nr_fresh, u32 *beyond);

/**
 * evf_names_take_back() - drop the names that were added and not published
 * @space: the space, locked
 *
 * Context: may sleep.
 */
void evf_names_take_back(struct evf_space *space);

/**
 * evf_names_publish() - let everybody know the names that were added
 * @space: the space, locked
 */
void evf_names_publish(struct evf_space *space);

/**
 * evf_names_discard() - free names that were not added
 * @fresh: a list through @next; NULL is empty
 */
void evf_names_discard(struct evf_name *fresh);

/**
 * evf_names_free() - free all names of a space
 * @space: nobody's any more
 */
void evf_names_free(struct evf_space *space);

/* names_text.c */

/**
 * evf_names_parse_set() - labels by their names, separated by spaces
 * @space: the space
 * @text: the names, not terminated
 * @len: bytes of @text
 * @id: receives their ids, at most EVF_MAX_OBJECT_NAMES, ascending, each once
 *
 * Return: how many; -ENOENT: one is unknown; -EINVAL: one is a group; -E2BIG: more than
 * EVF_MAX_OBJECT_NAMES.
 */
int evf_names_parse_set(struct evf_space *space, const char *text, u32 len, u16 *id);

#endif /* _EVF_SPACE_H */
