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
int evf_text_write(struct evf_space *space, const char *from, u32 len);
int evf_text_fail(struct evf_text *text, const struct evf_token *token, const char *message);
int evf_text_word(struct evf_text *text, struct evf_token *token, const char *missing);
int evf_text_end(struct evf_text *text);
void evf_text_add(struct evf_text *text, struct evf_statement *statement);
int evf_text_assignment(struct evf_text *text, const struct evf_span *place);

/* names_text.c */
int evf_text_names(struct evf_text *text, struct evf_span *span);
int evf_text_labels(struct evf_text *text, const struct evf_span *span, u16 *id);
struct evf_version *evf_text_version(struct evf_text *text, const struct evf_span *span, u8 what,
				     const u16 *id, u16 nr);
const struct evf_name *evf_text_name(struct evf_text *text, const struct evf_token *token);
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
