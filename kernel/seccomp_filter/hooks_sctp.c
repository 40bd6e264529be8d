// SPDX-License-Identifier: GPL-2.0-only
/*
 * SCTP: calls with several addresses, which are each judged by themselves, and sockets that
 * come out of others.
 */
#include <linux/in.h>
#include <linux/in6.h>
#include <uapi/linux/sctp.h>

#include "address.h"
#include "hooks.h"
#include "net.h"

static int judge_address(u16 event, const struct socket *sock, const struct sockaddr *name,
			 int len)
{
	struct evf_address address;

	evf_address_named(&address, sock->sk, name, len,
			  event == EVF_EV_socket_bind ? EVF_USE_BIND : EVF_USE_CONNECT);
	return evf_judge_socket(event, sock, &address, 0);
}

/* One after the other, each as long as its family's */
static int judge_list(u16 event, const struct socket *sock, const struct sockaddr *names, int len)
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
		error = judge_address(event, sock, name, size);
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
	const struct socket *sock = sk->sk_socket;
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
	if (!sock || likely(!evf_is_socket_judged(event, sock)))
		return 0;
	return judge_list(event, sock, names, len);
}

static bool is_peer_address(const struct cmsghdr *cmsg)
{
	return cmsg->cmsg_level == SOL_SCTP &&
	       (cmsg->cmsg_type == SCTP_DSTADDRV4 || cmsg->cmsg_type == SCTP_DSTADDRV6);
}

/*
 * The first message to a peer may name further addresses of it, which no hook is asked
 * about. They are where it connects to, and nobody knows to which of them.
 */
int evf_judge_message_peers(const struct socket *sock, const struct msghdr *msg)
{
	/* The iteration doesn't write, but isn't declared so */
	struct msghdr *headers = (struct msghdr *)msg;
	const struct evf_address unknown = { };
	struct cmsghdr *cmsg;

	if (likely(!evf_is_socket_judged(EVF_EV_socket_connect, sock)) ||
	    sock->sk->sk_protocol != IPPROTO_SCTP)
		return 0;
	for_each_cmsghdr(cmsg, headers) {
		if (!CMSG_OK(headers, cmsg) || is_peer_address(cmsg))
			return evf_judge_socket(EVF_EV_socket_connect, sock, &unknown, 0);
	}
	return 0;
}

/*
 * Peeling an association off is accepting it. The new socket has no description yet that
 * could have the filters of this one, so what has some isn't peeled.
 */
int evf_judge_peeling(const struct socket *sock, int optname)
{
	struct evf_address address;

	if (optname != SCTP_SOCKOPT_PEELOFF && optname != SCTP_SOCKOPT_PEELOFF_FLAGS)
		return 0;
	if (evf_is_any_attached() && evf_has_attached(evf_socket_file(sock)))
		return -EPERM;
	if (!evf_is_socket_judged(EVF_EV_socket_accept, sock))
		return 0;
	evf_address_of_self(&address, sock->sk);
	return evf_judge_socket(EVF_EV_socket_accept, sock, &address, 0);
}

static struct security_hook_list sctp_hooks[] __lsm_ro_after_init = {
	LSM_HOOK_INIT(sctp_bind_connect, hook_sctp_bind_connect),
};

void __init evf_add_sctp_hooks(void)
{
	security_add_hooks(sctp_hooks, ARRAY_SIZE(sctp_hooks), EVF_LSM_NAME);
}
