/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Records of what was refused, or would have been. They come after the decision and
 * can't change it.
 */
#ifndef _EVF_LOG_H
#define _EVF_LOG_H

#include <linux/jump_label_ratelimit.h>
#include "chain.h"
#include "core/record.h"
#include "domain.h"

struct dentry;
struct evf_address;

/*
 * Somebody wants to see all fields of what is refused: a records descriptor is open, or a
 * trace event is on. Hooks then fill in also what no program reads. Turned off with a
 * delay: anybody may turn it on, and each turn stops all processors.
 */
extern struct static_key_false_deferred evf_observed_key;

/**
 * evf_is_observed() - does somebody want to see all fields?
 *
 * Description: Costs a test that is false until then.
 *
 * Return: true if somebody does, or did up to a second ago.
 */
static inline bool evf_is_observed(void)
{
	return static_branch_unlikely(&evf_observed_key.key);
}

/**
 * evf_observe() - want to see all fields, until evf_unobserve()
 *
 * Context: may sleep.
 */
void evf_observe(void);

/**
 * evf_unobserve() - take one evf_observe() back
 *
 * Context: may sleep.
 */
void evf_unobserve(void);

/**
 * struct evf_denial - a rule that was false
 * @domain: whose
 * @event: what was raised; NULL for a system call that has no event
 * @entry: the rule
 * @predicate: from evf_entry_run()
 * @record: the event's values
 * @filled: bit per slot: those that are filled in
 * @dentry: what the event is about, or NULL
 * @new_dentry: the name that it will have, of a rename or a link; else NULL
 * @address: the same, if it's an IP endpoint; or NULL
 */
struct evf_denial {
	const struct evf_domain *domain;
	const struct evf_event *event;
	const struct evf_entry *entry;
	int predicate;
	const struct evf_record *record;
	u32 filled;
	struct dentry *dentry;
	struct dentry *new_dentry;
	const struct evf_address *address;
};

/**
 * struct evf_report - one refusal, as text that is safe to print
 * @event: its name, or what the rule that is always on is about
 * @comm: of current
 * @action: "errno", ...
 * @predicate: the one that decided, or empty
 * @values: of the event
 * @path: of what the event is about, or empty
 * @domain: id of the subject's domain
 * @layer: which of its layers, from 0; -1 for all
 * @error: what the caller gets, positive; 0 when it was let pass
 */
struct evf_report {
	const char *event;
	const char *comm;
	const char *action;
	const char *predicate;
	const char *values;
	const char *path;
	u64 domain;
	int layer;
	int error;
};

/**
 * evf_log_denial() - tell of a rule that was false
 * @denial: the rule and the event, which are only looked at; labels of the record are valid
 *
 * Does nothing unless somebody listens.
 *
 * Context: any.
 */
void evf_log_denial(const struct evf_denial *denial);

/**
 * evf_log_rule() - tell of a rule that is always on
 * @domain: of the subject
 * @what: the rule's name in the record
 * @layer: the layer that it is due to, from 0; -1 for all
 * @error: what the caller gets, positive; 0 when it was let pass
 *
 * Context: any.
 */
void evf_log_rule(const struct evf_domain *domain, const char *what, int layer, int error);

#endif /* _EVF_LOG_H */
