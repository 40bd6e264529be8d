// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Ruleset text -> lines -> names and bodies.
 */
#include <evf_env.h>
#include "limits.h"
#include "line.h"

/* Finds the colon; names are only looked up later */
static int split_line(struct evf_line *line)
{
	struct evf_lexer lexer = line->names;
	struct evf_token token = line->next;

	for (;;) {
		if (token.kind == EVF_T_BAD)
			return -EINVAL;
		if (token.kind != EVF_T_WORD)
			return evf_fail(lexer.error, EVF_E_missing_name, token.offset,
					token.length, NULL);
		if (line->nr_names++ == EVF_MAX_NAMES)
			return evf_fail(lexer.error, EVF_E_too_many_names, token.offset,
					token.length, NULL);
		evf_lex(&lexer, &token);
		if (token.kind == EVF_T_BAD)
			return -EINVAL;
		if (token.kind == EVF_T_COLON)
			break;
		if (token.kind != EVF_T_COMMA)
			return evf_fail(lexer.error, EVF_E_missing_colon, token.offset,
					token.length, NULL);
		evf_lex(&lexer, &token);
	}
	line->body = lexer;
	return 0;
}

/* Cuts off the next line, whatever it holds */
static int cut_line(struct evf_text_walk *walk, struct evf_line *line)
{
	const char *start = walk->text + walk->next;
	u32 rest = walk->len - walk->next, length = rest;
	const char *end = memchr(start, '\n', rest);

	if (end)
		length = end - start;
	*line = (struct evf_line){
		.offset = walk->next,
		.names = {
			.text = walk->text,
			.pos = walk->next,
			.end = walk->next + length,
			.error = walk->error,
		},
	};
	walk->next += end ? length + 1 : length;
	if (length > EVF_MAX_LINE)
		return evf_fail(walk->error, EVF_E_line_too_long, line->offset + EVF_MAX_LINE,
				length - EVF_MAX_LINE, NULL);
	return 0;
}

int evf_next_line(struct evf_text_walk *walk, struct evf_line *line)
{
	while (walk->next < walk->len) {
		int err;

		evf_pause();
		err = cut_line(walk, line);
		if (err)
			return err;
		evf_lex(&line->names, &line->next);
		if (line->next.kind == EVF_T_END)
			continue;
		err = split_line(line);
		return err ? err : 1;
	}
	return 0;
}

static int find_name(const struct evf_text_walk *walk, struct evf_name *name)
{
	const struct evf_schema *schema = walk->schema;
	const char *text = walk->text + name->token.offset;
	u32 len = name->token.length;

	name->event = schema->find_event(schema, text, len);
	if (name->event) {
		name->text = name->event->name;
		name->group = name->event->group;
		return 1;
	}
	for (name->group = 0; name->group < EVF_NR_GROUPS; name->group++) {
		name->text = evf_group_names[name->group];
		if (strlen(name->text) == len && !memcmp(name->text, text, len))
			return 1;
	}
	name->text = "compat";
	if (len == strlen(name->text) && !memcmp(name->text, text, len))
		return 1;
	return evf_fail(walk->error, EVF_E_unknown_event, name->token.offset, len, NULL);
}

int evf_next_name(struct evf_text_walk *walk, struct evf_line *line, struct evf_name *name)
{
	if (!line->nr_names)
		return 0;
	name->token = line->next;
	if (--line->nr_names)
		evf_lex_name(&line->names, &line->next);
	return find_name(walk, name);
}

/* Is the body the word alone, or the word and an action? */
static int parse_constant(struct evf_parser *parser, struct evf_body *body, bool deny)
{
	int err;

	body->kind = deny ? EVF_RULE_DENY : EVF_RULE_ALLOW;
	err = evf_parser_next(parser);
	if (err || parser->token.kind == EVF_T_END)
		return err;
	if (evf_token_is(&parser->lexer, &parser->token, "else")) {
		err = evf_parser_next(parser);
		return err ? err : evf_parse_action(parser, &body->action);
	}
	if (deny && parser->token.kind == EVF_T_WORD)
		return evf_parse_action(parser, &body->action);
	return evf_parser_fail(parser, EVF_E_trailing_text, NULL);
}

static int parse_expression(struct evf_parser *parser, struct evf_body *body)
{
	int err;

	body->kind = EVF_RULE_FILTER;
	err = evf_parse_filter(parser);
	if (!err && parser->token.kind != EVF_T_END) {
		err = evf_parser_next(parser);
		if (!err)
			err = evf_parse_action(parser, &body->action);
	}
	if (!err)
		evf_filter_simplify(&body->filter);
	return err;
}

int evf_parse_body(const struct evf_text_walk *walk, const struct evf_line *line,
		   const struct evf_name *name, struct evf_body *body)
{
	struct evf_parser parser = {
		.lexer = line->body, .schema = walk->schema, .filter = &body->filter,
		.no_trap = evf_atomic_event(name->event, name->group),
	};
	bool compat = name->group == EVF_NR_GROUPS, allow;

	*body = (struct evf_body){ .filter.event = name->event };
	if (evf_parser_next(&parser))
		return -EINVAL;
	allow = evf_token_is(&parser.lexer, &parser.token, "allow");
	if (allow || (!compat && evf_token_is(&parser.lexer, &parser.token, "deny")))
		return parse_constant(&parser, body, !allow);
	if (parser.token.kind == EVF_T_END ||
	    evf_token_is(&parser.lexer, &parser.token, "else"))
		return evf_parser_fail(&parser, EVF_E_empty_filter, NULL);
	if (compat)
		return evf_parser_fail(&parser, EVF_E_compat_takes_allow, NULL);
	if (!name->event)
		return evf_parser_fail(&parser, EVF_E_group_filter, name->text);
	return parse_expression(&parser, body);
}
