/* SPDX-License-Identifier: GPL-2.0-only */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM eventfilter

#if !defined(_EVF_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _EVF_TRACE_H

#include <linux/cred.h>
#include <linux/sched.h>
#include <linux/tracepoint.h>
#include <linux/uidgid.h>
#include "log.h"

/**
 * denied - a filter refused something, or would have
 * @report: what there is to say
 */
TRACE_EVENT(denied,
	TP_PROTO(const struct evf_report *report),
	TP_ARGS(report),

	TP_STRUCT__entry(
		__string(event, report->event)
		__string(comm, report->comm)
		__string(action, report->action)
		__string(predicate, report->predicate)
		__string(values, report->values)
		__string(path, report->path)
		__field(u64, domain)
		__field(int, layer)
		__field(int, error)
		__field(pid_t, pid)
		__field(pid_t, tid)
		__field(u32, uid)
	),

	TP_fast_assign(
		__assign_str(event, report->event);
		__assign_str(comm, report->comm);
		__assign_str(action, report->action);
		__assign_str(predicate, report->predicate);
		__assign_str(values, report->values);
		__assign_str(path, report->path);
		__entry->domain = report->domain;
		__entry->layer = report->layer;
		__entry->error = report->error;
		__entry->pid = current->tgid;
		__entry->tid = current->pid;
		__entry->uid = __kuid_val(current_euid());
	),

	TP_printk("event=%s pid=%d tid=%d comm=\"%s\" uid=%u domain=%llu layer=%d action=%s error=%d predicate=\"%s\" path=\"%s\" %s",
		__get_str(event), __entry->pid, __entry->tid, __get_str(comm),
		__entry->uid, __entry->domain, __entry->layer, __get_str(action),
		__entry->error, __get_str(predicate), __get_str(path), __get_str(values))
);

#endif /* _EVF_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
