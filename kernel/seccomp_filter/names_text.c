// SPDX-License-Identifier: GPL-2.0-only
/*
 * Label names as text: the lines that are written to a label space, and the sets that
 * its ioctls take.
 */
#include <linux/bitmap.h>
#include <linux/slab.h>
#include <linux/sort.h>

#include "core/token.h"
#include "space.h"

/* What the lexer, which knows words but no lines of ours, can't say */
#define EXPECTED	"expected_label: a line is \"label\" and a name"
#define MISSING		"missing_label_name: the label's name is missing; it starts with a letter or \"_\""
#define TRAILING	"trailing_text: the line has ended before this"
#define TOO_MANY	"too_many_labels: a label space has at most " \
			__stringify(EVF_MAX_SPACE_NAMES) " names"

/**
 * struct names_parser - a text that is being read
 * @lexer: the current line
 * @len: bytes of the text
 * @first: names so far
 * @last: where the next is linked
 * @nr: number of them
 * @error: of the lexer, or the place of @message
 * @message: what is wrong, or NULL if that's in @error
 */
struct names_parser {
	struct evf_lexer lexer;
	u32 len;
	struct evf_name *first;
	struct evf_name **last;
	u32 nr;
	struct evf_error error;
	const char *message;
};

static int fail(struct names_parser *parser, const struct evf_token *token, const char *message)
{
	/* The lexer was there first */
	if (token->kind == EVF_T_BAD)
		return -EINVAL;
	parser->message = message;
	parser->error.offset = token->offset;
	parser->error.length = token->kind == EVF_T_END ? 0 : token->length;
	return -EINVAL;
}

static int take_name(struct names_parser *parser, const struct evf_token *token)
{
	struct evf_name *name = kzalloc(struct_size(name, text, token->length + 1),
					GFP_KERNEL_ACCOUNT);

	if (!name)
		return -ENOMEM;
	name->offset = token->offset;
	name->len = token->length;
	memcpy(name->text, parser->lexer.text + token->offset, token->length);
	*parser->last = name;
	parser->last = &name->next;
	parser->nr++;
	return 0;
}

static int parse_line(struct names_parser *parser)
{
	struct evf_token label, name, end;

	evf_lex(&parser->lexer, &label);
	if (label.kind == EVF_T_END)
		return 0;
	if (!evf_token_is(&parser->lexer, &label, "label"))
		return fail(parser, &label, EXPECTED);
	evf_lex(&parser->lexer, &name);
	if (name.kind != EVF_T_WORD)
		return fail(parser, &name, MISSING);
	evf_lex(&parser->lexer, &end);
	if (end.kind != EVF_T_END)
		return fail(parser, &end, TRAILING);
	return take_name(parser, &name);
}

static int parse(struct names_parser *parser)
{
	struct evf_lexer *lexer = &parser->lexer;
	u32 start, end;
	int error;

	for (start = 0; start < parser->len; start = end + 1) {
		const char *newline = memchr(lexer->text + start, '\n', parser->len - start);

		end = newline ? newline - lexer->text : parser->len;
		lexer->pos = start;
		lexer->end = end;
		error = parse_line(parser);
		if (error)
			return error;
		cond_resched();
	}
	return 0;
}

static void keep_error(struct evf_space *space, const struct names_parser *parser)
{
	const struct evf_error *error = &parser->error;
	char sentence[EVF_SPACE_ERROR / 2];
	u32 line, column;
	int len;

	evf_error_position(parser->lexer.text, error->offset, &line, &column);
	len = scnprintf(space->error, sizeof(space->error), "%u:%u:%u: ", line, column,
			error->length);
	if (parser->message) {
		len += scnprintf(space->error + len, sizeof(space->error) - len, "%s\n",
				 parser->message);
	} else {
		evf_error_sentence(error, sentence, sizeof(sentence));
		len += scnprintf(space->error + len, sizeof(space->error) - len, "%s: %s\n",
				 evf_code_name(error->code), sentence);
	}
	space->error_len = len;
}

static int add_names(struct evf_space *space, struct names_parser *parser)
{
	struct evf_lexer *lexer = &parser->lexer;
	struct evf_token name;
	int error;

	error = evf_names_add(space, parser->first, parser->nr, &lexer->pos);
	parser->first = NULL;
	if (error != -ENOSPC)
		return error;
	lexer->end = parser->len;
	evf_lex(lexer, &name);
	return fail(parser, &name, TOO_MANY);
}

/**
 * evf_names_write() - take lines "label NAME"
 * @space: the space
 * @text: whole lines; need not be terminated
 * @len: bytes of @text
 *
 * Return: 0; -EINVAL: the error is kept for read(2); -ENOMEM. On failure no name was
 * added.
 */
int evf_names_write(struct evf_space *space, const char *text, u32 len)
{
	struct names_parser parser = {
		.lexer = { .text = text },
		.len = len,
	};
	struct evf_name *name, *next;
	int error;

	parser.lexer.error = &parser.error;
	parser.last = &parser.first;
	error = parse(&parser);
	if (!error)
		error = add_names(space, &parser);
	for (name = parser.first; name; name = next) {
		next = name->next;
		kfree(name);
	}
	mutex_lock(&space->lock);
	space->error_len = 0;
	space->error_read = 0;
	if (error == -EINVAL)
		keep_error(space, &parser);
	mutex_unlock(&space->lock);
	return error;
}

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

/**
 * evf_names_parse_set() - names separated by spaces
 * @space: the space
 * @text: the names
 * @len: bytes of @text
 * @id: receives their ids, at most EVF_MAX_OBJECT_NAMES, ascending, each once
 *
 * Return: how many; -ENOENT: one is unknown; -E2BIG: more than EVF_MAX_OBJECT_NAMES.
 */
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
		nr = add_id(id, nr, label);
		if (nr < 0)
			return nr;
		start = end;
	}
	sort(id, nr, sizeof(*id), compare_ids, NULL);
	return nr;
}
