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
		const struct evf_rule *rule = &rules->rule[i - 1];

		if (!rule->event) {
			index->group[rule->group] = rule;
			continue;
		}
		index->next[i - 1] = index->first[rule->event->id];
		index->first[rule->event->id] = i;
	}
	return index;
}
