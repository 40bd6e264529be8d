/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Counters for the administrator. Each processor has its own, so that counting writes to
 * nothing that others read.
 */
#ifndef _EVF_STATS_H
#define _EVF_STATS_H

#include <linux/percpu.h>

/* What exists, then what has happened since boot; in the order of the listing */
#define EVF_STATS(S) \
	S(rulesets) \
	S(domains) \
	S(layers) \
	S(attached) \
	S(spaces) \
	S(names) \
	S(assignments) \
	S(refusals) \
	S(logs) \
	S(records) \
	S(records_lost) \
	S(audits) \
	S(audit_lost)

#define EVF_STAT_ID(name)	EVF_STAT_##name,
enum evf_stat {
	EVF_STATS(EVF_STAT_ID)
	EVF_NR_STATS
};
#undef EVF_STAT_ID

struct evf_stats {
	long count[EVF_NR_STATS];
};

DECLARE_PER_CPU(struct evf_stats, evf_stats);

#define evf_count(stat)		this_cpu_inc(evf_stats.count[EVF_STAT_##stat])
#define evf_uncount(stat)	this_cpu_dec(evf_stats.count[EVF_STAT_##stat])
#define evf_count_many(stat, n)	this_cpu_add(evf_stats.count[EVF_STAT_##stat], n)

/**
 * evf_stat() - a counter of all processors
 * @stat: which one
 *
 * Return: its value; of what exists it can be off by what changes meanwhile.
 */
long evf_stat(enum evf_stat stat);

#endif /* _EVF_STATS_H */
