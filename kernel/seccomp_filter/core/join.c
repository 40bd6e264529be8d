// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Several programs as one: where each of them would pass, the next one begins. What is
 * asked for most, whether all of them pass, is then answered by one run; which of them
 * doesn't is for the programs themselves to say.
 */
#include <evf_env.h>
#include "code.h"

/* How far back a program is compared with those before it: the layers of a task */
#define WINDOW	EVF_MAX_LAYERS

/**
 * struct joining - a program while it's made of others
 * @program: what it becomes
 * @pool: its constants, @nr_pool so far
 * @bytes: its strings, @nr_bytes so far
 * @newest: where the instructions of the program that came last begin
 * @single: the instructions that are a program each
 * @nr_singles: so many
 */
struct joining {
	struct evf_program *program;
	u64 *pool;
	char *bytes;
	u32 newest;
	u16 single[WINDOW];
	u32 nr_singles;
};

/* Do both say the same about every record? Predicates are for texts only. */
static bool is_same(const struct evf_program *a, const struct evf_program *b)
{
	return a == b ||
	       (a->nr_insns == b->nr_insns && a->nr_pool == b->nr_pool &&
		a->nr_bytes == b->nr_bytes && a->label_slots == b->label_slots &&
		!memcmp(a->insn, b->insn, a->nr_insns * sizeof(*a->insn)) &&
		!memcmp(a->pool, b->pool, a->nr_pool * sizeof(*a->pool)) &&
		!memcmp(a->bytes, b->bytes, a->nr_bytes));
}

static bool is_repeated(const struct evf_program *const *programs, u32 i)
{
	u32 j;

	for (j = i; j > 0 && i - j < WINDOW; j--) {
		if (is_same(programs[i], programs[j - 1]))
			return true;
	}
	return false;
}

static u64 move_text(u64 text, u32 bytes)
{
	return evf_text(evf_text_offset(text) + bytes, evf_text_len(text));
}

/* An operand that points into pool or bytes points to where these have gone */
static void move_operand(struct joining *to, struct evf_insn *insn, u32 pool, u32 bytes)
{
	u64 i;

	switch (insn->op) {
	case EVF_OP_STRING:
	case EVF_OP_GLOB:
		insn->num = move_text(insn->num, bytes);
		return;
	case EVF_OP_STRINGS:
		insn->num += pool;
		for (i = 1; i <= to->pool[insn->num]; i++)
			to->pool[insn->num + i] = move_text(to->pool[insn->num + i], bytes);
		return;
	case EVF_OP_LABELS:
	case EVF_OP_BITMAP:
	case EVF_OP_RANGE:
	case EVF_OP_RANGES:
	case EVF_OP_LABEL_IDS:
		insn->num += pool;
		return;
	}
}

/* Have one test say what both say, of one number each */
static bool narrow_one(struct joining *to, struct evf_insn *before,
		       const struct evf_program *from)
{
	const struct evf_insn *insn = from->insn;
	u64 *range;

	if (insn->op != before->op || insn->slot != before->slot ||
	    insn->shift != before->shift || insn->inverse || before->inverse)
		return false;
	if (insn->op == EVF_OP_SMALL) {
		before->num &= insn->num;
		return true;
	}
	if (insn->op != EVF_OP_RANGE)
		return false;
	range = &to->pool[before->num];
	/* Ranges that begin elsewhere may go round the end of the numbers */
	if (range[0] != from->pool[insn->num])
		return false;
	if (range[1] > from->pool[insn->num + 1])
		range[1] = from->pool[insn->num + 1];
	return true;
}

/*
 * Layers like to narrow the same thing, which descriptors may be written to: of two tests
 * that are nothing but a set of small numbers, or a limit, in one field, one is enough. In
 * which order the programs pass doesn't matter.
 */
static bool narrow(struct joining *to, const struct evf_program *from)
{
	u32 i;

	for (i = 0; from->nr_insns == 1 && i < to->nr_singles; i++) {
		if (narrow_one(to, &to->program->insn[to->single[i]], from))
			return true;
	}
	return false;
}

/* Where the newest program passes, the one behind it begins */
static void go_on(struct joining *to)
{
	const u32 end = to->program->nr_insns;
	u32 pc, i;

	for (pc = to->newest; pc < end; pc++) {
		struct evf_insn *insn = &to->program->insn[pc];

		for (i = 0; i < 2; i++) {
			if (insn->jump[i] == EVF_TO_PASS)
				insn->jump[i] = (end - pc) * sizeof(*insn);
		}
	}
	to->newest = end;
}

static void append(struct joining *to, const struct evf_program *from)
{
	struct evf_program *program = to->program;
	const u32 pool = program->nr_pool, bytes = program->nr_bytes;
	u32 i;

	go_on(to);
	memcpy(to->pool + pool, from->pool, from->nr_pool * sizeof(*to->pool));
	memcpy(to->bytes + bytes, from->bytes, from->nr_bytes);
	memcpy(program->insn + program->nr_insns, from->insn,
	       from->nr_insns * sizeof(*from->insn));
	for (i = 0; i < from->nr_insns; i++)
		move_operand(to, &program->insn[to->newest + i], pool, bytes);
	if (from->nr_insns == 1 && to->nr_singles < WINDOW)
		to->single[to->nr_singles++] = program->nr_insns;
	program->nr_insns += from->nr_insns;
	program->nr_pool += from->nr_pool;
	program->nr_bytes += from->nr_bytes;
	program->slots |= from->slots;
	program->label_slots |= from->label_slots;
	program->id_slots |= from->id_slots;
}

/* One piece of memory, with room for all of them */
static struct evf_program *alloc_program(struct joining *to, u32 insns, u32 pool, u32 bytes)
{
	const size_t code = insns * sizeof(struct evf_insn), words = pool * sizeof(u64);
	const size_t decides = insns * sizeof(u16);
	const size_t size = sizeof(*to->program) + code + words + sizeof(struct evf_pred) +
			    decides + bytes;
	struct evf_program *program = evf_alloc(size);
	char *at;

	if (!program)
		return NULL;
	/* Its one predicate is never printed: it's there to be the one that decides */
	memset(program, 0, size);
	at = (char *)program->insn + code;
	to->pool = (u64 *)at;
	program->pool = to->pool;
	program->pred = (const struct evf_pred *)(at + words);
	program->decides = (const u16 *)(program->pred + 1);
	to->bytes = (char *)program->decides + decides;
	program->bytes = to->bytes;
	program->nr_preds = 1;
	program->size = size;
	to->program = program;
	return program;
}

int evf_program_join(const struct evf_program *const *programs, u32 nr,
		     struct evf_program **ret)
{
	u64 insns = 0, pool = 0, bytes = 0;
	struct joining to = { };
	u32 i;

	for (i = 0; i < nr; i++) {
		if (is_repeated(programs, i))
			continue;
		insns += programs[i]->nr_insns;
		pool += programs[i]->nr_pool;
		bytes += programs[i]->nr_bytes;
	}
	if (insns > EVF_MAX_PREDICATES || pool > U32_MAX / sizeof(u64) || bytes > U32_MAX)
		return -E2BIG;
	if (!alloc_program(&to, insns, pool, bytes))
		return -ENOMEM;
	for (i = 0; i < nr; i++) {
		if (!is_repeated(programs, i) && !narrow(&to, programs[i]))
			append(&to, programs[i]);
	}
	if (!evf_verify(to.program)) {
		evf_program_free(to.program);
		return -EINVAL;
	}
	*ret = to.program;
	return 0;
}
