// SPDX-License-Identifier: BSD-2-Clause
/* The descriptor of records, and what a record says. */
#define _GNU_SOURCE /* memmem */
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>

#include <linux/eventfilter.h>

#include "eventfilter.h"
#include "kernel.h"

_Static_assert(EVENTFILTER_MAX_RECORD == EVF_MAX_RECORD, "limits are the kernel's");

int eventfilter_records_open(int ruleset)
{
	return eventfilter_sys_ioctl(ruleset, EVF_RECORDS, NULL);
}

int eventfilter_records_read(int records, char *text, size_t length)
{
	return eventfilter_sys_read(records, text, length);
}

static bool take(struct eventfilter_slice *from, const char *token)
{
	size_t length = strlen(token);

	if (from->length < length || memcmp(from->start, token, length) != 0)
		return false;
	from->start += length;
	from->length -= length;
	return true;
}

/* What stands before the byte end, which is left where it is; all of it where there is none */
static struct eventfilter_slice take_until(struct eventfilter_slice *from, char end)
{
	const char *found = memchr(from->start, end, from->length);
	struct eventfilter_slice taken = *from;

	if (found)
		taken.length = (size_t)(found - from->start);
	from->start += taken.length;
	from->length -= taken.length;
	return taken;
}

/* KEY=WORD */
static bool take_word(struct eventfilter_slice *from, const char *key, struct eventfilter_slice *word)
{
	if (!take(from, key) || !take(from, "="))
		return false;
	*word = take_until(from, ' ');
	return word->length > 0 && !memchr(word->start, '"', word->length);
}

/* KEY="TEXT" */
static bool take_text(struct eventfilter_slice *from, const char *key, struct eventfilter_slice *text)
{
	if (!take(from, key) || !take(from, "=\""))
		return false;
	*text = take_until(from, '"');
	return take(from, "\"");
}

static bool to_number(struct eventfilter_slice word, unsigned long long most, unsigned long long *value)
{
	size_t i;

	*value = 0;
	for (i = 0; i < word.length; i++) {
		unsigned int digit = (unsigned int)(word.start[i] - '0');

		if (word.start[i] < '0' || word.start[i] > '9' || *value > (most - digit) / 10)
			return false;
		*value = *value * 10 + digit;
	}
	return word.length > 0;
}

static bool take_number(struct eventfilter_slice *from, const char *key, unsigned long long most,
			unsigned long long *value)
{
	struct eventfilter_slice word;

	return take_word(from, key, &word) && to_number(word, most, value);
}

static bool take_int(struct eventfilter_slice *from, const char *key, int *value)
{
	unsigned long long number;

	if (!take_number(from, key, INT_MAX, &number))
		return false;
	*value = (int)number;
	return true;
}

static bool take_uid(struct eventfilter_slice *from, long long *uid)
{
	struct eventfilter_slice word;
	unsigned long long number;

	if (!take_word(from, "uid", &word))
		return false;
	if (word.length == strlen("unmapped") && memcmp(word.start, "unmapped", word.length) == 0) {
		*uid = -1;
		return true;
	}
	if (!to_number(word, UINT_MAX, &number))
		return false;
	*uid = (long long)number;
	return true;
}

/* What is always on has names of several words: "cross-label rename" */
static bool take_event(struct eventfilter_slice *from, struct eventfilter_slice *event)
{
	static const char next[] = " pid=";
	const char *end;

	if (!take(from, "event="))
		return false;
	end = memmem(from->start, from->length, next, strlen(next));
	if (!end)
		return false;
	event->start = from->start;
	event->length = (size_t)(end - from->start);
	from->length -= event->length;
	from->start = end;
	return event->length > 0 && !memchr(event->start, '"', event->length);
}

static bool take_layer(struct eventfilter_slice *from, int *layer)
{
	*layer = -1;
	return take(from, "layer=-1") || take_int(from, "layer", layer);
}

static bool take_subject(struct eventfilter_slice *line, struct eventfilter_record *record)
{
	return take_event(line, &record->event) && take(line, " ") &&
	       take_int(line, "pid", &record->pid) && take(line, " ") &&
	       take_int(line, "tid", &record->tid) && take(line, " ") &&
	       take_text(line, "comm", &record->comm) && take(line, " ") &&
	       take_uid(line, &record->uid) && take(line, " ");
}

static bool take_verdict(struct eventfilter_slice *line, struct eventfilter_record *record)
{
	return take_number(line, "domain", ULLONG_MAX, &record->domain) && take(line, " ") &&
	       take_layer(line, &record->layer) && take(line, " ") &&
	       take_word(line, "action", &record->action) && take(line, " ") &&
	       take_int(line, "error", &record->error) && take(line, " ");
}

/* One of the event's own fields, and the space before the next */
static bool take_value(struct eventfilter_slice *from, struct eventfilter_slice *name,
		       struct eventfilter_slice *value)
{
	*name = take_until(from, '=');
	if (name->length == 0 || memchr(name->start, ' ', name->length) || !take(from, "="))
		return false;
	if (take(from, "\"")) {
		*value = take_until(from, '"');
		if (!take(from, "\""))
			return false;
	} else {
		*value = take_until(from, ' ');
		if (value->length == 0 || memchr(value->start, '"', value->length))
			return false;
	}
	return from->length == 0 || (take(from, " ") && from->length > 0);
}

static bool take_values(struct eventfilter_slice *line, struct eventfilter_record *record)
{
	static const char cut[] = " ...";
	struct eventfilter_slice rest, name, value;

	if (line->length >= strlen(cut) &&
	    memcmp(line->start + line->length - strlen(cut), cut, strlen(cut)) == 0) {
		record->cut = 1;
		line->length -= strlen(cut);
	}
	if (line->length > 0 && (!take(line, " ") || line->length == 0))
		return false;
	record->values = *line;
	for (rest = *line; rest.length > 0;) {
		if (!take_value(&rest, &name, &value))
			return false;
	}
	return true;
}

static bool parse(struct eventfilter_slice line, struct eventfilter_record *record)
{
	if (take_number(&line, "lost", ULLONG_MAX, &record->lost))
		return line.length == 0 && record->lost > 0;
	return take_subject(&line, record) && take_verdict(&line, record) &&
	       take_text(&line, "predicate", &record->predicate) && take(&line, " ") &&
	       take_text(&line, "path", &record->path) && take_values(&line, record);
}

int eventfilter_record_next(struct eventfilter_slice *text, struct eventfilter_record *record)
{
	const char *end = text->length > 0 ? memchr(text->start, '\n', text->length) : NULL;
	struct eventfilter_slice line = *text;

	memset(record, 0, sizeof(*record));
	if (!end)
		return 0;
	line.length = (size_t)(end - text->start);
	text->start += line.length + 1;
	text->length -= line.length + 1;
	if (parse(line, record))
		return 1;
	memset(record, 0, sizeof(*record));
	return -EBADMSG;
}

int eventfilter_record_value(const struct eventfilter_record *record, const char *name,
			     struct eventfilter_slice *value)
{
	struct eventfilter_slice rest = record->values, found;
	size_t length = strlen(name);

	while (rest.length > 0 && take_value(&rest, &found, value)) {
		if (found.length == length && memcmp(found.start, name, length) == 0)
			return 0;
	}
	memset(value, 0, sizeof(*value));
	return -ENOENT;
}

/* The byte of an escape, its backslash taken already; -1 where there is none */
static int take_escape(struct eventfilter_slice *from)
{
	static const char letters[] = "abtnvfr";
	const char *letter;
	int byte;

	if (take(from, "\\"))
		return '\\';
	if (take(from, "e"))
		return '\033';
	letter = from->length > 0 && *from->start ? strchr(letters, *from->start) : NULL;
	if (letter) {
		from->start++;
		from->length--;
		return '\a' + (int)(letter - letters);
	}
	if (from->length < 3 || from->start[0] < '0' || from->start[0] > '3' || from->start[1] < '0' ||
	    from->start[1] > '7' || from->start[2] < '0' || from->start[2] > '7')
		return -1;
	byte = (from->start[0] - '0') << 6 | (from->start[1] - '0') << 3 | (from->start[2] - '0');
	from->start += 3;
	from->length -= 3;
	return byte;
}

int eventfilter_unescape(const struct eventfilter_slice *text, char *to, size_t room)
{
	struct eventfilter_slice from = *text;
	size_t used = 0;

	while (from.length > 0) {
		int byte = (unsigned char)*from.start;

		from.start++;
		from.length--;
		if (byte == '\\')
			byte = take_escape(&from);
		if (byte < 0)
			return -EBADMSG;
		if (used == room || used == INT_MAX)
			return -ERANGE;
		to[used++] = (char)byte;
	}
	return (int)used;
}
