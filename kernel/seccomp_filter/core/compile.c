// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Expression tree -> program.
 */
#include <evf_env.h>
#include "code.h"

/**
 * struct place - where a node's code is, and where it goes on
 * @end: the instruction after its last one
 * @last: it is its parent's last operand
 * @jump: [0] where it's false, [1] where it's true
 */
struct place {
	u16 end;
	bool last;
	u16 jump[2];
};

static u32 node_after(const struct evf_filter *filter, u32 i)
{
	do {
		i++;
	} while (i < filter->nr_nodes && filter->node[i].type == EVF_N_GONE);
	return i;
}

/* Is the leaf behind @i one with it? Siblings that are neighbours in text and array */
static bool joins_next(const struct evf_filter *filter, u32 i, u32 next)
{
	const struct evf_node *a = &filter->node[i], *b = &filter->node[next];

	return next < filter->nr_nodes && b->type == EVF_N_LEAF && a->parent == b->parent &&
	       filter->node[a->parent].type == EVF_N_OR && b->pred == a->pred + 1 &&
	       evf_mergeable(filter, &filter->pred[a->pred], &filter->pred[b->pred]);
}

/* Makes all instructions, without jumps, and notes where each leaf's code ends */
static int lower_leaves(struct evf_codegen *code, struct place *place)
{
	const struct evf_filter *filter = code->filter;
	u32 i, next, first = U32_MAX;
	int err;

	for (i = 0; i < filter->nr_nodes; i = next) {
		const struct evf_node *node = &filter->node[i];

		next = node_after(filter, i);
		if (node->type != EVF_N_LEAF)
			continue;
		if (first == U32_MAX)
			first = node->pred;
		place[i].end = code->nr + 1;
		if (joins_next(filter, i, next))
			continue;
		err = evf_lower(code, first, node->pred);
		if (err)
			return err;
		first = U32_MAX;
	}
	return 0;
}

/* From the last node to the first, a parent's last operand comes first */
static void find_ends(const struct evf_filter *filter, struct place *place)
{
	u32 i;

	for (i = filter->nr_nodes; i-- > 0;) {
		const struct evf_node *node = &filter->node[i];

		if (node->type == EVF_N_GONE || node->parent == EVF_NO_NODE)
			continue;
		if (place[node->parent].end)
			continue;
		place[i].last = true;
		place[node->parent].end = place[i].end;
	}
}

static u16 distance(u32 pc, u16 target)
{
	return target >= EVF_TO_FAIL ? target : (target - pc) * sizeof(struct evf_insn);
}

/* Every jump leads behind the node, or where its parent's jump leads */
static void set_jumps(struct evf_codegen *code, struct place *place)
{
	const struct evf_filter *filter = code->filter;
	u32 i;

	for (i = 0; i < filter->nr_nodes; i++) {
		const struct evf_node *node = &filter->node[i];

		if (node->type == EVF_N_GONE)
			continue;
		if (node->parent == EVF_NO_NODE) {
			place[i].jump[0] = EVF_TO_FAIL;
			place[i].jump[1] = EVF_TO_PASS;
		} else {
			const struct place *parent = &place[node->parent];
			bool or = filter->node[node->parent].type == EVF_N_OR;

			place[i].jump[0] = parent->jump[0];
			place[i].jump[1] = parent->jump[1];
			if (!place[i].last)
				place[i].jump[!or] = place[i].end;
		}
		if (node->type == EVF_N_LEAF) {
			u32 pc = place[i].end - 1;
			struct evf_insn *insn = &code->insn[pc];

			insn->jump[0] = distance(pc, place[i].jump[insn->inverse]);
			insn->jump[1] = distance(pc, place[i].jump[!insn->inverse]);
		}
	}
}

static u32 slots_of(const struct evf_codegen *code)
{
	u32 i, slots = code->filter->label_slots;

	for (i = 0; i < code->nr; i++) {
		const struct evf_insn *insn = &code->insn[i];

		/* Never true, but an undefined id makes its opposite false as well */
		if (insn->op != EVF_OP_NEVER || code->filter->id_slots >> insn->slot & 1)
			slots |= 1U << insn->slot;
		if (insn->op == EVF_OP_FIELDS)
			slots |= 1U << evf_unpack_fields(insn->num).slot2;
	}
	return slots;
}

/* Puts everything into one piece of memory */
static struct evf_program *assemble(const struct evf_codegen *code,
				    const struct evf_outline *outline, u32 nr_outline)
{
	const struct evf_filter *filter = code->filter;
	size_t insns = code->nr * sizeof(struct evf_insn);
	size_t pool = filter->pool.nr * sizeof(u64);
	size_t preds = filter->nr_preds * sizeof(struct evf_pred);
	size_t outlines = nr_outline * sizeof(*outline);
	size_t decides = code->nr * sizeof(u16);
	struct evf_program *program;
	size_t size = sizeof(*program) + insns + pool + preds + outlines + decides +
		      filter->nr_bytes;
	char *at;

	program = evf_alloc(size);
	if (!program)
		return NULL;
	at = (char *)program->insn;
	at = (char *)memcpy(at, code->insn, insns) + insns;
	program->pool = (const u64 *)at;
	if (pool)
		memcpy(at, filter->pool.v, pool);
	at += pool;
	program->pred = memcpy(at, filter->pred, preds);
	at += preds;
	at = (char *)memcpy(at, outline, outlines) + outlines;
	program->decides = memcpy(at, code->decides, decides);
	at += decides;
	program->bytes = memcpy(at, filter->bytes, filter->nr_bytes);
	program->nr_insns = code->nr;
	program->nr_pool = filter->pool.nr;
	program->nr_preds = filter->nr_preds;
	program->nr_bytes = filter->nr_bytes;
	program->nr_outline = nr_outline;
	program->size = size;
	program->slots = slots_of(code);
	program->label_slots = filter->label_slots;
	program->id_slots = filter->id_slots & program->slots;
	return program;
}

static int generate(struct evf_codegen *code, struct place *place, bool always)
{
	int err;

	if (always) {
		code->insn[code->nr++] = (struct evf_insn){
			.op = EVF_OP_NEVER, .jump = { EVF_TO_PASS, EVF_TO_PASS },
		};
		return 0;
	}
	err = lower_leaves(code, place);
	if (err)
		return err;
	find_ends(code->filter, place);
	set_jumps(code, place);
	return 0;
}

int evf_compile(struct evf_filter *filter, bool always, struct evf_program **ret)
{
	struct evf_codegen code = { .filter = filter };
	struct evf_program *program = NULL;
	size_t insns = filter->nr_preds * sizeof(*code.insn);
	size_t places = filter->nr_nodes * sizeof(struct place);
	size_t outlines = filter->nr_preds * sizeof(struct evf_outline);
	struct evf_outline *outline;
	char *scratch;
	int err = -ENOMEM;

	scratch = evf_alloc(insns + places + outlines + filter->nr_preds * sizeof(*code.decides));
	if (!scratch)
		return -ENOMEM;
	code.insn = (struct evf_insn *)scratch;
	outline = (struct evf_outline *)(scratch + insns + places);
	code.decides = (u16 *)(scratch + insns + places + outlines);
	err = generate(&code, (struct place *)(scratch + insns), always);
	if (!err) {
		program = assemble(&code, outline, always ? 0 : evf_outline_make(filter, outline));
		err = program ? 0 : -ENOMEM;
	}
	evf_free(code.ranges.v);
	evf_free(scratch);
	if (err)
		return err;
	if (!evf_verify(program)) {
		evf_program_free(program);
		return -EINVAL;
	}
	*ret = program;
	return 0;
}

void evf_program_free(struct evf_program *program)
{
	evf_free(program);
}
