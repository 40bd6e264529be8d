// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Records of the vectors: "field=value field=value".
 */
#include <evf_env.h>
#include "vectors.h"

static bool parse_number(const char **text, u64 *num)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = *text, *digit;
	bool minus = *at == '-';
	u32 base = 10;

	at += minus;
	if (at[0] == '0' && at[1] == 'x') {
		base = 16;
		at += 2;
	}
	*num = 0;
	for (; *at && (digit = strchr(digits, *at)) && digit - digits < base; at++)
		*num = *num * base + (digit - digits);
	if (minus)
		*num = 0 - *num;
	*text = at;
	return true;
}

static bool parse_labels(const char **text, struct evf_labels *set)
{
	const char *at = *text;

	if (*at == '-') {
		*text = at + 1;
		return true;
	}
	for (;;) {
		size_t len = strcspn(at, ", ");
		int found = evf_vector_schema.find_label(&evf_vector_schema, at, len);

		/* The set has its ids ascending */
		if (found < 0 || set->nr == EVF_VECTOR_LABELS ||
		    (set->nr && set->id[set->nr - 1] >= found))
			return false;
		set->id[set->nr++] = found;
		at += len;
		if (*at != ',')
			break;
		at++;
	}
	*text = at;
	return true;
}

static bool parse_string(const char **text, struct evf_string *string)
{
	const char *start = *text + 1, *end = strchr(start, **text);

	if (!end)
		return false;
	string->text = start;
	string->len = end - start;
	*text = end + 1;
	return true;
}

static struct evf_labels *labels_of(struct evf_vector_values *values, u8 slot)
{
	return (struct evf_labels *)values->labels[slot];
}

static bool parse_value(const struct evf_field *field, const char **text,
			struct evf_vector_values *values)
{
	u8 slot = field->slot;

	if (**text == '?') {
		++*text;
		if (field->kind == EVF_KIND_LABEL)
			values->record.unknown |= 1U << slot;
		else
			values->record.undefined |= 1U << slot;
		return true;
	}
	switch (field->kind) {
	case EVF_KIND_LABEL:
		return parse_labels(text, labels_of(values, slot));
	case EVF_KIND_STRING:
		return parse_string(text, &values->string[slot]);
	default:
		return parse_number(text, &values->record.v[slot].num);
	}
}

static void set_defaults(const struct evf_event *event, struct evf_vector_values *values)
{
	u32 i;

	memset(values, 0, sizeof(*values));
	for (i = 0; i < event->nr_fields; i++) {
		const struct evf_field *field = &event->fields[i];
		union evf_value *value = &values->record.v[field->slot];

		values->string[field->slot].text = "";
		if (field->kind == EVF_KIND_LABEL)
			value->labels = labels_of(values, field->slot);
		else if (field->kind == EVF_KIND_STRING)
			value->string = &values->string[field->slot];
	}
}

bool evf_vector_record(const struct evf_event *event, const char *text,
		       struct evf_vector_values *values)
{
	set_defaults(event, values);
	while (*text) {
		size_t len = strcspn(text, "=");
		const struct evf_field *field = evf_find_field(event, text, len);

		if (!field || !text[len])
			return false;
		text += len + 1;
		if (!parse_value(field, &text, values))
			return false;
		values->named |= 1U << field->slot;
		if (*text && *text++ != ' ')
			return false;
	}
	return true;
}

bool evf_vector_syscall(const struct evf_vector *vector, const char **event, u64 args[6])
{
	static const char prefix[] = "sys_enter_";
	struct evf_vector_values values;
	const struct evf_event *found;
	u32 i;

	if (vector->kind != EVF_V_PASSES && vector->kind != EVF_V_REFUSES)
		return false;
	if (strncmp(vector->text, prefix, sizeof(prefix) - 1))
		return false;
	found = evf_vector_schema.find_event(&evf_vector_schema, vector->text,
					     strcspn(vector->text, ":"));
	if (!found || !evf_vector_record(found, vector->record, &values))
		return false;
	if (values.named & (1U << EVF_SLOT_UID | 1U << EVF_SLOT_GID))
		return false;
	for (i = 0; i < 6; i++)
		args[i] = values.record.v[i].num;
	*event = found->name;
	return true;
}
