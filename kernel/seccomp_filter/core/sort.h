/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Sorting and searching constants.
 */
#ifndef _EVF_SORT_H
#define _EVF_SORT_H

#include <evf_env.h>
#include "filter.h"

/* Below, equal or above zero as @a comes before, with or after @b */
typedef int (*evf_order_fn)(const u64 *a, const u64 *b, const void *context);

/**
 * evf_sort() - sort, in place, without recursion
 * @item: @nr times @width numbers
 * @nr: how many
 * @width: numbers of one item, 1 or 2
 * @order: compares two items
 * @context: for @order
 */
void evf_sort(u64 *item, u32 nr, u32 width, evf_order_fn order, const void *context);

/**
 * evf_merge_ranges() - sort ranges and join those that overlap or touch
 * @range: pairs (low, high)
 * @nr: how many pairs
 *
 * Return: how many are left.
 */
u32 evf_merge_ranges(u64 *range, u32 nr);

/**
 * evf_sort_ids() - sort numbers and drop those that come twice
 * @id: at least one
 * @nr: how many
 *
 * Return: how many are left.
 */
u32 evf_sort_ids(u64 *id, u32 nr);

/**
 * evf_compare_strings() - the order of strings: by bytes, the shorter one first
 * @a: first
 * @a_len: its bytes
 * @b: second
 * @b_len: its bytes
 *
 * Return: below, equal or above zero.
 */
static inline int evf_compare_strings(const char *a, u32 a_len, const char *b, u32 b_len)
{
	int order = memcmp(a, b, a_len < b_len ? a_len : b_len);

	if (order)
		return order;
	return a_len < b_len ? -1 : a_len > b_len;
}

/**
 * evf_compare_text() - evf_compare_strings() of two constants
 * @bytes: of strings
 * @a: an evf_text() in @bytes
 * @b: another
 *
 * Return: below, equal or above zero.
 */
static inline int evf_compare_text(const char *bytes, u64 a, u64 b)
{
	return evf_compare_strings(bytes + evf_text_offset(a), evf_text_len(a),
				   bytes + evf_text_offset(b), evf_text_len(b));
}

#endif /* _EVF_SORT_H */
