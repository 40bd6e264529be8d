/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Ruleset text -> lines -> names and bodies. Parsing and formatting walk them alike.
 */
#ifndef _EVF_LINE_H
#define _EVF_LINE_H

#include <evf_env.h>
#include "parse.h"
#include "print.h"
#include "rules.h"

/**
 * struct evf_text_walk - a walk over a text
 * @schema: where names are looked up
 * @text: the text
 * @len: its bytes
 * @next: where the next line starts
 * @error: set for -EINVAL
 */
struct evf_text_walk {
	const struct evf_schema *schema;
	const char *text;
	u32 len;
	u32 next;
	struct evf_error *error;
};

/**
 * struct evf_line - a line that isn't blank
 * @names: behind the first name, later behind the one after @next
 * @body: behind the colon
 * @next: the next name
 * @nr_names: names that are left
 * @offset: of the line in the text
 */
struct evf_line {
	struct evf_lexer names;
	struct evf_lexer body;
	struct evf_token next;
	u32 nr_names;
	u32 offset;
};

/**
 * struct evf_name - one name of a line
 * @event: NULL for a group or compat
 * @text: as it's printed
 * @token: where it was
 * @group: enum evf_group, also the event's; EVF_NR_GROUPS for compat
 */
struct evf_name {
	const struct evf_event *event;
	const char *text;
	struct evf_token token;
	u8 group;
};

/**
 * struct evf_body - what follows the colon, for one name
 * @filter: for EVF_RULE_FILTER
 * @action: what happens on false
 * @kind: enum evf_rule_kind, as it was written
 */
struct evf_body {
	struct evf_filter filter;
	struct evf_action action;
	u8 kind;
};

/**
 * evf_next_line() - go to the next line that isn't blank
 * @walk: moves on
 * @line: receives it
 *
 * Return: 1, 0 at the end of the text, or -EINVAL.
 */
int evf_next_line(struct evf_text_walk *walk, struct evf_line *line);

/**
 * evf_next_name() - go to the next name of a line
 * @walk: whose line it is
 * @line: moves on
 * @name: receives it
 *
 * Return: 1, 0 after the last name, or -EINVAL.
 */
int evf_next_name(struct evf_text_walk *walk, struct evf_line *line, struct evf_name *name);

/**
 * evf_parse_body() - parse a line's body for one of its names
 * @walk: whose line it is
 * @line: the line
 * @name: a name of it
 * @body: receives it; to be freed with evf_filter_free() of its filter, after errors too
 *
 * Return: 0, -EINVAL, -ENOMEM.
 */
int evf_parse_body(const struct evf_text_walk *walk, const struct evf_line *line,
		   const struct evf_name *name, struct evf_body *body);

/**
 * evf_parse_action() - parse what follows "else", or "deny"
 * @parser: its token is the first of the action; left at the end of the line
 * @action: receives it
 *
 * Return: 0 or -EINVAL.
 */
int evf_parse_action(struct evf_parser *parser, struct evf_action *action);

/**
 * evf_print_action() - write an action
 * @out: receives it
 * @action: not the default one
 */
void evf_print_action(struct evf_out *out, const struct evf_action *action);

/**
 * evf_action_is_default() - is there nothing to write for an action?
 * @action: as it was parsed
 *
 * Return: true if leaving it out means the same.
 */
static inline bool evf_action_is_default(const struct evf_action *action)
{
	return action->kind == EVF_ACTION_DEFAULT && !action->quiet;
}

#endif /* _EVF_LINE_H */
