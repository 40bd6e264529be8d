/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The rules of a ruleset by event, while it is flattened: a list of hundreds of system
 * calls must not be walked once for each of them.
 */
#ifndef _EVF_RULE_INDEX_H
#define _EVF_RULE_INDEX_H

#include <asm/unistd.h>
#include "core/rules.h"

/**
 * struct evf_rule_index - the rules of a ruleset by event
 * @rules: the rules
 * @group: the default of each group, or NULL
 * @first: by event id: number of its first rule, from 1; 0 for none
 * @next: by rule: number of the next rule for the same event; 0 for none
 */
struct evf_rule_index {
	const struct evf_rules *rules;
	const struct evf_rule *group[EVF_NR_GROUPS];
	u32 first[EVF_NR_OBJECT_EVENTS + NR_syscalls];
	u32 next[];
};

/**
 * evf_rule_index_new() - the index of a ruleset's rules
 * @rules: which stay as they are for as long as the index is used
 *
 * Context: may sleep.
 *
 * Return: the index, to be freed by kvfree(); or NULL without memory.
 */
struct evf_rule_index *evf_rule_index_new(const struct evf_rules *rules);

/**
 * evf_first_rule() - the first rule that names an event
 * @index: of the rules
 * @event: any event
 *
 * Return: the rule, or NULL; a group's default names no event.
 */
static inline const struct evf_rule *evf_first_rule(const struct evf_rule_index *index,
						    const struct evf_event *event)
{
	const u32 number = index->first[event->id];

	return number ? &index->rules->rule[number - 1] : NULL;
}

/**
 * evf_next_rule() - the next rule for the same event
 * @index: of the rules
 * @rule: one of them, with an event
 *
 * Return: the rule, in the order of the text; or NULL.
 */
static inline const struct evf_rule *evf_next_rule(const struct evf_rule_index *index,
						   const struct evf_rule *rule)
{
	const u32 number = index->next[rule - index->rules->rule];

	return number ? &index->rules->rule[number - 1] : NULL;
}

#endif /* _EVF_RULE_INDEX_H */
