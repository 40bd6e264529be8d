// SPDX-License-Identifier: BSD-2-Clause
/* Rulesets by their text. The hash only finds candidates: what is handed out has the very same text. */
#include "eventfilter/ruleset_cache.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <unistd.h>

#include "eventfilter.h"
#include "kernel.h"

#define CHAINS	1024U

struct cached {
	TAILQ_ENTRY(cached) by_use;	/* the one that wasn't used longest comes first */
	LIST_ENTRY(cached) in_chain;
	uint64_t hash;
	int ruleset;
	unsigned int flags;
	bool has_label;
	char label[64 + 1];
	size_t length;
	char text[];
};

struct eventfilter_ruleset_cache {
	pthread_mutex_t lock;	/* of all below */
	int labels;
	size_t most, entries;
	uint64_t hits, misses, evictions;
	TAILQ_HEAD(, cached) by_use;
	LIST_HEAD(, cached) chain[CHAINS];
};

struct wanted {
	const char *text;
	size_t length;
	unsigned int flags;
	const char *label;
	uint64_t hash;
};

static uint64_t mix(uint64_t hash, const void *bytes, size_t length)
{
	const unsigned char *byte = bytes;

	while (length-- > 0)
		hash = (hash ^ *byte++) * 0x100000001b3U;
	return hash;
}

static uint64_t hash_of(const struct wanted *wanted)
{
	uint64_t hash = mix(0xcbf29ce484222325U, wanted->text, wanted->length);

	hash = mix(hash, &wanted->flags, sizeof(wanted->flags));
	return wanted->label ? mix(hash, wanted->label, strlen(wanted->label)) : hash;
}

static bool is_wanted(const struct cached *cached, const struct wanted *wanted)
{
	return cached->hash == wanted->hash && cached->length == wanted->length &&
	       cached->flags == wanted->flags && cached->has_label == (wanted->label != NULL) &&
	       (!wanted->label || strcmp(cached->label, wanted->label) == 0) &&
	       memcmp(cached->text, wanted->text, wanted->length) == 0;
}

static struct cached *find(struct eventfilter_ruleset_cache *cache, const struct wanted *wanted)
{
	struct cached *cached;

	LIST_FOREACH(cached, &cache->chain[wanted->hash % CHAINS], in_chain) {
		if (is_wanted(cached, wanted))
			return cached;
	}
	return NULL;
}

static void drop(struct eventfilter_ruleset_cache *cache, struct cached *cached)
{
	TAILQ_REMOVE(&cache->by_use, cached, by_use);
	LIST_REMOVE(cached, in_chain);
	close(cached->ruleset);
	free(cached);
	cache->entries--;
}

/* The descriptor of a frozen ruleset, or an error */
static int make_ruleset(const struct eventfilter_ruleset_cache *cache, const struct wanted *wanted,
			struct eventfilter_text_error *error)
{
	int result, ruleset;

	if (wanted->label)
		ruleset = eventfilter_ruleset_create_labelled(cache->labels, wanted->flags, wanted->label);
	else
		ruleset = eventfilter_ruleset_create(cache->labels, wanted->flags);
	if (ruleset < 0)
		return ruleset;
	result = eventfilter_ruleset_write(ruleset, wanted->text, wanted->length, error);
	if (result == 0)
		result = eventfilter_ruleset_freeze(ruleset);
	if (result == 0)
		return ruleset;
	close(ruleset);
	return result;
}

static int add(struct eventfilter_ruleset_cache *cache, const struct wanted *wanted,
	       struct eventfilter_text_error *error, struct cached **added)
{
	struct cached *cached = calloc(1, sizeof(*cached) + wanted->length);

	if (!cached)
		return -ENOMEM;
	/* A label that is too long is one that no label space has: the kernel says so */
	cached->ruleset = make_ruleset(cache, wanted, error);
	if (cached->ruleset < 0) {
		int result = cached->ruleset;

		free(cached);
		return result;
	}
	cached->hash = wanted->hash;
	cached->flags = wanted->flags;
	cached->has_label = wanted->label != NULL;
	if (wanted->label)
		memcpy(cached->label, wanted->label, strnlen(wanted->label, sizeof(cached->label) - 1));
	cached->length = wanted->length;
	memcpy(cached->text, wanted->text, wanted->length);
	if (cache->entries == cache->most) {
		drop(cache, TAILQ_FIRST(&cache->by_use));
		cache->evictions++;
	}
	TAILQ_INSERT_TAIL(&cache->by_use, cached, by_use);
	LIST_INSERT_HEAD(&cache->chain[wanted->hash % CHAINS], cached, in_chain);
	cache->entries++;
	*added = cached;
	return 0;
}

static int get(struct eventfilter_ruleset_cache *cache, const struct wanted *wanted,
	       struct eventfilter_text_error *error)
{
	struct cached *cached = find(cache, wanted);
	int result = 0, copy;

	if (cached) {
		cache->hits++;
		TAILQ_REMOVE(&cache->by_use, cached, by_use);
		TAILQ_INSERT_TAIL(&cache->by_use, cached, by_use);
	} else {
		cache->misses++;
		result = add(cache, wanted, error, &cached);
	}
	if (result != 0)
		return result;
	copy = fcntl(cached->ruleset, F_DUPFD_CLOEXEC, 0);
	return copy < 0 ? -errno : copy;
}

int eventfilter_ruleset_cache_get(struct eventfilter_ruleset_cache *cache, const char *text,
				  size_t length, unsigned int flags, const char *label,
				  struct eventfilter_text_error *error)
{
	struct wanted wanted = { .text = text, .length = length, .flags = flags, .label = label };
	int saved = errno, result;

	if (error)
		memset(error, 0, sizeof(*error));
	wanted.hash = hash_of(&wanted);
	pthread_mutex_lock(&cache->lock);
	result = get(cache, &wanted, error);
	pthread_mutex_unlock(&cache->lock);
	errno = saved;
	return result;
}

void eventfilter_ruleset_cache_get_stats(struct eventfilter_ruleset_cache *cache,
					 struct eventfilter_ruleset_cache_stats *stats)
{
	pthread_mutex_lock(&cache->lock);
	*stats = (struct eventfilter_ruleset_cache_stats){
		.hits = cache->hits,
		.misses = cache->misses,
		.evictions = cache->evictions,
		.entries = cache->entries,
	};
	pthread_mutex_unlock(&cache->lock);
}

int eventfilter_ruleset_cache_create(int labels, size_t most, struct eventfilter_ruleset_cache **cache)
{
	struct eventfilter_ruleset_cache *made;
	int saved = errno, result = 0;

	if (eventfilter_sys_available() != 0)
		return -EOPNOTSUPP;
	if (most == 0)
		return -EINVAL;
	made = calloc(1, sizeof(*made));
	if (!made)
		return -ENOMEM;
	made->most = most;
	made->labels = labels == -1 ? -1 : fcntl(labels, F_DUPFD_CLOEXEC, 0);
	if (labels != -1 && made->labels < 0)
		result = -errno;
	errno = saved;
	if (result != 0) {
		free(made);
		return result;
	}
	TAILQ_INIT(&made->by_use);
	pthread_mutex_init(&made->lock, NULL);
	*cache = made;
	return 0;
}

void eventfilter_ruleset_cache_destroy(struct eventfilter_ruleset_cache *cache)
{
	if (!cache)
		return;
	while (!TAILQ_EMPTY(&cache->by_use))
		drop(cache, TAILQ_FIRST(&cache->by_use));
	if (cache->labels >= 0)
		close(cache->labels);
	free(cache);
}
