/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rulesets by their text: a thousand tasks that enter one domain share one object in the kernel. For who
 * hands out rulesets, as policyd does. Its functions are thread-safe but for _destroy; none is signal-safe.
 */
#ifndef EVENTFILTER_RULESET_CACHE_H
#define EVENTFILTER_RULESET_CACHE_H

#include <stddef.h>
#include <stdint.h>

#include <eventfilter/text.h>

#ifdef __cplusplus
extern "C" {
#endif

struct eventfilter_ruleset_cache;

/*
 * Nobody can add to the ruleset any more, as after it was enforced. Who hands a ruleset to somebody else
 * calls this first: until it is frozen, whoever holds it may name an event and so take it out of a
 * group's default. The calling thread isn't confined; a thread is started and ended for it.
 * -EBADF, -EBADFD (no ruleset), -ENODATA (a ruleset without a line), -E2BIG (the caller has 64 layers, or
 * an event would take too long to judge), -EAGAIN (no thread), -ENOMEM, -EOPNOTSUPP, -EPERM.
 */
int eventfilter_ruleset_freeze(int ruleset);

/*
 * A cache of up to most rulesets, all bound to one label space, or to none (-1), whose descriptor it copies.
 * -EOPNOTSUPP, -EINVAL (most is 0), -EBADF, -EMFILE, -ENOMEM.
 */
int eventfilter_ruleset_cache_create(int labels, size_t most, struct eventfilter_ruleset_cache **cache);

/* Closes what it holds; descriptors that it returned stay open. NULL does nothing. */
void eventfilter_ruleset_cache_destroy(struct eventfilter_ruleset_cache *cache);

/*
 * A descriptor, O_CLOEXEC and the caller's, of the frozen ruleset with this text, these flags and this label
 * (NULL: none) as of eventfilter_ruleset_create_labelled(). It is made when it isn't there; the
 * one that wasn't asked for longest goes when there are too many. Texts are compared as they are, so write
 * them in one form. error may be NULL.
 * -EMFILE, -ENOMEM, and what _create, _write and _freeze fail with.
 */
int eventfilter_ruleset_cache_get(struct eventfilter_ruleset_cache *cache, const char *text,
				  size_t length, unsigned int flags, const char *label,
				  struct eventfilter_text_error *error);

struct eventfilter_ruleset_cache_stats {
	uint64_t hits;
	uint64_t misses;
	uint64_t evictions;
	uint64_t entries;	/* that there are now */
};

void eventfilter_ruleset_cache_get_stats(struct eventfilter_ruleset_cache *cache,
					 struct eventfilter_ruleset_cache_stats *stats);

#ifdef __cplusplus
}
#endif

#endif /* EVENTFILTER_RULESET_CACHE_H */
