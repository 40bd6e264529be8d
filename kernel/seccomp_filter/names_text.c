// SPDX-License-Identifier: GPL-2.0-only
/*
 * Label names as text: the lines that make them, the sets of them in other lines, and
 * the sets that ioctls take.
 */
#include <linux/err.h>
#include <linux/eventfilter.h>
#include <linux/slab.h>
#include <linux/sort.h>

#include "assign.h"
#include "space.h"
#include "space_text.h"

#define MISSING		"missing_label_name: the label's name is missing; it starts with a letter or \"_\""
#define NO_NAME		"expected_label_name: a label's name starts with a letter or \"_\""
#define UNKNOWN		"unknown_label: the label space has no such name"
#define NO_LABEL	"group_on_object: objects carry labels, and this is a group"
#define TOO_MANY_GROUPS	"too_many_groups: something would be in more than " \
			__stringify(EVF_MAX_OBJECT_GROUPS) " groups"
#define TOO_MANY	"too_many_names: an object carries at most " \
			__stringify(EVF_MAX_OBJECT_NAMES) " names"

int evf_text_new_name(struct evf_text *text, const struct evf_token *token, bool group)
{
	struct evf_name *name = kzalloc(struct_size(name, text, token->length + 1),
					GFP_KERNEL_ACCOUNT);

	if (!name)
		return -ENOMEM;
	if (group) {
		name->group = kzalloc(sizeof(*name->group), GFP_KERNEL_ACCOUNT);
		if (!name->group) {
			kfree(name);
			return -ENOMEM;
		}
	}
	name->offset = token->offset;
	name->len = token->length;
	memcpy(name->text, text->lexer.text + token->offset, token->length);
	*text->last_name = name;
	text->last_name = &name->next;
	text->nr_names++;
	return 0;
}

static int parse_label(struct evf_text *text)
{
	struct evf_token name;
	int error;

	error = evf_text_word(text, &name, MISSING);
	if (!error)
		error = evf_text_end(text);
	return error ?: evf_text_new_name(text, &name, false);
}

const struct evf_line evf_label_line = {
	.word = "label",
	.parse = parse_label,
};

static int compare_ids(const void *a, const void *b)
{
	return *(const u16 *)a - *(const u16 *)b;
}

static int add_id(u16 *id, int nr, u16 fresh)
{
	int i;

	for (i = 0; i < nr; i++)
		if (id[i] == fresh)
			return nr;
	if (nr == EVF_MAX_OBJECT_NAMES)
		return -E2BIG;
	id[nr] = fresh;
	return nr + 1;
}

int evf_text_names(struct evf_text *text, struct evf_span *span)
{
	struct evf_token token;

	span->start = text->lexer.pos;
	do
		evf_lex(&text->lexer, &token);
	while (token.kind == EVF_T_WORD);
	span->end = text->lexer.end;
	return token.kind == EVF_T_END ? 0 : evf_text_fail(text, &token, NO_NAME);
}

const struct evf_name *evf_text_name(struct evf_text *text, const struct evf_token *token)
{
	const struct evf_name *name;

	name = evf_names_find(text->space, text->lexer.text + token->offset, token->length);
	if (!name)
		evf_text_fail(text, token, UNKNOWN);
	return name;
}

int evf_text_labels(struct evf_text *text, const struct evf_span *span, u16 *id)
{
	const struct evf_name *name;
	struct evf_token token;
	int nr = 0;

	text->lexer.pos = span->start;
	text->lexer.end = span->end;
	for (evf_lex(&text->lexer, &token); token.kind == EVF_T_WORD;
	     evf_lex(&text->lexer, &token)) {
		name = evf_text_name(text, &token);
		if (!name)
			return -EINVAL;
		if (name->group)
			return evf_text_fail(text, &token, NO_LABEL);
		nr = add_id(id, nr, name->id);
		if (nr < 0)
			return evf_text_fail(text, &token, TOO_MANY);
	}
	sort(id, nr, sizeof(*id), compare_ids, NULL);
	return nr;
}

struct evf_version *evf_text_version(struct evf_text *text, const struct evf_span *span, u8 what,
				     const u16 *id, u16 nr)
{
	struct evf_version *version = evf_version_create(text->space, what, id, nr);
	struct evf_token first;

	if (version != ERR_PTR(-E2BIG))
		return version;
	text->lexer.pos = span->start;
	evf_lex(&text->lexer, &first);
	return ERR_PTR(evf_text_fail(text, &first, TOO_MANY_GROUPS));
}

int evf_names_parse_set(struct evf_space *space, const char *text, u32 len, u16 *id)
{
	u32 start = 0, end;
	int nr = 0, label;

	while (start < len) {
		if (text[start] == ' ') {
			start++;
			continue;
		}
		for (end = start; end < len && text[end] != ' '; end++)
			;
		label = evf_space_find_label(space, text + start, end - start);
		if (label < 0)
			return -ENOENT;
		if (evf_space_is_group(space, label))
			return -EINVAL;
		nr = add_id(id, nr, label);
		if (nr < 0)
			return nr;
		start = end;
	}
	sort(id, nr, sizeof(*id), compare_ids, NULL);
	return nr;
}
