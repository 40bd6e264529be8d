/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Records of what was refused, or would have been. They come after the decision and
 * can't change it.
 */
#ifndef _EVF_LOG_H
#define _EVF_LOG_H

#include "chain.h"
#include "core/record.h"
#include "domain.h"

struct dentry;

/**
 * struct evf_denial - a rule that was false
 * @domain: whose
 * @event: what was raised; NULL for a system call that has no event
 * @entry: the rule
 * @predicate: from evf_entry_run()
 * @record: the event's values
 * @filled: bit per slot: those that are filled in
 * @dentry: what the event is about, or NULL
 */
struct evf_denial {
	const struct evf_domain *domain;
	const struct evf_event *event;
	const struct evf_entry *entry;
	int predicate;
	const struct evf_record *record;
	u32 filled;
	struct dentry *dentry;
};

/* One refusal, as text that is safe to print */
struct evf_trace_texts {
	const char *event;
	const char *comm;
	const char *action;
	const char *predicate;
	const char *values;
	const char *path;
};

/* Context: any; labels of the record are valid. Does nothing unless somebody listens. */
void evf_log_denial(const struct evf_denial *denial);

/* A rule that is always on; @error is positive, or 0 when it was let pass */
void evf_log_rule(const struct evf_domain *domain, const char *what, int layer, int error);

#endif /* _EVF_LOG_H */
