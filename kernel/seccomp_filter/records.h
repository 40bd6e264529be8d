/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Records for whoever made a ruleset: what its own layers refused, or would have. Anybody
 * may have them, so the memory for them is bounded, and charged when the descriptor is
 * made.
 */
#ifndef _EVF_RECORDS_H
#define _EVF_RECORDS_H

#include <linux/irq_work.h>
#include <linux/rcupdate.h>
#include <linux/siphash.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include "log.h"
#include "ruleset.h"

struct pid_namespace;

/* Hashes of records that were handed out before, for a permissive ruleset */
#define EVF_RECORDS_SEEN	4096

/**
 * struct evf_records - the open records descriptor of a ruleset
 * @ruleset: a reference
 * @pid_ns: pids are as seen in it: that of who opened the descriptor; a reference
 * @wait: readers and pollers
 * @wake: wakes them up, outside of whatever lock the event was raised under
 * @release: frees it
 * @reading: one reader at a time
 * @lock: protects what follows it
 * @start: where the oldest record is in @ring
 * @used: bytes from there
 * @lost: records that found no room since the last that did
 * @key: of the hashes
 * @seen: EVF_RECORDS_SEEN hashes, 0 where there is none; NULL unless the ruleset is permissive
 * @nr_seen: of them
 * @ring: EVF_RECORDS_SIZE bytes of whole records
 *
 * A writer appends, or drops what it has; it never moves what a reader may be copying.
 */
struct evf_records {
	struct evf_ruleset *ruleset;
	struct pid_namespace *pid_ns;
	wait_queue_head_t wait;
	struct irq_work wake;
	struct rcu_work release;
	struct mutex reading;		/* one reader at a time */
	spinlock_t lock;		/* what follows */
	u32 start;
	u32 used;
	u64 lost;
	siphash_key_t key;
	u64 *seen;
	u32 nr_seen;
	char ring[];
};

/**
 * evf_records_wanted() - has a ruleset a records descriptor?
 * @ruleset: the ruleset
 *
 * Without a lock: records that come as it opens or closes may miss it.
 *
 * Return: true if there is one.
 */
static inline bool evf_records_wanted(const struct evf_ruleset *ruleset)
{
	return rcu_access_pointer(ruleset->records);
}

/**
 * evf_records_add() - hand a record to the ruleset's descriptor, if there is one
 * @ruleset: whose layer it was
 * @report: the record
 * @denial: its values; NULL for a rule that is always on
 *
 * Context: any.
 */
void evf_records_add(const struct evf_ruleset *ruleset, const struct evf_report *report,
		     const struct evf_denial *denial);

/**
 * evf_records_lose() - count a record that couldn't be made, if there is a descriptor
 * @ruleset: whose layer it was
 *
 * Context: any.
 */
void evf_records_lose(const struct evf_ruleset *ruleset);

/**
 * evf_records_create_fd() - EVF_RECORDS
 * @ruleset: the ruleset
 *
 * Return: the descriptor, or
 *	-EPERM: the caller has a layer of this ruleset,
 *	-EBUSY: there is such a descriptor,
 *	-EMFILE, -ENFILE, -ENOMEM.
 */
int evf_records_create_fd(struct evf_ruleset *ruleset);

#endif /* _EVF_RECORDS_H */
