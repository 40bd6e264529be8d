/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The verdict over one object event: what every hook ends in.
 */
#ifndef _EVF_DECIDE_H
#define _EVF_DECIDE_H

#include "core/record.h"
#include "domain.h"
#include "labels.h"

#define EVF_MAX_OBJECTS	4

/* What carries the label of a label field */
enum evf_object_kind {
	EVF_OBJECT_PLACE,	/* a place in a file system */
	EVF_OBJECT_TASK,	/* a task, by what confines it */
	EVF_OBJECT_ADDRESS,	/* an IP endpoint */
	EVF_OBJECT_NOTHING,	/* what surely carries none */
};

/**
 * struct evf_object - whose label a label field is
 * @slot: the field's
 * @kind: enum evf_object_kind: which of the others is meant
 * @locus: of EVF_OBJECT_PLACE
 * @task: of EVF_OBJECT_TASK: the task's domain, or NULL; stays until the event is decided
 * @address: of EVF_OBJECT_ADDRESS; stays until the event is decided
 */
struct evf_object {
	u8 slot;
	u8 kind;
	union {
		struct evf_locus locus;
		const struct evf_domain *task;
		const struct evf_address *address;
	};
};

/* How an event is judged */
#define EVF_SILENT	BIT(0)	/* who asks only wants to know: no record, and no signal */
#define EVF_FOR_OTHERS	BIT(1)	/* the subject isn't current, which gets no signal for it */

/**
 * struct evf_query - an object event that was raised
 * @event: enum evf_event_id
 * @nr_objects: length of @object
 * @observed: all its fields are filled in, not only those that programs read
 * @manner: EVF_SILENT, EVF_FOR_OTHERS
 * @record: integers and strings, filled by the hook. User and group ids as kuid/kgid
 *	values: they are translated for each layer. uid and gid are filled by
 *	evf_decide(), labels from @object.
 * @object: the label fields, each with what carries the label
 * @dentry: what the event is about, for the record; or NULL
 * @address: the same, if it's an IP endpoint; or NULL
 */
struct evf_query {
	u16 event;
	u8 nr_objects;
	bool observed;
	u8 manner;
	struct evf_record record;
	struct evf_object object[EVF_MAX_OBJECTS];
	struct dentry *dentry;
	const struct evf_address *address;
};

/**
 * evf_decide() - judge an object event
 * @domain: whose layers are asked; not NULL
 * @query: the event
 *
 * Looks up the labels that the layers' programs read, each in its own label space and
 * all of one event in one generation; runs the programs, oldest layer first; records a
 * refusal; carries out kill by queueing the signal.
 *
 * Context: any, without sleeping; takes rcu_read_lock().
 *
 * Return: 0, or the negative errno of the first layer that refuses.
 */
int evf_decide(const struct evf_domain *domain, struct evf_query *query);

/**
 * evf_decide_and_keep() - the same, and what passes is remembered
 * @domain: whose layers are asked; not NULL
 * @query: the event; of a place its first label is that of its name
 *
 * Return: as evf_decide().
 */
int evf_decide_and_keep(const struct evf_domain *domain, struct evf_query *query);

/**
 * evf_decide_as() - judge an object event by the layers of who needn't be current
 * @subject: whose layers are asked, and whose ids are compared; it has a domain
 * @query: the event
 *
 * Context: any, interrupts too; @subject stays.
 *
 * Return: as evf_decide().
 */
int evf_decide_as(const struct cred *subject, struct evf_query *query);

/**
 * evf_refuse() - a refusal by a rule that is always on
 * @domain: of the subject
 * @what: for the record: "ptrace", "mount", "cross-label rename", ...
 * @layer: the layer it is due to, from 0; or -1
 * @error: negative errno
 *
 * Return: @error, or 0 if that layer (or for -1 every layer) is permissive.
 */
int evf_refuse(const struct evf_domain *domain, const char *what, int layer, int error);

/**
 * evf_default_error() - the errno of an event without an action of its own
 * @event: enum evf_event_id, or more for a system call
 *
 * Return: -EACCES for files, whether by name or by descriptor; else -EPERM.
 */
int evf_default_error(u16 event);

#endif /* _EVF_DECIDE_H */
