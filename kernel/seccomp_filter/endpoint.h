/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Endpoints: what a label space assigns to IP addresses and ports.
 */
#ifndef _EVF_ENDPOINT_H
#define _EVF_ENDPOINT_H

#include <linux/in6.h>
#include <linux/list.h>

#include "assign.h"
#include "labels.h"
#include "table.h"

/* Lengths of prefixes: 0 to 32 of IPv4, then 0 to 128 of IPv6 */
#define EVF_IPV4_LENGTHS	33
#define EVF_PREFIX_LENGTHS	(EVF_IPV4_LENGTHS + 129)

/**
 * struct evf_endpoints - the endpoints of a space
 * @table: struct evf_endpoint, by address and port
 * @lengths: bit per length of a prefix that may be in use; read under RCU
 * @nr_of_length: endpoints of each length
 */
struct evf_endpoints {
	struct evf_table table;
	unsigned long lengths[BITS_TO_LONGS(EVF_PREFIX_LENGTHS)];
	u32 nr_of_length[EVF_PREFIX_LENGTHS];
};

/**
 * struct evf_endpoint_key - which addresses, ports and protocols are meant
 * @ip: the prefix, without bits beyond it
 * @first: the first port
 * @last: the last port
 * @length: of the prefix, an index as in @nr_of_length
 * @protocol: IPPROTO_TCP, IPPROTO_UDP, or 0 for any
 */
struct evf_endpoint_key {
	struct in6_addr ip;
	u16 first;
	u16 last;
	u8 length;
	u8 protocol;
};

/**
 * struct evf_endpoint - an assignment to endpoints
 * @assignment: what they carry
 * @link: in the space's @endpoints
 * @key: which ones
 * @rcu: outlives what is read of it by one grace period
 */
struct evf_endpoint {
	struct evf_assignment assignment;
	struct evf_link link;
	struct evf_endpoint_key key;
	struct rcu_head rcu;
};

/* endpoint.c */

/**
 * evf_endpoint_find() - an assignment by what it is for
 * @space: the space, locked
 * @key: exactly this
 *
 * Return: it, or NULL.
 */
struct evf_endpoint *evf_endpoint_find(const struct evf_space *space,
				       const struct evf_endpoint_key *key);

/**
 * evf_endpoint_create() - an assignment to endpoints, nothing assigned yet
 * @space: the space, locked; doesn't have it
 * @key: what it is for; copied
 *
 * Context: may sleep, also for a grace period.
 *
 * Return: it, or ERR_PTR: -ENOMEM; -ENOSPC: the prefix may have no more ranges of ports.
 */
struct evf_endpoint *evf_endpoint_create(struct evf_space *space,
					 const struct evf_endpoint_key *key);

/**
 * evf_endpoint_exists() - does an assignment say anything?
 * @endpoint: its space is locked
 *
 * Return: whether something is assigned, or staged to be.
 */
bool evf_endpoint_exists(const struct evf_endpoint *endpoint);

/**
 * evf_endpoint_remove() - take an assignment to endpoints out, and free it
 * @endpoint: has no version any more; its space is locked
 */
void evf_endpoint_remove(struct evf_endpoint *endpoint);

#endif /* _EVF_ENDPOINT_H */
