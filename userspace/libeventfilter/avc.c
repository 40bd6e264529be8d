// SPDX-License-Identifier: BSD-2-Clause
/*
 * The access vector cache: lookups, answers, generations.
 *
 * A fixed array of slots, four to a bucket; the key's hash says which bucket. Nothing is ever allocated
 * or freed after the cache was made, so a reader can't meet freed memory. What it must find out is that
 * a slot was written to meanwhile.
 *
 * Writing, under the slot's lock: verdict becomes 0, then come the other fields, then tag with the next
 * version, verdict at last. Each store is a release, so nobody sees one without those before it. Reading:
 * tag, the fields, verdict, tag again, and each load is an acquire. Say that the verdict was stored by the
 * write W. No field is of a later write, since whoever sees one of those sees the 0 before it. The second
 * tag is that of W or later. If the first is the same, it is that of W: had it been later, the verdict
 * would be, too; and so no field is of an earlier write. A version has 48 bits: it is the same again after
 * 2^48 writes to one slot between two loads.
 *
 * Last of all the page's generation is read: there a lookup decides. Nobody waits for a slot: who finds it
 * being written goes without.
 */
#define _GNU_SOURCE
#include "avc_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define MAX_TRIES	8	/* changes of policy that overtake one question */

_Static_assert(sizeof(struct avc_slot) == AVC_LINE, "a line for each slot");
_Static_assert(sizeof(struct avc_bucket) == AVC_CLASS_STEP, "the mask keeps the class");
_Static_assert((uint64_t)EVENTFILTER_AVC_MAX_ENTRIES * AVC_LINE <= UINT32_MAX, "a hash has 32 bits");
_Static_assert(offsetof(struct eventfilter_avc_decision, decided) ==
	       offsetof(struct eventfilter_avc_decision, allowed) + sizeof(uint32_t), "as in a verdict");

struct avc_key {
	uint32_t subject, object;
	uint16_t class_id;
};

/*
 * Sums of products: what the mask leaves of them, from the bits of AVC_CLASS_STEP on, depends on all bits
 * of the numbers. Classes of the same subject and object are neighbours.
 */
static inline struct avc_bucket *bucket_of(const struct eventfilter_avc *avc, struct avc_key key)
{
	const uint32_t hash = key.subject * 0x9e3779b1U + key.object * 0x85ebca77U +
			      key.class_id;

	return (void *)((char *)avc->buckets + (hash & avc->mask));
}

static inline uint32_t allowed_of(uint64_t verdict)
{
	return (uint32_t)verdict;
}

static inline uint32_t decided_of(uint64_t verdict)
{
	return (uint32_t)(verdict >> 32);
}

/* Does it count now? Reads nothing before what was read before. */
static inline bool is_current(const struct eventfilter_avc_page *page, uint64_t generation)
{
	return eventfilter_avc_page_generation(page) == generation && eventfilter_avc_page_is_alive(page);
}

/* What a slot says of a key, if it does; audited only for whom it is */
static inline bool read_slot(const struct avc_slot *slot, struct avc_key key, bool wants_audited,
			     struct eventfilter_avc_decision *decision)
{
	const uint64_t tag = atomic_load_explicit(&slot->tag, memory_order_acquire);
	uint64_t verdict;

	if ((uint16_t)tag != key.class_id ||
	    atomic_load_explicit(&slot->subject, memory_order_acquire) != key.subject ||
	    atomic_load_explicit(&slot->object, memory_order_acquire) != key.object)
		return false;
	decision->generation = atomic_load_explicit(&slot->generation, memory_order_acquire);
	decision->audited =
		wants_audited ? atomic_load_explicit(&slot->audited, memory_order_acquire) : 0;
	verdict = atomic_load_explicit(&slot->verdict, memory_order_acquire);
	decision->allowed = allowed_of(verdict);
	decision->decided = decided_of(verdict);
	return atomic_load_explicit(&slot->tag, memory_order_relaxed) == tag;
}

static bool is_about(const struct avc_slot *slot, struct avc_key key)
{
	return (uint16_t)atomic_load_explicit(&slot->tag, memory_order_relaxed) == key.class_id &&
	       atomic_load_explicit(&slot->subject, memory_order_relaxed) == key.subject &&
	       atomic_load_explicit(&slot->object, memory_order_relaxed) == key.object;
}

static bool is_of(const struct avc_slot *slot, uint64_t generation)
{
	return atomic_load_explicit(&slot->generation, memory_order_relaxed) == generation;
}

/* Where an answer goes; a slot that counts for nothing is better than one that does */
static struct avc_slot *choose_slot(struct eventfilter_avc *avc, struct avc_key key, uint64_t generation,
				    bool *evicts)
{
	struct avc_slot *slots = bucket_of(avc, key)->slot, *unused = NULL;
	unsigned int way;

	*evicts = false;
	for (way = 0; way < AVC_WAYS; way++) {
		if (is_about(&slots[way], key))
			return &slots[way];
		if (!unused && !is_of(&slots[way], generation))
			unused = &slots[way];
	}
	if (unused)
		return unused;
	*evicts = true;
	return &slots[atomic_fetch_add_explicit(&avc->victim, 1, memory_order_relaxed) % AVC_WAYS];
}

/* What was decided before under the same generation stays, as far as the answer doesn't speak of it */
static void merge(const struct avc_slot *slot, struct avc_key key, struct eventfilter_avc_decision *answer)
{
	uint64_t verdict = atomic_load_explicit(&slot->verdict, memory_order_relaxed);
	uint32_t kept = decided_of(verdict) & ~answer->decided;

	if (!is_about(slot, key) || !is_of(slot, answer->generation))
		return;
	answer->allowed |= allowed_of(verdict) & kept;
	answer->audited |= atomic_load_explicit(&slot->audited, memory_order_relaxed) & kept;
	answer->decided |= kept;
}

static void write_slot(struct avc_slot *slot, struct avc_key key,
		       const struct eventfilter_avc_decision *answer)
{
	const uint64_t version = (atomic_load_explicit(&slot->tag, memory_order_relaxed) >> 16) + 1;

	atomic_store_explicit(&slot->verdict, 0, memory_order_release);
	atomic_store_explicit(&slot->subject, key.subject, memory_order_release);
	atomic_store_explicit(&slot->object, key.object, memory_order_release);
	atomic_store_explicit(&slot->generation, answer->generation, memory_order_release);
	atomic_store_explicit(&slot->audited, answer->audited, memory_order_release);
	atomic_store_explicit(&slot->tag, version << 16 | key.class_id, memory_order_release);
	atomic_store_explicit(&slot->verdict, answer->allowed | (uint64_t)answer->decided << 32,
			      memory_order_release);
}

static void insert(struct eventfilter_avc *avc, struct avc_key key, struct eventfilter_avc_decision answer)
{
	bool evicts;
	struct avc_slot *slot = choose_slot(avc, key, answer.generation, &evicts);

	if (atomic_exchange_explicit(&slot->is_written, 1, memory_order_acquire) != 0) {
		avc_count(avc, AVC_CROWDED);
		return;
	}
	merge(slot, key, &answer);
	write_slot(slot, key, &answer);
	atomic_store_explicit(&slot->is_written, 0, memory_order_release);
	avc_count(avc, AVC_INSERTS);
	if (evicts)
		avc_count(avc, AVC_EVICTIONS);
}

/* One answer, kept; 0, 1 if a change overtook it, or an error */
static int ask_once(struct eventfilter_avc *avc, struct avc_key key, const struct eventfilter_avc_question *question,
		    struct eventfilter_avc_decision *answer)
{
	int error;

	memset(answer, 0, sizeof(*answer));
	if (!eventfilter_avc_page_is_alive(avc->page))
		return -ENOTCONN;
	answer->generation = eventfilter_avc_page_generation(avc->page);
	avc_count(avc, AVC_MISSES);
	error = avc->resolver(avc->context, question, answer);
	if (error != 0)
		return error < 0 ? error : -EBADMSG;
	if ((question->requested & ~answer->decided) != 0)
		return -EBADMSG;
	answer->allowed &= answer->decided;
	/* One that is ahead of the page is kept as well: it counts as soon as that is published */
	insert(avc, key, *answer);
	if (is_current(avc->page, answer->generation))
		return 0;
	avc_count(avc, AVC_RETRIES);
	return 1;
}

static int resolve(struct eventfilter_avc *avc, struct avc_key key, uint32_t requested,
		   struct eventfilter_avc_decision *answer)
{
	const struct avc_class *class = eventfilter_avc_class_of(avc, key.class_id);
	struct eventfilter_avc_question question = {
		.subject = eventfilter_avc_name_of(avc, key.subject),
		.object = eventfilter_avc_name_of(avc, key.object),
		.requested = requested,
	};
	unsigned int tries;

	if (!question.subject || !question.object || !class || requested == 0)
		return -EINVAL;
	question.class_name = class->name;
	question.permissions = class->permissions;
	for (tries = 0; tries < MAX_TRIES; tries++) {
		int result = ask_once(avc, key, &question, answer);

		if (result <= 0)
			return result;
	}
	return -EAGAIN;
}

/* What no slot knew */
static int check_policy(struct eventfilter_avc *avc, struct avc_key key, uint32_t requested,
			struct eventfilter_avc_decision *decision)
{
	struct eventfilter_avc_decision answer;
	int result = resolve(avc, key, requested, &answer);

	if (result != 0) {
		avc_count(avc, AVC_FAILURES);
		memset(&answer, 0, sizeof(answer));
	}
	if (decision)
		*decision = answer;
	if (result != 0)
		return result;
	return (requested & ~answer.allowed) == 0 ? 0 : -EACCES;
}

/* What the first slot didn't allow */
static __attribute__((noinline)) int check_slowly(struct eventfilter_avc *avc, uint32_t subject,
						  uint32_t object, uint16_t class_id, uint32_t requested,
						  struct eventfilter_avc_decision *decision)
{
	const struct avc_key key = { subject, object, class_id };
	const struct avc_bucket *bucket = bucket_of(avc, key);
	struct eventfilter_avc_decision found;
	bool is_stale = false;
	unsigned int way;

	eventfilter_avc_find_shard();
	for (way = 0; way < AVC_WAYS && requested != 0; way++) {
		if (!read_slot(&bucket->slot[way], key, true, &found) || (requested & ~found.decided) != 0)
			continue;
		if (!is_current(avc->page, found.generation)) {
			is_stale = true;
			continue;
		}
		if (decision)
			*decision = found;
		avc_count(avc, AVC_HITS);
		return (requested & ~found.allowed) == 0 ? 0 : -EACCES;
	}
	if (is_stale)
		avc_count(avc, AVC_STALE);
	return check_policy(avc, key, requested, decision);
}

/* By far the most frequent case for itself: the first slot allows it. All others are check_slowly()'s. */
static inline bool is_allowed(struct eventfilter_avc *avc, struct avc_key key, uint32_t requested,
			      bool wants_audited, struct eventfilter_avc_decision *found)
{
	uint32_t granted;

	if (!read_slot(&bucket_of(avc, key)->slot[0], key, wants_audited, found))
		return false;
	/* What is allowed was decided */
	granted = requested & found->allowed;
	return granted != 0 && granted == requested && is_current(avc->page, found->generation);
}

int eventfilter_avc_check(struct eventfilter_avc *avc, uint32_t subject, uint32_t object,
			  uint16_t class_id, uint32_t requested)
{
	const struct avc_key key = { subject, object, class_id };
	struct eventfilter_avc_decision found;

	if (!is_allowed(avc, key, requested, false, &found))
		return check_slowly(avc, subject, object, class_id, requested, NULL);
	avc_count(avc, AVC_HITS);
	return 0;
}

int eventfilter_avc_decide(struct eventfilter_avc *avc, uint32_t subject, uint32_t object,
			   uint16_t class_id, uint32_t requested,
			   struct eventfilter_avc_decision *decision)
{
	const struct avc_key key = { subject, object, class_id };

	if (!is_allowed(avc, key, requested, true, decision))
		return check_slowly(avc, subject, object, class_id, requested, decision);
	avc_count(avc, AVC_HITS);
	return 0;
}

int eventfilter_avc_is_current(const struct eventfilter_avc *avc,
			       const struct eventfilter_avc_decision *decision)
{
	return is_current(avc->page, decision->generation);
}

int eventfilter_avc_invalidate(struct eventfilter_avc *avc)
{
	if (!avc->own_page)
		return -EPERM;
	eventfilter_avc_page_publish(avc->own_page);
	return 0;
}

int eventfilter_avc_reconnect(struct eventfilter_avc *avc, int page)
{
	if (avc->own_page)
		return -EINVAL;
	return eventfilter_avc_page_map_at((void *)avc->page, page, NULL);
}

/* A page of this process: alive for as long as it is */
static int make_own_page(struct eventfilter_avc *avc)
{
	struct eventfilter_avc_page *page = mmap(NULL, sizeof(*page), PROT_READ | PROT_WRITE,
						 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (page == MAP_FAILED)
		return -ENOMEM;
	page->generation = 1;
	page->owner[0] = 1;
	avc->own_page = page;
	avc->page = page;
	return 0;
}

static int make_buckets(struct eventfilter_avc *avc, size_t entries)
{
	size_t size = sizeof(*avc->buckets);

	while (size / sizeof(struct avc_slot) < entries)
		size *= 2;
	avc->mask = (uint32_t)((size - 1) & ~(sizeof(*avc->buckets) - 1));
	avc->buckets = aligned_alloc(AVC_LINE, size);
	if (!avc->buckets)
		return -ENOMEM;
	/* No generation is 0 */
	memset(avc->buckets, 0, size);
	return 0;
}

int eventfilter_avc_create(size_t entries, int page, eventfilter_avc_resolver resolver, void *context,
			   struct eventfilter_avc **avc)
{
	int saved = errno, result;
	struct eventfilter_avc *made;

	if (entries == 0 || entries > EVENTFILTER_AVC_MAX_ENTRIES || !resolver)
		return -EINVAL;
	made = aligned_alloc(AVC_LINE, sizeof(*made));
	if (!made) {
		errno = saved;
		return -ENOMEM;
	}
	memset(made, 0, sizeof(*made));
	made->resolver = resolver;
	made->context = context;
	result = page == -1 ? make_own_page(made) : eventfilter_avc_page_map(page, &made->page);
	if (result == 0)
		result = make_buckets(made, entries);
	if (result == 0)
		result = eventfilter_avc_names_create(made);
	if (result == 0)
		*avc = made;
	else
		eventfilter_avc_destroy(made);
	errno = saved;
	return result;
}

void eventfilter_avc_destroy(struct eventfilter_avc *avc)
{
	if (!avc)
		return;
	eventfilter_avc_names_destroy(avc);
	free(avc->buckets);
	if (avc->page)
		eventfilter_avc_page_unmap(avc->page);
	free(avc);
}
