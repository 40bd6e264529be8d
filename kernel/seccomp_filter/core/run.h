/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The evaluator's loop: for evf_program_run(), for the entry of system calls, which can do
 * without a call, and for tests that watch it.
 */
#ifndef _EVF_RUN_H
#define _EVF_RUN_H

#include <evf_env.h>
#include "code.h"

/**
 * evf_test_bitmap() - is a value in a set?
 * @set: lowest value, number of bits, bits
 * @distance: of the value from the lowest one; modulo 2^64, so that one below is far away
 *
 * Return: true if its bit is set.
 */
static __always_inline bool evf_test_bitmap(const u64 *set, u64 distance)
{
	return distance < set[1] && (set[2 + distance / 64] >> (distance % 64) & 1);
}

/**
 * evf_test_labels() - is one of an object's labels in a set?
 * @set: as of evf_test_bitmap(), of ids
 * @labels: what the object carries; not NULL
 *
 * Costs what the object carries, however many names the filter has.
 *
 * Return: true if one is.
 */
static __always_inline bool evf_test_labels(const u64 *set, const struct evf_labels *labels)
{
	u32 i;

	for (i = 0; i < labels->nr; i++) {
		if (evf_test_bitmap(set, labels->id[i] - set[0]))
			return true;
	}
	return false;
}

/* The test isn't one of evf_test_fast() */
#define EVF_SLOW	2

/**
 * evf_test_fast() - the tests that are worth having in the loop itself
 * @program: verified; has the constants
 * @insn: an instruction of it
 * @value: of the slot that it reads
 *
 * Return: 0 or 1; or EVF_SLOW: it's one for evf_test_slow().
 */
static __always_inline u32 evf_test_fast(const struct evf_program *program,
					 const struct evf_insn *insn, union evf_value value)
{
	u64 num = value.num << insn->shift;
	const u64 *set;

	switch (insn->op) {
	case EVF_OP_EQ:
		return num == insn->num;
	case EVF_OP_SMALL:
		num >>= insn->shift;
		return num < 64 && (insn->num >> num & 1);
	case EVF_OP_BITMAP:
		set = &program->pool[insn->num];
		return evf_test_bitmap(set, (num - set[0]) >> insn->shift);
	case EVF_OP_LABELS:
		return evf_test_labels(&program->pool[insn->num], value.labels);
	case EVF_OP_MASK:
		return !!(num & insn->num);
	case EVF_OP_RANGE:
		set = &program->pool[insn->num];
		return num - set[0] <= set[1];
	}
	return EVF_SLOW;
}

/**
 * evf_test() - is the test of an instruction true?
 * @program: verified
 * @insn: an instruction of it
 * @record: the event's values; those that @insn reads are known
 *
 * Return: 0 or 1: an index of @insn->jump.
 */
static __always_inline u32 evf_test(const struct evf_program *program,
				    const struct evf_insn *insn,
				    const struct evf_record *record)
{
	u32 hit = evf_test_fast(program, insn, record->v[insn->slot]);

	return hit == EVF_SLOW ? evf_test_slow(program, insn, record) : hit;
}

/**
 * evf_reads_undefined() - does an instruction read an id that is undefined?
 * @program: verified
 * @insn: an instruction of it
 * @record: the event's values
 *
 * Return: true if one of its fields is such an id.
 */
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
 * @insn: the instruction to begin with
 * @careful: an id may be undefined
 * @ran: NULL, or receives a bit per instruction that ran (of the first 64)
 *
 * Return: as evf_program_run().
 */
static __always_inline int evf_run(const struct evf_program *program,
				   const struct evf_record *record,
				   const struct evf_insn *insn, bool careful, u64 *ran)
{
	for (;;) {
		u32 jump;

		if (ran && insn - program->insn < 64)
			*ran |= 1ULL << (insn - program->insn);
		if (careful && evf_reads_undefined(program, insn, record))
			jump = insn->jump[insn->inverse];
		else
			jump = insn->jump[evf_test(program, insn, record)];
		if (jump == EVF_TO_PASS)
			return EVF_PASS;
		if (jump == EVF_TO_FAIL)
			return program->decides[insn - program->insn];
		insn = evf_jump(insn, jump);
	}
}

/**
 * evf_run_on() - the rest of a run
 * @program: verified
 * @record: the event's values, all of them known
 * @insn: the instruction to go on with
 *
 * Return: as evf_program_run().
 */
int evf_run_on(const struct evf_program *program, const struct evf_record *record,
	       const struct evf_insn *insn);

/**
 * evf_run_known() - evf_program_run() for a record whose values are all known
 * @program: verified
 * @record: the event's values; none that the program reads is undefined or unknown
 *
 * Calls nothing for as long as the tests are simple, and so has no registers to save.
 *
 * Return: as evf_program_run().
 */
static __always_inline int evf_run_known(const struct evf_program *program,
					 const struct evf_record *record)
{
	const struct evf_insn *insn = program->insn;

	for (;;) {
		u32 jump, hit = evf_test_fast(program, insn, record->v[insn->slot]);

		if (unlikely(hit == EVF_SLOW))
			return evf_run_on(program, record, insn);
		jump = insn->jump[hit];
		if (unlikely(jump >= EVF_TO_FAIL))
			return jump == EVF_TO_PASS ? EVF_PASS :
						     program->decides[insn - program->insn];
		insn = evf_jump(insn, jump);
	}
}

/* Gives the value of a slot, wherever the values are */
typedef union evf_value evf_value_of(const void *from, u8 slot);

/**
 * evf_passes_simply() - whether a program passes, as far as simple tests can say
 * @program: verified; reads no ids
 * @from: where the values are, all of them known
 * @value_of: how to get at them; inlined
 *
 * Return: true if it passes; else it doesn't, or it takes evf_program_run() to know.
 */
static __always_inline bool evf_passes_simply(const struct evf_program *program,
					      const void *from, evf_value_of *value_of)
{
	const struct evf_insn *insn = program->insn;

	for (;;) {
		u32 jump, hit = evf_test_fast(program, insn, value_of(from, insn->slot));

		if (unlikely(hit == EVF_SLOW))
			return false;
		jump = insn->jump[hit];
		if (unlikely(jump >= EVF_TO_FAIL))
			return jump == EVF_TO_PASS;
		insn = evf_jump(insn, jump);
	}
}

#endif /* _EVF_RUN_H */
