// SPDX-License-Identifier: BSD-2-Clause
/*
 * evaluate KIND PREDICATES TIMES: runs a filter of so many predicates of one kind, all of which have to be
 * looked at. evaluate.sh counts the instructions.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <evf_env.h>

#include "core/program.h"
#include "core/record.h"
#include "core/rules.h"
#include "kunit/vectors.h"

/* Two predicates in turn, on different fields, so that the compiler can't make one of them */
static const struct kind {
	const char *name;
	const char *event;
	const char *predicate[2];
} kinds[] = {
	{ "number_equal", "file_open", { "ino == %u", "flags == %u" } },
	{ "number_less", "file_open", { "ino > %u", "flags > %u" } },
	{ "number_mask", "file_open", { "ino & %u", "flags & %u" } },
	{ "set_of_small_numbers", "file_open", { "ino in { %u, 50, 60 }", "flags in { %u, 50, 60 }" } },
	{ "set_of_any_numbers", "file_open", { "ino in { %u, 7000, 90000 }", "flags in { %u, 7000, 90000 }" } },
	{ "label", "file_rename", { "label & l%u_t", "new_label & l%u_t" } },
	{ "string_equal", "file_rename", { "name == \"name%u\"", "new_name == \"name%u\"" } },
	{ "string_pattern", "file_rename", { "name ~ \"name%u*\"", "new_name ~ \"name%u*\"" } },
};

/* "l7_t" is 7 */
static int find_label(const struct evf_schema *schema, const char *name, size_t len)
{
	(void)schema;
	(void)len;
	return atoi(name + 1);
}

/* Of what no predicate is true. All other values are 0. */
static void fill(struct evf_record *record)
{
	static const struct { struct evf_labels labels; u16 id[1]; } labels = { { .nr = 1 }, { 9999 } };
	static const struct evf_string name = { .text = "somename", .len = 8 };

	record->v[EVF_SLOT_file_rename_label].labels = &labels.labels;
	record->v[EVF_SLOT_file_rename_new_label].labels = &labels.labels;
	record->v[EVF_SLOT_file_rename_name].string = &name;
	record->v[EVF_SLOT_file_rename_new_name].string = &name;
}

static char *text_of(const struct kind *kind, int predicates)
{
	const size_t room = 64 + (size_t)predicates * 64;
	char *text = malloc(room);
	size_t len;
	int i;

	if (!text)
		abort();
	len = (size_t)snprintf(text, room, "%s: ", kind->event);
	for (i = 0; i < predicates; i++) {
		len += (size_t)snprintf(text + len, room - len, "%s", i ? " || " : "");
		len += (size_t)snprintf(text + len, room - len, kind->predicate[i % 2], i + 1);
	}
	return text;
}

int main(int argc, char **argv)
{
	struct evf_rules rules = { };
	struct evf_record record = { };
	struct evf_error error = { };
	struct evf_schema schema = evf_vector_schema;
	const struct kind *kind = kinds;
	char *text;
	long times;

	if (argc == 1) {
		for (; kind < kinds + ARRAY_SIZE(kinds); kind++)
			puts(kind->name);
		return 0;
	}
	while (kind < kinds + ARRAY_SIZE(kinds) && strcmp(kind->name, argv[1]))
		kind++;
	if (argc != 4 || kind == kinds + ARRAY_SIZE(kinds))
		return 2;
	if (!strcmp(kind->event, "file_rename"))
		fill(&record);
	schema.find_label = find_label;
	text = text_of(kind, atoi(argv[2]));
	if (evf_rules_parse(&rules, &schema, text, strlen(text), &error)) {
		fprintf(stderr, "evaluate: %s: %s\n", evf_code_name(error.code), text);
		return 2;
	}
	for (times = atol(argv[3]); times > 0; times--)
		evf_program_run(rules.rule[0].program, &record);
	evf_rules_free(&rules);
	free(text);
	return 0;
}
