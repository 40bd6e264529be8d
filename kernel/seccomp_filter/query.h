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

/**
 * evf_add_create_hooks() - register the hooks of hooks_create.c: file_create
 */
void evf_add_create_hooks(void) __init;

/**
 * evf_add_move_hooks() - register the hooks of hooks_move.c: file_rename, file_link
 */
void evf_add_move_hooks(void) __init;

/**
 * evf_add_attr_hooks() - register the hooks of hooks_attr.c: file_setattr of extended attributes
 */
void evf_add_attr_hooks(void) __init;

/**
 * evf_add_meta_hooks() - register the hooks of hooks_meta.c: group "meta"
 */
void evf_add_meta_hooks(void) __init;

/**
 * evf_domain_for() - who judges an event
 * @event: an object event
 *
 * Return: the domain of current if one of its layers constrains the event, else NULL.
 */
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

/**
 * evf_query_int() - fill in an integer
 * @query: the event
 * @slot: of an INT
 * @value: within the field's type
 */
static inline void evf_query_int(struct evf_query *query, u8 slot, u64 value)
{
	query->record.v[slot].num = value;
}

/**
 * evf_query_uid() - fill in a user id
 * @query: the event
 * @slot: of a UID
 * @uid: of the initial namespace; translated when a rule is asked
 */
static inline void evf_query_uid(struct evf_query *query, u8 slot, kuid_t uid)
{
	query->record.v[slot].num = __kuid_val(uid);
}

/**
 * evf_query_gid() - fill in a group id
 * @query: the event
 * @slot: of a GID
 * @gid: of the initial namespace; translated when a rule is asked
 */
static inline void evf_query_gid(struct evf_query *query, u8 slot, kgid_t gid)
{
	query->record.v[slot].num = __kgid_val(gid);
}

/**
 * evf_query_label() - fill in the label of a place
 * @query: has at most EVF_MAX_OBJECTS of these and those below
 * @slot: of a LABEL
 * @self: the inode whose own assignment counts first, or NULL
 * @place: where the walk begins; stays until the event is decided
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

/**
 * evf_query_task() - fill in the label of a task, which is what its layers give it
 * @query: the event
 * @slot: of a LABEL
 * @task: the task's domain, which stays until the event is decided; or NULL
 */
static inline void evf_query_task(struct evf_query *query, u8 slot,
				  const struct evf_domain *task)
{
	struct evf_object *object = &query->object[query->nr_objects++];

	object->slot = slot;
	object->kind = EVF_OBJECT_TASK;
	object->task = task;
}

/**
 * evf_query_address() - fill in the label of an IP endpoint
 * @query: the event; the endpoint is its @address, too
 * @slot: of a LABEL
 * @address: stays until the event is decided; as long as it's unknown, the label is
 */
static inline void evf_query_address(struct evf_query *query, u8 slot,
				     const struct evf_address *address)
{
	struct evf_object *object = &query->object[query->nr_objects++];

	object->slot = slot;
	object->kind = EVF_OBJECT_ADDRESS;
	object->address = address;
	query->address = address;
}

/**
 * evf_query_nothing() - fill in the label of what no space can label: the empty set
 * @query: the event
 * @slot: of a LABEL
 */
static inline void evf_query_nothing(struct evf_query *query, u8 slot)
{
	struct evf_object *object = &query->object[query->nr_objects++];

	object->slot = slot;
	object->kind = EVF_OBJECT_NOTHING;
}

/**
 * evf_query_parent() - fill in the label of the directory that a name is in
 * @query: the event
 * @slot: of a LABEL
 * @dentry: the name; it and the directory stay as they are, because that is locked
 */
static inline void evf_query_parent(struct evf_query *query, u8 slot, struct dentry *dentry)
{
	struct dentry *parent = dentry->d_parent;

	/* What is connected to nothing has no known parent: its walk ends at once, unknown */
	evf_query_label(query, slot, IS_ROOT(dentry) ? NULL : d_inode(parent), parent);
}

/**
 * evf_query_name() - fill in a name that stays as it is
 * @query: the event
 * @slot: of a STRING
 * @dentry: whose directory is locked
 * @storage: points to the name; stays until the event is decided
 */
static inline void evf_query_name(struct evf_query *query, u8 slot, struct dentry *dentry,
				  struct evf_string *storage)
{
	storage->text = dentry->d_name.name;
	storage->len = dentry->d_name.len;
	query->record.v[slot].string = storage;
}

/**
 * evf_query_reads_more() - is there more to fill in than labels?
 * @domain: has a chain for the event
 * @query: the event
 * @labels: a bit per slot that is filled in already
 *
 * Return: true if a program of the event reads more, or somebody wants to see it.
 */
static inline bool evf_query_reads_more(const struct evf_domain *domain,
					const struct evf_query *query, u32 labels)
{
	return query->observed || domain->objects[query->event]->slots & ~labels;
}

/**
 * evf_query_reads() - is there a use for a slot?
 * @domain: has a chain for the event
 * @query: the event
 * @slot: any slot of it
 *
 * Return: true if a program of the event reads it, or somebody wants to see all.
 */
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

/**
 * evf_query_name_copy() - fill in a copy of a name, if there is a use for it
 * @domain: has a chain for the event
 * @query: the event
 * @slot: of a STRING
 * @dentry: the name, which may change meanwhile
 * @copy: receives it, for evf_name_copy_release()
 *
 * Taking it locks the dentry, which others write to as well: only if a program reads it.
 */
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

/**
 * evf_name_copy_release() - release a copy
 * @copy: from evf_query_name_copy(), whether a name was taken or not; the event is decided
 */
static inline void evf_name_copy_release(struct evf_name_copy *copy)
{
	if (copy->taken)
		release_dentry_name_snapshot(&copy->snapshot);
}

/**
 * evf_judge_unlink() - raise file_unlink
 * @domain: the subject's
 * @dentry: what loses its name; its directory is locked
 *
 * Return: 0 or a negative errno.
 */
int evf_judge_unlink(const struct evf_domain *domain, struct dentry *dentry);

/**
 * evf_judge_place() - raise an event that says where, and no more
 * @domain: the subject's
 * @event: file_truncate, file_chroot or file_readlink
 * @dentry: where; positive
 * @is_question: EVF_CHECK asks
 *
 * Return: 0 or a negative errno.
 */
int evf_judge_place(const struct evf_domain *domain, enum evf_event_id event,
		    struct dentry *dentry, bool is_question);

/**
 * evf_judge_setattr() - raise file_setattr
 * @domain: the subject's
 * @dentry: whose attributes change; its inode is locked
 * @attr: which, and to what; not the size
 *
 * What the kernel does by itself when something is written isn't asked about.
 *
 * Return: 0 or a negative errno.
 */
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

/**
 * evf_judge_create() - raise file_create
 * @domain: the subject's
 * @creation: what appears; the directory is locked, or the name nobody else's
 *
 * Its label is the one that it will have: its own if it exists, else that of its name or
 * of its directory.
 *
 * Return: 0 or a negative errno.
 */
int evf_judge_create(const struct evf_domain *domain, const struct evf_creation *creation);

#endif /* _EVF_QUERY_H */
