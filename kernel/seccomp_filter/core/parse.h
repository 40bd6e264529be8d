/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Tokens -> filter.
 */
#ifndef _EVF_PARSE_H
#define _EVF_PARSE_H

#include <evf_env.h>
#include "filter.h"
#include "token.h"

/**
 * struct evf_parser - what the functions that parse share
 * @lexer: where we are
 * @token: the current token, not yet consumed
 * @schema: where names are looked up
 * @filter: what is built
 * @no_trap: the event that forbids the action "trap", or NULL
 */
struct evf_parser {
	struct evf_lexer lexer;
	struct evf_token token;
	const struct evf_schema *schema;
	struct evf_filter *filter;
	const struct evf_event *no_trap;
};

/**
 * evf_parse_filter() - parse an expression
 * @parser: its token is the first of the expression; left at the first after it, which is
 *	the word "else" or the end
 *
 * Fills in @parser->filter, which is zero but for its event. The caller frees it with
 * evf_filter_free(), after errors too.
 *
 * Return: 0, -EINVAL, -ENOMEM.
 */
int evf_parse_filter(struct evf_parser *parser);

/**
 * evf_parse_predicate() - parse one predicate
 * @parser: as above; left at the first token after it
 * @pred: receives it
 *
 * Return: 0, -EINVAL, -ENOMEM.
 */
int evf_parse_predicate(struct evf_parser *parser, struct evf_pred *pred);

/**
 * evf_parse_set() - parse "{ item, ... }" behind "in"
 * @parser: as above, at the brace
 * @field: what is compared
 * @pred: receives items, sorted and each once
 *
 * Return: 0, -EINVAL, -ENOMEM.
 */
int evf_parse_set(struct evf_parser *parser, const struct evf_field *field,
		  struct evf_pred *pred);

/**
 * evf_parse_number() - parse a number constant
 * @parser: at an EVF_T_NUMBER; left behind it
 * @field: what it's compared with: must have room for it
 * @mask: it's a bit pattern: the sign bit of a signed field may be written as one
 * @num: receives the value, sign extended
 * @minus: receives whether it's below 0
 *
 * Return: 0 or -EINVAL.
 */
int evf_parse_number(struct evf_parser *parser, const struct evf_field *field, bool mask,
		     u64 *num, bool *minus);

/**
 * evf_parse_string() - parse a string constant
 * @parser: at an EVF_T_STRING; left behind it. Its filter has room for the bytes.
 * @text: receives the evf_text() of what it stands for, in the filter's bytes
 *
 * Return: 0, or -EINVAL where the next token is none.
 */
int evf_parse_string(struct evf_parser *parser, u64 *text);

/**
 * evf_parse_label() - parse a label's name
 * @parser: at the name; left behind it
 * @id: receives the label's id in the schema, below EVF_LABEL_IDS
 *
 * Return: 0 or -EINVAL.
 */
int evf_parse_label(struct evf_parser *parser, u64 *id);

/**
 * evf_parser_next() - consume the current token
 * @parser: moves on
 *
 * Return: 0, or -EINVAL where the text has no token.
 */
int evf_parser_next(struct evf_parser *parser);

/**
 * evf_parser_fail() - report the current token
 * @parser: its error is set
 * @code: an EVF_E_*
 * @hint: for the sentence, or NULL
 *
 * Return: -EINVAL.
 */
int evf_parser_fail(struct evf_parser *parser, u16 code, const char *hint);

#endif /* _EVF_PARSE_H */
