// SPDX-License-Identifier: GPL-2.0-only
/*
 * Records for whoever made a ruleset: what goes into them.
 */

#include <linux/cred.h>
#include <linux/eventfilter.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "core/program.h"
#include "log_text.h"
#include "records.h"
#include "stats.h"

/* With the longest of every text a record has room: struct evf_texts, and some numbers */
static_assert(sizeof(struct evf_texts) - sizeof_field(struct evf_texts, raw) + 512 <=
	      EVF_MAX_RECORD);
static_assert(EVF_RECORDS_SIZE >= 4 * EVF_MAX_RECORD);

#define LOST_TEXT	32	/* "lost=" and a number */

static void put_text(struct evf_records *records, const char *text, u32 len)
{
	const u32 at = (records->start + records->used) % EVF_RECORDS_SIZE;
	const u32 first = min(len, EVF_RECORDS_SIZE - at);

	memcpy(records->ring + at, text, first);
	memcpy(records->ring, text + first, len - first);
	records->used += len;
}

/* Where a hash is, or where it would be: then there is 0 */
static u64 *find_seen(struct evf_records *records, u64 hash)
{
	u32 at = hash % EVF_RECORDS_SEEN;

	while (records->seen[at] && records->seen[at] != hash)
		at = (at + 1) % EVF_RECORDS_SEEN;
	return &records->seen[at];
}

static void remember(struct evf_records *records, u64 hash)
{
	/* Rather some records twice than none for what is new */
	if (records->nr_seen >= EVF_RECORDS_SEEN / 4 * 3) {
		memset(records->seen, 0, EVF_RECORDS_SEEN * sizeof(*records->seen));
		records->nr_seen = 0;
	}
	*find_seen(records, hash) = hash;
	records->nr_seen++;
}

/* A record that is lost is not remembered: the next like it may find room */
static void append(struct evf_records *records, const char *text, u32 len, u64 hash)
{
	char lost[LOST_TEXT];
	u32 more = 0;

	lockdep_assert_held(&records->lock);
	if (records->seen && *find_seen(records, hash))
		return;
	if (records->lost)
		more = scnprintf(lost, sizeof(lost), "lost=%llu\n", records->lost);
	if (records->used + more + len > EVF_RECORDS_SIZE) {
		records->lost++;
		evf_count(records_lost);
		return;
	}
	if (records->seen)
		remember(records, hash);
	put_text(records, lost, more);
	put_text(records, text, len);
	records->lost = 0;
	evf_count(records);
}

/* Context: RCU */
static void add_text(struct evf_records *records, const char *text, u32 len, u64 hash)
{
	unsigned long flags;

	spin_lock_irqsave(&records->lock, flags);
	append(records, text, len, hash);
	spin_unlock_irqrestore(&records->lock, flags);
	irq_work_queue(&records->wake);
}

static void mix(const struct evf_records *records, u64 *hash, const char *text)
{
	*hash = siphash_2u64(*hash, siphash(text, strlen(text), &records->key), &records->key);
}

/*
 * Two records with the same hash say the same to who learns from them: not which process
 * it was, and of a system call only what a program reads: the others are addresses, as often
 * as not.
 */
static u64 hash_of(const struct evf_records *records, const struct evf_report *report,
		   const struct evf_denial *denial, uid_t uid)
{
	const bool is_syscall = denial && (!denial->event ||
					   denial->event->group == EVF_GROUP_SYSCALLS);
	u64 hash = siphash_2u64(uid, report->error, &records->key);
	u32 slots;
	u8 i;

	mix(records, &hash, report->event);
	mix(records, &hash, report->comm);
	mix(records, &hash, report->predicate);
	mix(records, &hash, report->path);
	if (!is_syscall) {
		mix(records, &hash, report->values);
		return hash ?: 1;
	}
	slots = denial->entry->program ? evf_program_slots(denial->entry->program) : 0;
	for (i = 0; i < EVF_SLOT_UID; i++) {
		if (slots & denial->filled & BIT(i))
			hash = siphash_2u64(hash, denial->record->v[i].num, &records->key);
	}
	return hash ?: 1;
}

static int print(char *text, const struct evf_records *records, const struct evf_report *report,
		 uid_t uid)
{
	char id[12] = "unmapped";

	if (uid != (uid_t)-1)
		scnprintf(id, sizeof(id), "%u", uid);
	return scnprintf(text, EVF_MAX_RECORD,
			 "event=%s pid=%d tid=%d comm=\"%s\" uid=%s domain=%llu layer=%d action=%s error=%d predicate=\"%s\" path=\"%s\"%s%s\n",
			 report->event, task_tgid_nr_ns(current, records->pid_ns),
			 task_pid_nr_ns(current, records->pid_ns), report->comm, id,
			 report->domain, report->layer, report->action, report->error,
			 report->predicate, report->path, *report->values ? " " : "",
			 report->values);
}

void evf_records_add(const struct evf_ruleset *ruleset, const struct evf_report *report,
		     const struct evf_denial *denial)
{
	char *text = kmalloc(EVF_MAX_RECORD, GFP_ATOMIC | __GFP_NOWARN);
	const uid_t uid = from_kuid(ruleset->user_ns, current_euid());
	struct evf_records *records;

	if (!text) {
		evf_records_lose(ruleset);
		return;
	}
	rcu_read_lock();
	records = rcu_dereference(ruleset->records);
	if (records)
		add_text(records, text, print(text, records, report, uid),
			 records->seen ? hash_of(records, report, denial, uid) : 0);
	rcu_read_unlock();
	kfree(text);
}

void evf_records_lose(const struct evf_ruleset *ruleset)
{
	struct evf_records *records;
	unsigned long flags;

	rcu_read_lock();
	records = rcu_dereference(ruleset->records);
	if (records) {
		spin_lock_irqsave(&records->lock, flags);
		records->lost++;
		spin_unlock_irqrestore(&records->lock, flags);
		evf_count(records_lost);
		irq_work_queue(&records->wake);
	}
	rcu_read_unlock();
}
