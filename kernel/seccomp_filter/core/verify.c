// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The last look at a program before anything runs it: a mistake of the compiler must
 * not become one of the kernel.
 */
#include <evf_env.h>
#include "code.h"

static bool pool_has(const struct evf_program *program, u64 at, u64 nr)
{
	return at <= program->nr_pool && nr <= program->nr_pool - at;
}

static bool text_fits(const struct evf_program *program, u64 text)
{
	return evf_text_offset(text) <= program->nr_bytes &&
	       evf_text_len(text) <= program->nr_bytes - evf_text_offset(text);
}

static bool bitmap_fits(const struct evf_program *program, u64 at)
{
	u64 bits;

	if (!pool_has(program, at, 2))
		return false;
	bits = program->pool[at + 1];
	return bits <= 64ULL * program->nr_pool && pool_has(program, at + 2, (bits + 63) / 64);
}

static bool ranges_fit(const struct evf_program *program, u64 at)
{
	u64 nr;

	if (!pool_has(program, at, 2))
		return false;
	nr = program->pool[at + 1];
	return nr <= program->nr_pool && pool_has(program, at + 2, 2 * nr);
}

static bool strings_fit(const struct evf_program *program, u64 at)
{
	u64 i, nr;

	if (!pool_has(program, at, 1))
		return false;
	nr = program->pool[at];
	if (!pool_has(program, at + 1, nr))
		return false;
	for (i = 0; i < nr; i++) {
		if (!text_fits(program, program->pool[at + 1 + i]))
			return false;
	}
	return true;
}

static bool fields_fit(u64 num)
{
	struct evf_fields fields = evf_unpack_fields(num);

	return fields.compare < EVF_NR_F && fields.slot2 < EVF_MAX_SLOTS && fields.shift2 < 64;
}

static bool operand_fits(const struct evf_program *program, const struct evf_insn *insn)
{
	switch (insn->op) {
	case EVF_OP_EQ:
	case EVF_OP_SMALL:
	case EVF_OP_MASK:
	case EVF_OP_NEVER:
		return true;
	case EVF_OP_BITMAP:
	case EVF_OP_LABELS:
		return bitmap_fits(program, insn->num);
	case EVF_OP_RANGE:
		return pool_has(program, insn->num, 2);
	case EVF_OP_RANGES:
	case EVF_OP_LABEL_IDS:
		return ranges_fit(program, insn->num);
	case EVF_OP_FIELDS:
		return fields_fit(insn->num);
	case EVF_OP_STRING:
	case EVF_OP_GLOB:
		return text_fits(program, insn->num);
	case EVF_OP_STRINGS:
		return strings_fit(program, insn->num);
	default:
		return false;
	}
}

/* Forward, and to an instruction or out */
static bool jump_fits(const struct evf_program *program, u32 pc, u16 jump)
{
	u32 skipped = jump / sizeof(struct evf_insn);

	if (jump >= EVF_TO_FAIL)
		return true;
	return skipped && jump % sizeof(struct evf_insn) == 0 &&
	       skipped < program->nr_insns - pc;
}

bool evf_verify(const struct evf_program *program)
{
	u32 pc;

	if (!program->nr_insns || program->nr_insns > EVF_MAX_PREDICATES)
		return false;
	for (pc = 0; pc < program->nr_insns; pc++) {
		const struct evf_insn *insn = &program->insn[pc];

		if (insn->slot >= EVF_MAX_SLOTS || insn->shift >= 64 || insn->inverse > 1)
			return false;
		if (!jump_fits(program, pc, insn->jump[0]) ||
		    !jump_fits(program, pc, insn->jump[1]))
			return false;
		if (!operand_fits(program, insn) || program->decides[pc] >= program->nr_preds)
			return false;
	}
	return true;
}
