// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Predicates -> instructions.
 */
#include <evf_env.h>
#include "code.h"
#include "sort.h"

/* A bitmap may take as many words beyond its items, and as many per item */
#define SPARE_WORDS	16
#define WORDS_PER_ITEM	4

static u8 shift_of(const struct evf_field *field)
{
	return 64 - 8 * field->size;
}

/* Numbers against constants, a mask aside: their test is a set of ranges */
static bool is_ranges(const struct evf_field *field, const struct evf_pred *pred)
{
	return evf_is_number(field) && !(pred->flags & EVF_P_FIELD) &&
	       pred->compare != EVF_C_MASK;
}

bool evf_mergeable(const struct evf_filter *filter, const struct evf_pred *a,
		   const struct evf_pred *b)
{
	const struct evf_field *field;

	if (a->slot != b->slot || evf_pred_inverse(a) || evf_pred_inverse(b))
		return false;
	field = evf_field_of_slot(filter->event, a->slot);
	return field->kind == EVF_KIND_LABEL || (is_ranges(field, a) && is_ranges(field, b));
}

/* Appends low end, length in bits and the bitmap of ascending ranges (distances to low) */
static int add_bitmap(struct evf_pool *pool, u64 low, u64 bits, const u64 *range, u32 nr)
{
	u32 i, words = (bits + 63) / 64, start;
	int err;

	err = evf_pool_add(pool, low);
	if (!err)
		err = evf_pool_add(pool, bits);
	start = pool->nr;
	for (i = 0; i < words && !err; i++)
		err = evf_pool_add(pool, 0);
	if (err)
		return err;
	for (i = 0; i < nr; i++) {
		u64 bit;

		for (bit = range[2 * i]; bit <= range[2 * i + 1]; bit++)
			pool->v[start + bit / 64] |= 1ULL << (bit % 64);
	}
	return 0;
}

static int add_ranges(struct evf_pool *pool, u64 low, const u64 *range, u32 nr, u8 shift)
{
	u32 i;
	int err;

	err = evf_pool_add(pool, low);
	if (!err)
		err = evf_pool_add(pool, nr);
	for (i = 0; i < 2 * nr && !err; i++)
		err = evf_pool_add(pool, range[i] << shift);
	return err;
}

/* Would a bitmap of the distances up to @highest be small enough? */
static bool bitmap_fits(u64 highest, u32 items)
{
	return highest < 64ULL * (SPARE_WORDS + (u64)WORDS_PER_ITEM * items);
}

/* The values below 64 of ascending ranges as bits; none may be above */
static u64 small_bits(const u64 *range, u32 nr)
{
	u64 bits = 0;
	u32 i;

	for (i = 0; i < nr; i++)
		bits |= (~0ULL >> (63 - range[2 * i + 1])) & (~0ULL << range[2 * i]);
	return bits;
}

static int collect_ranges(struct evf_codegen *code, const struct evf_field *field, u32 first,
			  u32 last)
{
	const struct evf_filter *filter = code->filter;
	u64 order = evf_order(field), range[2];
	struct evf_pool *ranges = &code->ranges;
	u32 i, n;
	int err = 0;

	ranges->nr = 0;
	for (n = first; n <= last && !err; n++) {
		const struct evf_pred *pred = &filter->pred[n];

		if (pred->compare == EVF_C_IN) {
			for (i = 0; i < 2 * pred->nr && !err; i++)
				err = evf_pool_add(ranges, filter->pool.v[pred->num + i] ^ order);
		} else if (evf_pred_range(pred, field, range)) {
			err = evf_pool_add(ranges, range[0]);
			if (!err)
				err = evf_pool_add(ranges, range[1]);
		}
	}
	if (!err)
		ranges->nr = 2 * evf_merge_ranges(ranges->v, ranges->nr / 2);
	return err;
}

static int lower_ranges(struct evf_codegen *code, struct evf_insn *insn,
			const struct evf_field *field, u32 first, u32 last)
{
	struct evf_pool *pool = &code->filter->pool;
	u64 *range, order = evf_order(field), low, lowest, highest;
	u32 i, nr;
	int err;

	err = collect_ranges(code, field, first, last);
	if (err)
		return err;
	range = code->ranges.v;
	nr = code->ranges.nr / 2;
	if (!nr) {
		insn->op = EVF_OP_NEVER;
		return 0;
	}
	lowest = range[0];
	highest = range[2 * nr - 1] - lowest;
	low = lowest ^ order;
	for (i = 0; i < 2 * nr; i++)
		range[i] -= lowest;
	insn->num = pool->nr;
	if (!highest) {
		insn->op = EVF_OP_EQ;
		insn->num = low << insn->shift;
		return 0;
	}
	if (low < 64 && highest < 64 - low) {
		insn->op = EVF_OP_SMALL;
		insn->num = small_bits(range, nr) << low;
		return 0;
	}
	low <<= insn->shift;
	if (nr == 1) {
		insn->op = EVF_OP_RANGE;
		err = evf_pool_add(pool, low);
		return err ? err : evf_pool_add(pool, highest << insn->shift);
	}
	if (bitmap_fits(highest, nr)) {
		insn->op = EVF_OP_BITMAP;
		return add_bitmap(pool, low, highest + 1, range, nr);
	}
	insn->op = EVF_OP_RANGES;
	return add_ranges(pool, low, range, nr, insn->shift);
}

static int lower_labels(struct evf_codegen *code, struct evf_insn *insn, u32 first, u32 last)
{
	const struct evf_filter *filter = code->filter;
	struct evf_pool *pool = &code->filter->pool;
	struct evf_pool *ids = &code->ranges;
	u32 i, n, nr;
	u64 lowest;
	int err = 0;

	ids->nr = 0;
	for (n = first; n <= last && !err; n++) {
		const struct evf_pred *pred = &filter->pred[n];

		if (pred->compare == EVF_C_MASK) {
			err = evf_pool_add(ids, pred->num);
			if (!err)
				err = evf_pool_add(ids, pred->num);
			continue;
		}
		for (i = 0; i < 2 * pred->nr && !err; i++)
			err = evf_pool_add(ids, pool->v[pred->num + i / 2]);
	}
	if (err)
		return err;
	nr = evf_merge_ranges(ids->v, ids->nr / 2);
	lowest = ids->v[0];
	insn->num = pool->nr;
	if (!bitmap_fits(ids->v[2 * nr - 1] - lowest, nr)) {
		insn->op = EVF_OP_LABEL_IDS;
		return add_ranges(pool, 0, ids->v, nr, 0);
	}
	insn->op = EVF_OP_LABELS;
	for (i = 0; i < 2 * nr; i++)
		ids->v[i] -= lowest;
	return add_bitmap(pool, lowest, ids->v[2 * nr - 1] + 1, ids->v, nr);
}

static void lower_fields(const struct evf_filter *filter, struct evf_insn *insn,
			 const struct evf_field *field, const struct evf_pred *pred)
{
	const struct evf_field *other = evf_field_of_slot(filter->event, pred->slot2);
	struct evf_fields fields = {
		.slot2 = other->slot,
		.is_signed = field->is_signed,
		.is_signed2 = other->is_signed,
	};

	if (field->kind == EVF_KIND_STRING) {
		fields.compare = EVF_F_STRING;
	} else {
		fields.shift2 = shift_of(other);
		if (pred->compare == EVF_C_MASK)
			fields.compare = EVF_F_MASK;
		else if (pred->compare == EVF_C_LT || pred->compare == EVF_C_GE)
			fields.compare = EVF_F_LT;
		else if (pred->compare == EVF_C_LE || pred->compare == EVF_C_GT)
			fields.compare = EVF_F_LE;
	}
	insn->op = EVF_OP_FIELDS;
	insn->num = evf_pack_fields(&fields);
}

static int lower_string(struct evf_codegen *code, struct evf_insn *insn,
			const struct evf_pred *pred)
{
	struct evf_pool *pool = &code->filter->pool;
	u32 i;
	int err;

	insn->num = pred->num;
	if (pred->compare == EVF_C_GLOB || pred->compare == EVF_C_NGLOB) {
		insn->op = EVF_OP_GLOB;
		return 0;
	}
	if (pred->compare != EVF_C_IN) {
		insn->op = EVF_OP_STRING;
		return 0;
	}
	insn->op = EVF_OP_STRINGS;
	insn->num = pool->nr;
	err = evf_pool_add(pool, pred->nr);
	for (i = 0; i < pred->nr && !err; i++)
		err = evf_pool_add(pool, pool->v[pred->num + i]);
	return err;
}

int evf_lower(struct evf_codegen *code, u32 first, u32 last)
{
	const struct evf_filter *filter = code->filter;
	const struct evf_pred *pred = &filter->pred[last];
	const struct evf_field *field = evf_field_of_slot(filter->event, pred->slot);
	struct evf_insn *insn = &code->insn[code->nr];

	code->decides[code->nr++] = last;
	insn->slot = pred->slot;
	insn->inverse = evf_pred_inverse(pred);
	if (evf_is_number(field))
		insn->shift = shift_of(field);
	if (pred->flags & EVF_P_FIELD) {
		lower_fields(filter, insn, field, pred);
		return 0;
	}
	if (field->kind == EVF_KIND_LABEL)
		return lower_labels(code, insn, first, last);
	if (field->kind == EVF_KIND_STRING)
		return lower_string(code, insn, pred);
	if (is_ranges(field, pred))
		return lower_ranges(code, insn, field, first, last);
	insn->op = EVF_OP_MASK;
	insn->num = pred->num << insn->shift;
	return 0;
}
