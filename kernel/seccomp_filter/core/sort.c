// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Heapsort: n log n at worst, whatever an attacker writes.
 */
#include <evf_env.h>
#include "sort.h"

static void exchange(u64 *a, u64 *b, u32 width)
{
	while (width--) {
		u64 kept = *a;

		*a++ = *b;
		*b++ = kept;
	}
}

/* Lets the item at @root sink to its place among the first @nr */
static void sink(u64 *item, u32 root, u32 nr, u32 width, evf_order_fn order,
		 const void *context)
{
	u32 child;

	while ((child = 2 * root + 1) < nr) {
		u64 *below = item + child * width;

		if (child + 1 < nr && order(below, below + width, context) < 0) {
			below += width;
			child++;
		}
		if (order(item + root * width, below, context) >= 0)
			return;
		exchange(item + root * width, below, width);
		root = child;
	}
}

void evf_sort(u64 *item, u32 nr, u32 width, evf_order_fn order, const void *context)
{
	u32 i;

	for (i = nr / 2; i-- > 0;)
		sink(item, i, nr, width, order, context);
	for (i = nr; i-- > 1;) {
		exchange(item, item + i * width, width);
		sink(item, 0, i, width, order, context);
	}
}
