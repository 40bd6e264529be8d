// SPDX-License-Identifier: GPL-2.0-only
/*
 * Patterns of several components. Of those in one directory that match, the one that is
 * longest counts, because what it names is nearest; of equally long ones the one whose
 * last component counts more, and so on towards the first: a literal more than a glob, and
 * of two globs the one in which more characters stand for themselves. Among equals the one
 * whose text comes first.
 */
#include "core/code.h"
#include "mark.h"
#include "space.h"

/* Where the component that ends before @end begins */
static u32 component_start(const struct evf_pattern *pattern, u32 end)
{
	while (end && pattern->name[end - 1] != '/')
		end--;
	return end;
}

/* A literal counts more than any glob, which has 255 characters at most */
static int component_weight(const char *text, u32 len)
{
	return evf_is_glob(text, len) ? evf_glob_weight(text, len) : EVF_MAX_COMPONENT + 1;
}

static bool counts_more(const struct evf_pattern *a, const struct evf_pattern *b)
{
	u32 a_end = a->len, b_end = b->len, i;

	if (a->components != b->components)
		return a->components > b->components;
	for (i = 0; i < a->components; i++) {
		const u32 a_start = component_start(a, a_end), b_start = component_start(b, b_end);
		const int weight = component_weight(a->name + a_start, a_end - a_start);
		const int other = component_weight(b->name + b_start, b_end - b_start);

		if (weight != other)
			return weight > other;
		a_end = a_start - 1;
		b_end = b_start - 1;
	}
	return strcmp(a->name, b->name) < 0;
}

/* What the walk has to remember of its way */
static void update_components(struct evf_space *space)
{
	u32 most = EVF_MAX_COMPONENTS;

	while (most > 1 && !space->nr_components[most])
		most--;
	WRITE_ONCE(space->components, most);
}

void evf_deep_insert(struct evf_pattern *pattern)
{
	struct evf_mark *mark = pattern->mark;
	struct list_head *before = &mark->deep;
	struct evf_pattern *other;

	list_for_each_entry(other, &mark->deep, glob) {
		if (counts_more(pattern, other))
			break;
		before = &other->glob;
	}
	list_add_rcu(&pattern->glob, before);
	WRITE_ONCE(mark->nr_deep, mark->nr_deep + 1);
	mark->space->nr_components[pattern->components]++;
	update_components(mark->space);
}

void evf_deep_remove(struct evf_pattern *pattern)
{
	struct evf_mark *mark = pattern->mark;

	WRITE_ONCE(mark->nr_deep, mark->nr_deep - 1);
	mark->space->nr_components[pattern->components]--;
	update_components(mark->space);
}

bool evf_deep_matches(const struct evf_pattern *pattern, const struct evf_string *name, u32 nr)
{
	u32 start = 0, end, i;

	for (i = 0; i < nr; i++) {
		for (end = start; end < pattern->len && pattern->name[end] != '/'; end++)
			;
		/* A literal is a glob in which all characters stand for themselves */
		if (!evf_glob(pattern->name + start, end - start, name[i].text, name[i].len))
			return false;
		start = end + 1;
	}
	return true;
}

/**
 * struct way - a name, and the directories above it
 * @top: the one that it has come to
 * @name: the names below it, that in @top at @name[EVF_MAX_COMPONENTS - @height]
 * @height: of @top, or 0 if the way has ended
 */
struct way {
	const struct dentry *top;
	struct evf_string name[EVF_MAX_COMPONENTS];
	u32 height;
};

/* With rename_lock: names and parents stay as they are */
static void step_up(struct way *way, u32 height)
{
	const struct dentry *parent = way->top->d_parent;
	struct evf_string *name = &way->name[EVF_MAX_COMPONENTS - height];

	if (parent == way->top || way->height != height - 1) {
		way->height = 0;
		return;
	}
	name->text = way->top->d_name.name;
	name->len = way->top->d_name.len;
	way->top = parent;
	way->height = height;
}

static bool begins(const struct evf_pattern *pattern, const struct way *way)
{
	return evf_deep_matches(pattern, &way->name[EVF_MAX_COMPONENTS - way->height],
				way->height);
}

/* Does a pattern begin with the way to @a that doesn't begin with that to @b? */
static bool goes_on(const struct evf_space *space, u32 generation, const struct way *a,
		    const struct way *b)
{
	const struct inode *dir = d_inode(a->top);
	const struct evf_pattern *pattern;
	const struct evf_mark *mark = dir ? evf_mark_find(space, dir) : NULL;

	if (!mark)
		return false;
	list_for_each_entry_rcu(pattern, &mark->deep, glob) {
		if (pattern->components <= a->height)
			break;
		if (!evf_version_at(&pattern->assignment, generation) || !begins(pattern, a))
			continue;
		if (b->height != a->height || b->top != a->top || !begins(pattern, b))
			return true;
	}
	return false;
}

bool evf_beneath_differs(const struct evf_space *space, u32 generation,
			 const struct dentry *from, const struct dentry *to)
{
	const u32 components = evf_space_components(space);
	struct way a = { .top = from }, b = { .top = to };
	bool differs = false;
	u32 height;

	if (components == 1)
		return false;
	read_seqlock_excl(&rename_lock);
	for (height = 1; height < components && !differs; height++) {
		step_up(&a, height);
		step_up(&b, height);
		if (a.height)
			differs = goes_on(space, generation, &a, &b);
		if (b.height && !differs)
			differs = goes_on(space, generation, &b, &a);
	}
	read_sequnlock_excl(&rename_lock);
	return differs;
}
