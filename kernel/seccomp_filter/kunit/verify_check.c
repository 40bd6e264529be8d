// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The verifier against programs that a broken compiler could have made.
 */
#include <evf_env.h>
#include "core/code.h"
#include "vectors.h"

/* Filters with every instruction that has an operand to get wrong */
static const char * const lines[] = {
	"test_types: text == \"a\" && text in { \"b\", \"c\" } && text ~ \"d*\"",
	"test_types: u32 in { 1, 5, 90 } && u64 in { 1, 5, 0x100000000 } && u8 < 5",
	"test_types: s32 < s64 && u16 && u8 in { 70 .. 90 } && u16 & 1",
	"file_open: label in { tmp_t, etc_t } && label in { bin_t, last_t } && access",
};

static struct evf_program *program_of(struct evf_rules *rules, const char *line)
{
	struct evf_error error;

	*rules = (struct evf_rules){ };
	if (evf_rules_parse(rules, &evf_vector_schema, line, strlen(line), &error))
		return NULL;
	return rules->rule[0].program;
}

/* Does the verifier refuse the program with this one instruction? It's put back after */
static bool refuses(struct evf_program *program, u32 pc, const struct evf_insn *broken)
{
	struct evf_insn kept = program->insn[pc];
	bool verifies;

	program->insn[pc] = *broken;
	verifies = evf_verify(program);
	program->insn[pc] = kept;
	return !verifies;
}

static const char *check_jumps(struct evf_program *program, u32 pc)
{
	const u32 one = sizeof(struct evf_insn);
	u32 i;

	for (i = 0; i < 2; i++) {
		struct evf_insn insn = program->insn[pc];

		insn.jump[i] = 0;
		if (!refuses(program, pc, &insn))
			return "a jump to itself verifies";
		insn.jump[i] = one / 2;
		if (!refuses(program, pc, &insn))
			return "a jump into an instruction verifies";
		insn.jump[i] = one * (program->nr_insns - pc);
		if (!refuses(program, pc, &insn))
			return "a jump behind the end verifies";
		insn.jump[i] = EVF_TO_FAIL - 1;
		if (!refuses(program, pc, &insn))
			return "a jump far away verifies";
	}
	return NULL;
}

static const char *check_fields(struct evf_program *program, u32 pc)
{
	struct evf_insn insn = program->insn[pc];

	insn.slot = EVF_MAX_SLOTS;
	if (!refuses(program, pc, &insn))
		return "a slot beyond the record verifies";
	insn = program->insn[pc];
	insn.op = EVF_NR_OPS;
	if (!refuses(program, pc, &insn))
		return "an unknown instruction verifies";
	insn = program->insn[pc];
	insn.shift = 64;
	if (!refuses(program, pc, &insn))
		return "a shift by all bits verifies";
	insn = program->insn[pc];
	insn.inverse = 2;
	if (!refuses(program, pc, &insn))
		return "an index of a third jump verifies";
	return NULL;
}

static const char *check_operand(struct evf_program *program, u32 pc)
{
	struct evf_insn insn = program->insn[pc];

	if (insn.op == EVF_OP_EQ || insn.op == EVF_OP_SMALL || insn.op == EVF_OP_MASK ||
	    insn.op == EVF_OP_NEVER)
		return NULL;
	insn.num = U64_MAX;
	if (!refuses(program, pc, &insn))
		return "an operand beyond everything verifies";
	insn.num = program->nr_pool;
	if (insn.op == EVF_OP_STRING || insn.op == EVF_OP_GLOB)
		insn.num = evf_text(0, program->nr_bytes + 1);
	else if (insn.op == EVF_OP_FIELDS)
		insn.num = EVF_NR_F;
	if (!refuses(program, pc, &insn))
		return "an operand behind the end verifies";
	return NULL;
}

/* Sets whose own length is wrong */
static const char *check_pool(struct evf_program *program, u32 pc)
{
	const struct evf_insn *insn = &program->insn[pc];
	u64 *pool = (u64 *)program->pool, *length, kept;
	bool verifies;

	switch (insn->op) {
	case EVF_OP_BITMAP:
	case EVF_OP_LABELS:
	case EVF_OP_RANGES:
	case EVF_OP_LABEL_IDS:
		length = &pool[insn->num + 1];
		break;
	case EVF_OP_STRINGS:
		length = &pool[insn->num];
		break;
	default:
		return NULL;
	}
	kept = *length;
	*length = U64_MAX / 2;
	verifies = evf_verify(program);
	*length = 64ULL * program->nr_pool;
	verifies |= evf_verify(program);
	*length = kept;
	return verifies ? "a set longer than the constants verifies" : NULL;
}

static const char *check_program(struct evf_program *program)
{
	const char *wrong = NULL;
	u32 pc, insns = program->nr_insns;

	if (!evf_verify(program))
		return "a good program doesn't verify";
	for (pc = 0; pc < insns && !wrong; pc++) {
		wrong = check_jumps(program, pc);
		if (!wrong)
			wrong = check_fields(program, pc);
		if (!wrong)
			wrong = check_operand(program, pc);
		if (!wrong)
			wrong = check_pool(program, pc);
	}
	program->nr_insns = 0;
	if (!wrong && evf_verify(program))
		wrong = "a program without instructions verifies";
	program->nr_insns = insns;
	insns = program->nr_preds;
	program->nr_preds = 1;
	if (!wrong && evf_verify(program))
		wrong = "a predicate beyond the last verifies";
	program->nr_preds = insns;
	return wrong;
}

const char *evf_vector_verifier(void)
{
	const char *wrong = NULL;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(lines) && !wrong; i++) {
		struct evf_rules rules;
		struct evf_program *program = program_of(&rules, lines[i]);

		wrong = program ? check_program(program) : "the filter doesn't compile";
		evf_rules_free(&rules);
	}
	return wrong;
}
