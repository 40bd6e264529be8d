/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The text that is written to a label space: lines, each of a kind that its first word
 * says. A text is taken as a whole or not at all, so a line is first parsed, then
 * prepared, which does all that may fail, and only then applied.
 */
#ifndef _EVF_SPACE_TEXT_H
#define _EVF_SPACE_TEXT_H

#include <linux/stringify.h>
#include <linux/types.h>

#include "core/token.h"

struct evf_membership;
struct evf_name;
struct evf_space;
struct evf_statement;
struct evf_text;
struct evf_version;

/**
 * struct evf_line - a kind of line
 * @word: its first word
 * @parse: reads the rest of the line, and adds what it says to the text: names, a
 *	statement. Return: 0; -EINVAL by evf_text_fail(); -ENOMEM.
 */
struct evf_line {
	const char *word;
	int (*parse)(struct evf_text *text);
};

/**
 * struct evf_statement_ops - what a statement does to the space, which is locked
 * @prepare: do all of it that can fail, nothing that an event could see; all names of the
 *	text are known. Return: 0; -EINVAL by evf_text_fail(); -ENOMEM.
 * @apply: do it
 * @free: free the statement, and what it prepared that was not applied; the space is
 *	locked
 */
struct evf_statement_ops {
	int (*prepare)(struct evf_text *text, struct evf_statement *statement);
	void (*apply)(struct evf_text *text, struct evf_statement *statement);
	void (*free)(struct evf_statement *statement);
};

/**
 * struct evf_statement - what a line says besides naming labels; the head of a struct of
 * its kind
 * @ops: its kind
 * @next: of the text
 */
struct evf_statement {
	const struct evf_statement_ops *ops;
	struct evf_statement *next;
};

/**
 * struct evf_span - a part of the text that is read again when it's prepared
 * @start: of its first byte
 * @end: behind its last
 */
struct evf_span {
	u32 start;
	u32 end;
};

/**
 * struct evf_text - a text that is being read
 * @space: to which it is written
 * @lexer: the current line
 * @len: bytes of the text
 * @name: names so far
 * @last_name: where the next is linked
 * @nr_names: number of them
 * @statement: statements so far
 * @last_statement: where the next is linked
 * @nr_assignments: prepared ones that may be new to the space
 * @group: the name of the last group whose members it says, or empty
 * @membership: of all groups, if it says members of some
 * @error: of the lexer, or the place of @message
 * @message: what is wrong, or NULL if that's in @error
 */
struct evf_text {
	struct evf_space *space;
	struct evf_lexer lexer;
	u32 len;
	struct evf_name *name;
	struct evf_name **last_name;
	u32 nr_names;
	struct evf_statement *statement;
	struct evf_statement **last_statement;
	u32 nr_assignments;
	struct evf_span group;
	struct evf_membership *membership;
	struct evf_error error;
	const char *message;
};

/* space_text.c */

/**
 * evf_text_write() - take lines
 * @space: the space
 * @from: whole lines; need not be terminated
 * @len: bytes of @from
 *
 * On failure nothing of it was taken.
 *
 * Context: may sleep; takes the space's lock.
 *
 * Return: 0; -EINVAL: the error is kept for read(2); -EDQUOT: EVF_MAX_USER_NAMES; -ENOMEM.
 */
int evf_text_write(struct evf_space *space, const char *from, u32 len);

/**
 * evf_text_fail() - say what is wrong
 * @text: the text
 * @token: where
 * @message: "code: sentence"; if @token is bad, the lexer's own error counts
 *
 * Return: -EINVAL.
 */
int evf_text_fail(struct evf_text *text, const struct evf_token *token, const char *message);

/**
 * evf_text_word() - read a word
 * @text: moved on behind it
 * @token: receives it
 * @missing: "code: sentence": what is wrong if there is none
 *
 * Return: 0, or -EINVAL by evf_text_fail().
 */
int evf_text_word(struct evf_text *text, struct evf_token *token, const char *missing);

/**
 * evf_text_end() - see that the line ends
 * @text: at what follows the last word
 *
 * Return: 0, or -EINVAL by evf_text_fail() if the line goes on.
 */
int evf_text_end(struct evf_text *text);

/**
 * evf_text_add() - add a statement
 * @text: the text
 * @statement: taken over: its @free is called when the text is done with
 */
void evf_text_add(struct evf_text *text, struct evf_statement *statement);

/**
 * evf_text_assignment() - count an assignment that a statement will add
 * @text: the text; its space is locked
 * @place: what to blame
 *
 * Return: 0; -EINVAL: the space may have no more.
 */
int evf_text_assignment(struct evf_text *text, const struct evf_span *place);

/* names_text.c */

/**
 * evf_text_names() - read the names that end a line
 * @text: moved on to the line's end
 * @span: receives where they are, for evf_text_labels()
 *
 * Return: 0, or -EINVAL by evf_text_fail() if there is something else; none at all is fine.
 */
int evf_text_names(struct evf_text *text, struct evf_span *span);

/**
 * evf_text_labels() - the labels of such names
 * @text: the text; its space is locked
 * @span: from evf_text_names()
 * @id: receives their ids, at most EVF_MAX_OBJECT_NAMES, ascending, each once
 *
 * Return: how many; or -EINVAL by evf_text_fail().
 */
int evf_text_labels(struct evf_text *text, const struct evf_span *span, u16 *id);

/**
 * evf_text_version() - a version with the names of a line
 * @text: the text; its space is locked
 * @span: of the names
 * @what: enum evf_what
 * @id: their ids, from evf_text_labels()
 * @nr: length of @id
 *
 * Return: the version, or ERR_PTR: -ENOMEM; -EINVAL by evf_text_fail(): the names are in too
 * many groups.
 */
struct evf_version *evf_text_version(struct evf_text *text, const struct evf_span *span, u8 what,
				     const u16 *id, u16 nr);

/**
 * evf_text_name() - a name that the space knows
 * @text: the text; its space is locked
 * @token: the name
 *
 * Return: the name, or NULL after evf_text_fail().
 */
const struct evf_name *evf_text_name(struct evf_text *text, const struct evf_token *token);

/**
 * evf_text_new_name() - a line makes a name, if the space doesn't have it
 * @text: the text
 * @token: the name
 * @group: it's that of a group
 *
 * Return: 0 or -ENOMEM.
 */
int evf_text_new_name(struct evf_text *text, const struct evf_token *token, bool group);

extern const struct evf_line evf_label_line;

/* groups.c */
extern const struct evf_line evf_group_line;

/* fs_type.c */
extern const struct evf_line evf_fs_line;

/* endpoint_text.c */
extern const struct evf_line evf_endpoint_line;
extern const struct evf_line evf_unendpoint_line;

#endif /* _EVF_SPACE_TEXT_H */
