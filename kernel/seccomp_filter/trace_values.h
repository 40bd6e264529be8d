/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the trace events of object events are filled from.
 */
#ifndef _EVF_TRACE_VALUES_H
#define _EVF_TRACE_VALUES_H

#include "core/event.h"
#include "log.h"

/**
 * struct evf_trace_values - a refused event
 * @domain: as in struct evf_report
 * @layer: the same
 * @error: the same
 * @num: by slot: integers and ids; 0 where there is none
 * @text: by slot: label names and strings, safe to print; empty where there is none
 * @buf: holds the texts
 */
struct evf_trace_values {
	u64 domain;
	int layer;
	int error;
	u64 num[EVF_MAX_SLOTS];
	const char *text[EVF_MAX_SLOTS];
	char buf[3584];
};

/* Somebody turns such an event on, or the last one does off */
int evf_trace_event_on(void);
void evf_trace_event_off(void);

/* Return: whether somebody traces the object event */
bool evf_trace_event_wanted(u16 event);

/* Context: any */
void evf_trace_event(const struct evf_denial *denial, const struct evf_report *report);

#endif /* _EVF_TRACE_VALUES_H */
