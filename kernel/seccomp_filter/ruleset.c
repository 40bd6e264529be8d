// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rulesets: text in, rules kept, and flattened when first enforced.
 */

#include <linux/eventfilter.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include "chain.h"
#include "clone.h"
#include "core/program.h"
#include "events.h"
#include "labels.h"
#include "ruleset.h"
#include "stats.h"
#include "syscall_table.h"
#include "use.h"

static const struct evf_event *find_event(const struct evf_schema *schema,
					  const char *name, size_t len)
{
	return evf_event_find(name, len);
}

static int find_label(const struct evf_schema *schema, const char *name, size_t len)
{
	const struct evf_ruleset *ruleset = container_of(schema, struct evf_ruleset, schema);

	return ruleset->space ? evf_space_find_label(ruleset->space, name, len) : -1;
}

static const char *label_name(const struct evf_schema *schema, u16 id)
{
	const struct evf_ruleset *ruleset = container_of(schema, struct evf_ruleset, schema);

	return evf_space_label_name(ruleset->space, id);
}

struct evf_ruleset *evf_ruleset_create(struct evf_space *space, bool permissive)
{
	struct evf_ruleset *ruleset = kzalloc(sizeof(*ruleset), GFP_KERNEL_ACCOUNT);

	if (!ruleset) {
		if (space)
			evf_space_put(space);
		return ERR_PTR(-ENOMEM);
	}
	evf_count(rulesets);
	refcount_set(&ruleset->usage, 1);
	mutex_init(&ruleset->lock);
	ruleset->permissive = permissive;
	ruleset->task_label = -1;
	ruleset->space = space;
	ruleset->user_ns = get_user_ns(current_user_ns());
	ruleset->schema.find_event = find_event;
	ruleset->schema.find_label = find_label;
	ruleset->schema.label_name = label_name;
	return ruleset;
}

struct evf_ruleset *evf_ruleset_get(struct evf_ruleset *ruleset)
{
	refcount_inc(&ruleset->usage);
	return ruleset;
}

void evf_ruleset_put(struct evf_ruleset *ruleset)
{
	u32 i;

	if (!refcount_dec_and_test(&ruleset->usage))
		return;
	evf_unwatch_transfers(ruleset);
	for (i = 0; i < EVF_NR_OBJECT_EVENTS; i++)
		evf_chain_put(ruleset->objects[i]);
	evf_syscall_table_put(ruleset->syscalls);
	evf_rules_free(&ruleset->rules);
	if (ruleset->space)
		evf_space_put(ruleset->space);
	put_user_ns(ruleset->user_ns);
	evf_uncount(rulesets);
	kfree(ruleset);
}

static void keep_error(struct evf_ruleset *ruleset, const struct evf_error *error,
		       const char *text)
{
	char sentence[EVF_ERROR_TEXT - 96];
	u32 line, column;

	evf_error_position(text, error->offset, &line, &column);
	evf_error_sentence(error, sentence, sizeof(sentence));
	ruleset->error_len = scnprintf(ruleset->error, sizeof(ruleset->error),
				       "%u:%u:%u: %s: %s\n", line, column, error->length,
				       evf_code_name(error->code), sentence);
}

int evf_ruleset_add(struct evf_ruleset *ruleset, const char *text, size_t len)
{
	struct evf_error where = { };
	int error = -EBUSY;

	if (mutex_lock_interruptible(&ruleset->lock))
		return -ERESTARTSYS;
	if (!ruleset->frozen) {
		ruleset->error_len = 0;
		ruleset->error_read = 0;
		error = evf_rules_parse(&ruleset->rules, &ruleset->schema, text, len, &where);
		if (error == -EINVAL)
			keep_error(ruleset, &where, text);
	}
	mutex_unlock(&ruleset->lock);
	return error;
}

static bool reads_labels(const struct evf_rules *rules)
{
	u32 i;

	for (i = 0; i < rules->nr_rules; i++) {
		const struct evf_program *program = rules->rule[i].program;

		if (program && evf_program_label_slots(program))
			return true;
	}
	return false;
}

static int flatten_events(struct evf_ruleset *ruleset, const struct evf_rule_index *index)
{
	int named;
	u32 i;

	for (i = 0; i < EVF_NR_OBJECT_EVENTS; i++) {
		named = evf_chain_build(ruleset, index, &evf_object_events[i],
					&ruleset->objects[i]);
		if (named < 0)
			return named;
		if (named)
			__set_bit(i, ruleset->named);
	}
	return evf_syscall_table_build(ruleset, index, &ruleset->syscalls);
}

static int flatten(struct evf_ruleset *ruleset)
{
	struct evf_rule_index *index = evf_rule_index_new(&ruleset->rules);
	int error;

	if (!index)
		return -ENOMEM;
	error = flatten_events(ruleset, index);
	kvfree(index);
	ruleset->uses_labels = reads_labels(&ruleset->rules);
	return error;
}

/* Take back what flatten() has done so far */
static void unflatten(struct evf_ruleset *ruleset)
{
	u32 i;

	for (i = 0; i < EVF_NR_OBJECT_EVENTS; i++) {
		evf_chain_put(ruleset->objects[i]);
		ruleset->objects[i] = NULL;
	}
	bitmap_zero(ruleset->named, EVF_NR_OBJECT_EVENTS);
}

int evf_ruleset_freeze(struct evf_ruleset *ruleset)
{
	int error = 0;

	if (mutex_lock_interruptible(&ruleset->lock))
		return -ERESTARTSYS;
	if (!ruleset->frozen) {
		if (!ruleset->rules.nr && !ruleset->rules.compat_allow)
			error = -ENODATA;
		else
			error = flatten(ruleset);
		if (error) {
			unflatten(ruleset);
		} else {
			/* Both may patch code and sleep, so nothing but our own mutex is held */
			evf_watch_transfers(ruleset);
			if (ruleset->objects[EVF_EV_task_create])
				static_branch_enable(&evf_judges_namespaces);
			ruleset->frozen = true;
		}
	}
	mutex_unlock(&ruleset->lock);
	return error;
}

bool evf_ruleset_names(const struct evf_ruleset *ruleset, enum evf_event_id event)
{
	return test_bit(event, ruleset->named);
}
