/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The access vector cache, for userspace object managers: a file broker, a bus, a VMM's disks. It
 * remembers what was decided about (subject, object, class), so that asking again costs some ten
 * nanoseconds. It needs no kernel with event filters.
 *
 * Lookups take no lock and write to no memory that threads share; the memory is bounded and is
 * allocated when the cache is made. All functions but _create and _destroy may be called in any thread
 * at any time; none is signal-safe.
 *
 * When an answer counts. A lookup reads the generation last, after all that it returns: that read is the
 * moment at which it decides. What was cached under another generation is not returned. A change that is
 * published later is concurrent with whatever the caller does next; a caller that must not act on what
 * changed meanwhile asks eventfilter_avc_is_current() where its own action takes effect.
 */
#ifndef EVENTFILTER_AVC_H
#define EVENTFILTER_AVC_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Limits: names in one cache, bytes of a name, classes and one, permissions of a class, entries */
#define EVENTFILTER_AVC_MAX_NAMES	65536
#define EVENTFILTER_AVC_MAX_NAME	255
#define EVENTFILTER_AVC_MAX_CLASSES	256
#define EVENTFILTER_AVC_MAX_PERMISSIONS	32
#define EVENTFILTER_AVC_MAX_ENTRIES	(1U << 22)

struct eventfilter_avc;

/* One bit a permission, as eventfilter_avc_permission() numbers them */
struct eventfilter_avc_decision {
	uint64_t generation;	/* of the policy that decided */
	uint32_t allowed;
	uint32_t decided;	/* permissions that this speaks of; all others are refused */
	uint32_t audited;	/* permissions whose use or refusal the policy wants recorded */
};

struct eventfilter_avc_question {
	const char *subject, *object, *class_name;	/* terminated; valid during the call */
	const char *permissions;	/* names of the class's, in the order of the bits, by spaces */
	uint32_t requested;
};

/*
 * Asked when the cache doesn't know. decision->generation is what it was before the call; who answers for
 * another one (policyd's replies say so) sets that, and everything else. All that is requested must be decided.
 * Returns 0, or a negative errno, with which the check then fails: nothing is cached. Called without any
 * lock held, in several threads at once, maybe twice for one question.
 */
typedef int (*eventfilter_avc_resolver)(void *context, const struct eventfilter_avc_question *question,
					struct eventfilter_avc_decision *decision);

/*
 * A cache of at least so many entries (rounded up; 64 bytes each). page is the descriptor of a page as
 * avc_page.h has it, which isn't needed after the call, or -1: then only this process changes the generation, by
 * eventfilter_avc_invalidate().
 * -EINVAL (no entries, or over EVENTFILTER_AVC_MAX_ENTRIES; no resolver), -ENOMEM, and what
 * eventfilter_avc_page_map() fails with.
 */
int eventfilter_avc_create(size_t entries, int page, eventfilter_avc_resolver resolver, void *context,
			   struct eventfilter_avc **avc);

/* No thread may use it any more. NULL does nothing. */
void eventfilter_avc_destroy(struct eventfilter_avc *avc);

/*
 * Another page takes the place of the one before: policyd was started again. What is cached is of another
 * generation then. Errors as of eventfilter_avc_page_map(); -EINVAL: the cache was made without one.
 */
int eventfilter_avc_reconnect(struct eventfilter_avc *avc, int page);

/*
 * The number, from 1, of a subject or an object, for the life of the cache.
 * -EINVAL (an empty name, or over 255 bytes), -ENOSPC (over 65,536 names), -ENOMEM.
 */
int eventfilter_avc_id(struct eventfilter_avc *avc, const char *name);

/*
 * The number, over 0, of a class with its permissions, up to 32 names separated by spaces: a user class of
 * the policy, or one of its own. The same words give the same number again.
 * -EINVAL (no or too many permissions, one that comes twice, a name too long), -EEXIST (the class has
 * others), -ENOSPC (over 255 classes), -ENOMEM.
 */
int eventfilter_avc_class(struct eventfilter_avc *avc, const char *name, const char *permissions);

/*
 * The bit of a permission, or 0 where the class has no such one: look at it before you combine it with
 * others. Asking for nothing at all is always refused.
 */
uint32_t eventfilter_avc_permission(const struct eventfilter_avc *avc, uint16_t class_id,
				    const char *name);

/*
 * May subject do this to object? 0: all that is requested is allowed. -EACCES: it's refused. What isn't 0 is
 * no permission, whatever the reason:
 * -EINVAL (a number that was never given, or nothing requested), -ENOTCONN (the page's maker is gone: see
 * _reconnect), -EAGAIN (the policy changes faster than it answers), -EBADMSG (an answer that doesn't decide
 * what was requested), and whatever the resolver fails with.
 */
int eventfilter_avc_check(struct eventfilter_avc *avc, uint32_t subject, uint32_t object,
			  uint16_t class_id, uint32_t requested);

/* The same, and what was decided, when 0 or -EACCES is returned; otherwise decision is zeroed. */
int eventfilter_avc_decide(struct eventfilter_avc *avc, uint32_t subject, uint32_t object,
			   uint16_t class_id, uint32_t requested,
			   struct eventfilter_avc_decision *decision);

/* Is this still what the policy says? Not 0 if so. */
int eventfilter_avc_is_current(const struct eventfilter_avc *avc,
			       const struct eventfilter_avc_decision *decision);

/* Nothing that is cached counts any more. -EPERM: the page is somebody else's, who does that. */
int eventfilter_avc_invalidate(struct eventfilter_avc *avc);

/*
 * Counted since the cache was made. Up to 64 threads of the process that ever missed count each for itself; the
 * others share a count, and may lose a hit when two of them count at once.
 */
struct eventfilter_avc_stats {
	uint64_t hits;
	uint64_t misses;	/* the resolver was asked */
	uint64_t stale;		/* misses that found an entry of another generation */
	uint64_t inserts;
	uint64_t evictions;	/* inserts that took the place of an entry that counted */
	uint64_t crowded;	/* answers not kept, as other threads were writing there */
	uint64_t retries;	/* answers that a change overtook */
	uint64_t failures;	/* checks that ended with neither 0 nor -EACCES */
	uint64_t entries;	/* room for so many */
};

void eventfilter_avc_get_stats(const struct eventfilter_avc *avc, struct eventfilter_avc_stats *stats);

#ifdef __cplusplus
}
#endif

#endif /* EVENTFILTER_AVC_H */
