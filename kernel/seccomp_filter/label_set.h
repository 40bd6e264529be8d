/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Label sets: the names that something carries, and the groups that these are in. Equal
 * sets exist once, so that a change of a group costs what there are sets, and looking a
 * label up finds names and groups in one array.
 */
#ifndef _EVF_LABEL_SET_H
#define _EVF_LABEL_SET_H

#include "assign.h"
#include "table.h"

struct evf_label_group;
struct evf_text;

/**
 * struct evf_set - a set of names
 * @assignment: its versions are what it means: the names and the groups that they are in,
 *	from a generation on. There always is one in force. In the space's list of sets.
 * @link: in the space's @sets, by names
 * @pending: the version that the text being taken will stage, or NULL
 * @usage: versions of assignments, and whoever else called evf_set_get(); protected by
 *	the space's lock
 * @rcu: outlives what is read of it by one grace period
 * @nr: length of @id
 * @id: the names alone, ascending, each once
 */
struct evf_set {
	struct evf_assignment assignment;
	struct evf_link link;
	struct evf_version *pending;
	u32 usage;
	struct rcu_head rcu;
	u16 nr;
	u16 id[];
};

/**
 * struct evf_membership - the groups of all labels
 * @nr: labels with an id below this are in it; others are in no group
 * @start: by id: where in @group its groups begin; the next label's are behind them
 * @group: ids of groups, of one label ascending
 */
struct evf_membership {
	u32 nr;
	u32 *start;
	u16 group[];
};

/**
 * evf_set_get() - the set of some names
 * @space: the space, locked
 * @id: ids of labels, ascending, each once
 * @nr: length of @id
 *
 * Return: a reference, or ERR_PTR: -ENOMEM; -E2BIG: over EVF_MAX_OBJECT_GROUPS.
 */
struct evf_set *evf_set_get(struct evf_space *space, const u16 *id, u16 nr);

/**
 * evf_set_put() - drop a reference
 * @set: its space is locked
 *
 * Context: may sleep, with the last one.
 */
void evf_set_put(struct evf_set *set);

/**
 * evf_set_labels() - what a set means in a generation
 * @set: the set
 * @generation: of the event
 *
 * Context: under rcu_read_lock().
 *
 * Return: names and groups, ascending.
 */
static inline const struct evf_labels *evf_set_labels(const struct evf_set *set, u32 generation)
{
	return &evf_version_at(&set->assignment, generation)->labels;
}

/* label_set.c */

/**
 * evf_sets_prepare() - find out what all sets will mean
 * @space: the space, locked
 * @membership: that will be staged
 *
 * Return: 0; -ENOMEM; -E2BIG: one would be in too many groups. Then evf_sets_cancel() is
 * to be called.
 */
int evf_sets_prepare(struct evf_space *space, const struct evf_membership *membership);

/**
 * evf_sets_apply() - stage what evf_sets_prepare() found out
 * @space: the space, locked
 */
void evf_sets_apply(struct evf_space *space);

/**
 * evf_sets_cancel() - forget what evf_sets_prepare() found out
 * @space: the space, locked
 */
void evf_sets_cancel(struct evf_space *space);

/* groups.c */

/**
 * evf_groups_prepare() - what the groups of a text will do to all sets
 * @text: all of its statements are prepared; its space is locked
 *
 * Context: may sleep.
 *
 * Return: 0; -EINVAL by evf_text_fail(): over EVF_MAX_SPACE_MEMBERS or
 * EVF_MAX_OBJECT_GROUPS; -ENOMEM.
 */
int evf_groups_prepare(struct evf_text *text);

/**
 * evf_groups_apply() - stage the groups of a text
 * @text: prepared, and its statements are applied; its space is locked
 */
void evf_groups_apply(struct evf_text *text);

/**
 * evf_groups_commit() - the groups that were staged are in force
 * @space: the space, locked; nobody judges by what was in force before
 */
void evf_groups_commit(struct evf_space *space);

/**
 * evf_groups_discard() - drop the groups that were staged
 * @space: the space, locked
 */
void evf_groups_discard(struct evf_space *space);

/**
 * evf_group_free() - free a group with its members
 * @group: nobody's any more; or NULL
 */
void evf_group_free(struct evf_label_group *group);

/**
 * evf_membership_free() - free a membership
 * @membership: nobody's any more; or NULL
 */
void evf_membership_free(struct evf_membership *membership);

#endif /* _EVF_LABEL_SET_H */
