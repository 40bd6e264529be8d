// SPDX-License-Identifier: GPL-2.0-only
/*
 * Changes: staged one by one, in force all at once. A staged version carries the
 * generation that is not yet; a commit lets that generation begin by one store, waits
 * until no event of an older one is left, and folds what is then unreachable.
 */
#include <linux/err.h>
#include <linux/lockdep.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include "assign.h"
#include "label_set.h"
#include "mark.h"
#include "space.h"
#include "space_query.h"
#include "stats.h"
#include "transition.h"

static struct evf_version *newest(const struct evf_assignment *assignment)
{
	return rcu_dereference_protected(assignment->newest,
					 lockdep_is_held(&assignment->space->lock));
}

static struct evf_version *older_of(const struct evf_assignment *assignment,
				    const struct evf_version *version)
{
	return rcu_dereference_protected(version->older,
					 lockdep_is_held(&assignment->space->lock));
}

static bool is_staged(const struct evf_assignment *assignment)
{
	return !list_empty(&assignment->staged);
}

void evf_assignment_init(struct evf_assignment *assignment, struct evf_space *space,
			 const struct evf_assignment_ops *ops)
{
	INIT_LIST_HEAD(&assignment->staged);
	assignment->space = space;
	assignment->ops = ops;
}

struct evf_version *evf_version_create(struct evf_space *space, u8 what, const u16 *id, u16 nr)
{
	struct evf_version *version = kzalloc(sizeof(*version), GFP_KERNEL_ACCOUNT);
	struct evf_set *set;

	if (!version)
		return ERR_PTR(-ENOMEM);
	version->what = what;
	if (what == EVF_WHAT_NONE)
		return version;
	set = evf_set_get(space, id, nr);
	if (IS_ERR(set)) {
		kfree(version);
		return ERR_CAST(set);
	}
	version->set = set;
	return version;
}

void evf_version_free(struct evf_version *version)
{
	if (IS_ERR_OR_NULL(version))
		return;
	if (version->set)
		evf_set_put(version->set);
	kfree(version);
}

/* Of one that an event may be looking at */
static void free_later(struct evf_version *version)
{
	if (version->set)
		evf_set_put(version->set);
	kfree_rcu_mightsleep(version);
}

void evf_version_stage(struct evf_assignment *assignment, struct evf_version *version)
{
	struct evf_space *space = assignment->space;
	struct evf_version *before = newest(assignment);

	version->since = evf_space_next_generation(space);
	version->assignment = assignment;
	if (!before) {
		assignment->serial = ++space->last_serial;
		list_add_tail(&assignment->all, &space->assignments);
		space->nr_assignments++;
		evf_count(assignments);
	}
	if (!is_staged(assignment)) {
		RCU_INIT_POINTER(version->older, before);
		rcu_assign_pointer(assignment->newest, version);
		list_add_tail(&assignment->staged, &space->staged);
		return;
	}
	RCU_INIT_POINTER(version->older, older_of(assignment, before));
	rcu_assign_pointer(assignment->newest, version);
	free_later(before);
}

void evf_assignment_remove(struct evf_assignment *assignment, struct evf_mark **doomed)
{
	struct evf_version *version = newest(assignment);

	list_del_init(&assignment->staged);
	RCU_INIT_POINTER(assignment->newest, NULL);
	if (version) {
		struct evf_version *older = older_of(assignment, version);

		if (older)
			free_later(older);
		free_later(version);
		list_del(&assignment->all);
		assignment->space->nr_assignments--;
		evf_uncount(assignments);
	}
	assignment->ops->remove(assignment, doomed);
}

static bool is_unused(const struct evf_mark *mark)
{
	return !newest(&mark->own) && list_empty(&mark->patterns);
}

/* An inode's own: the mark goes with the last of its assignments */
static void remove_own(struct evf_assignment *assignment, struct evf_mark **doomed)
{
	struct evf_mark *mark = container_of(assignment, struct evf_mark, own);

	if (is_unused(mark))
		evf_mark_unlink(mark, doomed);
}

static void print_own(const struct evf_assignment *assignment, const struct evf_version *version,
		      struct seq_buf *to)
{
	const struct evf_mark *mark = container_of(assignment, struct evf_mark, own);

	evf_put_inode(to, version->what == EVF_WHAT_SELF ? "self" : "file", mark->inode);
}

const struct evf_assignment_ops evf_own_ops = {
	.remove = remove_own,
	.print = print_own,
};

static void remove_pattern(struct evf_assignment *assignment, struct evf_mark **doomed)
{
	struct evf_pattern *pattern = container_of(assignment, struct evf_pattern, assignment);
	struct evf_mark *mark = pattern->mark;

	evf_pattern_remove(pattern);
	if (is_unused(mark))
		evf_mark_unlink(mark, doomed);
}

static void print_pattern(const struct evf_assignment *assignment,
			  const struct evf_version *version, struct seq_buf *to)
{
	const struct evf_pattern *pattern =
		container_of(assignment, struct evf_pattern, assignment);

	evf_put_inode(to, "name", pattern->mark->inode);
	seq_buf_putc(to, ' ');
	evf_put_quoted(to, pattern->name, pattern->len);
}

const struct evf_assignment_ops evf_pattern_ops = {
	.remove = remove_pattern,
	.print = print_pattern,
};

static struct evf_assignment *find_assignment(const struct evf_mark *mark,
					      const struct evf_change *change)
{
	struct evf_pattern *pattern;

	if (!change->pattern)
		return newest(&mark->own) ? (struct evf_assignment *)&mark->own : NULL;
	pattern = evf_pattern_find(mark, change->pattern, change->pattern_len);
	return pattern ? &pattern->assignment : NULL;
}

static struct evf_assignment *create_assignment(struct evf_mark *mark,
						const struct evf_change *change)
{
	struct evf_pattern *pattern;

	if (mark->space->nr_assignments >= EVF_MAX_SPACE_ASSIGNMENTS)
		return ERR_PTR(-ENOSPC);
	if (!change->pattern)
		return &mark->own;
	pattern = evf_pattern_create(mark, change->pattern, change->pattern_len);
	return IS_ERR(pattern) ? ERR_CAST(pattern) : &pattern->assignment;
}

static int stage_assign(struct evf_space *space, const struct evf_change *change,
			struct evf_version *version, struct evf_mark **doomed)
{
	struct inode *inode = d_backing_inode(change->dentry);
	struct evf_mark *mark = evf_mark_find(space, inode);
	struct evf_assignment *assignment = NULL;

	if (!mark)
		mark = evf_mark_create(space, inode);
	else
		assignment = find_assignment(mark, change);
	if (IS_ERR(mark))
		return PTR_ERR(mark);
	if (!assignment) {
		assignment = create_assignment(mark, change);
		if (IS_ERR(assignment)) {
			if (is_unused(mark))
				evf_mark_unlink(mark, doomed);
			return PTR_ERR(assignment);
		}
	}
	evf_version_stage(assignment, version);
	return 0;
}

static int stage_removal(struct evf_space *space, const struct evf_change *change,
			 struct evf_version *version)
{
	struct evf_mark *mark = evf_mark_find(space, d_backing_inode(change->dentry));
	struct evf_assignment *assignment = mark ? find_assignment(mark, change) : NULL;

	if (!assignment || newest(assignment)->what == EVF_WHAT_NONE)
		return -ENOENT;
	evf_version_stage(assignment, version);
	return 0;
}

int evf_space_stage(struct evf_space *space, const struct evf_change *change)
{
	struct evf_mark *doomed = NULL;
	struct evf_version *version;
	int error;

	mutex_lock(&space->lock);
	version = evf_version_create(space, change->what, change->id, change->nr);
	if (IS_ERR(version))
		error = PTR_ERR(version);
	else if (change->what == EVF_WHAT_NONE)
		error = stage_removal(space, change, version);
	else
		error = stage_assign(space, change, version, &doomed);
	if (error)
		evf_version_free(version);
	mutex_unlock(&space->lock);
	evf_marks_dispose(doomed);
	return error;
}

/* No event of an older generation is left: nobody reads @older or compares @since */
static void fold(struct evf_assignment *assignment, struct evf_mark **doomed)
{
	struct evf_version *version = newest(assignment);

	list_del_init(&assignment->staged);
	evf_version_free(older_of(assignment, version));
	RCU_INIT_POINTER(version->older, NULL);
	WRITE_ONCE(version->since, 0);
	if (version->what == EVF_WHAT_NONE)
		evf_assignment_remove(assignment, doomed);
}

static struct evf_assignment *first_staged(struct evf_space *space)
{
	return list_first_entry_or_null(&space->staged, struct evf_assignment, staged);
}

u32 evf_space_commit(struct evf_space *space)
{
	struct evf_assignment *assignment;
	struct evf_mark *doomed = NULL;
	u32 generation;

	mutex_lock(&space->lock);
	generation = evf_space_next_generation(space);
	/* Pairs with evf_space_generation(): whoever sees it sees all that was staged */
	smp_store_release(&space->generation, generation);
	if (!list_empty(&space->staged) || space->transitions_staged) {
		synchronize_rcu();
		/* One by one: a set that is staged may go with an assignment */
		while ((assignment = first_staged(space)))
			fold(assignment, &doomed);
		evf_transitions_fold(space);
	}
	evf_groups_commit(space);
	evf_space_tell_commit(space);
	mutex_unlock(&space->lock);
	evf_marks_dispose(doomed);
	return generation;
}

void evf_space_discard(struct evf_space *space)
{
	struct evf_transitions *transitions;
	struct evf_assignment *assignment;
	struct evf_mark *doomed = NULL;

	mutex_lock(&space->lock);
	while ((assignment = first_staged(space))) {
		struct evf_version *version = newest(assignment);
		struct evf_version *older = older_of(assignment, version);

		list_del_init(&assignment->staged);
		if (!older) {
			evf_assignment_remove(assignment, &doomed);
			continue;
		}
		rcu_assign_pointer(assignment->newest, older);
		free_later(version);
	}
	evf_groups_discard(space);
	transitions = evf_transitions_unstage(space);
	mutex_unlock(&space->lock);
	evf_transitions_drop(transitions);
	evf_marks_dispose(doomed);
}

void evf_mark_forget(struct evf_mark *mark, struct evf_mark **doomed)
{
	struct evf_pattern *pattern, *next;

	/* The last removal unlinks the mark, which stays until it is disposed of */
	list_for_each_entry_safe(pattern, next, &mark->patterns, sibling)
		evf_assignment_remove(&pattern->assignment, doomed);
	if (newest(&mark->own))
		evf_assignment_remove(&mark->own, doomed);
}

void evf_space_forget(struct evf_space *space, struct evf_mark **doomed)
{
	struct evf_assignment *assignment, *next;

	list_for_each_entry_safe(assignment, next, &space->assignments, all) {
		evf_assignment_remove(assignment, doomed);
		cond_resched();
	}
}
