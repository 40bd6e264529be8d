// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counters for the administrator.
 */

#include <linux/cpumask.h>
#include "stats.h"

DEFINE_PER_CPU(struct evf_stats, evf_stats);

long evf_stat(enum evf_stat stat)
{
	long sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += per_cpu(evf_stats, cpu).count[stat];
	return sum;
}
