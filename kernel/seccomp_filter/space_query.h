/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the holder of a label space may ask.
 */
#ifndef _EVF_SPACE_QUERY_H
#define _EVF_SPACE_QUERY_H

#include <linux/seq_buf.h>
#include <linux/types.h>

struct dentry;
struct evf_assignment;
struct evf_space;

/* Bytes of the longest line: a pattern of which each byte is an escape, and all names */
#define EVF_MAX_ANSWER	16384

/**
 * evf_answer_is_full() - is there no room for the answer's terminator any more?
 * @answer: the answer so far
 *
 * The last byte of the room is for it, and isn't a part of the answer.
 *
 * Return: true if there is none: something may be missing.
 */
static inline bool evf_answer_is_full(const struct seq_buf *answer)
{
	return answer->len >= answer->size;
}

/**
 * evf_space_decided() - what decides the label of an object
 * @space: the space
 * @dentry: the object
 * @answer: receives a line
 *
 * Return: the generation.
 */
u32 evf_space_decided(struct evf_space *space, struct dentry *dentry, struct seq_buf *answer);

/**
 * evf_space_list() - assignments in force, in the order of creation
 * @space: the space
 * @cursor: 0 to begin; receives where to go on
 * @answer: receives whole lines, as many as there is room for; none at the end
 *
 * Return: the generation; or -ERANGE: there is room for none.
 */
int evf_space_list(struct evf_space *space, u64 *cursor, struct seq_buf *answer);

/**
 * evf_space_take_news() - lines of what has happened since the last call
 * @space: the space, locked
 * @news: receives them; has room for EVF_NEWS_UNMOUNTED and two more
 */
void evf_space_take_news(struct evf_space *space, struct seq_buf *news);

/**
 * evf_space_tell_commit() - wake those who poll: something was committed
 * @space: the space, locked
 */
void evf_space_tell_commit(struct evf_space *space);

/**
 * evf_space_tell_unmount() - wake those who poll: a file system has gone
 * @space: the space, locked
 * @dev: of the file system, whose assignments went with it
 */
void evf_space_tell_unmount(struct evf_space *space, dev_t dev);

#endif /* _EVF_SPACE_QUERY_H */
