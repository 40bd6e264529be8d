/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Text -> tokens. A lexer never looks beyond its line.
 */
#ifndef _EVF_TOKEN_H
#define _EVF_TOKEN_H

#include <evf_env.h>
#include "error.h"

enum evf_token_kind {
	EVF_T_END,		/* of the line, or a comment */
	EVF_T_BAD,		/* the lexer's error is set */
	EVF_T_WORD,
	EVF_T_NUMBER,
	EVF_T_STRING,
	EVF_T_COLON,
	EVF_T_COMMA,
	EVF_T_DOTS,
	EVF_T_OPEN,
	EVF_T_CLOSE,
	EVF_T_LBRACE,
	EVF_T_RBRACE,
	EVF_T_NOT,
	EVF_T_AND,
	EVF_T_OR,
	/* operators of a predicate: see evf_token_is_operator() */
	EVF_T_EQ,
	EVF_T_NE,
	EVF_T_LT,
	EVF_T_LE,
	EVF_T_GT,
	EVF_T_GE,
	EVF_T_MASK,
	EVF_T_GLOB,
	EVF_T_NGLOB,
};

/**
 * struct evf_token - one token
 * @kind: enum evf_token_kind
 * @minus: a number with a minus sign
 * @offset: of its first byte, from the lexer's text
 * @length: its bytes
 * @num: a number's magnitude; a string's length once decoded
 */
struct evf_token {
	u8 kind;
	bool minus;
	u32 offset;
	u32 length;
	u64 num;
};

/**
 * struct evf_lexer - where in a line we are
 * @text: what offsets count from
 * @pos: the next byte
 * @end: the line's end
 * @error: set with EVF_T_BAD
 */
struct evf_lexer {
	const char *text;
	u32 pos;
	u32 end;
	struct evf_error *error;
};

/**
 * evf_lex_name() - read the next name of a line whose names were read before
 * @lexer: moves on behind the name; what is in front of it, a comma or nothing, is skipped
 * @token: receives it
 *
 * Only if evf_lex() read as far without complaint, and a name was there.
 */
void evf_lex_name(struct evf_lexer *lexer, struct evf_token *token);

/**
 * evf_lex() - read the next token
 * @lexer: moved on, except by EVF_T_END and EVF_T_BAD
 * @token: receives it
 */
void evf_lex(struct evf_lexer *lexer, struct evf_token *token);

/**
 * evf_unescape() - the bytes that a string token stands for
 * @lexer: that the token came from
 * @token: an EVF_T_STRING
 * @out: room for @token->num bytes
 */
void evf_unescape(const struct evf_lexer *lexer, const struct evf_token *token, char *out);

/**
 * evf_token_is() - is the token this word?
 * @lexer: that the token came from
 * @token: any token
 * @word: terminated
 *
 * Return: true if its bytes are those of @word.
 */
bool evf_token_is(const struct evf_lexer *lexer, const struct evf_token *token,
		  const char *word);

/**
 * evf_token_is_operator() - does a token compare, or test?
 * @token: any token
 *
 * Return: true for the kinds from EVF_T_EQ on.
 */
static inline bool evf_token_is_operator(const struct evf_token *token)
{
	return token->kind >= EVF_T_EQ;
}

/**
 * evf_fail() - set an error
 * @error: receives it
 * @code: an EVF_E_*
 * @offset: of the offending bytes
 * @length: their number
 * @hint: for the sentence's %s, or NULL
 *
 * Return: -EINVAL.
 */
static inline int evf_fail(struct evf_error *error, u16 code, u32 offset, u32 length,
			   const char *hint)
{
	error->code = code;
	error->offset = offset;
	error->length = length;
	error->hint = hint;
	return -EINVAL;
}

#endif /* _EVF_TOKEN_H */
