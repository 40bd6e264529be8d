/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Records: what a ruleset's own layers refused or logged. Part of eventfilter.h; all of it is
 * [signal-safe]. The last three read text only and work without a kernel that has event filters, so
 * that records can be kept and read elsewhere.
 */
#ifndef EVENTFILTER_RECORDS_H
#define EVENTFILTER_RECORDS_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define EVENTFILTER_MAX_RECORD	4096	/* bytes of one record, its newline included */

/* A part of a text that isn't terminated */
struct eventfilter_slice {
	const char *start;
	size_t length;
};

/*
 * One record. Slices point into the text that was parsed. comm, predicate and path are as the kernel
 * escaped them, without their quotes: printable ASCII, which may be shown on a terminal as it is.
 * eventfilter_unescape() gives the bytes that they stand for.
 */
struct eventfilter_record {
	unsigned long long lost;	/* not 0: so many found no room here, and nothing else is set */
	struct eventfilter_slice event;	/* "file_open", or several words for what is always on */
	struct eventfilter_slice comm;
	struct eventfilter_slice action;	/* "errno", "log", "kill", "trap" */
	struct eventfilter_slice predicate;	/* what of the filter was false; empty for "deny" */
	struct eventfilter_slice path;	/* from the root of its file system, or an endpoint, or empty */
	struct eventfilter_slice values;	/* the event's own fields, for eventfilter_record_value() */
	unsigned long long domain;
	long long uid;			/* -1: unmapped */
	int pid, tid;			/* 0: not in the reader's pid namespace */
	int layer;	/* of the task's, from 0; -1: all of them */
	int error;			/* what the caller got; 0 for "log" */
	int cut;			/* values that found no room were left out */
};

/*
 * A descriptor, O_CLOEXEC, of what layers of this ruleset refuse or log from now on. poll(2) works on it,
 * and so does O_NONBLOCK.
 * -EBADFD (not a ruleset), -EPERM (a layer of the caller is of this ruleset), -EBUSY (there is one
 * already), -EMFILE, -ENFILE, -ENOMEM.
 */
int eventfilter_records_open(int ruleset);

/*
 * Reads as many whole records as fit; returns their bytes. Waits for the first.
 * -EPERM (as above), -EMSGSIZE (the next doesn't fit; EVENTFILTER_MAX_RECORD is enough), -EAGAIN
 * (O_NONBLOCK, and there is none), -EINTR.
 */
int eventfilter_records_read(int records, char *text, size_t length);

/*
 * Takes the first line off text and decodes it. Returns 1, or 0 when text holds no whole line (it may
 * after more was read).
 * -EBADMSG (a line that is no record; it was taken off, and record is zeroed).
 */
int eventfilter_record_next(struct eventfilter_slice *text, struct eventfilter_record *record);

/* Finds a field of the event by its name. A string's value is without its quotes. -ENOENT. */
int eventfilter_record_value(const struct eventfilter_record *record, const char *name,
			     struct eventfilter_slice *value);

/*
 * The bytes that an escaped text stands for; returns how many. A text that was too long ends with "...",
 * as one that ends so by itself. They aren't terminated, and mustn't be shown on a terminal.
 * -ERANGE (no room: length bytes of the text are enough), -EBADMSG (no such escape).
 */
int eventfilter_unescape(const struct eventfilter_slice *text, char *to, size_t room);

#ifdef __cplusplus
}
#endif

#endif /* EVENTFILTER_RECORDS_H */
