// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sockets of all families: create, bind, connect, listen, accept, send, receive. All of
 * these hooks may sleep.
 */
#include <linux/if_packet.h>
#include <linux/if_xdp.h>
#include <linux/in.h>
#include <linux/tcp.h>

#include "address.h"
#include "hooks.h"
#include "memo.h"
#include "net.h"

/* One function fills in all of them */
#define SAME_SLOTS(event)							\
	static_assert((int)EVF_SLOT_##event##_label == EVF_SLOT_socket_connect_label &&	\
		      (int)EVF_SLOT_##event##_family == EVF_SLOT_socket_connect_family && \
		      (int)EVF_SLOT_##event##_type == EVF_SLOT_socket_connect_type &&	\
		      (int)EVF_SLOT_##event##_protocol == EVF_SLOT_socket_connect_protocol && \
		      (int)EVF_SLOT_##event##_port == EVF_SLOT_socket_connect_port)

SAME_SLOTS(socket_bind);
SAME_SLOTS(socket_send);
SAME_SLOTS(socket_recv);
SAME_SLOTS(socket_listen);
SAME_SLOTS(socket_accept);

/* Families whose addresses are surely no IP endpoints, and lead to none */
static bool has_other_addresses(const struct sock *sk)
{
	return sk->sk_family == AF_UNIX || sk->sk_family == AF_NETLINK ||
	       sk->sk_family == AF_VSOCK;
}

bool evf_is_socket_use(u16 event)
{
	if (event >= EVF_NR_OBJECT_EVENTS)
		return false;
	return evf_object_events[event].group == EVF_GROUP_SOCKET &&
	       event != EVF_EV_socket_create;
}

static int judge(const struct evf_domain *domain, u16 event, const struct sock *sk,
		 const struct evf_address *address, u8 manner)
{
	const struct evf_chain *chain = domain->objects[event];
	struct evf_memo_key key;
	struct evf_query query __uninitialized;

	if (chain->memo &&
	    evf_memo_of_socket(&key, sk->sk_family, sk->sk_type, sk->sk_protocol, address) &&
	    evf_memo_passes_endpoint(chain, &key))
		return 0;
	evf_query_begin(&query, event, NULL);
	if (has_other_addresses(sk))
		evf_query_nothing(&query, EVF_SLOT_socket_connect_label);
	else
		evf_query_address(&query, EVF_SLOT_socket_connect_label, address);
	evf_query_int(&query, EVF_SLOT_socket_connect_family, sk->sk_family);
	evf_query_int(&query, EVF_SLOT_socket_connect_type, sk->sk_type);
	evf_query_int(&query, EVF_SLOT_socket_connect_protocol, sk->sk_protocol);
	evf_query_int(&query, EVF_SLOT_socket_connect_port, address->port);
	query.manner |= manner;
	return evf_decide_and_keep(domain, &query);
}

static int judge_attached(u16 event, const struct socket *sock,
			  const struct evf_address *address, u8 manner)
{
	const struct evf_domain *domain;
	int error = 0;

	rcu_read_lock();
	domain = evf_attached(evf_socket_file(sock), event);
	if (domain)
		error = judge(domain, event, sock->sk, address, manner);
	rcu_read_unlock();
	return error;
}

int evf_judge_socket(u16 event, const struct socket *sock, const struct evf_address *address,
		     u8 manner)
{
	const struct evf_domain *domain = evf_domain_for(event);
	int error = 0;

	if (domain)
		error = judge(domain, event, sock->sk, address, manner);
	if (!error && evf_is_any_attached())
		error = judge_attached(event, sock, address, manner);
	return error;
}

static int hook_socket_create(int family, int type, int protocol, int kern)
{
	const struct evf_domain *domain = evf_current_domain();
	struct evf_query query __uninitialized;

	if (likely(!domain) || kern || !domain->objects[EVF_EV_socket_create])
		return 0;
	evf_query_begin(&query, EVF_EV_socket_create, NULL);
	evf_query_int(&query, EVF_SLOT_socket_create_family, family);
	evf_query_int(&query, EVF_SLOT_socket_create_type, type);
	evf_query_int(&query, EVF_SLOT_socket_create_protocol, protocol);
	return evf_decide(domain, &query);
}

static int judge_named(u16 event, const struct socket *sock, const struct sockaddr *name,
		       int len, enum evf_address_use use)
{
	struct evf_address address;

	if (likely(!evf_is_socket_judged(event, sock)))
		return 0;
	evf_address_named(&address, sock->sk, name, len, use);
	return evf_judge_socket(event, sock, &address, 0);
}

static int hook_socket_bind(struct socket *sock, struct sockaddr *name, int len)
{
	return judge_named(EVF_EV_socket_bind, sock, name, len, EVF_USE_BIND);
}

static int hook_socket_connect(struct socket *sock, struct sockaddr *name, int len)
{
	return judge_named(EVF_EV_socket_connect, sock, name, len, EVF_USE_CONNECT);
}

/* By where it is bound: the peer isn't known to either hook */
static int judge_self(u16 event, const struct socket *sock)
{
	struct evf_address address;

	if (likely(!evf_is_socket_judged(event, sock)))
		return 0;
	evf_address_of_self(&address, sock->sk);
	return evf_judge_socket(event, sock, &address, 0);
}

static int hook_socket_listen(struct socket *sock, int backlog)
{
	return judge_self(EVF_EV_socket_listen, sock);
}

/* What is accepted has the filters of what listens: else they'd be shed by accepting */
static int hook_socket_accept(struct socket *sock, struct socket *newsock)
{
	int error = judge_self(EVF_EV_socket_accept, sock);

	if (!error && evf_is_any_attached())
		error = evf_attach_inherited(evf_socket_file(sock), evf_socket_file(newsock));
	return error;
}

int evf_judge_send(struct socket *sock, const struct msghdr *msg)
{
	struct evf_address address;
	int error = 0;

	if (evf_is_socket_judged(EVF_EV_socket_send, sock)) {
		evf_address_of_message(&address, sock->sk, msg);
		error = evf_judge_socket(EVF_EV_socket_send, sock, &address, 0);
	}
	if (!error && evf_is_socket_judged(EVF_EV_unix_send, sock) &&
	    sock->sk->sk_family == AF_UNIX && sock->sk->sk_type != SOCK_DGRAM)
		error = evf_judge_unix_peer(sock->sk, 0);
	return error;
}

static bool does_nobody_judge(void)
{
	return likely(!evf_current_domain()) && !evf_is_any_attached();
}

/* TCP fast open connects without connect(2) */
static int hook_socket_sendmsg(struct socket *sock, struct msghdr *msg, int size)
{
	int error = 0;

	if (does_nobody_judge())
		return 0;
	if (unlikely(msg->msg_flags & MSG_FASTOPEN && msg->msg_name &&
		     sock->type == SOCK_STREAM))
		error = judge_named(EVF_EV_socket_connect, sock, msg->msg_name,
				    msg->msg_namelen, EVF_USE_CONNECT);
	if (!error && unlikely(msg->msg_controllen))
		error = evf_judge_message_peers(sock, msg);
	return error ?: evf_judge_send(sock, msg);
}

int evf_judge_recv(const struct socket *sock)
{
	struct evf_address address;

	if (!evf_is_socket_judged(EVF_EV_socket_recv, sock))
		return 0;
	evf_address_of_peer(&address, sock->sk);
	return evf_judge_socket(EVF_EV_socket_recv, sock, &address, 0);
}

static int hook_socket_recvmsg(struct socket *sock, struct msghdr *msg, int size, int flags)
{
	return evf_judge_recv(sock);
}

/*
 * Received data also comes by an option of TCP, mapped or copied, and an association of
 * SCTP in a socket of its own, without anything having been accepted.
 */
static int hook_socket_getsockopt(struct socket *sock, int level, int optname)
{
	if (does_nobody_judge())
		return 0;
	if (level == SOL_TCP && optname == TCP_ZEROCOPY_RECEIVE)
		return evf_judge_recv(sock);
	if (level == SOL_SCTP && sock->sk && sock->sk->sk_protocol == IPPROTO_SCTP)
		return evf_judge_peeling(sock, optname);
	return 0;
}

/* Rings in memory that the task maps: packets come and go without a call */
static int hook_socket_setsockopt(struct socket *sock, int level, int optname)
{
	if (does_nobody_judge() || !sock->sk)
		return 0;
	if (level == SOL_PACKET && sock->sk->sk_family == AF_PACKET && optname == PACKET_RX_RING)
		return evf_judge_recv(sock);
	if (level != SOL_XDP || sock->sk->sk_family != AF_XDP)
		return 0;
	if (optname == XDP_RX_RING)
		return evf_judge_recv(sock);
	return optname == XDP_TX_RING ? evf_judge_send(sock, NULL) : 0;
}

static struct security_hook_list net_hooks[] __lsm_ro_after_init = {
	LSM_HOOK_INIT(socket_create, hook_socket_create),
	LSM_HOOK_INIT(socket_bind, hook_socket_bind),
	LSM_HOOK_INIT(socket_connect, hook_socket_connect),
	LSM_HOOK_INIT(socket_listen, hook_socket_listen),
	LSM_HOOK_INIT(socket_accept, hook_socket_accept),
	LSM_HOOK_INIT(socket_sendmsg, hook_socket_sendmsg),
	LSM_HOOK_INIT(socket_recvmsg, hook_socket_recvmsg),
	LSM_HOOK_INIT(socket_getsockopt, hook_socket_getsockopt),
	LSM_HOOK_INIT(socket_setsockopt, hook_socket_setsockopt),
};

void __init evf_add_net_hooks(void)
{
	security_add_hooks(net_hooks, ARRAY_SIZE(net_hooks), EVF_LSM_NAME);
	evf_add_sctp_hooks();
	evf_add_unix_hooks();
}
