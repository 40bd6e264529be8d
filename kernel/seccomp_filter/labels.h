/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Label spaces: names, and which objects carry them. A hook asks for the label of a
 * place in the file tree; everything else here is the owner's business.
 */
#ifndef _EVF_LABELS_H
#define _EVF_LABELS_H

#include <linux/dcache.h>
#include <linux/fs.h>
#include <linux/in6.h>
#include "core/record.h"

struct evf_space;

/**
 * struct evf_locus - the place whose label is asked for
 * @self: the inode whose own assignment counts first: that of the object, also when it
 *	is about to get another name; NULL for an object that doesn't exist yet
 * @place: the name: the walk goes from here up to the root of its file system. May be
 *	negative. Its own inode is not looked at unless it is @self.
 * @below: ask for what an object beneath would inherit, so that assignments for the
 *	object alone (EVF_LABEL_SELF) don't count
 */
struct evf_locus {
	const struct inode *self;
	struct dentry *place;
	bool below;
};

/**
 * struct evf_address - one end of a connection
 * @ip: an IPv4 address as ::ffff:a.b.c.d
 * @port: in host order; 0 where the protocol has none
 * @protocol: IPPROTO_*
 * @known: whether this is known at all
 */
struct evf_address {
	struct in6_addr ip;
	u16 port;
	u8 protocol;
	bool known;
};

/**
 * struct evf_found - what the walk found
 * @labels: never NULL; the empty set if nothing is assigned. Valid until
 *	rcu_read_unlock().
 * @unknown: the walk ended elsewhere than at its file system's root
 */
struct evf_found {
	const struct evf_labels *labels;
	bool unknown;
};

/**
 * evf_label_of() - the label of a place
 * @space: the label space
 * @generation: from evf_space_generation(), the same for all places of one event
 * @locus: the place
 *
 * Takes no reference and writes no shared memory; after a race with a rename it walks
 * once more under rename_lock.
 *
 * Context: under rcu_read_lock(). Any context in which dentries may be walked.
 *
 * Return: names and groups, or that nobody can know them.
 */
struct evf_found evf_label_of(const struct evf_space *space, u32 generation,
			      const struct evf_locus *locus);

struct evf_version;

/**
 * evf_label_decided() - evf_label_of(), and what decided it
 * @space: the label space
 * @generation: as of evf_label_of()
 * @locus: the place
 * @decided: receives the version that did; NULL if none did
 *
 * Context: under rcu_read_lock(); takes rename_lock.
 *
 * Return: as evf_label_of().
 */
struct evf_found evf_label_decided(const struct evf_space *space, u32 generation,
				   const struct evf_locus *locus,
				   const struct evf_version **decided);

/**
 * evf_label_of_address() - the label of an endpoint
 * @space: the label space
 * @generation: from evf_space_generation()
 * @address: the endpoint
 *
 * Takes no reference and writes no shared memory.
 *
 * Context: under rcu_read_lock().
 *
 * Return: unknown if the endpoint is.
 */
struct evf_found evf_label_of_address(const struct evf_space *space, u32 generation,
				      const struct evf_address *address);

/**
 * evf_keeps_label() - whether two names surely mean the same label
 * @space: the label space
 * @from: a name
 * @to: another
 *
 * Context: under rcu_read_lock().
 *
 * Return: true if both are in one directory, and no name patterns are near. An object then has
 * the same label under both, even if nobody knows which.
 */
bool evf_keeps_label(const struct evf_space *space, const struct dentry *from,
		     const struct dentry *to);

/**
 * evf_beneath_differs() - whether patterns may name other things beneath two names
 * @space: the label space
 * @generation: from evf_space_generation()
 * @from: the name of a directory
 * @to: another
 *
 * Of patterns of several components, which go on beneath what they match the beginning
 * of. What both inherit is another question.
 *
 * Context: under rcu_read_lock(); takes rename_lock.
 *
 * Return: false if the same patterns match as far under both.
 */
bool evf_beneath_differs(const struct evf_space *space, u32 generation,
			 const struct dentry *from, const struct dentry *to);

/**
 * evf_space_find_label() - look a label or a group up by name
 * @space: the label space
 * @name: any bytes, not terminated
 * @len: bytes of @name; no name is longer than EVF_MAX_LABEL_NAME
 *
 * Context: any; takes rcu_read_lock().
 *
 * Return: its id, or -1.
 */
int evf_space_find_label(struct evf_space *space, const char *name, size_t len);

/**
 * evf_space_label_name() - the name of an id
 * @space: the label space
 * @id: any number
 *
 * Context: any.
 *
 * Return: the name, terminated, which lives as long as the space; NULL for an id that none has.
 */
const char *evf_space_label_name(const struct evf_space *space, u16 id);

/**
 * evf_space_is_group() - is an id that of a group?
 * @space: the label space
 * @id: any number
 *
 * Context: any.
 *
 * Return: true if it is; false for a label, and for an id that none has.
 */
bool evf_space_is_group(const struct evf_space *space, u16 id);

/**
 * evf_space_from_fd() - the label space behind a descriptor
 * @fd: the descriptor
 *
 * Return: a reference, or ERR_PTR: -EBADF, -EBADFD.
 */
struct evf_space *evf_space_from_fd(int fd);

/**
 * evf_space_create_fd() - a new label space
 *
 * Return: its descriptor, or -EDQUOT: EVF_MAX_USER_SPACES; -EMFILE, -ENFILE, -ENOMEM.
 */
int evf_space_create_fd(void);

/**
 * evf_space_get() - one reference more
 * @space: not NULL
 *
 * Return: @space, whose reference evf_space_put() takes back.
 */
struct evf_space *evf_space_get(struct evf_space *space);

/**
 * evf_space_put() - drop a reference
 * @space: or NULL
 *
 * Context: process context; the last reference is dropped by a worker.
 */
void evf_space_put(struct evf_space *space);

#endif /* _EVF_LABELS_H */
