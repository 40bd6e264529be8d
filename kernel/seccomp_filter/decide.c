// SPDX-License-Identifier: GPL-2.0-only
/*
 * The verdict over one object event. Nothing is written here that others read, and
 * nothing is looked up that no program asks for.
 */

#include <linux/bitops.h>
#include <linux/rcupdate.h>
#include "action.h"
#include "climb.h"
#include "core/run.h"
#include "decide.h"
#include "evaluate.h"
#include "log.h"
#include "memo.h"
#include "stats.h"

static const struct evf_labels no_labels;

/**
 * struct lookup - labels of one event, as far as they were asked for
 * @generation: by the chain's number of the label space
 * @sampled: bit per space: its generation was sampled
 * @space: the one that the record's labels come from, or NO_SPACE
 * @of: the same
 * @have: bit per slot: the label is in the record
 */
struct lookup {
	u32 *generation;
	u64 sampled;
	u8 space;
	const struct evf_space *of;
	u32 have;
};

/* No chain has as many */
#define NO_SPACE	U8_MAX
static_assert(EVF_MAX_LAYERS < NO_SPACE);

static void sample(struct lookup *lookup, const struct evf_entry *entry)
{
	if (!(lookup->sampled & BIT_ULL(entry->space))) {
		lookup->generation[entry->space] = evf_space_generation(entry->ruleset->space);
		lookup->sampled |= BIT_ULL(entry->space);
	}
	if (lookup->space != entry->space) {
		lookup->space = entry->space;
		lookup->have = 0;
	}
	lookup->of = entry->ruleset->space;
}

static void set_label(struct evf_record *record, u8 slot, struct evf_found found)
{
	record->v[slot].labels = found.labels;
	if (found.unknown)
		record->unknown |= BIT(slot);
	else
		record->unknown &= ~BIT(slot);
}

/* Apart, so that a place costs what it would if there were nothing else */
static noinline struct evf_found label_of_no_place(const struct evf_space *space, u32 generation,
						   const struct evf_object *object)
{
	switch (object->kind) {
	case EVF_OBJECT_ADDRESS:
		return evf_label_of_address(space, generation, object->address);
	case EVF_OBJECT_TASK:
		return (struct evf_found){
			.labels = evf_domain_labels(object->task, space, generation) ?:
				  &no_labels,
		};
	case EVF_OBJECT_NOTHING:
		return (struct evf_found){ .labels = &no_labels };
	}
	return (struct evf_found){ .labels = &no_labels, .unknown = true };
}

static struct evf_found label_of(const struct evf_space *space, u32 generation,
				 const struct evf_object *object)
{
	if (likely(object->kind == EVF_OBJECT_PLACE))
		return evf_label_of(space, generation, &object->locus);
	return label_of_no_place(space, generation, object);
}

/* Have these labels in the record, as they are in the entry's label space */
static void look_up(struct lookup *lookup, const struct evf_entry *entry,
		    struct evf_query *query, u32 slots)
{
	u32 missing;
	u8 i;

	sample(lookup, entry);
	missing = slots & ~lookup->have;
	for (i = 0; missing && i < query->nr_objects; i++) {
		const u8 slot = query->object[i].slot;

		if (!(missing & BIT(slot)))
			continue;
		set_label(&query->record, slot,
			  label_of(entry->ruleset->space, lookup->generation[entry->space],
				   &query->object[i]));
		missing &= ~BIT(slot);
	}
	/* A label that the hook has no object for: nobody knows it */
	for (i = 0; missing; i++, missing >>= 1) {
		if (missing & 1)
			set_label(&query->record, i, (struct evf_found){ &no_labels, true });
	}
	lookup->have |= slots;
}

/*
 * All labels of the event, also those that no program reads. A rule that reads none has no
 * place among the chain's spaces, and its layer may be bound to one of its own.
 */
static void look_up_all(struct lookup *lookup, const struct evf_entry *entry,
			struct evf_query *query)
{
	u32 slots = 0, generation;
	struct lookup own = { .generation = &generation };
	u8 i;

	for (i = 0; i < query->nr_objects; i++)
		slots |= BIT(query->object[i].slot);
	if (!slots || !entry->ruleset->space)
		return;
	if (entry->label_slots) {
		look_up(lookup, entry, query, slots);
		return;
	}
	look_up(&own, entry, query, slots);
	lookup->space = NO_SPACE;
	lookup->of = own.of;
	lookup->have = own.have;
}

/* Return: bit per slot: what the record holds, labels aside */
static u32 filled_slots(const struct evf_query *query, const struct evf_chain *chain)
{
	const struct evf_event *event = &evf_object_events[query->event];
	u32 slots = 0;
	u8 i;

	if (!query->observed)
		return chain->slots & ~chain->label_slots;
	for (i = 0; i < event->nr_fields; i++) {
		if (event->fields[i].kind != EVF_KIND_LABEL)
			slots |= BIT(event->fields[i].slot);
	}
	return slots;
}

static_assert((int)EVF_SLOT_file_rename_new_label == EVF_SLOT_file_link_new_label);

/* Where a name is that isn't there yet */
static struct dentry *new_place(const struct evf_query *query)
{
	u8 i;

	if (query->event != EVF_EV_file_rename && query->event != EVF_EV_file_link)
		return NULL;
	for (i = 0; i < query->nr_objects; i++) {
		if (query->object[i].slot == EVF_SLOT_file_rename_new_label)
			return (struct dentry *)query->object[i].locus.place;
	}
	return NULL;
}

static void record_refusal(const struct evf_domain *domain, struct evf_query *query,
			   const struct evf_chain *chain, const struct evf_entry *entry,
			   int predicate, struct lookup *lookup)
{
	struct evf_denial denial = {
		.domain = domain,
		.event = &evf_object_events[query->event],
		.entry = entry,
		.predicate = predicate,
		.record = &query->record,
		.dentry = query->dentry,
		.new_dentry = new_place(query),
		.address = query->address,
	};

	if (query->observed)
		look_up_all(lookup, entry, query);
	denial.filled = filled_slots(query, chain);
	/* Another space's labels have no names in this one */
	if (lookup->of == entry->ruleset->space)
		denial.filled |= lookup->have;
	evf_log_denial(&denial);
}

static noinline int refuse(const struct evf_domain *domain, struct evf_query *query,
			   const struct evf_chain *chain, const struct evf_entry *entry,
			   int predicate, struct lookup *lookup)
{
	const bool passes = entry->action.kind == EVF_ACTION_LOG;

	if (unlikely(query->manner & EVF_SILENT))
		return passes ? 0 : -entry->action.error;
	if (passes)
		evf_count(logs);
	else
		evf_count(refusals);
	if (!entry->action.quiet)
		record_refusal(domain, query, chain, entry, predicate, lookup);
	if (query->manner)
		return passes ? 0 : -entry->action.error;
	return evf_carry_out(&entry->action);
}

static int judge(const struct evf_domain *domain, struct evf_query *query,
		 const struct evf_chain *chain, u32 *generation)
{
	struct lookup lookup = { .generation = generation };
	int predicate, error;
	u32 i;

	for (i = 0; i < chain->nr; i++) {
		const struct evf_entry *entry = &chain->entry[i];

		if (entry->label_slots)
			look_up(&lookup, entry, query, entry->label_slots);
		predicate = evf_entry_run(entry, &query->record);
		if (likely(predicate == EVF_PASS))
			continue;
		error = refuse(domain, query, chain, entry, predicate, &lookup);
		if (error)
			return error;
	}
	return 0;
}

/* Apart, for the room that it takes on the stack */
static noinline int judge_each(const struct evf_domain *domain, struct evf_query *query,
			       const struct evf_chain *chain)
{
	u32 generation[EVF_MAX_LAYERS] evf_uncleared;

	return judge(domain, query, chain, generation);
}

/* As label_of(), or NULL for an unknown one */
static noinline const struct evf_labels *label_the_long_way(const struct evf_space *space,
							    u32 generation,
							    const struct evf_object *object)
{
	const struct evf_found found = label_of(space, generation, object);

	return found.unknown ? NULL : found.labels;
}

/* Return: whether all labels that are read are known, and now in the record */
static __always_inline bool fill_labels(const struct evf_chain *chain, struct evf_query *query)
{
	const struct evf_space *space = chain->space;
	const unsigned int seq = read_seqbegin(&rename_lock);
	const u32 generation = evf_space_generation(space);
	const bool is_simple = evf_space_components(space) <= 1;
	const struct evf_object *object = query->object;
	const struct evf_object *const end = object + query->nr_objects;
	const struct evf_labels *labels;
	u32 missing = chain->label_slots;

	for (; object < end; object++) {
		const u32 slot = object->slot;

		if (!(missing & BIT(slot)))
			continue;
		labels = NULL;
		if (likely(object->kind == EVF_OBJECT_PLACE && is_simple))
			labels = evf_climb(space, generation, &object->locus, NULL, NULL);
		if (!labels)
			labels = label_the_long_way(space, generation, object);
		if (unlikely(!labels))
			return false;
		query->record.v[slot].labels = labels;
		missing &= ~BIT(slot);
		if (!missing)
			/* Else what was found may be of two times: ask again, one by one */
			return !read_seqretry(&rename_lock, seq);
	}
	return false;
}

/*
 * Nearly every event is one that all layers let pass, and one run over all their tests
 * says so. That it doesn't say so only means to ask each of them.
 */
static __always_inline bool all_pass(const struct evf_chain *chain, struct evf_query *query)
{
	if (!chain->program)
		return false;
	if (chain->label_slots && !fill_labels(chain, query))
		return false;
	if (unlikely(!chain->quick))
		return evf_program_run(chain->program, &query->record) == EVF_PASS;
	return evf_run_known(chain->program, &query->record) == EVF_PASS;
}

int evf_decide(const struct evf_domain *domain, struct evf_query *query)
{
	const struct evf_chain *chain = domain->objects[query->event];
	int error = 0;

	if (!chain)
		return 0;
	if (chain->id_slots || unlikely(query->observed))
		evf_fill_ids(chain, current_cred(), &query->record);
	rcu_read_lock();
	if (unlikely(!all_pass(chain, query)))
		error = judge_each(domain, query, chain);
	rcu_read_unlock();
	return error;
}

int evf_decide_and_keep(const struct evf_domain *domain, struct evf_query *query)
{
	const struct evf_chain *chain = domain->objects[query->event];
	struct evf_memo_time time;
	int error = 0;

	if (!chain->memo)
		return evf_decide(domain, query);
	if (unlikely(query->observed))
		evf_fill_ids(chain, current_cred(), &query->record);
	rcu_read_lock();
	time = evf_memo_begin(chain);
	if (likely(all_pass(chain, query)))
		evf_memo_keep(chain, &time, query);
	else
		error = judge_each(domain, query, chain);
	rcu_read_unlock();
	return error;
}

int evf_decide_as(const struct cred *subject, struct evf_query *query)
{
	const struct evf_domain *domain = evf_cred_domain(subject);
	const struct evf_chain *chain = domain->objects[query->event];
	int error;

	if (!chain)
		return 0;
	if (subject != current_cred())
		query->manner |= EVF_FOR_OTHERS;
	if (chain->id_slots || unlikely(query->observed))
		evf_fill_ids(chain, subject, &query->record);
	rcu_read_lock();
	error = judge_each(domain, query, chain);
	rcu_read_unlock();
	return error;
}

static bool is_permissive(const struct evf_domain *domain, int layer)
{
	u32 i;

	if (layer >= 0)
		return domain->layer[layer].ruleset->permissive;
	for (i = 0; i < domain->nr_layers; i++) {
		if (!domain->layer[i].ruleset->permissive)
			return false;
	}
	return true;
}

int evf_refuse(const struct evf_domain *domain, const char *what, int layer, int error)
{
	const bool passes = is_permissive(domain, layer);

	if (passes)
		evf_count(logs);
	else
		evf_count(refusals);
	evf_log_rule(domain, what, layer, passes ? 0 : -error);
	return passes ? 0 : error;
}

int evf_default_error(u16 event)
{
	if (event >= EVF_NR_OBJECT_EVENTS)
		return -EPERM;
	switch (evf_object_events[event].group) {
	case EVF_GROUP_FILE:
	case EVF_GROUP_USE:
	case EVF_GROUP_META:
		return -EACCES;
	}
	return -EPERM;
}
