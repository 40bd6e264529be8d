// SPDX-License-Identifier: GPL-2.0-only
/*
 * Records of what was refused, or would have been: who is told.
 */

#include <linux/slab.h>
#include "audit.h"
#include "log.h"
#include "log_text.h"
#include "records.h"
#include "trace_values.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

DEFINE_STATIC_KEY_DEFERRED_FALSE(evf_observed_key, HZ);

void evf_observe(void)
{
	static_branch_deferred_inc(&evf_observed_key);
}

void evf_unobserve(void)
{
	static_branch_slow_dec_deferred(&evf_observed_key);
}

static const char *action_name(const struct evf_action *action)
{
	switch (action->kind) {
	case EVF_ACTION_LOG:
		return "log";
	case EVF_ACTION_KILL:
		return "kill";
	case EVF_ACTION_TRAP:
		return "trap";
	}
	return "errno";
}

/* The first layer of that ruleset: with the same ruleset it's the one that decides */
static int layer_of(const struct evf_domain *domain, const struct evf_ruleset *ruleset)
{
	u32 i;

	for (i = 0; i < domain->nr_layers; i++) {
		if (domain->layer[i].ruleset == ruleset)
			return i;
	}
	return -1;
}

static bool is_event_traced(const struct evf_denial *denial)
{
	return denial && denial->event && denial->event->id < EVF_NR_OBJECT_EVENTS &&
	       evf_is_observed() && evf_trace_event_wanted(denial->event->id);
}

/* To the administrator, for whom ids are those of the initial namespace */
static void to_administrator(struct evf_report *report, struct evf_texts *texts,
			     const struct evf_denial *denial)
{
	if (is_event_traced(denial))
		evf_trace_event(denial, report);
	if (!trace_denied_enabled() && !evf_audit_wanted())
		return;
	if (texts)
		evf_text_values(texts, denial, &init_user_ns);
	trace_denied(report);
	if (!evf_audit_wanted())
		return;
	if (texts)
		evf_audit(report);
	else
		evf_audit_lose();
}

/* To whoever made the ruleset, who sees ids as the ruleset does */
static void to_records(const struct evf_ruleset *ruleset, struct evf_report *report,
		       struct evf_texts *texts, const struct evf_denial *denial)
{
	if (!ruleset || !evf_records_wanted(ruleset))
		return;
	if (!texts) {
		evf_records_lose(ruleset);
		return;
	}
	evf_text_values(texts, denial, ruleset->user_ns);
	evf_records_add(ruleset, report, denial);
}

static noinline void tell(const struct evf_ruleset *ruleset, struct evf_report *report,
			  const struct evf_denial *denial)
{
	/* Without memory the record is short, but it comes */
	struct evf_texts *texts = kmalloc(sizeof(*texts), GFP_ATOMIC | __GFP_NOWARN);

	if (texts) {
		evf_text_refusal(texts, denial);
		report->comm = texts->comm;
		report->predicate = texts->predicate;
		report->path = texts->path;
		report->values = texts->values;
	}
	to_administrator(report, texts, denial);
	to_records(ruleset, report, texts, denial);
	kfree(texts);
}

static bool is_anybody_listening(const struct evf_ruleset *ruleset,
				 const struct evf_denial *denial)
{
	return trace_denied_enabled() || evf_audit_wanted() || is_event_traced(denial) ||
	       (ruleset && evf_records_wanted(ruleset));
}

void evf_log_denial(const struct evf_denial *denial)
{
	const struct evf_ruleset *ruleset = denial->entry->ruleset;
	const struct evf_action *action = &denial->entry->action;
	struct evf_report report = {
		.event = denial->event ? denial->event->name : "syscall",
		.comm = "",
		.action = action_name(action),
		.predicate = "",
		.values = "",
		.path = "",
		.domain = denial->domain->id,
		.error = action->kind == EVF_ACTION_LOG ? 0 : action->error,
	};

	if (likely(!is_anybody_listening(ruleset, denial)))
		return;
	report.layer = layer_of(denial->domain, ruleset);
	tell(ruleset, &report, denial);
}

void evf_log_rule(const struct evf_domain *domain, const char *what, int layer, int error)
{
	const struct evf_ruleset *ruleset = layer < 0 ? NULL : domain->layer[layer].ruleset;
	struct evf_report report = {
		.event = what,
		.comm = "",
		.action = error ? "errno" : "log",
		.predicate = "",
		.values = "",
		.path = "",
		.domain = domain->id,
		.layer = layer,
		.error = error,
	};

	if (is_anybody_listening(ruleset, NULL))
		tell(ruleset, &report, NULL);
}
