/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A filter, compiled: a forward-only jump program over a record.
 */
#ifndef _EVF_PROGRAM_H
#define _EVF_PROGRAM_H

#include <evf_env.h>
#include "event.h"
#include "record.h"

EVF_BEGIN_DECLS

struct evf_program;

/* evf_program_run(): the filter is true */
#define EVF_PASS	(-1)

/**
 * evf_program_run() - evaluate a filter
 * @program: verified
 * @record: the event's values; the slots in evf_program_slots() are filled in
 *
 * Neither allocates nor sleeps nor fails. Bounded by the number of its predicates.
 *
 * Return: EVF_PASS, or the number of the predicate that decided against it (from 0).
 */
int evf_program_run(const struct evf_program *program, const struct evf_record *record);

/**
 * evf_program_slots() - which slots a program reads
 * @program: a program
 *
 * Return: a bit per slot.
 */
u32 evf_program_slots(const struct evf_program *program);

/**
 * evf_program_label_slots() - which of them are labels
 * @program: a program
 *
 * Return: a bit per slot.
 */
u32 evf_program_label_slots(const struct evf_program *program);

/**
 * evf_program_size() - memory that a program takes
 * @program: a program
 *
 * Return: bytes.
 */
size_t evf_program_size(const struct evf_program *program);

/**
 * evf_program_cost() - how long a run takes at most
 * @program: a program
 *
 * Return: steps of some ten machine instructions; see EVF_MAX_COST.
 */
u64 evf_program_cost(const struct evf_program *program);

/**
 * evf_program_print_false() - what of a filter was false, for the record of a refusal
 * @program: a program
 * @predicate: number of the predicate that decided, from evf_program_run()
 * @event: the event that it was compiled for
 * @schema: names its labels
 * @buf: receives the operand of the outermost "&&" that has this predicate, or the whole
 *	filter: each of what "||" joins was false, not only the last. Terminated, cut to
 *	@size with "..."
 * @size: bytes at @buf, at least 4
 *
 * May be called in atomic context if the schema's label_name may.
 *
 * Return: bytes written, the terminator not counted.
 */
size_t evf_program_print_false(const struct evf_program *program, int predicate,
			       const struct evf_event *event, const struct evf_schema *schema,
			       char *buf, size_t size);

/**
 * evf_program_join() - one program for several
 * @programs: for one event, verified; their labels are of one label space
 * @nr: how many, at least 1
 * @ret: receives a program that passes where all of them pass. Where it doesn't, the
 *	number that it returns means nothing: ask them one by one.
 *
 * A program that says the same as one of the 64 before it isn't run again.
 *
 * Return: 0,
 *	-E2BIG: too long for one,
 *	-ENOMEM,
 *	-EINVAL: the result doesn't verify, which is our own mistake.
 */
int evf_program_join(const struct evf_program *const *programs, u32 nr,
		     struct evf_program **ret);

/**
 * evf_program_free() - free a program
 * @program: which nobody may run any more; NULL is fine
 */
void evf_program_free(struct evf_program *program);

EVF_END_DECLS

#endif /* _EVF_PROGRAM_H */
