// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Text -> tokens.
 */
#include <evf_env.h>
#include "limits.h"
#include "token.h"

/* Most of a text is names: one look-up per byte of them */
#define DIGIT	1
#define LETTER	2
#define JOINT	4

static const u8 classes[256] = {
	['0' ... '9'] = DIGIT,
	['a' ... 'z'] = LETTER,
	['A' ... 'Z'] = LETTER,
	['_'] = LETTER,
	['-'] = JOINT,
	['.'] = JOINT,
};

static bool is_digit(char c)
{
	return classes[(u8)c] & DIGIT;
}

static bool is_word_start(char c)
{
	return classes[(u8)c] & LETTER;
}

static bool is_word(char c)
{
	return classes[(u8)c] & (DIGIT | LETTER);
}

static bool is_control(char c)
{
	return ((u8)c < ' ' && c != '\t') || c == 0x7f;
}

/* The value of a digit in any base up to 16, or 16 */
static u32 digit_value(char c)
{
	if (is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return 16;
}

static void bad(struct evf_lexer *lexer, struct evf_token *token, u16 code, u32 offset,
		u32 length)
{
	token->kind = EVF_T_BAD;
	evf_fail(lexer->error, code, offset, length, NULL);
}

static void bad_byte(struct evf_lexer *lexer, struct evf_token *token, u32 at)
{
	char c = lexer->text[at];

	if (is_control(c))
		bad(lexer, token, EVF_E_control_character, at, 1);
	else if (c & 0x80)
		bad(lexer, token, EVF_E_not_ascii, at, 1);
	else
		bad(lexer, token, EVF_E_unexpected_character, at, 1);
}

static void take(struct evf_lexer *lexer, struct evf_token *token, u8 kind, u32 end)
{
	token->kind = kind;
	token->length = end - token->offset;
	lexer->pos = end;
}

/* A word may contain "-" and ".", but not end with them: label names do */
static void lex_word(struct evf_lexer *lexer, struct evf_token *token)
{
	const char *start = lexer->text + token->offset, *end = lexer->text + lexer->end;
	const char *at = start;

	do {
		while (at < end && is_word(*at))
			at++;
	} while (at + 1 < end && classes[(u8)*at] & JOINT && is_word(at[1]) && at++);
	if (at - start > EVF_MAX_WORD)
		bad(lexer, token, EVF_E_word_too_long, token->offset, at - start);
	else
		take(lexer, token, EVF_T_WORD, at - lexer->text);
}

static void lex_number(struct evf_lexer *lexer, struct evf_token *token)
{
	const char *text = lexer->text;
	u32 base = 10, at = token->offset, end, digits;

	if (text[at] == '-') {
		token->minus = true;
		at++;
	}
	for (end = at; end < lexer->end && is_word(text[end]); end++)
		;
	digits = at;
	if (end - at > 1 && text[at] == '0') {
		bool hex = text[at + 1] == 'x' || text[at + 1] == 'X';

		base = hex ? 16 : 8;
		digits = hex ? at + 2 : at + 1;
	}
	if (digits == end) {
		bad(lexer, token, EVF_E_bad_number, token->offset, end - token->offset);
		return;
	}
	for (at = digits; at < end; at++) {
		u32 digit = digit_value(text[at]);

		if (digit >= base) {
			bad(lexer, token, EVF_E_bad_number, token->offset, end - token->offset);
			return;
		}
		if (token->num > (U64_MAX - digit) / base) {
			bad(lexer, token, EVF_E_number_too_large, token->offset,
			    end - token->offset);
			return;
		}
		token->num = token->num * base + digit;
	}
	take(lexer, token, EVF_T_NUMBER, end);
}

/* Bytes of the escape sequence at a backslash, or 0 */
static u32 escape_length(const struct evf_lexer *lexer, u32 at)
{
	const char *text = lexer->text;

	if (at + 1 < lexer->end &&
	    (text[at + 1] == '\\' || text[at + 1] == '"' || text[at + 1] == '\''))
		return 2;
	if (at + 3 < lexer->end && text[at + 1] == 'x' && digit_value(text[at + 2]) < 16 &&
	    digit_value(text[at + 3]) < 16)
		return 4;
	return 0;
}

static void lex_string(struct evf_lexer *lexer, struct evf_token *token)
{
	const char *text = lexer->text;
	u32 start = token->offset, at = start + 1;

	while (at < lexer->end && text[at] != text[start]) {
		u32 length = 1;

		if (is_control(text[at]) || (text[at] & 0x80)) {
			bad_byte(lexer, token, at);
			return;
		}
		if (text[at] == '\\') {
			length = escape_length(lexer, at);
			if (!length) {
				bad(lexer, token, EVF_E_bad_escape, at, 1);
				return;
			}
		}
		at += length;
		token->num++;
	}
	if (at >= lexer->end)
		bad(lexer, token, EVF_E_unterminated_string, start, lexer->end - start);
	else if (token->num > EVF_MAX_STRING)
		bad(lexer, token, EVF_E_string_too_long, start, at + 1 - start);
	else
		take(lexer, token, EVF_T_STRING, at + 1);
}

/* A comment may be in any language, but not hide control characters */
static void lex_comment(struct evf_lexer *lexer, struct evf_token *token)
{
	u32 at;

	for (at = token->offset; at < lexer->end; at++) {
		if (is_control(lexer->text[at])) {
			bad_byte(lexer, token, at);
			return;
		}
	}
	token->kind = EVF_T_END;
}

/* The commonest first, but of two that begin alike the longer one */
static const struct {
	char spelling[3];
	u8 kind;
} marks[] = {
	{ ",", EVF_T_COMMA }, { ":", EVF_T_COLON }, { "==", EVF_T_EQ }, { "&&", EVF_T_AND },
	{ "||", EVF_T_OR }, { "&", EVF_T_MASK }, { "(", EVF_T_OPEN }, { ")", EVF_T_CLOSE },
	{ "!=", EVF_T_NE }, { "!~", EVF_T_NGLOB }, { "!", EVF_T_NOT }, { "{", EVF_T_LBRACE },
	{ "}", EVF_T_RBRACE }, { "..", EVF_T_DOTS }, { "<=", EVF_T_LE }, { "<", EVF_T_LT },
	{ ">=", EVF_T_GE }, { ">", EVF_T_GT }, { "~", EVF_T_GLOB },
};

static void lex_mark(struct evf_lexer *lexer, struct evf_token *token)
{
	u32 i, at = token->offset;
	char first = lexer->text[at];
	char second = at + 1 < lexer->end ? lexer->text[at + 1] : 0;

	for (i = 0; i < ARRAY_SIZE(marks); i++) {
		const char *spelling = marks[i].spelling;

		if (spelling[0] != first || (spelling[1] && spelling[1] != second))
			continue;
		take(lexer, token, marks[i].kind, at + (spelling[1] ? 2 : 1));
		return;
	}
	if (first == '=')
		bad(lexer, token, EVF_E_single_equal, at, 1);
	else if (first == '|')
		bad(lexer, token, EVF_E_single_pipe, at, 1);
	else
		bad_byte(lexer, token, at);
}

void evf_lex_name(struct evf_lexer *lexer, struct evf_token *token)
{
	const char *start = lexer->text + lexer->pos, *at;

	while (!is_word_start(*start))
		start++;
	for (at = start; classes[(u8)*at]; at++)
		;
	*token = (struct evf_token){
		.kind = EVF_T_WORD,
		.offset = start - lexer->text,
		.length = at - start,
	};
	lexer->pos = at - lexer->text;
}

void evf_lex(struct evf_lexer *lexer, struct evf_token *token)
{
	const char *text = lexer->text;
	u32 pos = lexer->pos;
	char c;

	while (pos < lexer->end && (text[pos] == ' ' || text[pos] == '\t'))
		pos++;
	*token = (struct evf_token){ .kind = EVF_T_END, .offset = pos };
	if (pos == lexer->end)
		return;
	c = text[pos];
	if (is_word_start(c))
		lex_word(lexer, token);
	else if (is_digit(c) || c == '-')
		lex_number(lexer, token);
	else if (c == '"' || c == '\'')
		lex_string(lexer, token);
	else if (c == '#')
		lex_comment(lexer, token);
	else
		lex_mark(lexer, token);
}

void evf_unescape(const struct evf_lexer *lexer, const struct evf_token *token, char *out)
{
	const char *text = lexer->text;
	u32 at = token->offset + 1, end = token->offset + token->length - 1;

	while (at < end) {
		if (text[at] != '\\') {
			*out++ = text[at++];
		} else if (text[at + 1] != 'x') {
			*out++ = text[at + 1];
			at += 2;
		} else {
			*out++ = digit_value(text[at + 2]) << 4 | digit_value(text[at + 3]);
			at += 4;
		}
	}
}

bool evf_token_is(const struct evf_lexer *lexer, const struct evf_token *token,
		  const char *word)
{
	const char *text = lexer->text + token->offset;
	u32 i;

	if (token->kind != EVF_T_WORD)
		return false;
	for (i = 0; i < token->length; i++) {
		if (text[i] != word[i])
			return false;
	}
	return !word[i];
}
