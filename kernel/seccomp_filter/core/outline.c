// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Rules as text once more. What was written isn't kept: a program has its predicates, and
 * an outline of how they were joined.
 */
#include <evf_env.h>
#include "code.h"
#include "line.h"
#include "print.h"

static_assert(EVF_MAX_DEPTH < EVF_OUTLINE_OR, "a depth and a bit fit a byte");

/* How many groups end with a leaf, up to the one that goes on. The root has no parentheses. */
static u32 groups_closed(const struct evf_filter *filter, u32 leaf, u32 goes_on)
{
	u32 i, closed = 0;

	for (i = filter->node[leaf].parent; i != goes_on; i = filter->node[i].parent) {
		if (filter->node[i].parent == EVF_NO_NODE)
			break;
		closed++;
	}
	return closed;
}

u32 evf_outline_make(const struct evf_filter *filter, struct evf_outline *out)
{
	u32 i, nr = 0, leaf = EVF_NO_NODE;
	u8 opens = 0;

	for (i = 0; i < filter->nr_nodes; i++) {
		const struct evf_node *node = &filter->node[i];

		if (node->type == EVF_N_GONE)
			continue;
		if (leaf != EVF_NO_NODE) {
			out[nr - 1].closes = groups_closed(filter, leaf, node->parent);
			if (filter->node[node->parent].type == EVF_N_OR)
				opens |= EVF_OUTLINE_OR;
			leaf = EVF_NO_NODE;
		}
		if (node->type == EVF_N_LEAF) {
			out[nr++] = (struct evf_outline){ .pred = node->pred, .opens = opens };
			opens = 0;
			leaf = i;
		} else if (node->parent != EVF_NO_NODE) {
			opens++;
		}
	}
	if (nr)
		out[nr - 1].closes = groups_closed(filter, leaf, EVF_NO_NODE);
	return nr;
}

static void put_times(struct evf_out *out, const char *text, u32 times)
{
	while (times--)
		evf_puts(out, text);
}

/* Those of the program's leaves from @first up to, not with, @end */
struct part {
	u32 first;
	u32 end;
};

static void put_leaf(struct evf_out *out, const struct evf_program *program,
		     const struct evf_pred *pred, const struct evf_event *event,
		     const struct evf_schema *schema, bool alone)
{
	const struct evf_consts consts = { .pool = program->pool, .bytes = program->bytes };
	const bool negated = pred->flags & EVF_P_NEGATED;
	const bool enclose = negated ? pred->compare != EVF_C_BARE :
			     pred->compare == EVF_C_MASK && !alone;

	evf_puts(out, negated ? "!" : "");
	evf_puts(out, enclose ? "(" : "");
	evf_print_predicate(out, pred, &consts, event, schema);
	evf_puts(out, enclose ? ")" : "");
}

/* @enclosed: in parentheses, which aren't written */
static void put_part(struct evf_out *out, const struct evf_program *program, struct part part,
		     bool enclosed, const struct evf_event *event, const struct evf_schema *schema)
{
	u32 i;

	for (i = part.first; i < part.end; i++) {
		const struct evf_outline *leaf = &evf_program_outline(program)[i];
		const u32 opens = leaf->opens & ~EVF_OUTLINE_OR;
		const bool is_first = i == part.first, is_last = i + 1 == part.end;

		if (!is_first)
			evf_puts(out, leaf->opens & EVF_OUTLINE_OR ? " || " : " && ");
		put_times(out, "(", opens - (enclosed && is_first));
		put_leaf(out, program, &program->pred[leaf->pred], event, schema,
			 is_first && is_last);
		put_times(out, ")", leaf->closes - (enclosed && is_last));
	}
}

/* True, unless a label that it names is unknown: that isn't said */
static void put_program(struct evf_out *out, const struct evf_program *program,
			const struct evf_event *event, const struct evf_schema *schema)
{
	if (!program->nr_outline)
		evf_puts(out, "allow");
	put_part(out, program, (struct part){ .end = program->nr_outline }, false, event, schema);
}

/* Between which of the outermost "&&" it stands. Where "||" is outermost: all of it. */
static struct part part_of(const struct evf_program *program, int predicate)
{
	const struct evf_outline *leaf = evf_program_outline(program);
	struct part part = {};
	bool found = false;
	u32 depth = 0;

	for (; part.end < program->nr_outline; part.end++, leaf++) {
		if (part.end && !depth && !(leaf->opens & EVF_OUTLINE_OR)) {
			if (found)
				break;
			part.first = part.end;
		}
		depth += (leaf->opens & ~EVF_OUTLINE_OR) - leaf->closes;
		found |= leaf->pred == predicate;
	}
	return part;
}

size_t evf_program_print_false(const struct evf_program *program, int predicate,
			       const struct evf_event *event, const struct evf_schema *schema,
			       char *buf, size_t size)
{
	const struct part part = part_of(program, predicate);
	const u32 nr = part.end - part.first;
	struct evf_out out = { .buf = buf, .size = size };

	put_part(&out, program, part, nr > 1 && nr < program->nr_outline, event, schema);
	if (out.cut)
		memcpy(buf + out.len - 3, "...", 3);
	buf[out.len] = 0;
	return out.len;
}

static void put_rule(struct evf_out *out, const struct evf_event *event,
		     const struct evf_rule *rule, const struct evf_schema *schema)
{
	evf_puts(out, event ? event->name : evf_group_names[rule->group]);
	evf_puts(out, ": ");
	if (rule->kind == EVF_RULE_FILTER)
		put_program(out, rule->program, event, schema);
	else
		evf_puts(out, rule->kind == EVF_RULE_DENY ? "deny" : "allow");
	if (!evf_action_is_default(&rule->action)) {
		evf_puts(out, rule->kind == EVF_RULE_DENY ? " " : " else ");
		evf_print_action(out, &rule->action);
	}
	evf_puts(out, "\n");
}

int evf_rules_print(const struct evf_rules *rules, const struct evf_schema *schema, char **ret)
{
	struct evf_out out = { .grows = true };
	u32 i;

	evf_puts(&out, rules->compat_allow ? "compat: allow\n" : "");
	for (i = 0; i < rules->nr; i++) {
		evf_pause();
		put_rule(&out, rules->event[i], evf_rule_of(rules, i), schema);
	}
	if (out.cut) {
		evf_free(out.buf);
		return -ENOMEM;
	}
	out.buf[out.len] = 0;
	*ret = out.buf;
	return 0;
}
