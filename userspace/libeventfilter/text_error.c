// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>

#include "eventfilter.h"

/* What is still to be parsed */
struct cursor {
	const char *at;
	const char *end;
};

static bool take_number(struct cursor *cursor, unsigned int *value)
{
	const char *start = cursor->at;

	*value = 0;
	while (cursor->at < cursor->end && *cursor->at >= '0' && *cursor->at <= '9') {
		unsigned int digit = (unsigned int)(*cursor->at - '0');

		if (*value > (UINT_MAX - digit) / 10)
			return false;
		*value = *value * 10 + digit;
		cursor->at++;
	}
	return cursor->at > start;
}

static bool take(struct cursor *cursor, const char *token)
{
	size_t length = strlen(token);

	if ((size_t)(cursor->end - cursor->at) < length || memcmp(cursor->at, token, length) != 0)
		return false;
	cursor->at += length;
	return true;
}

static bool take_code(struct cursor *cursor, char *code, size_t size)
{
	const char *start = cursor->at;
	size_t length;

	while (cursor->at < cursor->end &&
	       ((*cursor->at >= 'a' && *cursor->at <= 'z') || *cursor->at == '_'))
		cursor->at++;
	length = (size_t)(cursor->at - start);
	if (length == 0 || length >= size)
		return false;
	memcpy(code, start, length);
	return true;
}

static bool parse(struct cursor *cursor, struct eventfilter_text_error *error)
{
	size_t length;

	if (!take_number(cursor, &error->line) || !take(cursor, ":") ||
	    !take_number(cursor, &error->column) || !take(cursor, ":") ||
	    !take_number(cursor, &error->length) || !take(cursor, ": ") ||
	    !take_code(cursor, error->code, sizeof(error->code)) || !take(cursor, ": "))
		return false;
	if (error->line == 0 || error->column == 0)
		return false;
	length = (size_t)(cursor->end - cursor->at);
	if (length > 0 && cursor->at[length - 1] == '\n')
		length--;
	/* Cut rather than lose the place: the sentence is for people only */
	if (length >= sizeof(error->sentence))
		length = sizeof(error->sentence) - 1;
	memcpy(error->sentence, cursor->at, length);
	return length > 0;
}

int eventfilter_parse_text_error(const char *line, size_t length,
				 struct eventfilter_text_error *error)
{
	struct cursor cursor = { .at = line, .end = line + length };

	memset(error, 0, sizeof(*error));
	if (parse(&cursor, error))
		return 0;
	memset(error, 0, sizeof(*error));
	return -EINVAL;
}
