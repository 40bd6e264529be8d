/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A refusal as text. Names come from whoever is confined: nothing here may end a line, a
 * pair of quotes or a terminal's patience.
 */
#ifndef _EVF_LOG_TEXT_H
#define _EVF_LOG_TEXT_H

#include <linux/sched.h>
#include "log.h"

struct user_namespace;

/**
 * struct evf_texts - where a refusal is written
 * @comm: of current
 * @predicate: what of the filter was false, or empty
 * @path: of what the event is about, from the root of its file system; or the endpoint; or empty
 * @values: "name=value name=value"
 * @raw: scratch
 *
 * Too large for the stack of a hook. All but @raw are terminated, and are printable ASCII
 * without quotes but those around a string of @values.
 */
struct evf_texts {
	char comm[4 * TASK_COMM_LEN];
	char predicate[256];
	char path[1024];
	char values[1536];
	char raw[1024];
};

/**
 * evf_text_refusal() - write all but the values
 * @texts: receives it
 * @denial: or NULL: of a rule that is always on, which has no predicate and no path
 *
 * Context: any; reads current's name.
 */
void evf_text_refusal(struct evf_texts *texts, const struct evf_denial *denial);

/**
 * evf_text_values() - write the values of an event
 * @texts: receives them
 * @denial: or NULL
 * @ns: user and group ids are written as it sees them
 */
void evf_text_values(struct evf_texts *texts, const struct evf_denial *denial,
		     struct user_namespace *ns);

/**
 * evf_text_slots() - write the labels and strings of an event, each for itself
 * @text: receives them by slot: terminated, without quotes; empty where there is no value
 * @buf: holds them
 * @size: of @buf
 * @denial: of an object event
 */
void evf_text_slots(const char *text[EVF_MAX_SLOTS], char *buf, size_t size,
		    const struct evf_denial *denial);

#endif /* _EVF_LOG_TEXT_H */
