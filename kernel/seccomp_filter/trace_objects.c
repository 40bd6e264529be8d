// SPDX-License-Identifier: GPL-2.0-only
/*
 * A trace event for each object event.
 */

#include <linux/slab.h>
#include "log_text.h"
#include "trace_values.h"

int evf_trace_event_on(void)
{
	evf_observe();
	return 0;
}

void evf_trace_event_off(void)
{
	evf_unobserve();
}

#define CREATE_TRACE_POINTS
#include "trace_objects.h"

#define WANTED(event, group) \
	case EVF_EV_##event: \
		return trace_##event##_enabled();

bool evf_trace_event_wanted(u16 event)
{
	switch (event) {
	EVF_EVENTS(WANTED)
	}
	return false;
}

#define EMIT(event, group) \
	case EVF_EV_##event: \
		trace_##event(values); \
		break;

static void emit(u16 event, const struct evf_trace_values *values)
{
	switch (event) {
	EVF_EVENTS(EMIT)
	}
}

static void fill(struct evf_trace_values *values, const struct evf_denial *denial)
{
	u8 i;

	for (i = 0; i < denial->event->nr_fields; i++) {
		const struct evf_field *field = &denial->event->fields[i];
		const bool filled = denial->filled & BIT(field->slot);

		values->num[field->slot] = filled ? denial->record->v[field->slot].num : 0;
	}
	evf_text_slots(values->text, values->buf, sizeof(values->buf), denial);
}

void evf_trace_event(const struct evf_denial *denial, const struct evf_report *report)
{
	struct evf_trace_values *values = kmalloc(sizeof(*values), GFP_ATOMIC | __GFP_NOWARN);

	/* eventfilter:denied says at least that there was something */
	if (!values)
		return;
	values->domain = report->domain;
	values->layer = report->layer;
	values->error = report->error;
	fill(values, denial);
	emit(denial->event->id, values);
	kfree(values);
}
