// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Globs. A mismatch only ever goes back to the last "*": what an earlier one took can't
 * help a later one.
 */
#include <evf_env.h>
#include "code.h"

/* Does a byte match the "[...]" at @at? Moves @at behind it */
static bool match_class(const char *glob, u32 glob_len, u32 *at, char c)
{
	bool inverse = false, match = false;
	u32 start = *at + 1, i;

	if (start < glob_len && glob[start] == '!') {
		inverse = true;
		start++;
	}
	for (i = start; i < glob_len && (glob[i] != ']' || i == start); i++) {
		u8 low = glob[i], high = low;

		if (i + 2 < glob_len && glob[i + 1] == '-' && glob[i + 2] != ']') {
			high = glob[i + 2];
			i += 2;
		}
		if ((u8)c >= low && (u8)c <= high)
			match = true;
	}
	*at = i + 1;
	return match != inverse;
}

/* Does a byte match what is at @at, which is no "*"? Moves @at behind it */
static bool match_one(const char *glob, u32 glob_len, u32 *at, char c)
{
	char want = glob[*at];

	if (want == '[')
		return match_class(glob, glob_len, at, c);
	++*at;
	return want == '?' || want == c;
}

bool evf_glob(const char *glob, u32 glob_len, const char *text, u32 len)
{
	u32 g = 0, t = 0, star = 0, star_text = 0;
	bool starred = false;

	while (t < len) {
		if (g < glob_len && glob[g] == '*') {
			starred = true;
			star = ++g;
			star_text = t;
		} else if (g < glob_len && match_one(glob, glob_len, &g, text[t])) {
			t++;
		} else if (starred) {
			g = star;
			t = ++star_text;
		} else {
			return false;
		}
	}
	while (g < glob_len && glob[g] == '*')
		g++;
	return g == glob_len;
}
