// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Running a program.
 */
#include <evf_env.h>
#include "run.h"
#include "sort.h"

/* Is the distance in one of the ranges? The last that starts at or below it decides */
static bool test_ranges(const u64 *set, u64 distance)
{
	u64 below = 0, above = set[1];

	while (below < above) {
		u64 middle = (below + above) / 2;

		if (set[2 + 2 * middle] <= distance)
			below = middle + 1;
		else
			above = middle;
	}
	return below && distance <= set[2 + 2 * below - 1];
}

static bool test_label_ids(const u64 *set, const struct evf_labels *labels)
{
	u32 i;

	for (i = 0; i < labels->nr; i++) {
		if (test_ranges(set, labels->id[i]))
			return true;
	}
	return false;
}

static int order_of(const struct evf_program *program, u64 text, const struct evf_string *string)
{
	return evf_compare_strings(program->bytes + evf_text_offset(text), evf_text_len(text),
				   string->text, string->len);
}

static bool test_strings(const struct evf_program *program, const u64 *set,
			 const struct evf_string *string)
{
	u64 below = 0, above = set[0];

	while (below < above) {
		u64 middle = (below + above) / 2;
		int order = order_of(program, set[1 + middle], string);

		if (!order)
			return true;
		if (order < 0)
			below = middle + 1;
		else
			above = middle;
	}
	return false;
}

/* As the numbers that they are, whatever their types: -1 is below every unsigned one */
static bool test_numbers(const struct evf_fields *fields, u8 shift, u64 a, u64 b)
{
	bool a_negative, b_negative;

	a <<= shift;
	b <<= fields->shift2;
	a = fields->is_signed ? (u64)((s64)a >> shift) : a >> shift;
	b = fields->is_signed2 ? (u64)((s64)b >> fields->shift2) : b >> fields->shift2;
	a_negative = fields->is_signed && (s64)a < 0;
	b_negative = fields->is_signed2 && (s64)b < 0;
	if (fields->compare == EVF_F_MASK)
		return a & b;
	if (a_negative != b_negative)
		return a_negative && fields->compare != EVF_F_EQ;
	if (fields->compare == EVF_F_EQ)
		return a == b;
	return fields->compare == EVF_F_LT ? a < b : a <= b;
}

static bool test_fields(const struct evf_insn *insn, const struct evf_record *record)
{
	struct evf_fields fields = evf_unpack_fields(insn->num);
	const union evf_value *a = &record->v[insn->slot], *b = &record->v[fields.slot2];

	if (fields.compare != EVF_F_STRING)
		return test_numbers(&fields, insn->shift, a->num, b->num);
	return !evf_compare_strings(a->string->text, a->string->len, b->string->text,
				    b->string->len);
}

evf_noinline bool evf_test_slow(const struct evf_program *program, const struct evf_insn *insn,
				const struct evf_record *record)
{
	const union evf_value *value = &record->v[insn->slot];

	switch (insn->op) {
	case EVF_OP_RANGES:
		return test_ranges(&program->pool[insn->num],
				   (value->num << insn->shift) - program->pool[insn->num]);
	case EVF_OP_LABEL_IDS:
		return test_label_ids(&program->pool[insn->num], value->labels);
	case EVF_OP_FIELDS:
		return test_fields(insn, record);
	case EVF_OP_STRING:
		return !order_of(program, insn->num, value->string);
	case EVF_OP_STRINGS:
		return test_strings(program, &program->pool[insn->num], value->string);
	case EVF_OP_GLOB:
		return evf_glob(program->bytes + evf_text_offset(insn->num),
				evf_text_len(insn->num), value->string->text,
				value->string->len);
	default:
		return false;
	}
}

/* Something that the program reads isn't there: the rare case, apart from the fast one */
static evf_noinline int run_careful(const struct evf_program *program,
				    const struct evf_record *record)
{
	u32 unknown = record->unknown & program->label_slots, i;

	if (!unknown)
		return evf_run(program, record, program->insn, true, NULL);
	for (i = 0; i < program->nr_preds; i++) {
		if (unknown & 1U << program->pred[i].slot)
			return i;
	}
	return 0;
}

evf_noinline int evf_run_on(const struct evf_program *program, const struct evf_record *record,
			    const struct evf_insn *insn)
{
	return evf_run(program, record, insn, false, NULL);
}

int evf_program_run(const struct evf_program *program, const struct evf_record *record)
{
	if (unlikely((record->unknown & program->label_slots) |
		     (record->undefined & program->id_slots)))
		return run_careful(program, record);
	return evf_run_known(program, record);
}

u32 evf_program_slots(const struct evf_program *program)
{
	return program->slots;
}

u32 evf_program_label_slots(const struct evf_program *program)
{
	return program->label_slots;
}

/* Steps of one instruction with the longest value that there can be */
static u64 insn_cost(const struct evf_insn *insn)
{
	switch (insn->op) {
	case EVF_OP_LABELS:
	case EVF_OP_LABEL_IDS:
		return EVF_MAX_OBJECT_NAMES + EVF_MAX_OBJECT_GROUPS;
	case EVF_OP_FIELDS:
	case EVF_OP_STRING:
	case EVF_OP_STRINGS:
		return EVF_MAX_STRING / 8;
	case EVF_OP_GLOB:
		return (u64)evf_text_len(insn->num) * EVF_MAX_STRING;
	}
	return 1;
}

u64 evf_program_cost(const struct evf_program *program)
{
	u64 cost = 0;
	u32 i;

	for (i = 0; i < program->nr_insns; i++)
		cost += insn_cost(&program->insn[i]);
	return cost;
}

size_t evf_program_size(const struct evf_program *program)
{
	return program->size;
}
