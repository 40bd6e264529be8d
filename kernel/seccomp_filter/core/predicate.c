// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * One predicate: what may be compared with what.
 */
#include <evf_env.h>
#include "limits.h"
#include "parse.h"

static_assert(EVF_C_EQ + (EVF_T_NGLOB - EVF_T_EQ) == EVF_C_NGLOB, "in the same order");

const struct evf_field *evf_field_of_slot(const struct evf_event *event, u8 slot)
{
	const struct evf_field *field = event->fields;

	while (field->slot != slot)
		field++;
	return field;
}

/* The field that the current word names; refuses what a filter can't read */
static int find_field(struct evf_parser *parser, const struct evf_field **ret)
{
	const struct evf_event *event = parser->filter->event;
	const struct evf_token *token = &parser->token;
	const struct evf_field *field;

	if (!event->nr_fields)
		return evf_parser_fail(parser, EVF_E_event_without_fields, event->name);
	field = evf_find_field(event, parser->lexer.text + token->offset, token->length);
	if (!field) {
		if (evf_token_is(&parser->lexer, token, "allow") ||
		    evf_token_is(&parser->lexer, token, "deny"))
			return evf_parser_fail(parser, EVF_E_misplaced_verdict, NULL);
		return evf_parser_fail(parser, EVF_E_unknown_field, event->name);
	}
	if (field->kind == EVF_KIND_POINTER)
		return evf_parser_fail(parser, field->instead ? EVF_E_pointer_field :
				       EVF_E_pointer_argument, field->instead);
	if (field->kind == EVF_KIND_LABEL)
		parser->filter->label_slots |= 1U << field->slot;
	if (evf_is_id(field))
		parser->filter->id_slots |= 1U << field->slot;
	*ret = field;
	return 0;
}

/* Every type's range, for the sentence of a constant that doesn't fit */
static const char *range_of(const struct evf_field *field)
{
	switch (field->size) {
	case 1:
		return field->is_signed ? "-128 to 127" : "0 to 255";
	case 2:
		return field->is_signed ? "-32768 to 32767" : "0 to 65535";
	case 4:
		return field->is_signed ? "-2147483648 to 2147483647" : "0 to 4294967295";
	default:
		return field->is_signed ? "-9223372036854775808 to 9223372036854775807" :
					  "0 to 18446744073709551615";
	}
}

int evf_parse_number(struct evf_parser *parser, const struct evf_field *field, bool mask,
		     u64 *num, bool *minus)
{
	const struct evf_token *token = &parser->token;
	u64 highest = evf_highest(field);

	/* A mask is a bit pattern: the sign bit may be written as one */
	if (mask && field->is_signed)
		highest = highest << 1 | 1;
	*minus = token->minus && token->num;
	if (*minus ? !field->is_signed || token->num > 0 - evf_lowest(field) :
		     token->num > highest)
		return evf_parser_fail(parser, EVF_E_out_of_range, range_of(field));
	*num = *minus ? 0 - token->num : token->num;
	return evf_parser_next(parser);
}

int evf_parse_string(struct evf_parser *parser, u64 *text)
{
	struct evf_filter *filter = parser->filter;
	u32 len = parser->token.num;

	*text = evf_text(filter->nr_bytes, len);
	evf_unescape(&parser->lexer, &parser->token, filter->bytes + filter->nr_bytes);
	filter->nr_bytes += len;
	return evf_parser_next(parser);
}

int evf_parse_label(struct evf_parser *parser, u64 *id)
{
	const struct evf_schema *schema = parser->schema;
	const struct evf_token *token = &parser->token;
	int found = schema->find_label(schema, parser->lexer.text + token->offset,
				       token->length);

	if (found < 0 || found >= EVF_LABEL_IDS)
		return evf_parser_fail(parser, EVF_E_unknown_label, NULL);
	*id = found;
	return evf_parser_next(parser);
}

static int check_operator(struct evf_parser *parser, const struct evf_field *field,
			  u8 compare)
{
	bool glob = compare == EVF_C_GLOB || compare == EVF_C_NGLOB;

	switch (field->kind) {
	case EVF_KIND_LABEL:
		if (compare != EVF_C_MASK && compare != EVF_C_IN)
			return evf_parser_fail(parser, EVF_E_label_operator, NULL);
		return 0;
	case EVF_KIND_STRING:
		if (!glob && compare != EVF_C_EQ && compare != EVF_C_NE && compare != EVF_C_IN)
			return evf_parser_fail(parser, EVF_E_string_operator, NULL);
		return 0;
	default:
		if (glob)
			return evf_parser_fail(parser, EVF_E_glob_on_number, NULL);
		if (evf_is_id(field) && compare == EVF_C_MASK)
			return evf_parser_fail(parser, EVF_E_mask_on_id, NULL);
		return 0;
	}
}

static bool comparable(const struct evf_field *a, const struct evf_field *b)
{
	if (evf_is_number(a) && evf_is_number(b))
		return !evf_is_id(a) || !evf_is_id(b) || a->kind == b->kind;
	return a->kind == EVF_KIND_STRING && b->kind == EVF_KIND_STRING;
}

static int parse_other_field(struct evf_parser *parser, const struct evf_field *field,
			     struct evf_pred *pred)
{
	const struct evf_field *other;
	int err;

	err = find_field(parser, &other);
	if (err)
		return err;
	if (!comparable(field, other))
		return evf_parser_fail(parser, EVF_E_fields_differ, NULL);
	if (evf_is_id(other) && pred->compare == EVF_C_MASK)
		return evf_parser_fail(parser, EVF_E_mask_on_id, NULL);
	if (pred->compare == EVF_C_GLOB || pred->compare == EVF_C_NGLOB)
		return evf_parser_fail(parser, EVF_E_glob_is_constant, NULL);
	pred->flags |= EVF_P_FIELD;
	pred->slot2 = other->slot;
	return evf_parser_next(parser);
}

/* Is what follows a value at all? */
static int check_value(struct evf_parser *parser, const struct evf_field *field)
{
	u8 kind = parser->token.kind;

	if (kind != EVF_T_WORD && kind != EVF_T_NUMBER && kind != EVF_T_STRING)
		return evf_parser_fail(parser, EVF_E_missing_value, NULL);
	if (evf_token_is(&parser->lexer, &parser->token, "else"))
		return evf_parser_fail(parser, EVF_E_missing_value, NULL);
	if (field->kind == EVF_KIND_LABEL && kind != EVF_T_WORD)
		return evf_parser_fail(parser, EVF_E_label_expected, NULL);
	if (field->kind == EVF_KIND_STRING && kind == EVF_T_NUMBER)
		return evf_parser_fail(parser, EVF_E_string_expected, NULL);
	if (evf_is_number(field) && kind == EVF_T_STRING)
		return evf_parser_fail(parser, EVF_E_number_expected, NULL);
	return 0;
}

/* Returns how many bytes of a glob's "[...]" starting at @i, or 0 */
static u32 class_length(const char *glob, u32 i, u32 len)
{
	u32 start = i + 1, at;

	if (start < len && glob[start] == '!')
		start++;
	for (at = start; at < len; at++) {
		if (glob[at] == ']' && at > start)
			return at + 1 - i;
		if (at + 2 < len && glob[at + 1] == '-' && glob[at + 2] != ']') {
			if ((u8)glob[at] > (u8)glob[at + 2])
				return 0;
			at += 2;
		}
	}
	return 0;
}

static int check_glob(struct evf_parser *parser, const char *glob, u32 len,
		      const struct evf_token *at)
{
	u32 i = 0;

	while (i < len) {
		u32 step = glob[i] == '[' ? class_length(glob, i, len) : 1;

		if (!step)
			return evf_fail(parser->lexer.error, EVF_E_bad_glob, at->offset,
					at->length, NULL);
		i += step;
	}
	return 0;
}

static int parse_constant(struct evf_parser *parser, const struct evf_field *field,
			  struct evf_pred *pred)
{
	const struct evf_filter *filter = parser->filter;
	struct evf_token token = parser->token;
	bool minus = false;
	int err;

	if (field->kind == EVF_KIND_LABEL)
		return evf_parse_label(parser, &pred->num);
	if (field->kind == EVF_KIND_STRING) {
		err = evf_parse_string(parser, &pred->num);
		if (err || pred->compare == EVF_C_EQ || pred->compare == EVF_C_NE)
			return err;
		return check_glob(parser, filter->bytes + evf_text_offset(pred->num),
				  evf_text_len(pred->num), &token);
	}
	err = evf_parse_number(parser, field, pred->compare == EVF_C_MASK, &pred->num, &minus);
	if (minus)
		pred->flags |= EVF_P_MINUS;
	return err;
}

static int parse_value(struct evf_parser *parser, const struct evf_field *field,
		       struct evf_pred *pred)
{
	u8 operator = parser->token.kind;
	int err;

	pred->compare = EVF_C_EQ + (operator - EVF_T_EQ);
	err = check_operator(parser, field, pred->compare);
	if (!err)
		err = evf_parser_next(parser);
	if (!err)
		err = check_value(parser, field);
	if (err)
		return err;
	if (field->kind != EVF_KIND_LABEL && parser->token.kind == EVF_T_WORD)
		err = parse_other_field(parser, field, pred);
	else
		err = parse_constant(parser, field, pred);
	if (err || !evf_token_is_operator(&parser->token))
		return err;
	if (operator == EVF_T_MASK || parser->token.kind == EVF_T_MASK)
		return evf_parser_fail(parser, EVF_E_unparenthesised_mask, NULL);
	return evf_parser_fail(parser, EVF_E_chained_comparison, NULL);
}

static int parse_bare(struct evf_parser *parser, const struct evf_field *field,
		      const struct evf_token *word, struct evf_pred *pred)
{
	const struct evf_token *token = &parser->token;
	u16 code = 0;

	switch (token->kind) {
	case EVF_T_NUMBER:
	case EVF_T_STRING:
	case EVF_T_OPEN:
	case EVF_T_LBRACE:
		return evf_parser_fail(parser, EVF_E_missing_operator, NULL);
	case EVF_T_WORD:
		if (!evf_token_is(&parser->lexer, token, "else"))
			return evf_parser_fail(parser, EVF_E_missing_operator, NULL);
		break;
	}
	if (field->kind == EVF_KIND_LABEL)
		code = EVF_E_bare_label;
	else if (field->kind == EVF_KIND_STRING)
		code = EVF_E_bare_string;
	if (code)
		return evf_fail(parser->lexer.error, code, word->offset, word->length, NULL);
	pred->compare = EVF_C_BARE;
	return 0;
}

/* A predicate doesn't start here: says what does */
static int not_a_field(struct evf_parser *parser)
{
	struct evf_token first = parser->token;
	int err;

	if (first.kind != EVF_T_NUMBER && first.kind != EVF_T_STRING)
		return evf_parser_fail(parser, EVF_E_missing_predicate, NULL);
	err = evf_parser_next(parser);
	if (err)
		return err;
	return evf_fail(parser->lexer.error, evf_token_is_operator(&parser->token) ?
			EVF_E_constant_first : EVF_E_bare_constant, first.offset, first.length,
			NULL);
}

int evf_parse_predicate(struct evf_parser *parser, struct evf_pred *pred)
{
	struct evf_token word = parser->token;
	const struct evf_field *field;
	int err;

	if (word.kind != EVF_T_WORD)
		return not_a_field(parser);
	if (evf_token_is(&parser->lexer, &word, "else"))
		return evf_parser_fail(parser, EVF_E_missing_predicate, NULL);
	err = find_field(parser, &field);
	if (!err)
		err = evf_parser_next(parser);
	if (err)
		return err;
	pred->slot = field->slot;
	if (evf_token_is_operator(&parser->token))
		return parse_value(parser, field, pred);
	if (!evf_token_is(&parser->lexer, &parser->token, "in"))
		return parse_bare(parser, field, &word, pred);
	pred->compare = EVF_C_IN;
	err = evf_parser_next(parser);
	if (err)
		return err;
	err = evf_parse_set(parser, field, pred);
	if (!err && evf_token_is_operator(&parser->token))
		return evf_parser_fail(parser, EVF_E_chained_comparison, NULL);
	return err;
}
