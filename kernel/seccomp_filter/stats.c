// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counters for the administrator.
 */

#include "stats.h"

DEFINE_PER_CPU(struct evf_stats, evf_stats);
