/* SPDX-License-Identifier: BSD-2-Clause */
/* The access vector cache, shared by its files. avc.c explains how it works. */
#ifndef EVENTFILTER_AVC_INTERNAL_H
#define EVENTFILTER_AVC_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "eventfilter/avc.h"
#include "eventfilter/avc_page.h"

#define AVC_LINE	64	/* bytes that processors exchange */
#define AVC_WAYS	4	/* places in which an entry may be */
#define AVC_CLASS_STEP	256	/* between the numbers of two classes */

/* An entry; avc.c says who may read and write what when */
struct avc_slot {
	_Alignas(AVC_LINE) _Atomic uint64_t tag;	/* class, and the version << 16 */
	_Atomic uint32_t subject;
	_Atomic uint32_t object;
	_Atomic uint64_t generation;
	_Atomic uint64_t verdict;	/* allowed, and decided << 32; 0: nothing, or being written */
	_Atomic uint32_t audited;
	_Atomic uint32_t is_written;	/* lock of whoever writes */
};

struct avc_bucket {
	struct avc_slot slot[AVC_WAYS];
};

enum avc_counter {
	AVC_HITS,
	AVC_MISSES,
	AVC_STALE,
	AVC_INSERTS,
	AVC_EVICTIONS,
	AVC_CROWDED,
	AVC_RETRIES,
	AVC_FAILURES,
	AVC_COUNTERS,
};

_Static_assert(AVC_COUNTERS * sizeof(uint64_t) == AVC_LINE, "a line for each thread");

/* Threads that count alone, each in a line of its own; all others share the first line */
#define AVC_SHARDS	64

struct avc_shard {
	_Alignas(AVC_LINE) _Atomic uint64_t count[AVC_COUNTERS];
};

/* Names, which only ever become more */
struct avc_names {
	pthread_mutex_t lock;	/* of whoever adds one */
	_Atomic uint32_t used;
	_Atomic(char *) name[EVENTFILTER_AVC_MAX_NAMES + 1];
	uint32_t place[4 * EVENTFILTER_AVC_MAX_NAMES];	/* id by the name's hash; 0: empty. @lock. */
};

struct avc_class {
	char *name;
	char *permissions;	/* with one space between two */
};

struct avc_classes {
	pthread_mutex_t lock;
	_Atomic uint32_t used;
	struct avc_class class[EVENTFILTER_AVC_MAX_CLASSES];
};

/* What a lookup reads comes first, in one line */
struct eventfilter_avc {
	_Alignas(AVC_LINE) struct avc_bucket *buckets;
	const struct eventfilter_avc_page *page;	/* never changes: another page is mapped in its place */
	uint32_t mask;	/* that makes of a hash the bytes from the first bucket to another */
	eventfilter_avc_resolver resolver;
	void *context;
	struct eventfilter_avc_page *own_page;	/* when there is no publisher but this process */
	_Atomic uint32_t victim;
	struct avc_names *names;
	struct avc_classes *classes;
	struct avc_shard shard[AVC_SHARDS + 1];
};

/* As eventfilter_avc_page_map(), in the place of a page that is mapped at where, unless that is NULL */
int eventfilter_avc_page_map_at(void *where, int fd, const struct eventfilter_avc_page **page);

/* 0 or -ENOMEM; free what was made in either case, NULL does nothing */
int eventfilter_avc_names_create(struct eventfilter_avc *avc);
void eventfilter_avc_names_destroy(struct eventfilter_avc *avc);

/* NULL for a number that was never given */
const char *eventfilter_avc_name_of(const struct eventfilter_avc *avc, uint32_t id);
const struct avc_class *eventfilter_avc_class_of(const struct eventfilter_avc *avc, uint32_t class_id);

/* Bytes from the first shard, which is shared, to the thread's own, if it has one */
extern _Thread_local uint64_t eventfilter_avc_shard
	__attribute__((tls_model("initial-exec"), visibility("hidden")));

/* Gives the thread a shard of its own, if there is one and it has none */
void eventfilter_avc_find_shard(void);

/*
 * Nobody else writes to a shard that has an owner, so that adding needn't be one step. Threads that have
 * none may take a hit from each other's count.
 */
static inline void avc_count(struct eventfilter_avc *avc, enum avc_counter counter)
{
	_Atomic uint64_t *count = (void *)((char *)&avc->shard[0].count[counter] + eventfilter_avc_shard);

	atomic_store_explicit(count, atomic_load_explicit(count, memory_order_relaxed) + 1,
			      memory_order_relaxed);
}

#endif /* EVENTFILTER_AVC_INTERNAL_H */
