/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The label of a task: the names that the rulesets of its layers give it, by label space.
 */
#ifndef _EVF_TASK_LABEL_H
#define _EVF_TASK_LABEL_H

#include <linux/fs.h>
#include <linux/magic.h>
#include <linux/refcount.h>
#include "core/record.h"

struct evf_domain;
struct evf_found;
struct evf_ruleset;
struct evf_set;
struct evf_space;

/**
 * struct evf_task_labels - what layers give their task in one label space
 * @usage: layers of domains
 * @space: the label space; no reference, since every domain that has this has the layer
 * @set: the names, and the groups that these are in; a reference
 *
 * Immutable.
 */
struct evf_task_labels {
	refcount_t usage;
	struct evf_space *space;
	struct evf_set *set;
};

/**
 * evf_task_labels_extend() - the label of a task with one layer more
 * @domain: the layers below it, or NULL
 * @ruleset: of the new layer
 * @out: receives a reference, or NULL when the ruleset gives no label
 *
 * Context: may sleep.
 *
 * Return: 0, -ENOMEM, or -E2BIG: the names are in too many groups.
 */
int evf_task_labels_extend(const struct evf_domain *domain, const struct evf_ruleset *ruleset,
			   struct evf_task_labels **out);

/**
 * evf_task_labels_get() - one reference more
 * @labels: NULL stays NULL
 *
 * Return: @labels, whose reference evf_task_labels_put() takes back.
 */
struct evf_task_labels *evf_task_labels_get(struct evf_task_labels *labels);

/**
 * evf_task_labels_put() - drop a reference
 * @labels: the label space is still there; or NULL
 *
 * Context: may sleep; takes the lock of the label space.
 */
void evf_task_labels_put(struct evf_task_labels *labels);

/**
 * evf_task_labels_find() - the names that the layers of a domain give their task
 * @domain: or NULL
 * @space: in this label space
 *
 * Return: those of the newest layer that gives one, which has them all; or NULL.
 */
struct evf_task_labels *evf_task_labels_find(const struct evf_domain *domain,
					     const struct evf_space *space);

/**
 * evf_domain_labels() - the label of the tasks of a domain
 * @domain: or NULL
 * @space: in this label space
 * @generation: of the event
 *
 * Context: any in which @domain stays; under rcu_read_lock().
 *
 * Return: names and groups, or NULL when no layer gives a name.
 */
const struct evf_labels *evf_domain_labels(const struct evf_domain *domain,
					   const struct evf_space *space, u32 generation);

#ifdef CONFIG_PROC_FS

/**
 * evf_is_proc() - is this a procfs, whoever mounted it?
 * @sb: any superblock
 *
 * Return: true if it is.
 */
static inline bool evf_is_proc(const struct super_block *sb)
{
	return sb->s_magic == PROC_SUPER_MAGIC;
}

/**
 * evf_label_of_proc() - the label that an inode of /proc has from its task
 * @space: the label space
 * @generation: of the event
 * @inode: of a superblock that evf_is_proc(), held by a dentry that is in use
 * @found: receives the label, or that it can't be known: the task is gone
 *
 * Context: under rcu_read_lock().
 *
 * Return: false when the inode belongs to no task, or to one without a label.
 */
bool evf_label_of_proc(const struct evf_space *space, u32 generation,
		       const struct inode *inode, struct evf_found *found);
#else
static inline bool evf_is_proc(const struct super_block *sb)
{
	return false;
}

static inline bool evf_label_of_proc(const struct evf_space *space, u32 generation,
				     const struct inode *inode, struct evf_found *found)
{
	return false;
}
#endif

#endif /* _EVF_TASK_LABEL_H */
