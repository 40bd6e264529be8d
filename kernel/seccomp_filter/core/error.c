// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Errors as text.
 */
#include <evf_env.h>
#include "error.h"
#include "limits.h"

#define LIMIT_TEXT(limit)	#limit
#define LIMIT(limit)		LIMIT_TEXT(limit)

static const struct {
	const char *name;
	const char *sentence;
} errors[EVF_NR_CODES] = {
	[EVF_OK] = { "ok", "nothing is wrong" },
#define EVF_ERROR(code, sentence)					\
	[EVF_E_##code] = { #code, sentence },
#include "errors.def"
};

const char *evf_code_name(u16 code)
{
	return errors[code < EVF_NR_CODES ? code : EVF_E_internal].name;
}

static size_t append(char *buf, size_t size, size_t len, const char *text, size_t text_len)
{
	if (text_len > size - 1 - len)
		text_len = size - 1 - len;
	memcpy(buf + len, text, text_len);
	return len + text_len;
}

size_t evf_error_sentence(const struct evf_error *error, char *buf, size_t size)
{
	const char *sentence, *place, *hint = error->hint ? error->hint : "?";
	size_t len = 0;

	sentence = errors[error->code < EVF_NR_CODES ? error->code : EVF_E_internal].sentence;
	place = strstr(sentence, "%s");
	if (place) {
		len = append(buf, size, len, sentence, place - sentence);
		len = append(buf, size, len, hint, strlen(hint));
		sentence = place + 2;
	}
	len = append(buf, size, len, sentence, strlen(sentence));
	buf[len] = 0;
	return len;
}

void evf_error_position(const char *text, u32 offset, u32 *line, u32 *column)
{
	u32 at, start = 0;

	*line = 1;
	for (at = 0; at < offset; at++) {
		if (text[at] == '\n') {
			start = at + 1;
			++*line;
		}
	}
	*column = offset - start + 1;
}
