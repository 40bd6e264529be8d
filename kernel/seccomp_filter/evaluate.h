/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Running one entry of a chain: what object events and system calls have in common.
 */
#ifndef _EVF_EVALUATE_H
#define _EVF_EVALUATE_H

#include <linux/cred.h>
#include <linux/user_namespace.h>
#include "chain.h"
#include "core/program.h"

/*
 * For a record or a query on the stack: not cleared, even if the kernel is built to clear
 * variables. Whatever a program reads of it was filled in; it costs more than the program.
 */
#define evf_uncleared __attribute__((__uninitialized__))

/* evf_entry_run(): there is no program, the rule is "deny" */
#define EVF_DENIED	(-2)

/**
 * evf_entry_run_in_ns() - evf_entry_run() with ids as the creator of the ruleset sees them
 * @entry: a rule with a program
 * @record: as of evf_entry_run(); left as it is: a copy is translated
 *
 * Context: any.
 *
 * Return: EVF_PASS, or the number of the predicate that was false.
 */
int evf_entry_run_in_ns(const struct evf_entry *entry, const struct evf_record *record);

/**
 * evf_fill_ids() - fill in the subject's ids, and mark those that are none
 * @chain: whose programs are about to run: only ids that it reads are looked at
 * @subject: whose effective ids they are
 * @record: gets EVF_SLOT_UID, EVF_SLOT_GID and bits of @undefined
 *
 * Context: any.
 */
void evf_fill_ids(const struct evf_chain *chain, const struct cred *subject,
		  struct evf_record *record);

/**
 * evf_entry_run() - evaluate one rule
 * @entry: the rule
 * @record: ids as seen in the initial user namespace, evf_fill_ids() done
 *
 * Return: EVF_PASS, EVF_DENIED, or the number of the predicate that was false.
 */
static inline int evf_entry_run(const struct evf_entry *entry, const struct evf_record *record)
{
	if (!entry->program)
		return EVF_DENIED;
	if (unlikely(entry->uid_slots | entry->gid_slots) &&
	    entry->ruleset->user_ns != &init_user_ns)
		return evf_entry_run_in_ns(entry, record);
	return evf_program_run(entry->program, record);
}

#endif /* _EVF_EVALUATE_H */
