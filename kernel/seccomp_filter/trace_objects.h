/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A trace event for each object event, with its fields: raised when it's refused, or would
 * have been. They are made from the table that the filter language has its fields from.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM eventfilter

#if !defined(_EVF_TRACE_OBJECTS_H) || defined(TRACE_HEADER_MULTI_READ)
#define _EVF_TRACE_OBJECTS_H

#include <linux/tracepoint.h>
#include "core/event_list.h"
#include "trace_values.h"

/* How a field of each kind is declared, filled and printed. Ids are not translated. */
#define EVF_TP_FIELD_INT(slot, name, ctype)	__field(ctype, name)
#define EVF_TP_FIELD_UID(slot, name, ctype)	__field(u32, name)
#define EVF_TP_FIELD_GID(slot, name, ctype)	__field(u32, name)
#define EVF_TP_FIELD_LABEL(slot, name, ctype)	__string(name, values->text[slot])
#define EVF_TP_FIELD_STRING(slot, name, ctype)	__string(name, values->text[slot])

#define EVF_TP_ASSIGN_INT(slot, name)		__entry->name = values->num[slot];
#define EVF_TP_ASSIGN_UID(slot, name)		__entry->name = values->num[slot];
#define EVF_TP_ASSIGN_GID(slot, name)		__entry->name = values->num[slot];
#define EVF_TP_ASSIGN_LABEL(slot, name)		__assign_str(name, values->text[slot]);
#define EVF_TP_ASSIGN_STRING(slot, name)	__assign_str(name, values->text[slot]);

#define EVF_TP_FORMAT_INT(name)			" " name "=%lld"
#define EVF_TP_FORMAT_UID(name)			" " name "=%u"
#define EVF_TP_FORMAT_GID(name)			" " name "=%u"
#define EVF_TP_FORMAT_LABEL(name)		" " name "=%s"
#define EVF_TP_FORMAT_STRING(name)		" " name "=\"%s\""

#define EVF_TP_VALUE_INT(name)			(long long)__entry->name
#define EVF_TP_VALUE_UID(name)			__entry->name
#define EVF_TP_VALUE_GID(name)			__entry->name
#define EVF_TP_VALUE_LABEL(name)		__get_str(name)
#define EVF_TP_VALUE_STRING(name)		__get_str(name)

#define EVF_TP_FIELD(event, field, kind, ctype) \
	EVF_TP_FIELD_##kind(EVF_SLOT_##event##_##field, field, ctype)
#define EVF_TP_ASSIGN(event, field, kind, ctype) \
	EVF_TP_ASSIGN_##kind(EVF_SLOT_##event##_##field, field)
#define EVF_TP_FORMAT(event, field, kind, ctype)	EVF_TP_FORMAT_##kind(#field)
#define EVF_TP_VALUE(event, field, kind, ctype)		, EVF_TP_VALUE_##kind(field)

#define EVF_TRACE_EVENT(event, group)						\
TRACE_EVENT_FN(event,								\
	TP_PROTO(const struct evf_trace_values *values),			\
	TP_ARGS(values),							\
	TP_STRUCT__entry(							\
		__field(u64, domain)						\
		__field(s32, layer)						\
		__field(s32, error)						\
		EVF_FIELDS_##event(EVF_TP_FIELD)				\
		__field(u32, uid)						\
		__field(u32, gid)						\
	),									\
	TP_fast_assign(								\
		__entry->domain = values->domain;				\
		__entry->layer = values->layer;					\
		__entry->error = values->error;					\
		EVF_FIELDS_##event(EVF_TP_ASSIGN)				\
		__entry->uid = values->num[EVF_SLOT_UID];			\
		__entry->gid = values->num[EVF_SLOT_GID];			\
	),									\
	TP_printk("domain=%llu layer=%d error=%d"				\
		  EVF_FIELDS_##event(EVF_TP_FORMAT) " uid=%u gid=%u",		\
		  __entry->domain, __entry->layer, __entry->error		\
		  EVF_FIELDS_##event(EVF_TP_VALUE),				\
		  __entry->uid, __entry->gid),					\
	evf_trace_event_on, evf_trace_event_off);

EVF_EVENTS(EVF_TRACE_EVENT)

#endif /* _EVF_TRACE_OBJECTS_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace_objects
#include <trace/define_trace.h>
