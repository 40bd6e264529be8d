/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What an event carries when it is raised: the values that a program is run over.
 */
#ifndef _EVF_RECORD_H
#define _EVF_RECORD_H

#include <evf_env.h>
#include "limits.h"

/**
 * struct evf_labels - the set of label names that an object carries in one label space
 * @nr: length of @id; 0 is the empty set
 * @id: ids of the names, ascending, each once
 */
struct evf_labels {
	u16 nr;
	u16 id[];
};

/**
 * struct evf_string - a string field's value
 * @text: not terminated
 * @len: bytes
 */
struct evf_string {
	const char *text;
	u32 len;
};

/* A value in its slot. Integers: raw; bits above the declared type's size are ignored. */
union evf_value {
	u64 num;
	const struct evf_labels *labels;
	const struct evf_string *string;
};

/**
 * struct evf_record - one event's values
 * @v: by slot; slots that the event has no field for are never read
 * @undefined: bit per slot: an id without a mapping in the ruleset creator's user
 *	namespace; every comparison with it is false, negated ones too
 * @unknown: bit per slot: a label that could not be determined; every program that
 *	reads the slot is false as a whole
 */
struct evf_record {
	union evf_value v[EVF_MAX_SLOTS];
	u32 undefined;
	u32 unknown;
};

#endif /* _EVF_RECORD_H */
