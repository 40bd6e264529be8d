/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What can be wrong with a text: one list of codes and sentences (errors.def).
 */
#ifndef _EVF_ERROR_H
#define _EVF_ERROR_H

#include <evf_env.h>

EVF_BEGIN_DECLS

enum evf_code {
	EVF_OK,
#define EVF_ERROR(code, sentence)	EVF_E_##code,
#include "errors.def"
	EVF_NR_CODES
};

/**
 * struct evf_error - where a text is wrong, and how
 * @code: enum evf_code
 * @offset: bytes before the place, within the text that was parsed
 * @length: bytes of the place; 0 at the end of the text
 * @hint: a name that the sentence mentions (an object event to use instead), or NULL
 */
struct evf_error {
	u16 code;
	u32 offset;
	u32 length;
	const char *hint;
};

/**
 * evf_code_name() - a code's stable name, for programs
 * @code: enum evf_code
 *
 * Return: for example "unknown_field".
 */
const char *evf_code_name(u16 code);

/**
 * evf_error_sentence() - what a person reads
 * @error: the error
 * @buf: receives the sentence, terminated, cut to @size
 * @size: bytes at @buf, at least 1
 *
 * Return: bytes written, the terminator not counted.
 */
size_t evf_error_sentence(const struct evf_error *error, char *buf, size_t size);

/**
 * evf_error_position() - line and column of an offset
 * @text: the text that was parsed
 * @offset: bytes from its start
 * @line: receives the line, from 1
 * @column: receives the column in bytes, from 1
 */
void evf_error_position(const char *text, u32 offset, u32 *line, u32 *column);

EVF_END_DECLS

#endif /* _EVF_ERROR_H */
