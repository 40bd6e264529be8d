/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Filling in what an event carries. A hook fills integers always, because that's
 * cheaper than asking whether they're read; names and label places only if they cost.
 */
#ifndef _EVF_QUERY_H
#define _EVF_QUERY_H

#include <linux/dcache.h>
#include <linux/fs.h>
#include <linux/uidgid.h>

#include "decide.h"
#include "log.h"

void evf_add_create_hooks(void) __init;		/* hooks_create.c: file_create */
void evf_add_move_hooks(void) __init;		/* hooks_move.c: file_rename, file_link */
void evf_add_attr_hooks(void) __init;		/* hooks_attr.c: file_setattr */
void evf_add_meta_hooks(void) __init;		/* hooks_meta.c: group "meta" */

/* The subject's domain if one of its layers constrains the event, else NULL */
static inline const struct evf_domain *evf_domain_for(enum evf_event_id event)
{
	const struct evf_domain *domain = evf_current_domain();

	return unlikely(domain) && domain->objects[event] ? domain : NULL;
}

/**
 * evf_query_begin() - an event with nothing in it yet
 * @query: uninitialised, and left so where no program of the event may look: zeroing all
 *	of it, as the kernel does with structs on the stack, costs as much as judging does
 * @event: enum evf_event_id
 * @dentry: for the record
 */
static inline void evf_query_begin(struct evf_query *query, u16 event, struct dentry *dentry)
{
	query->event = event;
	query->nr_objects = 0;
	query->manner = 0;
	query->record.undefined = 0;
	query->record.unknown = 0;
	query->dentry = dentry;
	query->observed = evf_is_observed();
	/* What a hook leaves out is empty, not what was on the stack */
	if (query->observed)
		memset(query->record.v, 0, sizeof(query->record.v));
	query->address = NULL;
}

/* An integer of at most the field's width */
static inline void evf_query_int(struct evf_query *query, u8 slot, u64 value)
{
	query->record.v[slot].num = value;
}

/* A user id of the initial namespace; it is translated when a rule is asked */
static inline void evf_query_uid(struct evf_query *query, u8 slot, kuid_t uid)
{
	query->record.v[slot].num = __kuid_val(uid);
}

/* The same for a group id */
static inline void evf_query_gid(struct evf_query *query, u8 slot, kgid_t gid)
{
	query->record.v[slot].num = __kgid_val(gid);
}

/*
 * The label of a place. @self: the inode whose own assignment counts first, or NULL; @place:
 * where the walk begins
 */
static inline void evf_query_label(struct evf_query *query, u8 slot, const struct inode *self,
				   struct dentry *place)
{
	struct evf_object *object = &query->object[query->nr_objects++];

	object->slot = slot;
	object->kind = EVF_OBJECT_PLACE;
	object->locus = (struct evf_locus){
		.self = self,
		.place = place,
	};
}

/* The label of a task is what its layers give it. @task: its domain, or NULL */
static inline void evf_query_task(struct evf_query *query, u8 slot,
				  const struct evf_domain *task)
{
	struct evf_object *object = &query->object[query->nr_objects++];

	object->slot = slot;
	object->kind = EVF_OBJECT_TASK;
	object->task = task;
}

/* The label of an IP endpoint, which is unknown as long as the endpoint is */
static inline void evf_query_address(struct evf_query *query, u8 slot,
				     const struct evf_address *address)
{
	struct evf_object *object = &query->object[query->nr_objects++];

	object->slot = slot;
	object->kind = EVF_OBJECT_ADDRESS;
	object->address = address;
	query->address = address;
}

/* The label of what no space can label: the empty set */
static inline void evf_query_nothing(struct evf_query *query, u8 slot)
{
	struct evf_object *object = &query->object[query->nr_objects++];

	object->slot = slot;
	object->kind = EVF_OBJECT_NOTHING;
}

/* The directory that a name is in. Both stay as they are as long as it is locked. */
static inline void evf_query_parent(struct evf_query *query, u8 slot, struct dentry *dentry)
{
	struct dentry *parent = dentry->d_parent;

	/* What is connected to nothing has no known parent: its walk ends at once, unknown */
	evf_query_label(query, slot, IS_ROOT(dentry) ? NULL : d_inode(parent), parent);
}

/* A name whose directory is locked */
static inline void evf_query_name(struct evf_query *query, u8 slot, struct dentry *dentry,
				  struct evf_string *storage)
{
	storage->text = dentry->d_name.name;
	storage->len = dentry->d_name.len;
	query->record.v[slot].string = storage;
}

/*
 * Does a program of this event read more than these labels, a bit each, or does somebody
 * want to see it? Else there is nothing more to fill in.
 */
static inline bool evf_query_reads_more(const struct evf_domain *domain,
					const struct evf_query *query, u32 labels)
{
	return query->observed || domain->objects[query->event]->slots & ~labels;
}

/* Does a program of this event read the slot, or somebody who wants to see all? */
static inline bool evf_query_reads(const struct evf_domain *domain,
				   const struct evf_query *query, u8 slot)
{
	return query->observed || domain->objects[query->event]->slots & BIT(slot);
}

/**
 * struct evf_name_copy - a name that may change meanwhile
 * @snapshot: of the name
 * @string: points into @snapshot
 * @taken: there is one, which must be released
 */
struct evf_name_copy {
	struct name_snapshot snapshot;
	struct evf_string string;
	bool taken;
};

/* Taking it locks the dentry, which others write to as well: only if a program reads it */
static inline void evf_query_name_copy(const struct evf_domain *domain, struct evf_query *query,
				       u8 slot, struct dentry *dentry,
				       struct evf_name_copy *copy)
{
	copy->taken = evf_query_reads(domain, query, slot);
	if (!copy->taken)
		return;
	take_dentry_name_snapshot(&copy->snapshot, dentry);
	copy->string.text = copy->snapshot.name.name;
	copy->string.len = copy->snapshot.name.len;
	query->record.v[slot].string = &copy->string;
}

/* To be called when the event is decided, whether a name was taken or not */
static inline void evf_name_copy_release(struct evf_name_copy *copy)
{
	if (copy->taken)
		release_dentry_name_snapshot(&copy->snapshot);
}

/* Raise file_unlink, a place's event, file_setattr. Return: 0 or a negative errno */
int evf_judge_unlink(const struct evf_domain *domain, struct dentry *dentry);
int evf_judge_place(const struct evf_domain *domain, enum evf_event_id event,
		    struct dentry *dentry, bool is_question);
int evf_judge_setattr(const struct evf_domain *domain, struct dentry *dentry,
		      const struct iattr *attr);

/**
 * struct evf_creation - an object or a name that is about to appear
 * @dentry: the name
 * @inode: an object that exists already, or NULL
 * @mode: type and permissions
 */
struct evf_creation {
	struct dentry *dentry;
	const struct inode *inode;
	umode_t mode;
};

/* Raise file_create. Return: 0 or a negative errno */
int evf_judge_create(const struct evf_domain *domain, const struct evf_creation *creation);

#endif /* _EVF_QUERY_H */
