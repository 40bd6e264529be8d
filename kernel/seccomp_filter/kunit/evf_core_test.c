// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * KUnit: the core, as this kernel's compiler made it, agrees with the shared vectors.
 */
#include <evf_env.h>
#include <kunit/test.h>
#include "vectors.h"

static void try_rows(struct kunit *test, u8 kind)
{
	u32 i, rows = 0;

	for (i = 0; i < evf_nr_vectors; i++) {
		const struct evf_vector *vector = &evf_vectors[i];
		struct evf_vector_result result;

		if (vector->kind != kind)
			continue;
		rows++;
		KUNIT_EXPECT_TRUE_MSG(test, evf_vector_check(vector, &result),
				      "%s:%u: %s (%s at %u+%u, predicate %d)\n%s",
				      vector->where, vector->line, result.wrong,
				      evf_code_name(result.error.code), result.error.offset,
				      result.error.length, result.predicate, vector->text);
		cond_resched();
	}
	kunit_info(test, "%u rows\n", rows);
	KUNIT_EXPECT_GT(test, rows, 0U);
}

static void rows_that_pass(struct kunit *test)
{
	try_rows(test, EVF_V_PASSES);
}

static void rows_that_refuse(struct kunit *test)
{
	try_rows(test, EVF_V_REFUSES);
}

static void rows_that_are_constant(struct kunit *test)
{
	try_rows(test, EVF_V_CONSTANT);
}

static void rows_in_canonical_form(struct kunit *test)
{
	try_rows(test, EVF_V_CANONICAL);
}

static void rows_that_are_wrong(struct kunit *test)
{
	try_rows(test, EVF_V_WRONG);
}

static void broken_programs(struct kunit *test)
{
	const char *wrong = evf_vector_verifier();

	KUNIT_EXPECT_TRUE_MSG(test, !wrong, "%s", wrong);
}

/* As long as a line may be: the deepest use of stack and memory */
static void longest_line(struct kunit *test)
{
	static const char start[] = "sys_enter_write: fd", more[] = "||!(fd)";
	struct evf_rules rules = { };
	struct evf_error error;
	char *text = kunit_kzalloc(test, EVF_MAX_LINE, GFP_KERNEL);
	u32 len = sizeof(start) - 1, preds = 1;

	KUNIT_ASSERT_NOT_NULL(test, text);
	memcpy(text, start, len);
	for (; preds < EVF_MAX_PREDICATES; preds++) {
		memcpy(text + len, more, sizeof(more) - 1);
		len += sizeof(more) - 1;
	}
	KUNIT_EXPECT_EQ(test, 0, evf_rules_parse(&rules, &evf_vector_schema, text, len, &error));
	evf_rules_free(&rules);
	memcpy(text + len, more, sizeof(more) - 1);
	len += sizeof(more) - 1;
	KUNIT_EXPECT_EQ(test, -EINVAL,
			evf_rules_parse(&rules, &evf_vector_schema, text, len, &error));
	KUNIT_EXPECT_STREQ(test, "too_many_predicates", evf_code_name(error.code));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(rows_that_pass),
	KUNIT_CASE(rows_that_refuse),
	KUNIT_CASE(rows_that_are_constant),
	KUNIT_CASE(rows_in_canonical_form),
	KUNIT_CASE(rows_that_are_wrong),
	KUNIT_CASE(broken_programs),
	KUNIT_CASE(longest_line),
	{}
};

static struct kunit_suite suite = {
	.name = "eventfilter_core",
	.test_cases = cases,
};

kunit_test_suite(suite);
