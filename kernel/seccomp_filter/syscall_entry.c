// SPDX-License-Identifier: GPL-2.0-only
/*
 * System calls are judged here, called by the generic entry code for tasks whose layers
 * constrain some.
 */

#include <linux/entry-common.h>
#include <linux/nospec.h>
#include <linux/sched/signal.h>
#include <linux/thread_info.h>
#include <asm/syscall.h>
#include "action.h"
#include "clone.h"
#include "core/run.h"
#include "domain.h"
#include "evaluate.h"
#include "events.h"
#include "log.h"
#include "stats.h"

/* The registers are copied as an array into the first slots. */
static_assert(sizeof(union evf_value) == sizeof(unsigned long));

/* The event of the call that is being made; NULL if it's none of this table */
static const struct evf_event *current_event(struct pt_regs *regs)
{
	if (in_ia32_syscall())
		return NULL;
	return evf_syscall_event(syscall_get_nr(current, regs));
}

static noinline void log_refusal(struct pt_regs *regs, const struct evf_entry *entry,
				 int predicate, const struct evf_record *record)
{
	const struct evf_denial denial = {
		.domain = evf_current_domain(),
		.event = current_event(regs),
		.entry = entry,
		.predicate = predicate,
		.record = record,
		.filled = GENMASK(5, 0) | entry->uid_slots | entry->gid_slots,
	};

	evf_log_denial(&denial);
}

/* Return: whether the call is refused; what userspace sees of that is in the registers */
static noinline bool refuse(struct pt_regs *regs, const struct evf_entry *entry, int predicate,
			    const struct evf_record *record)
{
	const struct evf_action *action = &entry->action;

	if (action->kind == EVF_ACTION_LOG)
		evf_count(logs);
	else
		evf_count(refusals);
	if (!action->quiet)
		log_refusal(regs, entry, predicate, record);
	switch (action->kind) {
	case EVF_ACTION_LOG:
		return false;
	case EVF_ACTION_KILL:
	case EVF_ACTION_TRAP:
		/* As if the call had not been made, for a handler and whoever reads the core */
		syscall_rollback(current, regs);
		force_sig_seccomp(syscall_get_nr(current, regs), action->error,
				  action->kind == EVF_ACTION_KILL);
		return true;
	}
	syscall_set_return_value(current, regs, -action->error, 0);
	return true;
}

/* The rare case, a rule is false or reads ids: which one is it? */
static noinline bool is_refused_slow(const struct evf_chain *chain, struct evf_record *record)
{
	struct pt_regs *regs = current_pt_regs();
	int predicate;
	u32 i;

	if (chain->id_slots)
		evf_fill_ids(chain, current_cred(), record);
	for (i = 0; i < chain->nr; i++) {
		predicate = evf_entry_run(&chain->entry[i], record);
		if (predicate != EVF_PASS && refuse(regs, &chain->entry[i], predicate, record))
			return true;
	}
	return false;
}

/* Return: whether the chain refuses the call */
static noinline bool is_refused(struct pt_regs *regs, const struct evf_chain *chain)
{
	const struct evf_program *program = chain->quick;
	struct evf_record record evf_uncleared;

	syscall_get_arguments(current, regs, (unsigned long *)record.v);
	record.undefined = 0;
	record.unknown = 0;
	if (likely(program) && evf_run_known(program, &record) == EVF_PASS)
		return false;
	return is_refused_slow(chain, &record);
}

/* Where the arguments of a 64-bit call are among the registers, by slot */
static const u8 argument_at[EVF_MAX_SLOTS] = {
	offsetof(struct pt_regs, di), offsetof(struct pt_regs, si), offsetof(struct pt_regs, dx),
	offsetof(struct pt_regs, r10), offsetof(struct pt_regs, r8), offsetof(struct pt_regs, r9),
};

static __always_inline union evf_value argument(const void *regs, u8 slot)
{
	return (union evf_value){ .num = *(const u64 *)(regs + argument_at[slot]) };
}

static noinline long judge_slowly(struct pt_regs *regs, long nr, const struct evf_chain *chain)
{
	return is_refused(regs, chain) ? -1 : nr;
}

/*
 * The calls of other tables that a process can't do without: see is_always_allowed() of
 * the table.
 */
static bool is_compat_always_allowed(long nr)
{
	if (in_ia32_syscall()) {
		switch (nr) {
		case 0:		/* restart_syscall */
		case 1:		/* exit */
		case 119:	/* sigreturn */
		case 173:	/* rt_sigreturn */
		case 252:	/* exit_group */
			return true;
		}
		return false;
	}
	switch (nr & ~__X32_SYSCALL_BIT) {
	case __NR_restart_syscall:
	case __NR_exit:
	case __NR_exit_group:
	case 513:		/* rt_sigreturn */
		return true;
	}
	return false;
}

static bool is_compat(long nr)
{
	/* A negative number is no call of x32, although it has the bit */
	return in_ia32_syscall() || (nr >= 0 && nr & __X32_SYSCALL_BIT);
}

static noinline long judge_other(struct pt_regs *regs, long nr,
				 const struct evf_syscall_table *table)
{
	unsigned int place = EVF_SYSCALL_BEYOND;

	/* A tracer had it skipped, or nobody would run it: leave the result as it is */
	if (nr == -1)
		return nr;
	if (is_compat(nr)) {
		if (is_compat_always_allowed(nr))
			return nr;
		place = EVF_SYSCALL_COMPAT;
	}
	if (table->index[place] && is_refused(regs, table->chain[table->index[place]]))
		return -1;
	return nr;
}

static __always_inline long judge_by_table(struct pt_regs *regs, long nr,
					   const struct evf_syscall_table *table)
{
	const struct evf_chain *chain;
	unsigned int place = nr;
	unsigned int index;

	if (unlikely(in_ia32_syscall() || place >= NR_syscalls))
		return judge_other(regs, nr, table);
	place = array_index_nospec(place, NR_syscalls);
	index = table->index[place];
	if (likely(!index))
		return nr;
	chain = table->chain[index];
	if (likely(chain->quick) && likely(evf_passes_simply(chain->quick, regs, argument)))
		return nr;
	return judge_slowly(regs, nr, chain);
}

/* For tasks that may have no table, and are watched for what no hook tells */
static noinline long judge_namespaces_too(struct pt_regs *regs, long nr)
{
	const struct evf_syscall_table *table = evf_current_domain()->syscalls;
	int error;

	if (table && judge_by_table(regs, nr, table) != nr)
		return -1;
	error = evf_judge_namespaces(regs, nr);
	if (!error)
		return nr;
	syscall_set_return_value(current, regs, error, 0);
	return -1;
}

/**
 * evf_syscall_enter() - judge a system call by the filters of current
 * @regs: of userspace; nothing changes the arguments in them from here on
 * @nr: the call's number
 *
 * Return: @nr, or -1 when the call is refused and must not run.
 */
long evf_syscall_enter(struct pt_regs *regs, long nr)
{
	if (static_branch_unlikely(&evf_judges_namespaces))
		return judge_namespaces_too(regs, nr);
	return judge_by_table(regs, nr, evf_current_domain()->syscalls);
}
