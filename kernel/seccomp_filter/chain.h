/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Chains: what is left to evaluate for one event once rulesets are flattened.
 */
#ifndef _EVF_CHAIN_H
#define _EVF_CHAIN_H

#include <linux/refcount.h>
#include "core/rules.h"
#include "rule_index.h"
#include "ruleset.h"

struct evf_space;

/**
 * struct evf_entry - one rule of one layer for one event
 * @program: NULL: false, whatever the event carries
 * @ruleset: the layer. No reference: every domain that has the chain has the layer.
 * @action: on false; never EVF_ACTION_DEFAULT. @action.error is set for kill and trap,
 *	too: it's what a hook returns while the signal is on its way.
 * @label_slots: the labels that @program reads, a bit per slot
 * @uid_slots: the user ids that it reads
 * @gid_slots: the group ids that it reads
 * @space: with labels: which of the chain's label spaces they are of, from 0
 */
struct evf_entry {
	const struct evf_program *program;
	const struct evf_ruleset *ruleset;
	struct evf_action action;
	u16 label_slots;
	u16 uid_slots;
	u16 gid_slots;
	u8 space;
};

/**
 * struct evf_chain - the rules of all layers for one event, oldest layer first
 * @program: passes where every rule does, and then that is all there is to run. Else, or
 *	if it's NULL, the rules say which of them is false.
 * @quick: the same, unless it reads ids, which have to be filled in before
 * @usage: rulesets, domains, tables
 * @slots: what their programs read together, a bit per slot
 * @label_slots: those of them that are labels
 * @id_slots: those of them that are user or group ids
 * @cost: of all their programs, see evf_program_cost()
 * @nr: length of @entry, at least 1
 * @nr_spaces: label spaces whose labels are read
 * @space: one of them, or NULL
 * @memo: its number in what is remembered of verdicts, or 0; see memo.h
 * @kind: enum evf_memo_kind, with @memo
 * @entry: the rules
 *
 * Immutable. An event without a chain is allowed.
 */
struct evf_chain {
	const struct evf_program *program;
	const struct evf_program *quick;
	refcount_t usage;
	u32 slots;
	u32 label_slots;
	u32 id_slots;
	u64 cost;
	u32 nr;
	u32 nr_spaces;
	const struct evf_space *space;
	u64 memo;
	u8 kind;
	struct evf_entry entry[];
};

/**
 * evf_chain_build() - the chain of one ruleset for one event
 * @ruleset: parsed
 * @index: of its rules
 * @event: an object event, or a system call
 * @out: receives a reference, or NULL when nothing constrains the event
 *
 * Return: whether the ruleset names the event, also by its group's default; or -ENOMEM.
 */
int evf_chain_build(const struct evf_ruleset *ruleset, const struct evf_rule_index *index,
		    const struct evf_event *event, struct evf_chain **out);

/**
 * evf_chain_refusal() - a chain of one rule that is always false
 * @ruleset: the layer
 * @action: what happens then; not EVF_ACTION_DEFAULT
 *
 * Return: a reference, or NULL.
 */
struct evf_chain *evf_chain_refusal(const struct evf_ruleset *ruleset,
				    struct evf_action action);

/**
 * evf_chain_merge() - the chain of two stacks of layers
 * @older: or NULL
 * @newer: or NULL
 * @out: receives a reference, or NULL when both are NULL
 *
 * Return: 0 or -ENOMEM.
 */
int evf_chain_merge(struct evf_chain *older, struct evf_chain *newer, struct evf_chain **out);

/**
 * evf_chain_action() - the action of a rule, as its ruleset means it
 * @ruleset: if it's permissive, everything is logged and passes, "quiet" or not
 * @rule: the rule
 * @event: what it's about: an object event's id, or any that is none for a system call
 *
 * Return: an action with the defaults filled in: never EVF_ACTION_DEFAULT, and always an errno
 * but for EVF_ACTION_LOG.
 */
struct evf_action evf_chain_action(const struct evf_ruleset *ruleset,
				   const struct evf_rule *rule, u16 event);

/**
 * evf_chain_get() - one reference more
 * @chain: NULL stays NULL
 *
 * Return: @chain, whose reference evf_chain_put() takes back.
 */
struct evf_chain *evf_chain_get(struct evf_chain *chain);

/**
 * evf_chain_put() - drop a reference
 * @chain: or NULL
 *
 * Context: may sleep, with the last one.
 */
void evf_chain_put(struct evf_chain *chain);

#endif /* _EVF_CHAIN_H */
