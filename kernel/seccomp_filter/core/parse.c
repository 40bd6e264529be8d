// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Tokens -> expression tree. Iterative: the tree's own links are the stack.
 *
 * Every parenthesis becomes an OR node of AND nodes, however few; evf_filter_simplify()
 * takes out those with one operand. So the array is in the order of the text.
 */
#include <evf_env.h>
#include "limits.h"
#include "parse.h"

int evf_parser_next(struct evf_parser *parser)
{
	evf_lex(&parser->lexer, &parser->token);
	return parser->token.kind == EVF_T_BAD ? -EINVAL : 0;
}

int evf_parser_fail(struct evf_parser *parser, u16 code, const char *hint)
{
	return evf_fail(parser->lexer.error, code, parser->token.offset, parser->token.length,
			hint);
}

static u32 add_node(struct evf_filter *filter, u8 type, u32 parent, bool negated)
{
	u32 node = filter->nr_nodes++;

	filter->node[node] = (struct evf_node){
		.type = type, .negated = negated, .parent = parent,
	};
	if (parent != EVF_NO_NODE)
		filter->node[parent].children++;
	return node;
}

/*
 * What a text of that length can need at most: a node per byte, and what unclosed
 * parentheses open; three bytes per predicate with its "&&".
 */
static int reserve(struct evf_filter *filter, u32 len)
{
	size_t nodes = len + 2 * EVF_MAX_DEPTH + 4;
	size_t preds = len / 3 + 1;
	char *scratch;

	if (preds > EVF_MAX_PREDICATES)
		preds = EVF_MAX_PREDICATES;
	scratch = evf_alloc(nodes * sizeof(*filter->node) + preds * sizeof(*filter->pred) + len);
	if (!scratch)
		return -ENOMEM;
	filter->scratch = scratch;
	filter->pred = (struct evf_pred *)scratch;
	filter->node = (struct evf_node *)(filter->pred + preds);
	filter->bytes = (char *)(filter->node + nodes);
	filter->max_preds = preds;
	return 0;
}

/* Opens a parenthesis, or the whole filter; returns the AND node to add operands to */
static u32 open_group(struct evf_filter *filter, u32 parent, bool negated, u32 offset)
{
	u32 group = add_node(filter, EVF_N_OR, parent, negated);

	filter->node[group].offset = offset;
	return add_node(filter, EVF_N_AND, group, false);
}

static int add_predicate(struct evf_parser *parser, u32 parent, bool negated)
{
	struct evf_filter *filter = parser->filter;
	u32 nr = filter->nr_preds;
	struct evf_pred pred = { };
	int err;

	if (nr == EVF_MAX_PREDICATES)
		return evf_parser_fail(parser, EVF_E_too_many_predicates, NULL);
	err = evf_parse_predicate(parser, &pred);
	if (err)
		return err;
	filter->pred[nr] = pred;
	filter->nr_preds++;
	filter->node[add_node(filter, EVF_N_LEAF, parent, negated)].pred = nr;
	return 0;
}

/* "!", "(" and a predicate; returns in @and the node to add further operands to */
static int parse_operand(struct evf_parser *parser, u32 *and, u32 *depth)
{
	bool negated = false, opened = false;
	u32 open = 0;
	int err = 0;

	while (!err) {
		u32 offset = parser->token.offset;

		if (parser->token.kind == EVF_T_NOT) {
			negated = !negated;
			opened = false;
		} else if (parser->token.kind == EVF_T_OPEN) {
			if (++*depth > EVF_MAX_DEPTH)
				return evf_parser_fail(parser, EVF_E_too_deep, NULL);
			*and = open_group(parser->filter, *and, negated, offset);
			negated = false;
			opened = true;
			open = offset;
		} else if (parser->token.kind == EVF_T_CLOSE && opened) {
			return evf_fail(parser->lexer.error, EVF_E_empty_parentheses, open,
					offset + 1 - open, NULL);
		} else {
			return add_predicate(parser, *and, negated);
		}
		err = evf_parser_next(parser);
	}
	return err;
}

static int close_groups(struct evf_parser *parser, u32 *and, u32 *depth)
{
	const struct evf_node *node = parser->filter->node;

	while (parser->token.kind == EVF_T_CLOSE) {
		int err;

		if (!*depth)
			return evf_parser_fail(parser, EVF_E_unexpected_parenthesis, NULL);
		--*depth;
		*and = node[node[*and].parent].parent;
		err = evf_parser_next(parser);
		if (err)
			return err;
		if (evf_token_is_operator(&parser->token))
			return evf_parser_fail(parser, EVF_E_group_compared, NULL);
	}
	return 0;
}

/* Neither "&&" nor "||" follows an operand: the filter ends here, or it's wrong */
static int parse_end(struct evf_parser *parser, u32 and, u32 depth)
{
	const struct evf_node *node = parser->filter->node;
	const struct evf_token *token = &parser->token;
	bool end = token->kind == EVF_T_END || evf_token_is(&parser->lexer, token, "else");

	if (!end)
		return evf_parser_fail(parser, EVF_E_missing_connective, NULL);
	if (depth)
		return evf_fail(parser->lexer.error, EVF_E_unclosed_parenthesis,
				node[node[and].parent].offset, 1, NULL);
	return 0;
}

int evf_parse_filter(struct evf_parser *parser)
{
	struct evf_filter *filter = parser->filter;
	u32 and, depth = 0;
	int err;

	err = reserve(filter, parser->lexer.end - parser->token.offset);
	if (err)
		return err;
	and = open_group(filter, EVF_NO_NODE, false, 0);
	for (;;) {
		err = parse_operand(parser, &and, &depth);
		if (!err)
			err = close_groups(parser, &and, &depth);
		if (err)
			return err;
		if (parser->token.kind == EVF_T_OR)
			and = add_node(filter, EVF_N_AND, filter->node[and].parent, false);
		else if (parser->token.kind != EVF_T_AND)
			return parse_end(parser, and, depth);
		err = evf_parser_next(parser);
		if (err)
			return err;
	}
}

void evf_filter_free(struct evf_filter *filter)
{
	evf_free(filter->scratch);
	evf_free(filter->pool.v);
	*filter = (struct evf_filter){ };
}
