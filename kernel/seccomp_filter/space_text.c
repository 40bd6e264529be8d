// SPDX-License-Identifier: GPL-2.0-only
/*
 * The text that is written to a label space: lines to their kinds, errors to read(2).
 */
#include <linux/eventfilter.h>
#include <linux/sched.h>

#include "label_set.h"
#include "space.h"
#include "space_text.h"

/* What the lexer, which knows words but no lines of ours, can't say */
#define EXPECTED	"expected_line: a line begins with \"label\", \"group\", \"fs\", " \
			"\"endpoint\" or \"unendpoint\""
#define TRAILING	"trailing_text: the line has ended before this"
#define TOO_MANY	"too_many_labels: a label space has at most " \
			__stringify(EVF_MAX_SPACE_NAMES) " names"
#define OTHER_KIND	"other_kind: a name is that of a label or of a group, and this was the other"
#define NO_ROOM		"too_many_assignments: a label space has at most " \
			__stringify(EVF_MAX_SPACE_ASSIGNMENTS) " assignments"

static const struct evf_line *const lines[] = {
	&evf_label_line,
	&evf_group_line,
	&evf_fs_line,
	&evf_endpoint_line,
	&evf_unendpoint_line,
};

int evf_text_fail(struct evf_text *text, const struct evf_token *token, const char *message)
{
	if (token->kind == EVF_T_BAD)
		return -EINVAL;
	text->message = message;
	text->error.offset = token->offset;
	text->error.length = token->kind == EVF_T_END ? 0 : token->length;
	return -EINVAL;
}

int evf_text_word(struct evf_text *text, struct evf_token *token, const char *missing)
{
	evf_lex(&text->lexer, token);
	return token->kind == EVF_T_WORD ? 0 : evf_text_fail(text, token, missing);
}

int evf_text_end(struct evf_text *text)
{
	struct evf_token token;

	evf_lex(&text->lexer, &token);
	return token.kind == EVF_T_END ? 0 : evf_text_fail(text, &token, TRAILING);
}

void evf_text_add(struct evf_text *text, struct evf_statement *statement)
{
	*text->last_statement = statement;
	text->last_statement = &statement->next;
}

int evf_text_assignment(struct evf_text *text, const struct evf_span *place)
{
	const struct evf_token token = {
		.kind = EVF_T_WORD,
		.offset = place->start,
		.length = place->end - place->start,
	};

	if (text->space->nr_assignments + ++text->nr_assignments > EVF_MAX_SPACE_ASSIGNMENTS)
		return evf_text_fail(text, &token, NO_ROOM);
	return 0;
}

static int parse_line(struct evf_text *text)
{
	struct evf_token word;
	u32 i;

	evf_lex(&text->lexer, &word);
	if (word.kind == EVF_T_END)
		return 0;
	for (i = 0; i < ARRAY_SIZE(lines); i++) {
		if (evf_token_is(&text->lexer, &word, lines[i]->word))
			return lines[i]->parse(text);
	}
	return evf_text_fail(text, &word, EXPECTED);
}

static int parse(struct evf_text *text)
{
	struct evf_lexer *lexer = &text->lexer;
	u32 start, end;
	int error;

	for (start = 0; start < text->len; start = end + 1) {
		const char *newline = memchr(lexer->text + start, '\n', text->len - start);

		end = newline ? newline - lexer->text : text->len;
		lexer->pos = start;
		lexer->end = end;
		error = parse_line(text);
		if (error)
			return error;
		cond_resched();
	}
	return 0;
}

static void keep_error(struct evf_space *space, const struct evf_text *text)
{
	const struct evf_error *error = &text->error;
	char sentence[EVF_SPACE_ERROR / 2];
	u32 line, column;
	int len;

	evf_error_position(text->lexer.text, error->offset, &line, &column);
	len = scnprintf(space->error, sizeof(space->error), "%u:%u:%u: ", line, column,
			error->length);
	if (text->message) {
		len += scnprintf(space->error + len, sizeof(space->error) - len, "%s\n",
				 text->message);
	} else {
		evf_error_sentence(error, sentence, sizeof(sentence));
		len += scnprintf(space->error + len, sizeof(space->error) - len, "%s: %s\n",
				 evf_code_name(error->code), sentence);
	}
	space->error_len = len;
}

static int add_names(struct evf_text *text)
{
	struct evf_token name;
	u32 beyond;
	int error;

	error = evf_names_add(text->space, text->name, text->nr_names, &beyond);
	text->name = NULL;
	if (!error || error == -ENOMEM || error == -EDQUOT)
		return error;
	text->lexer.pos = beyond;
	text->lexer.end = text->len;
	evf_lex(&text->lexer, &name);
	return evf_text_fail(text, &name, error == -ENOSPC ? TOO_MANY : OTHER_KIND);
}

/*
 * Names first: those of a text are known in all of its lines. Then what groups do to all that
 * there is then.
 */
static int take(struct evf_text *text)
{
	struct evf_statement *statement;
	int error;

	error = add_names(text);
	for (statement = text->statement; statement && !error; statement = statement->next) {
		error = statement->ops->prepare(text, statement);
		cond_resched();
	}
	if (!error)
		error = evf_groups_prepare(text);
	if (error)
		return error;
	evf_names_publish(text->space);
	for (statement = text->statement; statement; statement = statement->next) {
		statement->ops->apply(text, statement);
		cond_resched();
	}
	evf_groups_apply(text);
	return 0;
}

static void release(struct evf_text *text)
{
	struct evf_statement *statement;

	while ((statement = text->statement)) {
		text->statement = statement->next;
		statement->ops->free(statement);
	}
	/* Statements may refer to names */
	evf_names_take_back(text->space);
	evf_names_discard(text->name);
}

int evf_text_write(struct evf_space *space, const char *from, u32 len)
{
	struct evf_text text = {
		.space = space,
		.lexer = { .text = from },
		.len = len,
	};
	int error;

	text.lexer.error = &text.error;
	text.last_name = &text.name;
	text.last_statement = &text.statement;
	error = parse(&text);
	mutex_lock(&space->lock);
	if (!error)
		error = take(&text);
	space->error_len = 0;
	space->error_read = 0;
	if (error == -EINVAL)
		keep_error(space, &text);
	release(&text);
	mutex_unlock(&space->lock);
	return error;
}
