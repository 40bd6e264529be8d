// SPDX-License-Identifier: GPL-2.0-only
/*
 * Records for the audit system.
 */

#include <linux/cred.h>
#include <linux/eventfilter.h>
#include <linux/hash.h>
#include <linux/jiffies.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/uidgid.h>
#include "audit.h"
#include "stats.h"

#define BUCKET_BITS	6

/*
 * struct bucket - what the users that share it may still send
 * @lock: protects the rest
 * @since: when the present interval began, in jiffies; 0 before the first
 * @sent: in it
 * @lost: since the last that was sent
 *
 * A user has as many namespaces and ids in them as it likes: a table of fixed size bounds
 * them all.
 */
static struct bucket {
	spinlock_t lock;	/* the rest */
	unsigned long since;
	u32 sent;
	u64 lost;
} buckets[1 << BUCKET_BITS] = {
	[0 ... (1 << BUCKET_BITS) - 1] = { .lock = __SPIN_LOCK_UNLOCKED(buckets.lock) },
};

/* The real id: a confined task can't choose another */
static struct bucket *bucket_of_current(void)
{
	return &buckets[hash_32(__kuid_val(current_uid()), BUCKET_BITS)];
}

/* Return: whether one more may be sent; @lost receives how many weren't before it */
static bool take_turn(u64 *lost)
{
	struct bucket *bucket = bucket_of_current();
	unsigned long flags;
	bool mine;

	spin_lock_irqsave(&bucket->lock, flags);
	if (!bucket->since || time_after(jiffies, bucket->since + EVF_AUDIT_SECONDS * HZ)) {
		bucket->since = jiffies ?: 1;
		bucket->sent = 0;
	}
	mine = bucket->sent < EVF_AUDIT_BURST;
	if (mine) {
		bucket->sent++;
		*lost = bucket->lost;
		bucket->lost = 0;
	} else {
		bucket->lost++;
	}
	spin_unlock_irqrestore(&bucket->lock, flags);
	return mine;
}

/* For the next record to say. @nr: one that is lost now, and those that it would have told of */
static void lose(u64 nr)
{
	struct bucket *bucket = bucket_of_current();
	unsigned long flags;

	spin_lock_irqsave(&bucket->lock, flags);
	bucket->lost += nr;
	spin_unlock_irqrestore(&bucket->lock, flags);
	evf_count(audit_lost);
}

void evf_audit_lose(void)
{
	lose(1);
}

/* The texts have no quotes and nothing unprintable: they need no hexadecimal form */
void evf_audit(const struct evf_report *report)
{
	struct audit_buffer *audit;
	u64 lost;

	if (!take_turn(&lost)) {
		evf_count(audit_lost);
		return;
	}
	audit = audit_log_start(audit_context(), GFP_ATOMIC | __GFP_NOWARN, AUDIT_AVC);
	if (!audit) {
		lose(lost + 1);
		return;
	}
	audit_log_format(audit, "lsm=eventfilter event=%s pid=%d tid=%d comm=\"%s\" uid=%u",
			 report->event, task_tgid_nr(current), task_pid_nr(current),
			 report->comm, __kuid_val(current_euid()));
	audit_log_format(audit, " domain=%llu layer=%d action=%s error=%d lost=%llu",
			 report->domain, report->layer, report->action, report->error, lost);
	audit_log_format(audit, " predicate=\"%s\" path=\"%s\"%s%s", report->predicate,
			 report->path, *report->values ? " " : "", report->values);
	audit_log_end(audit);
	evf_count(audits);
}
