/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The shared table of vectors: what every text means, for GoogleTest, for KUnit and for
 * the test that goes through the ABI.
 *
 * The rows are in vectors_*.def:
 *
 *	EVF_PASSES(text, record, skipped)
 *		the filter is true of the record
 *	EVF_REFUSES(text, record, predicate, skipped)
 *		it's false, and the predicate of that number decided
 *	EVF_CONSTANT(text, kind)
 *		the first rule is an EVF_RULE_##kind without a program
 *	EVF_CANONICAL(text, canonical)
 *		evf_format() makes this of it
 *	EVF_WRONG(text, code, offset, length)
 *		it's refused with EVF_E_##code, at these bytes
 *
 * A record is "field=value field=value"; numbers as in C, sets of labels as "a,b" or "-",
 * strings in quotes. "?" is an undefined id or an unknown label. A field that isn't named
 * is 0, "" or the empty set. @skipped is a mask of predicates (P0 | P2) that must not run;
 * several that were merged into one test count as the last of them.
 *
 * Through the ABI: evf_vector_syscall() picks the rows that any process can try. Their
 * calls are harmless: pointers are 0, descriptors are the standard ones or not open, and a
 * call that is let through fails in the kernel with an errno that is neither EPERM nor
 * EACCES, or does nothing. EVF_WRONG rows without labels can be written to a ruleset as
 * they are, but for "test_types", which is no event of the kernel.
 */
#ifndef _EVF_VECTORS_H
#define _EVF_VECTORS_H

#include <evf_env.h>
#include "core/rules.h"

EVF_BEGIN_DECLS

enum evf_vector_kind {
	EVF_V_PASSES,
	EVF_V_REFUSES,
	EVF_V_CONSTANT,
	EVF_V_CANONICAL,
	EVF_V_WRONG,
};

/**
 * struct evf_vector - a row
 * @where: file of the row
 * @line: and line in it
 * @text: ruleset text
 * @text_len: its bytes; a null byte may be among them
 * @kind: enum evf_vector_kind
 * @record: for PASSES and REFUSES
 * @skipped: bit per predicate that must not run
 * @predicate: for REFUSES; for CONSTANT: the enum evf_rule_kind
 * @canonical: for CANONICAL
 * @code: for WRONG: EVF_E_*
 * @offset: for WRONG
 * @length: for WRONG
 */
struct evf_vector {
	const char *where;
	u32 line;
	u32 text_len;
	const char *text;
	const char *record;
	const char *canonical;
	u32 skipped;
	int predicate;
	u32 offset;
	u32 length;
	u16 code;
	u8 kind;
};

extern const struct evf_vector evf_vectors[];
extern const u32 evf_nr_vectors;

/* Events and labels that the rows name: the kernel's object events, some system calls
 * as 6.1 declares them, and test_types with a field of every type
 */
extern const struct evf_schema evf_vector_schema;

/* Labels that an object carries at most, here */
#define EVF_VECTOR_LABELS	8

/**
 * struct evf_vector_values - a record with what it points to
 * @record: the record
 * @labels: by slot: the memory of a struct evf_labels
 * @string: by slot
 * @named: bit per slot: fields that the row names
 */
struct evf_vector_values {
	struct evf_record record;
	u16 labels[EVF_MAX_SLOTS][1 + EVF_VECTOR_LABELS];
	struct evf_string string[EVF_MAX_SLOTS];
	u32 named;
};

/**
 * evf_vector_record() - parse a record
 * @event: whose fields it names
 * @text: the record
 * @values: receives it; points into @text
 *
 * Return: whether it is well formed.
 */
bool evf_vector_record(const struct evf_event *event, const char *text,
		       struct evf_vector_values *values);

/**
 * struct evf_vector_result - what came of a row
 * @wrong: what is wrong, or NULL
 * @error: of a text that was refused
 * @predicate: of a filter that ran
 */
struct evf_vector_result {
	const char *wrong;
	struct evf_error error;
	int predicate;
};

/**
 * evf_vector_check() - try a row
 * @vector: the row
 * @result: receives what came of it
 *
 * Return: whether it is as the row says.
 */
bool evf_vector_check(const struct evf_vector *vector, struct evf_vector_result *result);

/**
 * evf_vector_syscall() - a row as a system call to try
 * @vector: any row
 * @event: receives "sys_enter_NAME", ftrace's name of the system call
 * @args: receive its arguments
 *
 * Return: whether it is one: PASSES or REFUSES of a system call's arguments alone.
 */
bool evf_vector_syscall(const struct evf_vector *vector, const char **event, u64 args[6]);

/**
 * evf_vector_verifier() - break programs in every way and see whether they still verify
 *
 * Return: what is wrong, or NULL.
 */
const char *evf_vector_verifier(void);

EVF_END_DECLS

#endif /* _EVF_VECTORS_H */
