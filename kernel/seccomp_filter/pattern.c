// SPDX-License-Identifier: GPL-2.0-only
/*
 * Name patterns: what has this name in a directory, now or later. A literal counts more
 * than a glob; of two globs the one in which more characters stand for themselves, and
 * among equals the one whose text comes first.
 */
#include <linux/slab.h>

#include "core/code.h"
#include "mark.h"
#include "space.h"

static bool is_glob(const char *text, u32 len)
{
	u32 i;

	for (i = 0; i < len; i++)
		if (text[i] == '*' || text[i] == '?' || text[i] == '[')
			return true;
	return false;
}

/* Bytes of the "[...]" at its start, or 0 if it's malformed */
static u32 class_length(const char *text, u32 len)
{
	u32 start = len > 1 && text[1] == '!' ? 2 : 1, i;

	for (i = start; i < len && (text[i] != ']' || i == start); i++) {
		if (i + 2 < len && text[i + 1] == '-' && text[i + 2] != ']') {
			if ((u8)text[i] > (u8)text[i + 2])
				return 0;
			i += 2;
		}
	}
	return i < len ? i + 1 : 0;
}

/* How many characters stand for themselves; -EINVAL if a class is malformed */
static int glob_weight(const char *text, u32 len)
{
	int weight = 0;
	u32 i = 0, class;

	while (i < len) {
		if (text[i] == '[') {
			class = class_length(text + i, len - i);
			if (!class)
				return -EINVAL;
			i += class;
			continue;
		}
		weight += text[i] != '*' && text[i] != '?';
		i++;
	}
	return weight;
}

/**
 * evf_pattern_check() - may this be a name pattern?
 * @text: not terminated
 * @len: its bytes
 *
 * Return: 0 or -EINVAL: empty, too long, a slash or null byte, "." or "..", a "["
 * without its "]", a range that goes down.
 */
int evf_pattern_check(const char *text, u32 len)
{
	int weight;

	if (!len || len > EVF_MAX_PATTERN)
		return -EINVAL;
	if (memchr(text, '/', len) || memchr(text, '\0', len))
		return -EINVAL;
	if (text[0] == '.' && (len == 1 || (len == 2 && text[1] == '.')))
		return -EINVAL;
	weight = glob_weight(text, len);
	return weight < 0 ? weight : 0;
}

static struct evf_pattern *find_literal(const struct evf_mark *mark, const char *text, u32 len)
{
	const struct evf_space *space = mark->space;
	u32 hash = evf_name_hash(space, mark->inode, text, len);
	struct evf_buckets *buckets = rcu_dereference_check(space->literals.buckets,
							    lockdep_is_held(&space->lock));
	struct evf_link *link;

	for (link = evf_table_first(buckets, hash); link; link = evf_table_next(buckets, link)) {
		struct evf_pattern *pattern = container_of(link, struct evf_pattern, link);

		if (pattern->mark == mark && pattern->len == len &&
		    !memcmp(pattern->name, text, len))
			return pattern;
	}
	return NULL;
}

/* Context: with the space's lock. */
struct evf_pattern *evf_pattern_find(const struct evf_mark *mark, const char *text, u32 len)
{
	struct evf_pattern *pattern;

	if (!is_glob(text, len))
		return find_literal(mark, text, len);
	list_for_each_entry(pattern, &mark->globs, glob)
		if (pattern->len == len && !memcmp(pattern->name, text, len))
			return pattern;
	return NULL;
}

static bool counts_more(const struct evf_pattern *a, const struct evf_pattern *b)
{
	if (a->weight != b->weight)
		return a->weight > b->weight;
	return strcmp(a->name, b->name) < 0;
}

static void insert_glob(struct evf_pattern *pattern)
{
	struct evf_mark *mark = pattern->mark;
	struct list_head *before = &mark->globs;
	struct evf_pattern *other;

	list_for_each_entry(other, &mark->globs, glob) {
		if (counts_more(pattern, other))
			break;
		before = &other->glob;
	}
	list_add_rcu(&pattern->glob, before);
	WRITE_ONCE(mark->nr_globs, mark->nr_globs + 1);
	mark->space->nr_globs++;
	mark->space->glob_bytes += pattern->len;
}

/**
 * evf_pattern_create() - add a pattern, nothing assigned yet
 * @mark: the directory; its space is locked
 * @text: checked; the directory doesn't have it
 * @len: its bytes
 *
 * Return: the pattern, or ERR_PTR: -ENOMEM, -ENOSPC.
 */
struct evf_pattern *evf_pattern_create(struct evf_mark *mark, const char *text, u32 len)
{
	struct evf_space *space = mark->space;
	bool glob = is_glob(text, len);
	struct evf_pattern *pattern;

	if (glob && (mark->nr_globs >= EVF_MAX_DIR_GLOBS ||
		     space->nr_globs >= EVF_MAX_SPACE_GLOBS ||
		     space->glob_bytes + len > EVF_MAX_GLOB_BYTES))
		return ERR_PTR(-ENOSPC);
	if (!glob && evf_table_reserve(&space->literals, 1))
		return ERR_PTR(-ENOMEM);
	pattern = kzalloc(struct_size(pattern, name, len + 1), GFP_KERNEL_ACCOUNT);
	if (!pattern)
		return ERR_PTR(-ENOMEM);
	evf_assignment_init(&pattern->assignment, space, &evf_pattern_ops);
	pattern->mark = mark;
	pattern->is_glob = glob;
	pattern->len = len;
	memcpy(pattern->name, text, len);
	list_add_tail(&pattern->sibling, &mark->patterns);
	if (glob) {
		pattern->weight = glob_weight(text, len);
		insert_glob(pattern);
	} else {
		evf_table_insert(&space->literals, &pattern->link,
				 evf_name_hash(space, mark->inode, text, len));
		WRITE_ONCE(mark->nr_literals, mark->nr_literals + 1);
	}
	return pattern;
}

/**
 * evf_pattern_remove() - take a pattern out of its directory, and free it
 * @pattern: has no version any more; its space is locked
 */
void evf_pattern_remove(struct evf_pattern *pattern)
{
	struct evf_mark *mark = pattern->mark;

	list_del(&pattern->sibling);
	if (pattern->is_glob) {
		list_del_rcu(&pattern->glob);
		WRITE_ONCE(mark->nr_globs, mark->nr_globs - 1);
		mark->space->nr_globs--;
		mark->space->glob_bytes -= pattern->len;
	} else {
		evf_table_remove(&mark->space->literals, &pattern->link);
		WRITE_ONCE(mark->nr_literals, mark->nr_literals - 1);
	}
	kfree_rcu(pattern, rcu);
}

/**
 * evf_pattern_match() - what a name carries by the patterns of its directory
 * @mark: the directory
 * @generation: of the event
 * @name: the name; its bytes may change while they are read
 * @len: bytes that can be read at @name
 *
 * Context: under rcu_read_lock().
 *
 * Return: the version in force of the pattern that counts most, or NULL.
 */
const struct evf_version *evf_pattern_match(const struct evf_mark *mark, u32 generation,
					    const char *name, u32 len)
{
	const struct evf_version *version;
	const struct evf_pattern *pattern;

	pattern = READ_ONCE(mark->nr_literals) ? find_literal(mark, name, len) : NULL;
	if (pattern) {
		version = evf_version_at(&pattern->assignment, generation);
		if (version)
			return version;
	}
	list_for_each_entry_rcu(pattern, &mark->globs, glob) {
		version = evf_version_at(&pattern->assignment, generation);
		if (version && evf_glob(pattern->name, pattern->len, name, len))
			return version;
	}
	return NULL;
}
