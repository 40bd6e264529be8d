// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rules of a ruleset by event, while it is flattened.
 */

#include <linux/overflow.h>
#include <linux/slab.h>
#include "rule_index.h"

struct evf_rule_index *evf_rule_index_new(const struct evf_rules *rules)
{
	struct evf_rule_index *index;
	u32 i;

	index = kvzalloc(struct_size(index, next, rules->nr), GFP_KERNEL_ACCOUNT);
	if (!index)
		return NULL;
	index->rules = rules;
	/* Backwards, so that each list has the order of the text */
	for (i = rules->nr; i; i--) {
		const struct evf_event *event = rules->event[i - 1];

		if (!event) {
			const struct evf_rule *rule = evf_rule_of(rules, i - 1);

			index->group[rule->group] = rule;
			continue;
		}
		index->next[i - 1] = index->first[event->id];
		index->first[event->id] = i;
	}
	return index;
}
