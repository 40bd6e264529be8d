// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Trying the rows.
 */
#include <evf_env.h>
#include "core/run.h"
#include "vectors.h"

/* No address and no plausible number: what a filter doesn't read must not matter */
#define POISON	0x5a5a5a5a5a5a5a5aULL

static bool fail(struct evf_vector_result *result, const char *wrong)
{
	result->wrong = wrong;
	return false;
}

/* Which predicates ran, and which slots they read */
static void watch(const struct evf_program *program, const struct evf_record *record,
		  u32 *preds, u32 *slots)
{
	u64 ran = 0;
	u32 pc;

	*preds = 0;
	*slots = 0;
	if (record->unknown & program->label_slots)
		return;
	evf_run(program, record, program->insn, true, &ran);
	for (pc = 0; pc < program->nr_insns; pc++) {
		const struct evf_insn *insn = &program->insn[pc];

		if (!(ran >> pc & 1) || insn->op == EVF_OP_NEVER)
			continue;
		*preds |= 1U << program->decides[pc];
		*slots |= 1U << insn->slot;
		if (insn->op == EVF_OP_FIELDS)
			*slots |= 1U << evf_unpack_fields(insn->num).slot2;
	}
}

static bool check_program(const struct evf_vector *vector, const struct evf_program *program,
			  struct evf_vector_values *values, struct evf_vector_result *result)
{
	struct evf_record *record = &values->record;
	u32 preds, slots, i;

	result->predicate = evf_program_run(program, record);
	if (result->predicate != vector->predicate)
		return fail(result, result->predicate == EVF_PASS ? "passes" :
			    vector->predicate == EVF_PASS ? "refuses" :
			    "another predicate decides");
	watch(program, record, &preds, &slots);
	if (preds & vector->skipped)
		return fail(result, "a predicate runs that must not");
	if (slots & ~evf_program_slots(program))
		return fail(result, "a slot is read that the program doesn't announce");
	for (i = 0; i < EVF_MAX_SLOTS; i++) {
		if (!(slots >> i & 1))
			record->v[i].num = POISON;
	}
	if (evf_program_run(program, record) != vector->predicate)
		return fail(result, "the verdict depends on what isn't read");
	return true;
}

static bool check_rule(const struct evf_vector *vector, const struct evf_rules *rules,
		       struct evf_vector_result *result)
{
	const struct evf_rule *rule = rules->rule;
	struct evf_vector_values values;

	if (!rules->nr)
		return fail(result, "no rule");
	if (vector->kind == EVF_V_CONSTANT)
		return rule->kind == vector->predicate && !rule->program ? true :
		       fail(result, "not constant in this way");
	if (rule->kind != EVF_RULE_FILTER)
		return fail(result, "constant");
	if (!evf_vector_record(rules->event[0], vector->record, &values))
		return fail(result, "the record is malformed");
	return check_program(vector, rule->program, &values, result);
}

static bool check_text(const struct evf_vector *vector, const char *text, size_t len,
		       struct evf_vector_result *result)
{
	struct evf_rules rules = { };
	bool ok;

	if (evf_rules_parse(&rules, &evf_vector_schema, text, len, &result->error))
		return fail(result, "doesn't parse");
	ok = vector->kind == EVF_V_CANONICAL || check_rule(vector, &rules, result);
	evf_rules_free(&rules);
	return ok;
}

/* What is formatted means the same, and formatting it again changes nothing */
static bool check_format(const struct evf_vector *vector, const char *once, size_t len,
			 struct evf_vector_result *result)
{
	char *twice = NULL;
	bool same;

	if (vector->kind == EVF_V_CANONICAL && strcmp(once, vector->canonical))
		return fail(result, "another canonical form");
	if (evf_format(&evf_vector_schema, once, len, &twice, &result->error))
		return fail(result, "the canonical form has none");
	same = !strcmp(once, twice);
	evf_free(twice);
	if (!same)
		return fail(result, "the canonical form isn't its own");
	return check_text(vector, once, len, result);
}

static bool check_error(const struct evf_vector *vector, int err,
			struct evf_vector_result *result)
{
	if (err != -EINVAL)
		return fail(result, "isn't refused");
	if (result->error.code != vector->code)
		return fail(result, "another error");
	if (result->error.offset != vector->offset || result->error.length != vector->length)
		return fail(result, "another place");
	return true;
}

static bool check_wrong(const struct evf_vector *vector, struct evf_vector_result *result)
{
	struct evf_rules rules = { };
	char *out = NULL;
	int err;

	err = evf_rules_parse(&rules, &evf_vector_schema, vector->text, vector->text_len,
			      &result->error);
	if (rules.nr || rules.text_len || rules.compat_allow)
		return fail(result, "leaves something behind");
	evf_rules_free(&rules);
	if (!check_error(vector, err, result))
		return false;
	/* A second default is a matter of the ruleset, not of the text */
	if (vector->code == EVF_E_duplicate_default)
		return true;
	err = evf_format(&evf_vector_schema, vector->text, vector->text_len, &out,
			 &result->error);
	evf_free(out);
	return check_error(vector, err, result);
}

bool evf_vector_check(const struct evf_vector *vector, struct evf_vector_result *result)
{
	char *once = NULL;
	bool ok;

	memset(result, 0, sizeof(*result));
	result->predicate = EVF_PASS;
	if (vector->kind == EVF_V_WRONG)
		return check_wrong(vector, result);
	if (!check_text(vector, vector->text, vector->text_len, result))
		return false;
	if (evf_format(&evf_vector_schema, vector->text, vector->text_len, &once,
		       &result->error))
		return fail(result, "can't be formatted");
	ok = check_format(vector, once, strlen(once), result);
	evf_free(once);
	return ok;
}
