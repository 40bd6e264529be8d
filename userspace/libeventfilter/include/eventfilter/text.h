/* SPDX-License-Identifier: BSD-2-Clause */
/* What the kernel says about a text that it was given. Part of eventfilter.h. */
#ifndef EVENTFILTER_TEXT_H
#define EVENTFILTER_TEXT_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * What is wrong with a text. line and column count from 1, in bytes; line is 0 when the kernel
 * gave no place. code is stable, for programs; sentence is for people. Both are terminated.
 */
struct eventfilter_text_error {
	unsigned int line, column, length;
	char code[48];
	char sentence[208];
};

/*
 * Parses the kernel's "LINE:COLUMN:LENGTH: CODE: sentence\n".
 * -EINVAL (it isn't; error is zeroed). [signal-safe]
 */
int eventfilter_parse_text_error(const char *line, size_t length,
				 struct eventfilter_text_error *error);

#ifdef __cplusplus
}
#endif

#endif /* EVENTFILTER_TEXT_H */
