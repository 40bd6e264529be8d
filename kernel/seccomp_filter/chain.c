// SPDX-License-Identifier: GPL-2.0-only
/*
 * Chains: one ruleset's rules for one event, and how those of several layers are joined.
 * A chain never says which place of the stack a layer has, so that domains share those
 * of the layers that they share.
 */

#include <linux/overflow.h>
#include <linux/slab.h>
#include "chain.h"
#include "core/program.h"
#include "decide.h"
#include "memo.h"

struct evf_chain *evf_chain_get(struct evf_chain *chain)
{
	if (chain)
		refcount_inc(&chain->usage);
	return chain;
}

void evf_chain_put(struct evf_chain *chain)
{
	if (!chain || !refcount_dec_and_test(&chain->usage))
		return;
	/* A single rule's program is the ruleset's */
	if (chain->nr > 1)
		evf_program_free((struct evf_program *)chain->program);
	kvfree(chain);
}

static struct evf_chain *chain_alloc(u32 nr)
{
	struct evf_chain *chain;

	chain = kvzalloc(struct_size(chain, entry, nr), GFP_KERNEL_ACCOUNT);
	if (chain)
		refcount_set(&chain->usage, 1);
	return chain;
}

/*
 * The place of an entry's label space among those of the entries before it. Those of one
 * ruleset stand together, so the search is over soon for all but its first entry.
 */
static u8 space_place(struct evf_chain *chain, const struct evf_ruleset *ruleset)
{
	u32 i;

	for (i = chain->nr; i--;) {
		if (chain->entry[i].label_slots &&
		    chain->entry[i].ruleset->space == ruleset->space)
			return chain->entry[i].space;
	}
	chain->space = ruleset->space;
	return chain->nr_spaces++;
}

/* Append to a chain that was allocated large enough */
static void chain_append(struct evf_chain *chain, const struct evf_entry *entry)
{
	struct evf_entry *to = &chain->entry[chain->nr];

	*to = *entry;
	if (entry->label_slots)
		to->space = space_place(chain, entry->ruleset);
	chain->nr++;
	chain->cost++;
	if (entry->program) {
		chain->slots |= evf_program_slots(entry->program);
		chain->cost += evf_program_cost(entry->program);
	}
	chain->label_slots |= entry->label_slots;
	chain->id_slots |= entry->uid_slots | entry->gid_slots;
}

/* Do its numbers mean the same as those of the record? Ids may need a translation */
static bool is_joinable(const struct evf_entry *entry)
{
	return entry->program && (!(entry->uid_slots | entry->gid_slots) ||
				  entry->ruleset->user_ns == &init_user_ns);
}

static void set_program(struct evf_chain *chain, const struct evf_program *program)
{
	chain->program = program;
	if (!chain->id_slots)
		chain->quick = program;
}

/*
 * When all entries are there: what runs first. It isn't worth a failure if it can't be
 * one program; and labels of several spaces are looked up one after the other.
 */
static int chain_complete(struct evf_chain *chain)
{
	const struct evf_program **programs;
	struct evf_program *program = NULL;
	int error;
	u32 i;

	for (i = 0; i < chain->nr; i++) {
		if (!is_joinable(&chain->entry[i]))
			return 0;
	}
	if (chain->nr == 1) {
		set_program(chain, chain->entry[0].program);
		return 0;
	}
	if (chain->nr_spaces > 1)
		return 0;
	programs = kvmalloc_array(chain->nr, sizeof(*programs), GFP_KERNEL);
	if (!programs)
		return -ENOMEM;
	for (i = 0; i < chain->nr; i++)
		programs[i] = chain->entry[i].program;
	error = evf_program_join(programs, chain->nr, &program);
	kvfree(programs);
	set_program(chain, program);
	return error == -E2BIG ? 0 : error;
}

struct evf_action evf_chain_action(const struct evf_ruleset *ruleset,
				   const struct evf_rule *rule, u16 event)
{
	struct evf_action action = rule->action;

	/* All but "errno" and "log" have none of their own */
	if (action.kind != EVF_ACTION_ERRNO && action.kind != EVF_ACTION_LOG)
		action.error = -evf_default_error(event);
	if (action.kind == EVF_ACTION_DEFAULT)
		action.kind = EVF_ACTION_ERRNO;
	if (ruleset->permissive) {
		/* To learn from it is what such a ruleset is for: "quiet" doesn't count */
		action.kind = EVF_ACTION_LOG;
		action.quiet = false;
	}
	return action;
}

/* Which of the slots that a program reads are ids */
static void find_id_slots(struct evf_entry *entry, const struct evf_event *event)
{
	const u32 slots = evf_program_slots(entry->program);
	u8 i;

	for (i = 0; i < event->nr_fields; i++) {
		const struct evf_field *field = &event->fields[i];

		if (!(slots & BIT(field->slot)))
			continue;
		if (field->kind == EVF_KIND_UID)
			entry->uid_slots |= BIT(field->slot);
		else if (field->kind == EVF_KIND_GID)
			entry->gid_slots |= BIT(field->slot);
	}
}

static void append_rule(struct evf_chain *chain, const struct evf_ruleset *ruleset,
			const struct evf_rule *rule, const struct evf_event *event)
{
	struct evf_entry entry = {
		.program = rule->program,
		.ruleset = ruleset,
		.action = evf_chain_action(ruleset, rule, event->id),
	};

	if (entry.program) {
		entry.label_slots = evf_program_label_slots(entry.program);
		find_id_slots(&entry, event);
	}
	chain_append(chain, &entry);
}

struct evf_chain *evf_chain_refusal(const struct evf_ruleset *ruleset, struct evf_action action)
{
	const struct evf_entry entry = {
		.ruleset = ruleset,
		.action = action,
	};
	struct evf_chain *chain = chain_alloc(1);

	if (chain)
		chain_append(chain, &entry);
	return chain;
}

/* Return: how many of the rules, from this number on, can be false */
static u32 count_constraints(const struct evf_rule_index *index, u32 number)
{
	u32 nr = 0;

	for (; number; number = evf_next_number(index, number))
		nr += evf_numbered_rule(index, number)->kind != EVF_RULE_ALLOW;
	return nr;
}

int evf_chain_build(const struct evf_ruleset *ruleset, const struct evf_rule_index *index,
		    const struct evf_event *event, struct evf_chain **out)
{
	const struct evf_rule *fallback = index->group[event->group];
	u32 nr, number = evf_first_number(index, event);
	int error;

	*out = NULL;
	if (number) {
		nr = count_constraints(index, number);
	} else {
		if (!fallback)
			return false;
		nr = fallback->kind != EVF_RULE_ALLOW;
	}
	if (!nr)
		return true;
	*out = chain_alloc(nr);
	if (!*out)
		return -ENOMEM;
	if (!number)
		append_rule(*out, ruleset, fallback, event);
	for (; number; number = evf_next_number(index, number)) {
		const struct evf_rule *rule = evf_numbered_rule(index, number);

		if (rule->kind != EVF_RULE_ALLOW)
			append_rule(*out, ruleset, rule, event);
	}
	error = chain_complete(*out);
	if (!error) {
		evf_memo_number(*out, event);
		return true;
	}
	evf_chain_put(*out);
	*out = NULL;
	return error;
}

int evf_chain_merge(struct evf_chain *older, struct evf_chain *newer, struct evf_chain **out)
{
	struct evf_chain *chain;
	int error;
	u32 i;

	if (!older || !newer) {
		*out = evf_chain_get(older ?: newer);
		return 0;
	}
	chain = chain_alloc(older->nr + newer->nr);
	if (!chain)
		return -ENOMEM;
	for (i = 0; i < older->nr; i++)
		chain_append(chain, &older->entry[i]);
	for (i = 0; i < newer->nr; i++)
		chain_append(chain, &newer->entry[i]);
	error = chain_complete(chain);
	if (error) {
		evf_chain_put(chain);
		return error;
	}
	if (older->memo && newer->memo)
		evf_memo_number_again(chain, older->kind);
	*out = chain;
	return 0;
}
