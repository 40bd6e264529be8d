// SPDX-License-Identifier: GPL-2.0-only
/*
 * Transitions: which layer a task gets by executing what. A label space has a table of them;
 * each change makes another one, which counts from the next generation on.
 */

#include <linux/err.h>
#include <linux/eventfilter.h>
#include <linux/lockdep.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include "from_user.h"
#include "ruleset.h"
#include "ruleset_fd.h"
#include "space.h"
#include "transition.h"

static struct evf_transitions *newest(const struct evf_space *space)
{
	return rcu_dereference_protected(space->transitions, lockdep_is_held(&space->lock));
}

static struct evf_transitions *older_of(const struct evf_space *space,
					const struct evf_transitions *table)
{
	return rcu_dereference_protected(table->older, lockdep_is_held(&space->lock));
}

static void put_rulesets(struct evf_transitions *table)
{
	u32 i;

	for (i = 0; i < table->nr; i++)
		evf_ruleset_put(table->rule[i].ruleset);
}

static void table_free(struct evf_transitions *table)
{
	if (!table)
		return;
	if (!table->orphaned)
		put_rulesets(table);
	kfree(table);
}

static u32 find_rule(const struct evf_transitions *table, u16 task, u16 file)
{
	u32 i;

	for (i = 0; table && i < table->nr; i++) {
		if (table->rule[i].task == task && table->rule[i].file == file)
			break;
	}
	return i;
}

/* A table in which @rule is added, replaced, or without a ruleset taken out */
static struct evf_transitions *change(const struct evf_transitions *from,
				      const struct evf_transition_rule *rule)
{
	const u32 nr = from ? from->nr : 0, place = find_rule(from, rule->task, rule->file);
	struct evf_transitions *to;
	u32 i;

	if (place == nr && !rule->ruleset)
		return ERR_PTR(-ENOENT);
	if (place == nr && nr == EVF_MAX_SPACE_TRANSITIONS)
		return ERR_PTR(-ENOSPC);
	to = kzalloc(struct_size(to, rule, nr + 1), GFP_KERNEL_ACCOUNT);
	if (!to)
		return ERR_PTR(-ENOMEM);
	for (i = 0; i < nr; i++) {
		if (i == place)
			continue;
		to->rule[to->nr] = from->rule[i];
		evf_ruleset_get(to->rule[to->nr++].ruleset);
	}
	if (rule->ruleset) {
		to->rule[to->nr++] = *rule;
		evf_ruleset_get(rule->ruleset);
	}
	return to;
}

/* Returns what was staged until now, for evf_transitions_drop(), or NULL */
static struct evf_transitions *put_in_place(struct evf_space *space, struct evf_transitions *table)
{
	struct evf_transitions *before = newest(space), *replaced = NULL;

	table->since = evf_space_next_generation(space);
	if (space->transitions_staged) {
		replaced = before;
		before = older_of(space, before);
	}
	RCU_INIT_POINTER(table->older, before);
	rcu_assign_pointer(space->transitions, table);
	space->transitions_staged = true;
	return replaced;
}

static int stage(struct evf_space *space, const struct evf_transition_rule *rule)
{
	struct evf_transitions *table, *replaced = NULL;

	mutex_lock(&space->lock);
	table = change(newest(space), rule);
	if (!IS_ERR(table))
		replaced = put_in_place(space, table);
	mutex_unlock(&space->lock);
	evf_transitions_drop(replaced);
	return PTR_ERR_OR_ZERO(table);
}

int evf_transitions_clear(struct evf_space *space, struct evf_transitions **replaced)
{
	struct evf_transitions *table;

	if (!newest(space) || !newest(space)->nr)
		return 0;
	table = kzalloc(sizeof(*table), GFP_KERNEL_ACCOUNT);
	if (!table)
		return -ENOMEM;
	*replaced = put_in_place(space, table);
	return 0;
}

struct evf_transitions *evf_transitions_unstage(struct evf_space *space)
{
	struct evf_transitions *staged = newest(space);

	if (!space->transitions_staged)
		return NULL;
	rcu_assign_pointer(space->transitions, older_of(space, staged));
	space->transitions_staged = false;
	return staged;
}

void evf_transitions_drop(struct evf_transitions *table)
{
	if (!table)
		return;
	synchronize_rcu();
	table_free(table);
}

void evf_transitions_fold(struct evf_space *space)
{
	struct evf_transitions *table = newest(space);

	if (!space->transitions_staged)
		return;
	table_free(older_of(space, table));
	RCU_INIT_POINTER(table->older, NULL);
	WRITE_ONCE(table->since, 0);
	space->transitions_staged = false;
}

void evf_transitions_orphan(struct evf_space *space)
{
	struct evf_transitions *table;

	mutex_lock(&space->lock);
	table = newest(space);
	if (table)
		WRITE_ONCE(table->orphaned, true);
	mutex_unlock(&space->lock);
	if (!table)
		return;
	synchronize_rcu();
	put_rulesets(table);
}

void evf_transitions_free(struct evf_space *space)
{
	table_free(rcu_dereference_protected(space->transitions, true));
}

static int read_label(struct evf_space *space, u64 from, u32 len, u16 *id)
{
	char name[EVF_MAX_LABEL_NAME];
	int found;

	if (len > sizeof(name))
		return -ENOENT;
	if (copy_from_user(name, u64_to_user_ptr(from), len))
		return -EFAULT;
	found = evf_space_find_label(space, name, len);
	if (found < 0)
		return -ENOENT;
	*id = found;
	return 0;
}

int evf_transition_ioctl(struct evf_space *space, const void __user *argument)
{
	struct evf_transition_rule rule = { };
	struct evf_transition transition;
	int error;

	error = evf_copy_struct(&transition, sizeof(transition), argument,
				EVF_TRANSITION_SIZE_VER0);
	if (error >= 0)
		error = read_label(space, transition.task, transition.task_len, &rule.task);
	if (!error)
		error = read_label(space, transition.file, transition.file_len, &rule.file);
	if (error)
		return error;
	if (transition.ruleset_fd == -1)
		return stage(space, &rule);
	rule.ruleset = evf_ruleset_from_fd(transition.ruleset_fd);
	if (IS_ERR(rule.ruleset))
		return PTR_ERR(rule.ruleset);
	error = evf_ruleset_freeze(rule.ruleset);
	if (!error)
		error = stage(space, &rule);
	evf_ruleset_put(rule.ruleset);
	return error;
}
