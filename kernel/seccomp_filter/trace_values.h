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

/**
 * evf_trace_event_on() - somebody turns a trace event of an object event on
 *
 * Context: may sleep.
 *
 * Return: 0.
 */
int evf_trace_event_on(void);

/**
 * evf_trace_event_off() - the last one turns such a trace event off
 *
 * Context: may sleep.
 */
void evf_trace_event_off(void);

/**
 * evf_trace_event_wanted() - does somebody trace an object event?
 * @event: any event's id
 *
 * Context: any.
 *
 * Return: true if somebody does.
 */
bool evf_trace_event_wanted(u16 event);

/**
 * evf_trace_event() - raise the trace event of an object event
 * @denial: the event and its values; it has an event
 * @report: who was refused, and with what
 *
 * Without memory there is none: then there only is eventfilter:denied.
 *
 * Context: any.
 */
void evf_trace_event(const struct evf_denial *denial, const struct evf_report *report);

#endif /* _EVF_TRACE_VALUES_H */
