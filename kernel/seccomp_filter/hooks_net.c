// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sockets of all families: create, bind, connect, listen, accept, send, receive. All of
 * these hooks may sleep.
 */
#include <linux/in.h>
#include <linux/tcp.h>
#include <uapi/linux/sctp.h>

#include "address.h"
#include "hooks.h"
#include "net.h"
#include "query.h"

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

static int judge(const struct evf_domain *domain, u16 event, const struct sock *sk,
		 const struct evf_address *address)
{
	struct evf_query query __uninitialized;

	evf_query_begin(&query, event, NULL);
	if (has_other_addresses(sk))
		evf_query_nothing(&query, EVF_SLOT_socket_connect_label);
	else
		evf_query_address(&query, EVF_SLOT_socket_connect_label, address);
	evf_query_int(&query, EVF_SLOT_socket_connect_family, sk->sk_family);
	evf_query_int(&query, EVF_SLOT_socket_connect_type, sk->sk_type);
	evf_query_int(&query, EVF_SLOT_socket_connect_protocol, sk->sk_protocol);
	evf_query_int(&query, EVF_SLOT_socket_connect_port, address->port);
	return evf_decide(domain, &query);
}

/* The domain to judge a call on a socket by, or NULL if there's nothing to judge */
static const struct evf_domain *domain_for(u16 event, const struct socket *sock)
{
	const struct evf_domain *domain = evf_current_domain();

	if (likely(!domain) || !domain->objects[event] || !evf_is_task_socket(sock))
		return NULL;
	return domain;
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

static int hook_socket_bind(struct socket *sock, struct sockaddr *name, int len)
{
	const struct evf_domain *domain = domain_for(EVF_EV_socket_bind, sock);
	struct evf_address address;

	if (likely(!domain))
		return 0;
	evf_address_named(&address, sock->sk, name, len, EVF_USE_BIND);
	return judge(domain, EVF_EV_socket_bind, sock->sk, &address);
}

static int hook_socket_connect(struct socket *sock, struct sockaddr *name, int len)
{
	const struct evf_domain *domain = domain_for(EVF_EV_socket_connect, sock);
	struct evf_address address;

	if (likely(!domain))
		return 0;
	evf_address_named(&address, sock->sk, name, len, EVF_USE_CONNECT);
	return judge(domain, EVF_EV_socket_connect, sock->sk, &address);
}

/* By where it is bound: the peer isn't known to either hook */
static int judge_self(u16 event, const struct socket *sock)
{
	const struct evf_domain *domain = domain_for(event, sock);
	struct evf_address address;

	if (likely(!domain))
		return 0;
	evf_address_of_self(&address, sock->sk);
	return judge(domain, event, sock->sk, &address);
}

static int hook_socket_listen(struct socket *sock, int backlog)
{
	return judge_self(EVF_EV_socket_listen, sock);
}

static int hook_socket_accept(struct socket *sock, struct socket *newsock)
{
	return judge_self(EVF_EV_socket_accept, sock);
}

int evf_judge_send(const struct evf_domain *domain, struct socket *sock,
		   const struct msghdr *msg)
{
	struct evf_address address;
	int error = 0;

	if (!evf_is_task_socket(sock))
		return 0;
	if (domain->objects[EVF_EV_socket_send]) {
		evf_address_of_message(&address, sock->sk, msg);
		error = judge(domain, EVF_EV_socket_send, sock->sk, &address);
	}
	if (!error && domain->objects[EVF_EV_unix_send] && sock->sk->sk_family == AF_UNIX &&
	    sock->sk->sk_type != SOCK_DGRAM)
		error = evf_judge_unix_stream(domain, sock->sk);
	return error;
}

/* TCP fast open connects without connect(2) */
static int judge_fast_open(const struct evf_domain *domain, const struct socket *sock,
			   const struct msghdr *msg)
{
	struct evf_address address;

	if (!domain->objects[EVF_EV_socket_connect] || !evf_is_task_socket(sock))
		return 0;
	evf_address_named(&address, sock->sk, msg->msg_name, msg->msg_namelen, EVF_USE_CONNECT);
	return judge(domain, EVF_EV_socket_connect, sock->sk, &address);
}

static int hook_socket_sendmsg(struct socket *sock, struct msghdr *msg, int size)
{
	const struct evf_domain *domain = evf_current_domain();
	int error = 0;

	if (likely(!domain))
		return 0;
	if (unlikely(msg->msg_flags & MSG_FASTOPEN && msg->msg_name &&
		     sock->type == SOCK_STREAM))
		error = judge_fast_open(domain, sock, msg);
	return error ?: evf_judge_send(domain, sock, msg);
}

int evf_judge_recv(const struct evf_domain *domain, const struct socket *sock)
{
	struct evf_address address;

	if (!domain->objects[EVF_EV_socket_recv] || !evf_is_task_socket(sock))
		return 0;
	evf_address_of_peer(&address, sock->sk);
	return judge(domain, EVF_EV_socket_recv, sock->sk, &address);
}

static int hook_socket_recvmsg(struct socket *sock, struct msghdr *msg, int size, int flags)
{
	const struct evf_domain *domain = evf_current_domain();

	return unlikely(domain) ? evf_judge_recv(domain, sock) : 0;
}

/* Received data also comes by an option of TCP, mapped or copied */
static int hook_socket_getsockopt(struct socket *sock, int level, int optname)
{
	const struct evf_domain *domain = evf_current_domain();

	if (likely(!domain) || level != SOL_TCP || optname != TCP_ZEROCOPY_RECEIVE)
		return 0;
	return evf_judge_recv(domain, sock);
}

static int judge_sctp(const struct evf_domain *domain, u16 event, const struct sock *sk,
		      const struct sockaddr *name, int len)
{
	struct evf_address address;

	evf_address_named(&address, sk, name, len,
			  event == EVF_EV_socket_bind ? EVF_USE_BIND : EVF_USE_CONNECT);
	return judge(domain, event, sk, &address);
}

/* SCTP's calls take several addresses, one after the other, each as long as its family's */
static int judge_sctp_list(const struct evf_domain *domain, u16 event, const struct sock *sk,
			   const struct sockaddr *names, int len)
{
	const void *name = names;
	int size, error = 0;

	while (!error && len > 0) {
		if (len < (int)sizeof(sa_family_t))
			return -EINVAL;
		size = ((const struct sockaddr *)name)->sa_family == AF_INET6 ?
		       sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
		if (size > len)
			return -EINVAL;
		error = judge_sctp(domain, event, sk, name, size);
		name += size;
		len -= size;
	}
	return error;
}

/*
 * What a peer asks for (SCTP_PARAM_*) comes from a packet, in the context of whoever was
 * running: it's nobody's call.
 */
static int hook_sctp_bind_connect(struct sock *sk, int optname, struct sockaddr *names, int len)
{
	const struct evf_domain *domain = evf_current_domain();
	u16 event;

	switch (optname) {
	case SCTP_SOCKOPT_BINDX_ADD:
	case SCTP_SET_PEER_PRIMARY_ADDR:
		event = EVF_EV_socket_bind;
		break;
	case SCTP_SOCKOPT_CONNECTX:
	case SCTP_SENDMSG_CONNECT:
	case SCTP_PRIMARY_ADDR:
		event = EVF_EV_socket_connect;
		break;
	default:
		return 0;
	}
	if (likely(!domain) || !domain->objects[event] || sk->sk_kern_sock)
		return 0;
	return judge_sctp_list(domain, event, sk, names, len);
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
	LSM_HOOK_INIT(sctp_bind_connect, hook_sctp_bind_connect),
};

void __init evf_add_net_hooks(void)
{
	security_add_hooks(net_hooks, ARRAY_SIZE(net_hooks), EVF_LSM_NAME);
	evf_add_unix_hooks();
}
