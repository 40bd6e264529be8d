/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The evaluator's loop, for evf_program_run() and for tests that watch it.
 */
#ifndef _EVF_RUN_H
#define _EVF_RUN_H

#include <evf_env.h>
#include "code.h"

static __always_inline bool evf_test_bitmap(const u64 *set, u64 distance)
{
	return distance < set[1] && (set[2 + distance / 64] >> (distance % 64) & 1);
}

/* Costs what the object carries, however many names the filter has */
static __always_inline bool evf_test_labels(const u64 *set, const struct evf_labels *labels)
{
	u32 i;

	for (i = 0; i < labels->nr; i++) {
		if (evf_test_bitmap(set, labels->id[i] - set[0]))
			return true;
	}
	return false;
}

static __always_inline bool evf_test(const struct evf_program *program,
				     const struct evf_insn *insn,
				     const struct evf_record *record)
{
	const union evf_value *value = &record->v[insn->slot];
	u64 num = value->num << insn->shift;
	const u64 *set;

	if (likely(insn->op == EVF_OP_EQ))
		return num == insn->num;
	if (insn->op == EVF_OP_MASK)
		return num & insn->num;
	if (insn->op > EVF_OP_LABELS)
		return evf_test_slow(program, insn, record);
	set = &program->pool[insn->num];
	if (insn->op == EVF_OP_BITMAP)
		return evf_test_bitmap(set, (num - set[0]) >> insn->shift);
	if (insn->op == EVF_OP_RANGE)
		return num - set[0] <= set[1];
	return evf_test_labels(set, value->labels);
}

/* Does the instruction read an id that is undefined? */
static inline bool evf_reads_undefined(const struct evf_program *program,
				       const struct evf_insn *insn,
				       const struct evf_record *record)
{
	u32 slots = 1U << insn->slot;

	if (insn->op == EVF_OP_FIELDS)
		slots |= 1U << evf_unpack_fields(insn->num).slot2;
	return slots & record->undefined & program->id_slots;
}

/**
 * evf_run() - the loop
 * @program: verified
 * @record: the event's values
 * @careful: an id may be undefined
 * @ran: NULL, or receives a bit per instruction that ran (of the first 64)
 *
 * Return: as evf_program_run().
 */
static __always_inline int evf_run(const struct evf_program *program,
				   const struct evf_record *record, bool careful, u64 *ran)
{
	u32 pc = 0;

	for (;;) {
		const struct evf_insn *insn = &program->insn[pc];
		u32 next;

		if (ran && pc < 64)
			*ran |= 1ULL << pc;
		if (careful && evf_reads_undefined(program, insn, record))
			next = insn->jump[insn->inverse];
		else
			next = insn->jump[evf_test(program, insn, record)];
		if (next >= EVF_TO_FAIL)
			return next == EVF_TO_PASS ? EVF_PASS : program->decides[pc];
		pc = next;
	}
}

#endif /* _EVF_RUN_H */
