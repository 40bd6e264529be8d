// SPDX-License-Identifier: BSD-2-Clause
/*
 * Counting without a line of memory that threads share: up to 64 threads of the process have a place
 * of their own in every cache, from when they first had a miss until they end.
 */
#include "avc_internal.h"

#include <string.h>

_Thread_local uint64_t eventfilter_avc_shard;

static _Atomic uint64_t taken;	/* a bit for each shard */
static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t at_exit;
static bool has_key;

_Static_assert(AVC_SHARDS == 64, "a bit for each");

/* The next thread that takes it sees all that this one counted */
static void give_back(void *shard)
{
	eventfilter_avc_shard = 0;
	atomic_fetch_and_explicit(&taken, ~((uint64_t)1 << ((uintptr_t)shard - 1)), memory_order_release);
}

static void make_key(void)
{
	has_key = pthread_key_create(&at_exit, give_back) == 0;
}

static unsigned int take_free_shard(void)
{
	uint64_t seen = atomic_load_explicit(&taken, memory_order_relaxed);

	while (~seen != 0) {
		unsigned int bit = (unsigned int)__builtin_ctzll(~seen);

		if (atomic_compare_exchange_weak_explicit(&taken, &seen, seen | (uint64_t)1 << bit,
							  memory_order_acquire, memory_order_relaxed))
			return bit + 1;
	}
	return 0;
}

/* A shard that couldn't be given back isn't taken */
void eventfilter_avc_find_shard(void)
{
	unsigned int shard;

	if (eventfilter_avc_shard != 0)
		return;
	pthread_once(&once, make_key);
	shard = has_key ? take_free_shard() : 0;
	if (shard != 0 && pthread_setspecific(at_exit, (void *)(uintptr_t)shard) != 0) {
		give_back((void *)(uintptr_t)shard);
		shard = 0;
	}
	eventfilter_avc_shard = shard * sizeof(struct avc_shard);
}

void eventfilter_avc_get_stats(const struct eventfilter_avc *avc, struct eventfilter_avc_stats *stats)
{
	uint64_t sum[AVC_COUNTERS] = { 0 };
	unsigned int shard, counter;

	for (shard = 0; shard <= AVC_SHARDS; shard++) {
		for (counter = 0; counter < AVC_COUNTERS; counter++)
			sum[counter] += atomic_load_explicit(&avc->shard[shard].count[counter],
							     memory_order_relaxed);
	}
	*stats = (struct eventfilter_avc_stats){
		.hits = sum[AVC_HITS],
		.misses = sum[AVC_MISSES],
		.stale = sum[AVC_STALE],
		.inserts = sum[AVC_INSERTS],
		.evictions = sum[AVC_EVICTIONS],
		.crowded = sum[AVC_CROWDED],
		.retries = sum[AVC_RETRIES],
		.failures = sum[AVC_FAILURES],
		.entries = (avc->mask / sizeof(struct avc_bucket) + 1) * AVC_WAYS,
	};
}
