/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Filters as canonical text.
 */
#ifndef _EVF_PRINT_H
#define _EVF_PRINT_H

#include <evf_env.h>
#include "filter.h"

/**
 * struct evf_out - text that is being written
 * @buf: @size bytes
 * @size: of @buf
 * @len: written
 * @grows: @buf comes from evf_alloc() and is replaced when it's full
 * @cut: something found no room
 */
struct evf_out {
	char *buf;
	size_t size;
	size_t len;
	bool grows;
	bool cut;
};

/**
 * evf_put() - append bytes
 * @out: receives them; what finds no room is cut off, and @out->cut is set. There always is
 *	room left for a terminator.
 * @text: any bytes
 * @len: bytes of @text
 */
void evf_put(struct evf_out *out, const char *text, size_t len);

/**
 * evf_puts() - append a text
 * @out: as of evf_put()
 * @text: terminated
 */
void evf_puts(struct evf_out *out, const char *text);

/**
 * struct evf_consts - where a predicate's constants are
 * @pool: of sets
 * @bytes: of strings
 */
struct evf_consts {
	const u64 *pool;
	const char *bytes;
};

/**
 * evf_print_predicate() - write one predicate as it was written, negation aside
 * @out: receives it
 * @pred: the predicate
 * @consts: its constants
 * @event: it was parsed for
 * @schema: names labels
 */
void evf_print_predicate(struct evf_out *out, const struct evf_pred *pred,
			 const struct evf_consts *consts, const struct evf_event *event,
			 const struct evf_schema *schema);

/**
 * evf_print_filter() - write an expression
 * @out: receives it
 * @filter: simplified, not folded
 * @schema: names labels
 *
 * Return: the depth of its parentheses.
 */
u32 evf_print_filter(struct evf_out *out, const struct evf_filter *filter,
		     const struct evf_schema *schema);

#endif /* _EVF_PRINT_H */
