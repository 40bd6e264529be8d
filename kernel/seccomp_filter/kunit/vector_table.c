// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The rows of vectors_*.def as one array.
 */
#include <evf_env.h>
#include "vectors.h"

/* Predicates in masks of those that must not run */
enum {
	P0 = 1,
	P1 = 2,
	P2 = 4,
	P3 = 8,
	P4 = 16,
};

#define ROW(what, content)					\
	.where = FILE_NAME, .line = __LINE__, .kind = EVF_V_##what,	\
	.text = (content), .text_len = sizeof(content) - 1

#define EVF_PASSES(content, values, skip)			\
	{ ROW(PASSES, content), .record = (values), .skipped = (skip), .predicate = EVF_PASS },
#define EVF_REFUSES(content, values, decides, skip)		\
	{ ROW(REFUSES, content), .record = (values), .predicate = (decides), .skipped = (skip) },
#define EVF_CONSTANT(content, what)				\
	{ ROW(CONSTANT, content), .predicate = EVF_RULE_##what },
#define EVF_CANONICAL(content, form)				\
	{ ROW(CANONICAL, content), .canonical = (form) },
#define EVF_WRONG(content, what, at, bytes)			\
	{ ROW(WRONG, content), .code = EVF_E_##what, .offset = (at), .length = (bytes) },

const struct evf_vector evf_vectors[] = {
#define FILE_NAME "vectors_numbers.def"
#include "vectors_numbers.def"
#undef FILE_NAME
#define FILE_NAME "vectors_objects.def"
#include "vectors_objects.def"
#undef FILE_NAME
#define FILE_NAME "vectors_constant.def"
#include "vectors_constant.def"
#undef FILE_NAME
#define FILE_NAME "vectors_canonical.def"
#include "vectors_canonical.def"
#undef FILE_NAME
#define FILE_NAME "vectors_wrong.def"
#include "vectors_wrong.def"
};

const u32 evf_nr_vectors = ARRAY_SIZE(evf_vectors);
