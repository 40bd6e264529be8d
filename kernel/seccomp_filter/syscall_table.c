// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tables of system calls: one index that the entry looks at, and the chains behind it.
 * System calls that are treated alike share a chain, so a table costs about a kilobyte.
 */

#include <linux/overflow.h>
#include <linux/slab.h>
#include "chain.h"
#include "events.h"
#include "syscall_table.h"

/* What a task can't do without, and what can't hurt: allowed in every table */
static bool is_always_allowed(unsigned int nr)
{
	switch (nr) {
	case __NR_restart_syscall:
	case __NR_rt_sigreturn:
	case __NR_exit:
	case __NR_exit_group:
		return true;
	}
	return false;
}

/* io_uring does the work of other system calls without passing their entry */
static bool is_io_uring(unsigned int nr)
{
	static_assert(__NR_io_uring_enter == __NR_io_uring_setup + 1 &&
		      __NR_io_uring_register == __NR_io_uring_setup + 2);
	return nr >= __NR_io_uring_setup && nr <= __NR_io_uring_register;
}

/* A table in the making; its references are those of the table to be */
struct draft {
	struct evf_chain *chain[EVF_NR_SYSCALL_PLACES + 1];
	u16 index[EVF_NR_SYSCALL_PLACES];
	u32 nr;
};

static struct draft *draft_new(void)
{
	struct draft *draft = kvzalloc(sizeof(*draft), GFP_KERNEL_ACCOUNT);

	if (draft)
		draft->nr = 1;
	return draft;
}

static void draft_free(struct draft *draft)
{
	u32 i;

	for (i = 0; draft && i < draft->nr; i++)
		evf_chain_put(draft->chain[i]);
	kvfree(draft);
}

static bool is_refusal(const struct evf_chain *chain)
{
	return chain->nr == 1 && !chain->entry[0].program;
}

static bool is_same_action(struct evf_action a, struct evf_action b)
{
	return a.kind == b.kind && a.quiet == b.quiet && a.error == b.error;
}

/* Takes over the reference @chain of the one ruleset; it may be NULL */
static void draft_set(struct draft *draft, u32 place, struct evf_chain *chain)
{
	u32 i;

	if (!chain)
		return;
	for (i = 1; is_refusal(chain) && i < draft->nr; i++) {
		if (!is_refusal(draft->chain[i]) ||
		    !is_same_action(draft->chain[i]->entry[0].action, chain->entry[0].action))
			continue;
		evf_chain_put(chain);
		draft->index[place] = i;
		return;
	}
	draft->chain[draft->nr] = chain;
	draft->index[place] = draft->nr++;
}

/* The draft is used up */
static struct evf_syscall_table *draft_finish(struct draft *draft)
{
	struct evf_syscall_table *table;

	table = kvmalloc(struct_size(table, chain, draft->nr), GFP_KERNEL_ACCOUNT);
	if (!table) {
		draft_free(draft);
		return NULL;
	}
	refcount_set(&table->usage, 1);
	table->nr = draft->nr;
	memcpy(table->index, draft->index, sizeof(table->index));
	memcpy(table->chain, draft->chain, draft->nr * sizeof(*table->chain));
	kvfree(draft);
	return table;
}

/**
 * struct stance - what a ruleset thinks of system calls as a whole
 * @group: the group's default, unless that is "allow"; or NULL
 * @constrains: some rule isn't "allow"
 * @refuses: some rule can be false and doesn't just log
 * @fallback: what happens to what goes around the rules: the group's default; without one
 *	EPERM if some rule refuses, else (all of them only log) it passes and is recorded
 */
struct stance {
	const struct evf_rule *group;
	bool constrains;
	bool refuses;
	struct evf_action fallback;
};

static void find_fallback(struct stance *stance, const struct evf_ruleset *ruleset)
{
	struct evf_rule rule = { .action.kind = EVF_ACTION_LOG };

	if (stance->group)
		rule = *stance->group;
	/* What refuses must not be got around, even if the default only logs */
	if (stance->refuses && rule.action.kind == EVF_ACTION_LOG)
		rule.action.kind = EVF_ACTION_DEFAULT;
	stance->fallback = evf_chain_action(ruleset, &rule, EVF_NR_OBJECT_EVENTS);
}

static struct stance find_stance(const struct evf_ruleset *ruleset,
				 const struct evf_rule_index *index)
{
	struct stance stance = { };
	const struct evf_rules *rules = &ruleset->rules;
	u32 i;

	for (i = 0; i < rules->nr_rules; i++) {
		const struct evf_rule *rule = &rules->rule[i];

		if (rule->group != EVF_GROUP_SYSCALLS || rule->kind == EVF_RULE_ALLOW)
			continue;
		stance.constrains = true;
		if (rule->action.kind != EVF_ACTION_LOG)
			stance.refuses = true;
	}
	stance.group = index->group[EVF_GROUP_SYSCALLS];
	if (stance.group && stance.group->kind == EVF_RULE_ALLOW)
		stance.group = NULL;
	find_fallback(&stance, ruleset);
	return stance;
}

static int set_refusal(struct draft *draft, u32 place, const struct evf_ruleset *ruleset,
		       struct evf_action action)
{
	struct evf_chain *chain = evf_chain_refusal(ruleset, action);

	if (!chain)
		return -ENOMEM;
	draft_set(draft, place, chain);
	return 0;
}

/* Places that aren't system calls of this table */
static int fill_places(struct draft *draft, const struct evf_ruleset *ruleset,
		       const struct stance *stance)
{
	int error = 0;

	if (stance->group)
		error = set_refusal(draft, EVF_SYSCALL_BEYOND, ruleset,
				    evf_chain_action(ruleset, stance->group,
						     EVF_NR_OBJECT_EVENTS));
	if (!error && !ruleset->rules.compat_allow)
		error = set_refusal(draft, EVF_SYSCALL_COMPAT, ruleset, stance->fallback);
	return error;
}

/* Numbers without an event (gaps in the table) are treated as those beyond it */
static int fill_syscall(struct draft *draft, const struct evf_ruleset *ruleset,
			const struct evf_rule_index *index, const struct stance *stance,
			unsigned int nr)
{
	const struct evf_event *event = evf_syscall_event(nr);
	struct evf_chain *chain;
	int error;

	if (is_always_allowed(nr))
		return 0;
	if (!event) {
		draft->index[nr] = draft->index[EVF_SYSCALL_BEYOND];
		return 0;
	}
	if (is_io_uring(nr) && stance->refuses && !evf_first_number(index, event))
		return set_refusal(draft, nr, ruleset, stance->fallback);
	error = evf_chain_build(ruleset, index, event, &chain);
	if (error < 0)
		return error;
	draft_set(draft, nr, chain);
	return 0;
}

/* Without a default only what is named can be refused, and io_uring because something is */
static int fill_named(struct draft *draft, const struct evf_ruleset *ruleset,
		      const struct evf_rule_index *index, const struct stance *stance)
{
	const struct evf_rules *rules = &ruleset->rules;
	unsigned int nr;
	int error = 0;
	u32 i;

	for (i = 0; !error && i < rules->nr; i++) {
		const struct evf_event *event = rules->event[i];

		/* What is named twice is done when it's named first */
		if (event && event->id >= EVF_NR_OBJECT_EVENTS &&
		    evf_first_number(index, event) == i + 1)
			error = fill_syscall(draft, ruleset, index, stance, evf_syscall_nr(event));
	}
	for (nr = __NR_io_uring_setup; !error && nr <= __NR_io_uring_register; nr++) {
		if (!draft->index[nr])
			error = fill_syscall(draft, ruleset, index, stance, nr);
	}
	return error;
}

static int fill_all(struct draft *draft, const struct evf_ruleset *ruleset,
		    const struct evf_rule_index *index, const struct stance *stance)
{
	unsigned int nr;
	int error = 0;

	for (nr = 0; !error && nr < NR_syscalls; nr++)
		error = fill_syscall(draft, ruleset, index, stance, nr);
	return error;
}

int evf_syscall_table_build(const struct evf_ruleset *ruleset,
			    const struct evf_rule_index *index,
			    struct evf_syscall_table **out)
{
	const struct stance stance = find_stance(ruleset, index);
	struct draft *draft;
	int error;

	*out = NULL;
	if (!stance.constrains)
		return 0;
	draft = draft_new();
	if (!draft)
		return -ENOMEM;
	error = fill_places(draft, ruleset, &stance);
	if (!error)
		error = stance.group ? fill_all(draft, ruleset, index, &stance) :
				       fill_named(draft, ruleset, index, &stance);
	if (error) {
		draft_free(draft);
		return error;
	}
	*out = draft_finish(draft);
	return *out ? 0 : -ENOMEM;
}

/* Which two chains the chain of a draft was made of; by its number */
struct origin {
	u16 older;
	u16 newer;
};

static int merge_place(struct draft *draft, struct origin *origin, u32 place,
		       const struct evf_syscall_table *older,
		       const struct evf_syscall_table *newer)
{
	const struct origin here = { older->index[place], newer->index[place] };
	u32 i;
	int error;

	if (!here.older && !here.newer)
		return 0;
	for (i = draft->nr - 1; i; i--) {
		if (origin[i].older == here.older && origin[i].newer == here.newer)
			break;
	}
	if (!i) {
		i = draft->nr;
		error = evf_chain_merge(older->chain[here.older], newer->chain[here.newer],
					&draft->chain[i]);
		if (error)
			return error;
		origin[i] = here;
		draft->nr++;
	}
	draft->index[place] = i;
	return 0;
}

static int merge(struct evf_syscall_table *older, struct evf_syscall_table *newer,
		 struct evf_syscall_table **out)
{
	struct draft *draft = draft_new();
	struct origin *origin;
	int error = -ENOMEM;
	u32 place;

	origin = kvcalloc(EVF_NR_SYSCALL_PLACES + 1, sizeof(*origin), GFP_KERNEL_ACCOUNT);
	if (draft && origin)
		error = 0;
	for (place = 0; !error && place < EVF_NR_SYSCALL_PLACES; place++)
		error = merge_place(draft, origin, place, older, newer);
	kvfree(origin);
	if (error) {
		draft_free(draft);
		return error;
	}
	*out = draft_finish(draft);
	return *out ? 0 : -ENOMEM;
}

int evf_syscall_table_merge(struct evf_syscall_table *older, struct evf_syscall_table *newer,
			    struct evf_syscall_table **out)
{
	if (older && newer)
		return merge(older, newer, out);
	*out = older ?: newer;
	if (*out)
		refcount_inc(&(*out)->usage);
	return 0;
}

void evf_syscall_table_put(struct evf_syscall_table *table)
{
	u32 i;

	if (!table || !refcount_dec_and_test(&table->usage))
		return;
	for (i = 0; i < table->nr; i++)
		evf_chain_put(table->chain[i]);
	kvfree(table);
}
