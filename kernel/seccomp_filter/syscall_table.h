/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The chains of all system calls, as the system call entry looks at them.
 */
#ifndef _EVF_SYSCALL_TABLE_H
#define _EVF_SYSCALL_TABLE_H

#include <linux/refcount.h>
#include <asm/unistd.h>
#include "chain.h"

/* Places of a table beside the system calls' numbers */
enum evf_syscall_place {
	EVF_SYSCALL_BEYOND = NR_syscalls,	/* numbers that no system call has */
	EVF_SYSCALL_COMPAT,			/* those of other tables: ia32, x32 */
	EVF_NR_SYSCALL_PLACES
};

/**
 * struct evf_syscall_table - the chains of all system calls
 * @usage: rulesets, domains
 * @nr: length of @chain
 * @index: by number or place: which chain; 0: allowed, whatever the arguments are
 * @chain: references; the first is NULL
 */
struct evf_syscall_table {
	refcount_t usage;
	u32 nr;
	u16 index[EVF_NR_SYSCALL_PLACES];
	struct evf_chain *chain[];
};

/**
 * evf_syscall_table_build() - the table of one ruleset
 * @ruleset: parsed
 * @index: of its rules
 * @out: receives a reference, or NULL when the ruleset leaves system calls alone
 *
 * Return: 0 or -ENOMEM.
 */
int evf_syscall_table_build(const struct evf_ruleset *ruleset,
			    const struct evf_rule_index *index,
			    struct evf_syscall_table **out);

/**
 * evf_syscall_table_merge() - the table of two stacks of layers
 * @older: or NULL
 * @newer: or NULL
 * @out: receives a reference, or NULL when both are NULL
 *
 * Context: may sleep.
 *
 * Return: 0 or -ENOMEM.
 */
int evf_syscall_table_merge(struct evf_syscall_table *older, struct evf_syscall_table *newer,
			    struct evf_syscall_table **out);

/**
 * evf_syscall_table_put() - drop a reference
 * @table: or NULL
 *
 * Context: may sleep.
 */
void evf_syscall_table_put(struct evf_syscall_table *table);

#endif /* _EVF_SYSCALL_TABLE_H */
