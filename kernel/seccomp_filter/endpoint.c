// SPDX-License-Identifier: GPL-2.0-only
/*
 * Endpoints: the longest prefix counts, then the narrowest range of ports, then a protocol
 * of its own. There is a hash lookup per length of a prefix that is in use; a single port
 * is a part of the key, other ranges of one prefix are compared one after the other.
 */
#include <linux/bitmap.h>
#include <linux/eventfilter.h>
#include <linux/jhash.h>
#include <linux/slab.h>
#include <net/ipv6.h>

#include "endpoint.h"
#include "label_set.h"
#include "space.h"

/* In place of a port, for the ranges of a prefix */
#define RANGES	0x10000

static const struct evf_labels no_labels;

static u32 endpoint_hash(const struct evf_space *space, const struct in6_addr *ip, u8 length,
			 u32 port)
{
	return jhash2((const u32 *)ip, sizeof(*ip) / sizeof(u32),
		      (u32)space->salt ^ port ^ (u32)length << 17);
}

static u32 key_hash(const struct evf_space *space, const struct evf_endpoint_key *key)
{
	return endpoint_hash(space, &key->ip, key->length,
			     key->first == key->last ? key->first : RANGES);
}

static struct evf_buckets *buckets_of(const struct evf_space *space)
{
	return rcu_dereference_check(space->endpoints.table.buckets,
				     lockdep_is_held(&space->lock));
}

static bool same_prefix(const struct evf_endpoint_key *key, const struct in6_addr *ip, u8 length)
{
	return key->length == length && ipv6_addr_equal(&key->ip, ip);
}

struct evf_endpoint *evf_endpoint_find(const struct evf_space *space,
				       const struct evf_endpoint_key *key)
{
	struct evf_buckets *buckets = buckets_of(space);
	struct evf_link *link = evf_table_first(buckets, key_hash(space, key));

	for (; link; link = evf_table_next(buckets, link)) {
		struct evf_endpoint *endpoint = container_of(link, struct evf_endpoint, link);

		if (same_prefix(&endpoint->key, &key->ip, key->length) &&
		    endpoint->key.first == key->first && endpoint->key.last == key->last &&
		    endpoint->key.protocol == key->protocol)
			return endpoint;
	}
	return NULL;
}

static u32 nr_ranges(const struct evf_space *space, const struct evf_endpoint_key *key)
{
	struct evf_buckets *buckets = buckets_of(space);
	struct evf_link *link = evf_table_first(buckets, key_hash(space, key));
	u32 nr = 0;

	for (; link; link = evf_table_next(buckets, link)) {
		struct evf_endpoint *endpoint = container_of(link, struct evf_endpoint, link);

		nr += same_prefix(&endpoint->key, &key->ip, key->length) &&
		      endpoint->key.first != endpoint->key.last;
	}
	return nr;
}

static void remove_endpoint(struct evf_assignment *assignment, struct evf_mark **doomed)
{
	evf_endpoint_remove(container_of(assignment, struct evf_endpoint, assignment));
}

static void print_endpoint(const struct evf_assignment *assignment,
			   const struct evf_version *version, struct seq_buf *to)
{
	const struct evf_endpoint *endpoint =
		container_of(assignment, struct evf_endpoint, assignment);
	const struct evf_endpoint_key *key = &endpoint->key;

	seq_buf_printf(to, "endpoint %s ", key->protocol == IPPROTO_TCP ? "tcp" :
		       key->protocol == IPPROTO_UDP ? "udp" : "any");
	if (key->length < EVF_IPV4_LENGTHS)
		seq_buf_printf(to, "%pI4/%u", &key->ip.s6_addr32[3], key->length);
	else
		seq_buf_printf(to, "%pI6c/%u", &key->ip, key->length - EVF_IPV4_LENGTHS);
	seq_buf_printf(to, " %u-%u", key->first, key->last);
}

static const struct evf_assignment_ops endpoint_ops = {
	.remove = remove_endpoint,
	.print = print_endpoint,
};

struct evf_endpoint *evf_endpoint_create(struct evf_space *space,
					 const struct evf_endpoint_key *key)
{
	struct evf_endpoints *endpoints = &space->endpoints;
	struct evf_endpoint *endpoint;

	if (key->first != key->last && nr_ranges(space, key) >= EVF_MAX_PORT_RANGES)
		return ERR_PTR(-ENOSPC);
	if (evf_table_reserve(&endpoints->table, 1))
		return ERR_PTR(-ENOMEM);
	endpoint = kzalloc(sizeof(*endpoint), GFP_KERNEL_ACCOUNT);
	if (!endpoint)
		return ERR_PTR(-ENOMEM);
	evf_assignment_init(&endpoint->assignment, space, &endpoint_ops);
	endpoint->key = *key;
	evf_table_insert(&endpoints->table, &endpoint->link, key_hash(space, key));
	/* Last: whoever is in need of it, after a commit, finds it */
	if (!endpoints->nr_of_length[key->length]++)
		set_bit(key->length, endpoints->lengths);
	return endpoint;
}

bool evf_endpoint_exists(const struct evf_endpoint *endpoint)
{
	const struct evf_assignment *assignment = &endpoint->assignment;
	const struct evf_version *newest =
		rcu_dereference_protected(assignment->newest,
					  lockdep_is_held(&assignment->space->lock));

	return newest && newest->what != EVF_WHAT_NONE;
}

void evf_endpoint_remove(struct evf_endpoint *endpoint)
{
	struct evf_endpoints *endpoints = &endpoint->assignment.space->endpoints;

	evf_table_remove(&endpoints->table, &endpoint->link);
	if (!--endpoints->nr_of_length[endpoint->key.length])
		clear_bit(endpoint->key.length, endpoints->lengths);
	kfree_rcu(endpoint, rcu);
}

/**
 * struct match - the best assignment so far
 * @key: what it is for; only if @version
 * @version: what it says, or NULL
 */
struct match {
	const struct evf_endpoint_key *key;
	const struct evf_version *version;
};

static bool counts_more(const struct evf_endpoint_key *a, const struct evf_endpoint_key *b)
{
	if (a->last - a->first != b->last - b->first)
		return a->last - a->first < b->last - b->first;
	if (a->protocol != b->protocol)
		return a->protocol;
	return a->first < b->first;
}

/* Among what has one hash */
static void match_in(struct match *best, const struct evf_space *space, u32 generation,
		     const struct evf_address *address, const struct in6_addr *ip, u8 length,
		     u32 port)
{
	struct evf_buckets *buckets = buckets_of(space);
	struct evf_link *link = evf_table_first(buckets, endpoint_hash(space, ip, length, port));

	for (; link; link = evf_table_next(buckets, link)) {
		const struct evf_endpoint *endpoint = container_of(link, struct evf_endpoint, link);
		const struct evf_endpoint_key *key = &endpoint->key;
		const struct evf_version *version;

		if (!same_prefix(key, ip, length) || address->port < key->first ||
		    address->port > key->last)
			continue;
		if (key->protocol && key->protocol != address->protocol)
			continue;
		if (best->version && !counts_more(key, best->key))
			continue;
		version = evf_version_at(&endpoint->assignment, generation);
		if (version)
			*best = (struct match){ .key = key, .version = version };
	}
}

/* The version in force of the assignment that counts most, or NULL */
static const struct evf_version *match_address(const struct evf_space *space, u32 generation,
					       const struct evf_address *address)
{
	const unsigned long *lengths = space->endpoints.lengths;
	const bool ipv4 = ipv6_addr_v4mapped(&address->ip);
	const unsigned long first = ipv4 ? 0 : EVF_IPV4_LENGTHS;
	/* Where this kind of length ends */
	unsigned long end = ipv4 ? EVF_IPV4_LENGTHS : EVF_PREFIX_LENGTHS, at;
	struct match best = { };
	struct in6_addr ip;

	/* find_last_bit() returns its end when there is none */
	while ((at = find_last_bit(lengths, end)) < end && at >= first) {
		ipv6_addr_prefix(&ip, &address->ip, ipv4 ? 96 + at : at - EVF_IPV4_LENGTHS);
		match_in(&best, space, generation, address, &ip, at, address->port);
		if (!best.version)
			match_in(&best, space, generation, address, &ip, at, RANGES);
		if (best.version)
			return best.version;
		end = at;
	}
	return NULL;
}

struct evf_found evf_label_of_address(const struct evf_space *space, u32 generation,
				      const struct evf_address *address)
{
	const struct evf_version *version;

	if (!address->known)
		return (struct evf_found){ .labels = &no_labels, .unknown = true };
	version = match_address(space, generation, address);
	if (!version)
		return (struct evf_found){ .labels = &no_labels };
	return (struct evf_found){ .labels = evf_set_labels(version->set, generation) };
}
