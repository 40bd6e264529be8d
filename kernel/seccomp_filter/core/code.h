/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The program's inside: what the compiler writes, the verifier checks and the evaluator
 * runs.
 *
 * An instruction is one test of one slot and two jumps. Integers are compared after
 * shifting the bits above their declared type out, so that signed and unsigned types of
 * every size share one comparison: constants are shifted when compiled, and a range is
 * one unsigned comparison of the distance to its low end.
 */
#ifndef _EVF_CODE_H
#define _EVF_CODE_H

#include <evf_env.h>
#include "filter.h"
#include "limits.h"
#include "program.h"

enum evf_op {
	EVF_OP_EQ,		/* the slot is @num */
	EVF_OP_SMALL,		/* below 64, and that bit of @num is set */
	EVF_OP_BITMAP,		/* pool[@num]: low, bits, bitmap of distances to low */
	EVF_OP_LABELS,		/* pool[@num]: lowest id, bits, bitmap of distances */
	EVF_OP_MASK,		/* any bit of @num */
	EVF_OP_RANGE,		/* pool[@num]: low, distance of the highest */
	/* the rest is rare or slow: evf_test_slow() */
	EVF_OP_RANGES,		/* pool[@num]: low, ranges, pairs of distances to low */
	EVF_OP_LABEL_IDS,	/* pool[@num]: 0, ranges, pairs of ids */
	EVF_OP_FIELDS,		/* an evf_fields() in @num */
	EVF_OP_STRING,		/* is the evf_text() in @num */
	EVF_OP_STRINGS,		/* pool[@num]: how many, evf_text()s, sorted */
	EVF_OP_GLOB,		/* matches the evf_text() in @num */
	EVF_OP_NEVER,
	EVF_NR_OPS
};

/* Jumps out of the program; no distance between two instructions is as large */
#define EVF_TO_FAIL	0xfffe
#define EVF_TO_PASS	0xffff

/**
 * struct evf_insn - one instruction
 * @op: enum evf_op
 * @slot: what it reads
 * @shift: a number's unused high bits
 * @inverse: a predicate is true where the test is false; says which jump is the one for
 *	an undefined id, whatever the test
 * @jump: [0] where the test is false, [1] where it's true: bytes from this instruction
 *	to the next one to run, EVF_TO_FAIL or EVF_TO_PASS
 * @num: the operand
 */
struct evf_insn {
	u8 op;
	u8 slot;
	u8 shift;
	u8 inverse;
	u16 jump[2];
	u64 num;
};

static_assert(sizeof(struct evf_insn) == 16, "compact");
static_assert((EVF_MAX_PREDICATES - 1) * sizeof(struct evf_insn) < EVF_TO_FAIL,
	      "every jump has a distance");

/**
 * evf_jump() - the instruction at a distance
 * @insn: from which it's counted
 * @jump: bytes: one of @insn->jump that doesn't leave the program; evf_verify() has seen it
 *
 * Return: the instruction, in the same program.
 */
static inline const struct evf_insn *evf_jump(const struct evf_insn *insn, u32 jump)
{
	return (const struct evf_insn *)((const char *)insn + jump);
}

/**
 * struct evf_outline - a predicate within its expression
 * @pred: its number
 * @opens: parentheses before it; EVF_OUTLINE_OR: it follows "||", not "&&"
 * @closes: parentheses behind it
 */
struct evf_outline {
	u16 pred;
	u8 opens;
	u8 closes;
};

#define EVF_OUTLINE_OR	0x80

/**
 * evf_outline_make() - how an expression's predicates are joined
 * @filter: simplified and folded
 * @out: room for one for each of its predicates
 *
 * Return: how many there are.
 */
u32 evf_outline_make(const struct evf_filter *filter, struct evf_outline *out);

/**
 * struct evf_program - a filter, compiled; in one piece of memory
 * @label_slots: bit per slot: labels that the filter names
 * @id_slots: bit per slot: ids that it compares
 * @slots: bit per slot: all that it reads
 * @nr_insns: length of @insn and @decides
 * @nr_preds: length of @pred
 * @nr_outline: length of evf_program_outline()
 * @nr_pool: length of @pool
 * @nr_bytes: length of @bytes
 * @size: of all this
 * @pool: constants
 * @bytes: of strings
 * @pred: the predicates, for texts
 * @decides: per instruction: its last predicate
 * @insn: the instructions
 */
struct evf_program {
	u32 label_slots;
	u32 id_slots;
	u32 slots;
	u32 nr_insns;
	const u64 *pool;
	const char *bytes;
	const struct evf_pred *pred;
	const u16 *decides;
	u16 nr_preds;
	u16 nr_outline;
	u32 nr_pool;
	u32 nr_bytes;
	u32 size;
	struct evf_insn insn[];
};

static_assert(EVF_MAX_PREDICATES <= U16_MAX, "they are counted in 16 bits");

/**
 * evf_program_outline() - how the predicates are joined, for texts
 * @program: a program
 *
 * Return: @nr_outline of them: those predicates that aren't constant. Behind @pred.
 */
static inline const struct evf_outline *evf_program_outline(const struct evf_program *program)
{
	return (const struct evf_outline *)(program->pred + program->nr_preds);
}

/* How EVF_OP_FIELDS compares */
enum evf_fields_compare {
	EVF_F_EQ,
	EVF_F_LT,
	EVF_F_LE,
	EVF_F_MASK,
	EVF_F_STRING,
	EVF_NR_F
};

struct evf_fields {
	u8 compare;		/* enum evf_fields_compare */
	u8 slot2;
	u8 shift2;
	bool is_signed;		/* the first field */
	bool is_signed2;	/* the second one */
};

/**
 * evf_pack_fields() - what compares two fields, in one number of an instruction
 * @fields: the comparison
 *
 * Return: the number.
 */
static inline u64 evf_pack_fields(const struct evf_fields *fields)
{
	return fields->compare | (u64)fields->slot2 << 8 | (u64)fields->shift2 << 16 |
	       (u64)fields->is_signed << 24 | (u64)fields->is_signed2 << 32;
}

/**
 * evf_unpack_fields() - the reverse of evf_pack_fields()
 * @num: of an EVF_OP_FIELDS
 *
 * Return: the comparison.
 */
static inline struct evf_fields evf_unpack_fields(u64 num)
{
	return (struct evf_fields){
		.compare = num,
		.slot2 = num >> 8,
		.shift2 = num >> 16,
		.is_signed = num >> 24 & 1,
		.is_signed2 = num >> 32 & 1,
	};
}

/**
 * evf_compile() - build a program
 * @filter: simplified and folded, depends on the record; or always true, but names labels
 *	that could be unknown
 * @always: it is always true
 * @ret: receives the program
 *
 * Return: 0, -ENOMEM, or -EINVAL if the result doesn't verify, which is our own mistake.
 */
int evf_compile(struct evf_filter *filter, bool always, struct evf_program **ret);

/**
 * struct evf_codegen - instructions while they are made
 * @filter: what is compiled
 * @insn: @nr of them
 * @decides: per instruction: its last predicate
 * @ranges: scratch for merging
 * @nr: instructions so far
 */
struct evf_codegen {
	struct evf_filter *filter;
	struct evf_insn *insn;
	u16 *decides;
	struct evf_pool ranges;
	u32 nr;
};

/**
 * evf_mergeable() - can two neighbours under one "||" be one test?
 * @filter: whose predicates they are
 * @a: first
 * @b: second
 *
 * Return: true if they test the same field in ways that one set or range can hold.
 */
bool evf_mergeable(const struct evf_filter *filter, const struct evf_pred *a,
		   const struct evf_pred *b);

/**
 * evf_lower() - make the instruction for a predicate, or for several merged ones
 * @code: gains an instruction without jumps
 * @first: number of the first predicate
 * @last: number of the last one
 *
 * Return: 0 or -ENOMEM.
 */
int evf_lower(struct evf_codegen *code, u32 first, u32 last);

/**
 * evf_verify() - is the program safe to run?
 * @program: whatever memory holds; its own lengths are right
 *
 * Return: true if every jump goes forward and stays inside, and every slot, constant and
 * string exists.
 */
bool evf_verify(const struct evf_program *program);

/**
 * evf_glob() - does a string match?
 * @glob: well formed
 * @glob_len: its bytes
 * @text: the string
 * @len: its bytes
 *
 * "*" any bytes, "?" one, "[a-z]" one of, "[!a-z]" one not of. Takes no more steps than
 * the product of the lengths.
 *
 * Return: true if all of @text matches.
 */
bool evf_glob(const char *glob, u32 glob_len, const char *text, u32 len);

/**
 * evf_test_slow() - the tests that are no loop of their own in evf_run(); see enum evf_op
 * @program: verified; has the constants
 * @insn: an instruction of it
 * @record: the event's values; the slots that @insn reads are known
 *
 * Return: whether the test is true; false for EVF_OP_NEVER.
 */
bool evf_test_slow(const struct evf_program *program, const struct evf_insn *insn,
		   const struct evf_record *record);

#endif /* _EVF_CODE_H */
