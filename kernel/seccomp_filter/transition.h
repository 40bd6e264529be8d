/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Transitions: which layer a task gets by executing what.
 */
#ifndef _EVF_TRANSITION_H
#define _EVF_TRANSITION_H

#include <linux/dcache.h>
#include <linux/rcupdate.h>
#include <linux/types.h>

struct evf_domain;
struct evf_ruleset;
struct evf_space;

/**
 * struct evf_transition_rule - one transition
 * @task: id of a label of the task
 * @file: id of a label of the file that it executes
 * @ruleset: frozen; a reference until the table is orphaned
 */
struct evf_transition_rule {
	u16 task;
	u16 file;
	struct evf_ruleset *ruleset;
};

/**
 * struct evf_transitions - all transitions of a label space, from a generation on
 * @older: those before that, or NULL
 * @since: the generation; 0 is always
 * @orphaned: the last descriptor of the space is gone, and with it the rulesets: they may be
 *	bound to the space, and would keep each other
 * @nr: length of @rule
 * @rule: in the order in which they were staged
 */
struct evf_transitions {
	struct evf_transitions __rcu *older;
	u32 since;
	bool orphaned;
	u32 nr;
	struct evf_transition_rule rule[];
};

/**
 * evf_transition_ioctl() - EVF_TRANSITION
 * @space: the label space
 * @argument: user address of a struct evf_transition
 *
 * Return: 0, or
 *	-EINVAL, -E2BIG: the struct,
 *	-EBADF, -EBADFD: no ruleset,
 *	-ENODATA: a ruleset without a line,
 *	-ENOENT: an unknown label, or no such transition to take back,
 *	-ENOSPC: EVF_MAX_SPACE_TRANSITIONS,
 *	-ERESTARTSYS: a signal came while it waited for a writer of the ruleset,
 *	-EFAULT, -ENOMEM.
 */
int evf_transition_ioctl(struct evf_space *space, const void __user *argument);

/**
 * evf_transitions_fold() - the transitions that were staged are in force: free those before
 * @space: the space, locked; nobody judges by an older generation any more
 *
 * Context: may sleep.
 */
void evf_transitions_fold(struct evf_space *space);

/**
 * evf_transitions_clear() - stage that there are none
 * @space: the space, locked
 * @replaced: receives what was staged until now, for evf_transitions_drop(); left alone if
 *	nothing was
 *
 * Return: 0 or -ENOMEM.
 */
int evf_transitions_clear(struct evf_space *space, struct evf_transitions **replaced);

/**
 * evf_transitions_unstage() - take back what is staged
 * @space: the space, locked
 *
 * Return: what is for evf_transitions_drop(), or NULL.
 */
struct evf_transitions *evf_transitions_unstage(struct evf_space *space);

/**
 * evf_transitions_drop() - free transitions that were staged and aren't any more
 * @table: or NULL
 *
 * Context: may sleep, also for a grace period; no lock of a space.
 */
void evf_transitions_drop(struct evf_transitions *table);

/**
 * evf_transitions_orphan() - let go of the rulesets: the last descriptor is gone
 * @space: the space, with nothing staged
 *
 * What is in force refuses from now on.
 *
 * Context: may sleep, also for a grace period; takes the space's lock.
 */
void evf_transitions_orphan(struct evf_space *space);

/**
 * evf_transitions_free() - free all transitions of a space
 * @space: nobody's any more
 *
 * Context: may sleep.
 */
void evf_transitions_free(struct evf_space *space);

/**
 * struct evf_matches - the layers that an execve adds
 * @nr: length of @ruleset, at least 1
 * @ruleset: references
 */
struct evf_matches {
	u32 nr;
	struct evf_ruleset *ruleset[];
};

/**
 * evf_transitions_find_for() - evf_transitions_find() where there is a domain
 * @domain: of the task
 * @dentry: the file that is named
 *
 * Return: as evf_transitions_find().
 */
struct evf_matches *evf_transitions_find_for(const struct evf_domain *domain,
					     struct dentry *dentry);

/**
 * evf_transitions_find() - the layers that executing a file adds
 * @domain: of the task, or NULL: the spaces that its layers are bound to are asked
 * @dentry: the file that is named, be it a script
 *
 * Context: may sleep.
 *
 * Return: NULL if there is none, or one ends up with evf_matches_free(); or ERR_PTR:
 *	-EACCES: a transition is meant, but its ruleset is gone with the last descriptor of its
 *	space; or the label of the file isn't known,
 *	-E2BIG, -ENOMEM.
 */
static inline struct evf_matches *evf_transitions_find(const struct evf_domain *domain,
						       struct dentry *dentry)
{
	return domain ? evf_transitions_find_for(domain, dentry) : NULL;
}

/**
 * evf_matches_free() - drop the references of evf_transitions_find()
 * @matches: or NULL
 *
 * Context: may sleep.
 */
void evf_matches_free(struct evf_matches *matches);

#endif /* _EVF_TRANSITION_H */
