// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lines "group NAME = LABELS": a group is a name that filters test like a label, and that
 * everything carries which carries one of its members.
 */
#include <linux/bsearch.h>
#include <linux/eventfilter.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/sort.h>

#include "label_set.h"
#include "space.h"
#include "space_text.h"

#define MISSING		"missing_group_name: the group's name is missing; it starts with a letter or \"_\""
#define NO_EQUALS	"missing_equals: between a group and its members stands \"=\""
#define NO_LABEL	"group_in_group: the members of a group are labels, and this is a group"
#define TOO_MANY	"too_many_members: the groups of a label space have at most " \
			__stringify(EVF_MAX_SPACE_MEMBERS) " members together"
#define TOO_MANY_GROUPS	"too_many_groups: something would be in more than " \
			__stringify(EVF_MAX_OBJECT_GROUPS) " groups"

/**
 * struct group_line - a line
 * @statement: its head
 * @place: of the group's name
 * @members: where its members are
 * @group: the group, once prepared
 * @list: its members, until they are the group's
 */
struct group_line {
	struct evf_statement statement;
	struct evf_span place;
	struct evf_span members;
	struct evf_label_group *group;
	struct evf_members *list;
};

static const struct evf_members no_members;

static const struct evf_members *latest(const struct evf_label_group *group)
{
	return group->pending ?: group->staged ?: group->members ?: &no_members;
}

void evf_group_free(struct evf_label_group *group)
{
	if (!group)
		return;
	kvfree(group->members);
	kvfree(group->staged);
	kfree(group);
}

static struct evf_label_group *group_at(const struct evf_space *space, u32 id)
{
	return space->name[id / EVF_NAMES_CHUNK][id % EVF_NAMES_CHUNK]->group;
}

static int compare_ids(const void *a, const void *b)
{
	return *(const u16 *)a - *(const u16 *)b;
}

static u32 count_words(struct evf_text *text, const struct evf_span *span)
{
	struct evf_token token;
	u32 nr = 0;

	text->lexer.pos = span->start;
	text->lexer.end = span->end;
	for (evf_lex(&text->lexer, &token); token.kind == EVF_T_WORD;
	     evf_lex(&text->lexer, &token))
		nr++;
	return nr;
}

static int read_members(struct evf_text *text, const struct evf_span *span,
			struct evf_members *list)
{
	const struct evf_name *name;
	struct evf_token token;
	u32 i, nr = 0;

	text->lexer.pos = span->start;
	for (evf_lex(&text->lexer, &token); token.kind == EVF_T_WORD;
	     evf_lex(&text->lexer, &token)) {
		name = evf_text_name(text, &token);
		if (!name)
			return -EINVAL;
		if (name->group)
			return evf_text_fail(text, &token, NO_LABEL);
		list->id[list->nr++] = name->id;
	}
	sort(list->id, list->nr, sizeof(*list->id), compare_ids, NULL);
	for (i = 0; i < list->nr; i++) {
		if (!nr || list->id[nr - 1] != list->id[i])
			list->id[nr++] = list->id[i];
	}
	list->nr = nr;
	return 0;
}

static int prepare(struct evf_text *text, struct evf_statement *statement)
{
	struct group_line *line = container_of(statement, struct group_line, statement);
	const u32 len = line->place.end - line->place.start;
	const struct evf_name *name;
	int error;

	line->list = kvzalloc(struct_size(line->list, id, count_words(text, &line->members)),
			      GFP_KERNEL_ACCOUNT);
	if (!line->list)
		return -ENOMEM;
	error = read_members(text, &line->members, line->list);
	if (error)
		return error;
	/* The line has named it, and it was added as a group */
	name = evf_names_find(text->space, text->lexer.text + line->place.start, len);
	line->group = name->group;
	line->group->pending = line->list;
	text->group = line->place;
	return 0;
}

static void apply(struct evf_text *text, struct evf_statement *statement)
{
	struct group_line *line = container_of(statement, struct group_line, statement);

	kvfree(line->group->staged);
	line->group->staged = line->list;
	line->list = NULL;
}

static void free_line(struct evf_statement *statement)
{
	struct group_line *line = container_of(statement, struct group_line, statement);

	if (line->group)
		line->group->pending = NULL;
	kvfree(line->list);
	kfree(line);
}

static const struct evf_statement_ops group_line_ops = {
	.prepare = prepare,
	.apply = apply,
	.free = free_line,
};

/* For the lexer of filters, "=" is a mistake */
static int take_equals(struct evf_text *text)
{
	struct evf_lexer *lexer = &text->lexer;
	struct evf_token token;
	u32 at = lexer->pos;

	while (at < lexer->end && (lexer->text[at] == ' ' || lexer->text[at] == '\t'))
		at++;
	if (at < lexer->end && lexer->text[at] == '=') {
		lexer->pos = at + 1;
		return 0;
	}
	evf_lex(lexer, &token);
	return evf_text_fail(text, &token, NO_EQUALS);
}

static int parse(struct evf_text *text)
{
	struct group_line *line = kzalloc(sizeof(*line), GFP_KERNEL_ACCOUNT);
	struct evf_token name;
	int error;

	if (!line)
		return -ENOMEM;
	line->statement.ops = &group_line_ops;
	evf_text_add(text, &line->statement);
	error = evf_text_word(text, &name, MISSING);
	if (!error)
		error = take_equals(text);
	if (!error)
		error = evf_text_names(text, &line->members);
	if (error)
		return error;
	line->place = (struct evf_span){ name.offset, name.offset + name.length };
	return evf_text_new_name(text, &name, true);
}

const struct evf_line evf_group_line = {
	.word = "group",
	.parse = parse,
};

static struct evf_membership *alloc_membership(u32 nr, u32 members)
{
	struct evf_membership *membership;
	size_t size = struct_size(membership, group, members);

	membership = kvzalloc(ALIGN(size, sizeof(u32)) + (nr + 1) * sizeof(u32),
			      GFP_KERNEL_ACCOUNT);
	if (membership) {
		membership->nr = nr;
		membership->start = (void *)membership + ALIGN(size, sizeof(u32));
	}
	return membership;
}

void evf_membership_free(struct evf_membership *membership)
{
	kvfree(membership);
}

static u32 count_members(const struct evf_space *space)
{
	u32 members = 0, id;

	for (id = 0; id < space->names.nr; id++) {
		if (group_at(space, id))
			members += latest(group_at(space, id))->nr;
	}
	return members;
}

/* By label what is by group: count, turn the counts into ends, and fill from the ends */
static struct evf_membership *invert(const struct evf_space *space, u32 members)
{
	const u32 nr = space->names.nr;
	struct evf_membership *membership = alloc_membership(nr, members);
	u32 id, i;

	if (!membership)
		return NULL;
	for (id = 0; id < nr; id++) {
		const struct evf_label_group *group = group_at(space, id);

		for (i = 0; group && i < latest(group)->nr; i++)
			membership->start[latest(group)->id[i]]++;
	}
	for (id = 1; id <= nr; id++)
		membership->start[id] += membership->start[id - 1];
	for (id = nr; id--;) {
		const struct evf_label_group *group = group_at(space, id);

		for (i = 0; group && i < latest(group)->nr; i++)
			membership->group[--membership->start[latest(group)->id[i]]] = id;
		cond_resched();
	}
	return membership;
}

int evf_groups_prepare(struct evf_text *text)
{
	const struct evf_token last = {
		.kind = EVF_T_WORD,
		.offset = text->group.start,
		.length = text->group.end - text->group.start,
	};
	u32 members;
	int error;

	if (!text->group.end)
		return 0;
	members = count_members(text->space);
	if (members > EVF_MAX_SPACE_MEMBERS)
		return evf_text_fail(text, &last, TOO_MANY);
	text->membership = invert(text->space, members);
	if (!text->membership)
		return -ENOMEM;
	error = evf_sets_prepare(text->space, text->membership);
	if (!error)
		return 0;
	evf_sets_cancel(text->space);
	evf_membership_free(text->membership);
	return error == -E2BIG ? evf_text_fail(text, &last, TOO_MANY_GROUPS) : error;
}

void evf_groups_apply(struct evf_text *text)
{
	if (!text->group.end)
		return;
	evf_sets_apply(text->space);
	evf_membership_free(text->space->staged_membership);
	text->space->staged_membership = text->membership;
}

void evf_groups_commit(struct evf_space *space)
{
	u32 id;

	if (!space->staged_membership)
		return;
	evf_membership_free(space->membership);
	space->membership = space->staged_membership;
	space->staged_membership = NULL;
	for (id = 0; id < space->names.nr; id++) {
		struct evf_label_group *group = group_at(space, id);

		if (!group || !group->staged)
			continue;
		kvfree(group->members);
		group->members = group->staged;
		group->staged = NULL;
	}
}

void evf_groups_discard(struct evf_space *space)
{
	u32 id;

	if (!space->staged_membership)
		return;
	evf_membership_free(space->staged_membership);
	space->staged_membership = NULL;
	for (id = 0; id < space->names.nr; id++) {
		struct evf_label_group *group = group_at(space, id);

		if (!group)
			continue;
		kvfree(group->staged);
		group->staged = NULL;
	}
}
