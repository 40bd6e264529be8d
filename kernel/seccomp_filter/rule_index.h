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
 * @first: by event id: number of the first name that is it, from 1; 0 for none
 * @next: by name: number of the next one for the same event; 0 for none
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
 * evf_first_number() - the first name that is an event
 * @index: of the rules
 * @event: any event
 *
 * Return: its number, from 1; or 0: a group's default names no event.
 */
static inline u32 evf_first_number(const struct evf_rule_index *index,
				   const struct evf_event *event)
{
	return index->first[event->id];
}

/**
 * evf_next_number() - the next name that is the same event
 * @index: of the rules
 * @number: of one that is
 *
 * Return: its number, in the order of the text; or 0.
 */
static inline u32 evf_next_number(const struct evf_rule_index *index, u32 number)
{
	return index->next[number - 1];
}

/**
 * evf_numbered_rule() - what is said of a name
 * @index: of the rules
 * @number: of the name, from 1
 *
 * Return: the rule, which other names may share.
 */
static inline const struct evf_rule *evf_numbered_rule(const struct evf_rule_index *index,
						       u32 number)
{
	return evf_rule_of(index->rules, number - 1);
}

#endif /* _EVF_RULE_INDEX_H */
