// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Ruleset text -> rules.
 */
#include <evf_env.h>
#include "code.h"
#include "limits.h"
#include "line.h"

static int grow(struct evf_rules *rules)
{
	const u32 nr = rules->nr, capacity = rules->capacity ? 2 * rules->capacity : 8;
	const struct evf_event **event;
	u16 *said;

	if (nr < rules->capacity)
		return 0;
	event = evf_alloc(capacity * sizeof(*event));
	said = evf_alloc(capacity * sizeof(*said));
	if (!event || !said) {
		evf_free(event);
		evf_free(said);
		return -ENOMEM;
	}
	if (nr) {
		memcpy(event, rules->event, nr * sizeof(*event));
		memcpy(said, rules->said, nr * sizeof(*said));
	}
	evf_free(rules->event);
	evf_free(rules->said);
	rules->event = event;
	rules->said = said;
	rules->capacity = capacity;
	return 0;
}

static int grow_rules(struct evf_rules *rules)
{
	const u32 capacity = rules->rule_capacity ? 2 * rules->rule_capacity : 4;
	struct evf_rule *rule;

	if (rules->nr_rules < rules->rule_capacity)
		return 0;
	rule = evf_alloc(capacity * sizeof(*rule));
	if (!rule)
		return -ENOMEM;
	if (rules->nr_rules)
		memcpy(rule, rules->rule, rules->nr_rules * sizeof(*rule));
	evf_free(rules->rule);
	rules->rule = rule;
	rules->rule_capacity = capacity;
	return 0;
}

/* Is it what the line says of the name before? A filter is compiled for each name. */
static bool is_said(const struct evf_rules *rules, const struct evf_rule *rule)
{
	const struct evf_rule *last = &rules->rule[rules->nr_rules - 1];

	return rules->nr_rules && rule->kind != EVF_RULE_FILTER && last->kind == rule->kind &&
	       last->offset == rule->offset && last->group == rule->group;
}

static bool has_default(const struct evf_rules *rules, u8 group)
{
	u32 i;

	for (i = 0; i < rules->nr; i++) {
		if (!rules->event[i] && evf_rule_of(rules, i)->group == group)
			return true;
	}
	return false;
}

/* What is constant needs no program, unless an unknown label makes it false */
static int compile_body(const struct evf_text_walk *walk, const struct evf_name *name,
			struct evf_body *body, struct evf_rule *rule)
{
	int truth, err;

	truth = evf_filter_fold(&body->filter);
	if (truth == EVF_FALSE) {
		rule->kind = EVF_RULE_DENY;
		return 0;
	}
	if (truth == EVF_TRUE && !body->filter.label_slots) {
		rule->kind = EVF_RULE_ALLOW;
		return 0;
	}
	evf_filter_simplify(&body->filter);
	err = evf_compile(&body->filter, truth == EVF_TRUE, &rule->program);
	if (err == -EINVAL)
		return evf_fail(walk->error, EVF_E_internal, name->token.offset,
				name->token.length, NULL);
	return err;
}

static int check_place(const struct evf_rules *rules, const struct evf_text_walk *walk,
		       const struct evf_name *name)
{
	const struct evf_token *token = &name->token;

	if (rules->nr == EVF_MAX_RULES)
		return evf_fail(walk->error, EVF_E_too_many_rules, token->offset, token->length,
				NULL);
	if (!name->event && has_default(rules, name->group))
		return evf_fail(walk->error, EVF_E_duplicate_default, token->offset,
				token->length, name->text);
	return 0;
}

static_assert(EVF_MAX_RULES - 1 <= U16_MAX, "evf_rules.said can number them");

/* There is room */
static void append(struct evf_rules *rules, const struct evf_name *name,
		   const struct evf_rule *rule)
{
	if (!is_said(rules, rule))
		rules->rule[rules->nr_rules++] = *rule;
	rules->event[rules->nr] = name->event;
	rules->said[rules->nr++] = rules->nr_rules - 1;
}

static int add_rule(struct evf_rules *rules, const struct evf_text_walk *walk,
		    const struct evf_line *line, const struct evf_name *name)
{
	struct evf_rule rule = {
		.offset = rules->text_len + line->offset,
		.group = name->group,
	};
	struct evf_body body;
	int err;

	evf_pause();
	err = evf_parse_body(walk, line, name, &body);
	rule.action = body.action;
	rule.kind = body.kind;
	if (!err && name->group == EVF_NR_GROUPS) {
		rules->compat_allow = true;
		goto out;
	}
	if (!err)
		err = check_place(rules, walk, name);
	if (!err)
		err = grow(rules);
	if (!err)
		err = grow_rules(rules);
	if (!err && rule.kind == EVF_RULE_FILTER)
		err = compile_body(walk, name, &body, &rule);
	if (!err)
		append(rules, name, &rule);
out:
	/* Of "allow" there is nothing to free, in a list of system calls hundreds of times */
	if (body.filter.scratch || body.filter.pool.v)
		evf_filter_free(&body.filter);
	return err;
}

static int add_lines(struct evf_rules *rules, struct evf_text_walk *walk)
{
	struct evf_line line;
	int more;

	while ((more = evf_next_line(walk, &line)) > 0) {
		struct evf_name name;

		while ((more = evf_next_name(walk, &line, &name)) > 0) {
			more = add_rule(rules, walk, &line, &name);
			if (more)
				return more;
		}
		if (more)
			return more;
	}
	return more;
}

/* All but the first @nr names, and @nr_rules rules */
static void drop(struct evf_rules *rules, u32 nr, u32 nr_rules)
{
	while (rules->nr_rules > nr_rules)
		evf_program_free(rules->rule[--rules->nr_rules].program);
	rules->nr = nr;
}

int evf_rules_parse(struct evf_rules *rules, const struct evf_schema *schema,
		    const char *text, size_t len, struct evf_error *error)
{
	struct evf_text_walk walk = {
		.schema = schema, .text = text, .len = len, .error = error,
	};
	const bool compat_allow = rules->compat_allow;
	const u32 nr = rules->nr, nr_rules = rules->nr_rules;
	int err;

	if (len > EVF_MAX_TEXT - rules->text_len)
		return -E2BIG;
	err = add_lines(rules, &walk);
	if (err) {
		drop(rules, nr, nr_rules);
		rules->compat_allow = compat_allow;
		return err;
	}
	rules->text_len += len;
	return 0;
}

void evf_rules_free(struct evf_rules *rules)
{
	drop(rules, 0, 0);
	evf_free(rules->event);
	evf_free(rules->said);
	evf_free(rules->rule);
	*rules = (struct evf_rules){ };
}
