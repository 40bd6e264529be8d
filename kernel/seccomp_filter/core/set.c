// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Sets: { item, item, low .. high }, sorted and each item once.
 */
#include <evf_env.h>
#include "limits.h"
#include "parse.h"
#include "sort.h"

int evf_pool_add(struct evf_pool *pool, u64 num)
{
	if (pool->nr == pool->capacity) {
		u32 capacity = pool->capacity ? 2 * pool->capacity : 16;
		u64 *v = evf_alloc(capacity * sizeof(*v));

		if (!v)
			return -ENOMEM;
		if (pool->nr)
			memcpy(v, pool->v, pool->nr * sizeof(*v));
		evf_free(pool->v);
		pool->v = v;
		pool->capacity = capacity;
	}
	pool->v[pool->nr++] = num;
	return 0;
}

static int parse_range(struct evf_parser *parser, const struct evf_field *field)
{
	struct evf_pool *pool = &parser->filter->pool;
	u64 order = evf_order(field), low, high;
	u32 start = parser->token.offset, end;
	bool minus;
	int err;

	err = evf_parse_number(parser, field, false, &low, &minus);
	high = low;
	if (!err && parser->token.kind == EVF_T_DOTS) {
		err = evf_parser_next(parser);
		if (err)
			return err;
		if (parser->token.kind != EVF_T_NUMBER)
			return evf_parser_fail(parser, EVF_E_missing_value, NULL);
		end = parser->token.offset + parser->token.length;
		err = evf_parse_number(parser, field, false, &high, &minus);
		if (!err && (low ^ order) > (high ^ order))
			return evf_fail(parser->lexer.error, EVF_E_reversed_range, start,
					end - start, NULL);
	}
	if (!err)
		err = evf_pool_add(pool, low ^ order);
	if (!err)
		err = evf_pool_add(pool, high ^ order);
	return err;
}

static int parse_item(struct evf_parser *parser, const struct evf_field *field)
{
	u8 kind = parser->token.kind;
	u64 num;
	int err;

	if (kind != EVF_T_NUMBER && kind != EVF_T_STRING && kind != EVF_T_WORD)
		return evf_parser_fail(parser, EVF_E_missing_value, NULL);
	if (evf_is_number(field)) {
		if (kind != EVF_T_NUMBER)
			return evf_parser_fail(parser, EVF_E_number_expected, NULL);
		return parse_range(parser, field);
	}
	if (field->kind == EVF_KIND_LABEL) {
		if (kind != EVF_T_WORD)
			return evf_parser_fail(parser, EVF_E_label_expected, NULL);
		err = evf_parse_label(parser, &num);
	} else {
		if (kind != EVF_T_STRING)
			return evf_parser_fail(parser, EVF_E_string_expected, NULL);
		err = evf_parse_string(parser, &num);
	}
	return err ? err : evf_pool_add(&parser->filter->pool, num);
}

static int order_numbers(const u64 *a, const u64 *b, const void *context)
{
	return *a < *b ? -1 : *a > *b;
}

static int order_strings(const u64 *a, const u64 *b, const void *context)
{
	return evf_compare_text(context, *a, *b);
}

u32 evf_merge_ranges(u64 *range, u32 nr)
{
	u32 i, last = 0;

	evf_sort(range, nr, 2, order_numbers, NULL);
	for (i = 1; i < nr; i++) {
		u64 low = range[2 * i], high = range[2 * i + 1];

		/* Neighbours join too; nothing is above the highest value */
		if (range[2 * last + 1] != U64_MAX && low > range[2 * last + 1] + 1) {
			last++;
			range[2 * last] = low;
			range[2 * last + 1] = high;
		} else if (high > range[2 * last + 1]) {
			range[2 * last + 1] = high;
		}
	}
	return nr ? last + 1 : 0;
}

/* Sorts items and drops those that come twice; returns how many are left */
static u32 sort_items(u64 *item, u32 nr, evf_order_fn order, const char *bytes)
{
	u32 i, last = 0;

	evf_sort(item, nr, 1, order, bytes);
	for (i = 1; i < nr; i++) {
		if (order(&item[last], &item[i], bytes))
			item[++last] = item[i];
	}
	return last + 1;
}

u32 evf_sort_ids(u64 *id, u32 nr)
{
	return sort_items(id, nr, order_numbers, NULL);
}

static void finish_set(struct evf_filter *filter, const struct evf_field *field,
		       struct evf_pred *pred, u32 items)
{
	u64 *first = filter->pool.v + pred->num, order = evf_order(field);
	u32 i;

	if (evf_is_number(field)) {
		pred->nr = evf_merge_ranges(first, items);
		filter->pool.nr = pred->num + 2 * pred->nr;
		for (i = 0; i < 2 * pred->nr; i++)
			first[i] ^= order;
		return;
	}
	if (field->kind == EVF_KIND_LABEL)
		pred->nr = evf_sort_ids(first, items);
	else
		pred->nr = sort_items(first, items, order_strings, filter->bytes);
	filter->pool.nr = pred->num + pred->nr;
}

int evf_parse_set(struct evf_parser *parser, const struct evf_field *field,
		  struct evf_pred *pred)
{
	u32 open = parser->token.offset, items = 0;
	int err;

	if (parser->token.kind != EVF_T_LBRACE)
		return evf_parser_fail(parser, EVF_E_missing_set, NULL);
	pred->num = parser->filter->pool.nr;
	do {
		err = evf_parser_next(parser);
		if (err)
			return err;
		if (!items && parser->token.kind == EVF_T_RBRACE)
			return evf_fail(parser->lexer.error, EVF_E_empty_set, open,
					parser->token.offset + 1 - open, NULL);
		if (items++ == EVF_MAX_SET)
			return evf_parser_fail(parser, EVF_E_too_many_items, NULL);
		err = parse_item(parser, field);
		if (err)
			return err;
	} while (parser->token.kind == EVF_T_COMMA);
	if (parser->token.kind == EVF_T_END)
		return evf_fail(parser->lexer.error, EVF_E_unclosed_set, open, 1, NULL);
	if (parser->token.kind != EVF_T_RBRACE)
		return evf_parser_fail(parser, EVF_E_set_separator, NULL);
	finish_set(parser->filter, field, pred, items);
	return evf_parser_next(parser);
}
