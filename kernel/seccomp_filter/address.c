// SPDX-License-Identifier: GPL-2.0-only
/*
 * Addresses as the protocols will take them: by the socket's family and not by what the
 * address says of itself, with what "any" turns into. What they would refuse is unknown.
 */
#include <linux/in.h>
#include <linux/in6.h>
#include <net/inet_sock.h>
#include <net/ipv6.h>
#include <net/sock.h>
#include <net/udp.h>
#include <uapi/linux/sctp.h>

#include "address.h"

static bool has_endpoints(const struct sock *sk)
{
	if ((sk->sk_family != AF_INET && sk->sk_family != AF_INET6) || sk->sk_type == SOCK_RAW)
		return false;
	switch (sk->sk_protocol) {
	case IPPROTO_TCP:
	case IPPROTO_MPTCP:
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
	case IPPROTO_SCTP:
	case IPPROTO_DCCP:
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		return true;
	}
	return false;
}

/* @port means nothing to ping sockets */
static void set_address(struct evf_address *address, const struct sock *sk, u16 port)
{
	const u16 protocol = sk->sk_protocol;

	address->known = true;
	address->protocol = protocol == IPPROTO_MPTCP ? IPPROTO_TCP : protocol;
	address->port = protocol == IPPROTO_ICMP || protocol == IPPROTO_ICMPV6 ? 0 : port;
}

static void set_unknown(struct evf_address *address)
{
	*address = (struct evf_address){ };
}

static bool is_any_ipv4(const struct evf_address *address)
{
	return ipv6_addr_v4mapped(&address->ip) && !address->ip.s6_addr32[3];
}

/* The system chooses the sender's address, and uses it for the receiver's */
static void resolve_any_ipv4(struct evf_address *address, const struct sock *sk,
			     enum evf_address_use use)
{
	const struct inet_sock *inet = inet_sk(sk);

	if (use == EVF_USE_SEND_FROM)
		set_unknown(address);
	else if (inet->inet_saddr)
		ipv6_addr_set_v4mapped(inet->inet_saddr, &address->ip);
	else if (sk->sk_bound_dev_if || inet->uc_index)
		set_unknown(address);
	else
		ipv6_addr_set_v4mapped(htonl(INADDR_LOOPBACK), &address->ip);
}

static void resolve_any_ipv6(struct evf_address *address, const struct sock *sk)
{
	const bool ipv4 = ipv6_addr_v4mapped(&sk->sk_v6_rcv_saddr);

	/* Some look at the one, some at the other */
	if (ipv4 != ipv6_addr_v4mapped(&inet6_sk(sk)->saddr))
		set_unknown(address);
	else if (ipv4)
		ipv6_addr_set_v4mapped(htonl(INADDR_LOOPBACK), &address->ip);
	else
		address->ip = in6addr_loopback;
}

static void resolve_any(struct evf_address *address, const struct sock *sk,
			enum evf_address_use use)
{
	if (is_any_ipv4(address))
		resolve_any_ipv4(address, sk, use);
	else if (ipv6_addr_any(&address->ip))
		resolve_any_ipv6(address, sk);
}

static void take_ipv4(struct evf_address *address, const struct sock *sk,
		      const struct sockaddr *name, int len)
{
	const struct sockaddr_in *sin = (const struct sockaddr_in *)name;

	if (len < (int)sizeof(*sin))
		return;
	ipv6_addr_set_v4mapped(sin->sin_addr.s_addr, &address->ip);
	set_address(address, sk, ntohs(sin->sin_port));
}

static void take_ipv6(struct evf_address *address, const struct sock *sk,
		      const struct sockaddr *name, int len)
{
	const struct sockaddr_in6 *sin6 = (const struct sockaddr_in6 *)name;

	if (len < SIN6_LEN_RFC2133 || sk->sk_family != AF_INET6)
		return;
	address->ip = sin6->sin6_addr;
	set_address(address, sk, ntohs(sin6->sin6_port));
}

/*
 * To connect to AF_UNSPEC is to disconnect. To bind or to send to it is, on a socket of
 * IPv4, as if it were an IPv4 address; one of IPv6 sends to its peer, but may turn into one
 * of IPv4 in this very moment.
 */
static bool is_taken_for_ipv4(const struct sock *sk, sa_family_t family,
			      enum evf_address_use use)
{
	if (family == AF_INET)
		return true;
	if (family != AF_UNSPEC)
		return false;
	return use == EVF_USE_BIND || (use != EVF_USE_CONNECT && sk->sk_family == AF_INET);
}

/* A source route leads the packet to other places first */
static bool is_routed(const struct sock *sk)
{
	const struct ip_options_rcu *ipv4;
	const struct ipv6_txoptions *ipv6;
	bool routed;

	rcu_read_lock();
	ipv4 = rcu_dereference(inet_sk(sk)->inet_opt);
	routed = ipv4 && ipv4->opt.srr;
	if (!routed && sk->sk_family == AF_INET6) {
		ipv6 = rcu_dereference(inet6_sk(sk)->opt);
		routed = ipv6 && ipv6->srcrt;
	}
	rcu_read_unlock();
	return routed;
}

void evf_address_named(struct evf_address *address, const struct sock *sk,
		       const struct sockaddr *name, int len, enum evf_address_use use)
{
	set_unknown(address);
	if (!has_endpoints(sk) || len < (int)offsetofend(struct sockaddr, sa_family))
		return;
	if (is_taken_for_ipv4(sk, name->sa_family, use))
		take_ipv4(address, sk, name, len);
	else if (name->sa_family == AF_INET6)
		take_ipv6(address, sk, name, len);
	if (!address->known || use == EVF_USE_BIND)
		return;
	resolve_any(address, sk, use);
	if (is_routed(sk))
		set_unknown(address);
}

void evf_address_of_peer(struct evf_address *address, const struct sock *sk)
{
	const struct inet_sock *inet = inet_sk(sk);

	set_unknown(address);
	/* SCTP's sockets of many associations have no one peer */
	if (!has_endpoints(sk) || sk->sk_type == SOCK_SEQPACKET)
		return;
	if (sk->sk_family == AF_INET6)
		address->ip = sk->sk_v6_daddr;
	else
		ipv6_addr_set_v4mapped(inet->inet_daddr, &address->ip);
	if (!ipv6_addr_any(&address->ip) && !is_any_ipv4(address))
		set_address(address, sk, ntohs(inet->inet_dport));
}

void evf_address_of_self(struct evf_address *address, const struct sock *sk)
{
	const struct inet_sock *inet = inet_sk(sk);

	set_unknown(address);
	if (!has_endpoints(sk) || !inet->inet_num)
		return;
	if (sk->sk_family == AF_INET6)
		address->ip = sk->sk_v6_rcv_saddr;
	else
		ipv6_addr_set_v4mapped(inet->inet_rcv_saddr, &address->ip);
	set_address(address, sk, inet->inet_num);
}

/* So does one message's own; with SCTP there may be more receivers */
static bool has_own_way(const struct sock *sk, const struct msghdr *msg)
{
	/* The iteration doesn't write, but isn't declared so */
	struct msghdr *headers = (struct msghdr *)msg;
	struct cmsghdr *cmsg;

	if (!msg->msg_controllen)
		return false;
	if (sk->sk_protocol == IPPROTO_SCTP)
		return true;
	for_each_cmsghdr(cmsg, headers) {
		if (!CMSG_OK(headers, cmsg))
			return true;
		if (cmsg->cmsg_level == SOL_IP && cmsg->cmsg_type == IP_RETOPTS)
			return true;
		if (cmsg->cmsg_level == SOL_IPV6 && (cmsg->cmsg_type == IPV6_RTHDR ||
						     cmsg->cmsg_type == IPV6_2292RTHDR))
			return true;
	}
	return false;
}

/* Others ignore the message's address, and send to the peer */
static bool goes_by_name(const struct sock *sk)
{
	switch (sk->sk_protocol) {
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
	case IPPROTO_SCTP:
		return true;
	}
	return false;
}

/* TCP fast open: connects, unless it is connected already */
static void take_fast_open(struct evf_address *address, const struct sock *sk,
			   const struct msghdr *msg)
{
	struct evf_address peer;

	evf_address_named(address, sk, msg->msg_name, msg->msg_namelen, EVF_USE_SEND);
	evf_address_of_peer(&peer, sk);
	if (peer.known && (!ipv6_addr_equal(&peer.ip, &address->ip) || peer.port != address->port))
		set_unknown(address);
}

void evf_address_of_message(struct evf_address *address, const struct sock *sk,
			    const struct msghdr *msg)
{
	if (!msg || !msg->msg_name)
		evf_address_of_peer(address, sk);
	else if (goes_by_name(sk))
		evf_address_named(address, sk, msg->msg_name, msg->msg_namelen,
				  msg->msg_controllen ? EVF_USE_SEND_FROM : EVF_USE_SEND);
	else if (msg->msg_flags & MSG_FASTOPEN)
		take_fast_open(address, sk, msg);
	else
		evf_address_of_peer(address, sk);
	if (address->known && (is_routed(sk) || (msg && has_own_way(sk, msg))))
		set_unknown(address);
}
