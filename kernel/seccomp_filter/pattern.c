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

bool evf_is_glob(const char *text, u32 len)
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

int evf_glob_weight(const char *text, u32 len)
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

static int check_component(const char *text, u32 len)
{
	int weight;

	if (!len || len > EVF_MAX_COMPONENT || memchr(text, '\0', len))
		return -EINVAL;
	if (text[0] == '.' && (len == 1 || (len == 2 && text[1] == '.')))
		return -EINVAL;
	weight = evf_glob_weight(text, len);
	return weight < 0 ? weight : 0;
}

int evf_pattern_check(const char *text, u32 len)
{
	u32 start = 0, end, nr = 0;
	int error;

	do {
		for (end = start; end < len && text[end] != '/'; end++)
			;
		error = check_component(text + start, end - start);
		if (error || ++nr > EVF_MAX_COMPONENTS)
			return -EINVAL;
		start = end + 1;
	} while (end < len);
	return 0;
}

static u32 count_components(const char *text, u32 len)
{
	u32 nr = 1, i;

	for (i = 0; i < len; i++)
		nr += text[i] == '/';
	return nr;
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

struct evf_pattern *evf_pattern_find(const struct evf_mark *mark, const char *text, u32 len)
{
	const bool deep = memchr(text, '/', len);
	struct evf_pattern *pattern;

	if (!deep && !evf_is_glob(text, len))
		return find_literal(mark, text, len);
	list_for_each_entry(pattern, deep ? &mark->deep : &mark->globs, glob)
		if (pattern->len == len && !memcmp(pattern->name, text, len))
			return pattern;
	return NULL;
}

static bool counts_more(const struct evf_pattern *a, const struct evf_pattern *b)
{
	const int weight = evf_glob_weight(a->name, a->len);
	const int other = evf_glob_weight(b->name, b->len);

	if (weight != other)
		return weight > other;
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
}

/* Into what it's found in */
static void insert(struct evf_pattern *pattern)
{
	struct evf_mark *mark = pattern->mark;
	struct evf_space *space = mark->space;

	list_add_tail(&pattern->sibling, &mark->patterns);
	if (!pattern->is_glob) {
		evf_table_insert(&space->literals, &pattern->link,
				 evf_name_hash(space, mark->inode, pattern->name, pattern->len));
		WRITE_ONCE(mark->nr_literals, mark->nr_literals + 1);
		return;
	}
	space->nr_globs++;
	space->glob_bytes += pattern->len;
	if (pattern->components > 1)
		evf_deep_insert(pattern);
	else
		insert_glob(pattern);
}

struct evf_pattern *evf_pattern_create(struct evf_mark *mark, const char *text, u32 len)
{
	struct evf_space *space = mark->space;
	const u32 components = count_components(text, len);
	const bool glob = components > 1 || evf_is_glob(text, len);
	struct evf_pattern *pattern;

	if (glob && (mark->nr_globs + mark->nr_deep >= EVF_MAX_DIR_GLOBS ||
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
	pattern->components = components;
	pattern->len = len;
	memcpy(pattern->name, text, len);
	insert(pattern);
	return pattern;
}

void evf_pattern_remove(struct evf_pattern *pattern)
{
	struct evf_mark *mark = pattern->mark;

	list_del(&pattern->sibling);
	if (!pattern->is_glob) {
		evf_table_remove(&mark->space->literals, &pattern->link);
		WRITE_ONCE(mark->nr_literals, mark->nr_literals - 1);
	} else {
		mark->space->nr_globs--;
		mark->space->glob_bytes -= pattern->len;
		list_del_rcu(&pattern->glob);
		if (pattern->components > 1)
			evf_deep_remove(pattern);
		else
			WRITE_ONCE(mark->nr_globs, mark->nr_globs - 1);
	}
	kfree_rcu(pattern, rcu);
}

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
