/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Raising the events of sockets.
 */
#ifndef _EVF_NET_H
#define _EVF_NET_H

#include <linux/net.h>
#include <linux/socket.h>
#include <net/sock.h>

#include "decide.h"

/* A task's own socket; what the kernel does with sockets of its own is no task's doing */
static inline bool evf_is_task_socket(const struct socket *sock)
{
	return sock->sk && !sock->sk->sk_kern_sock;
}

/**
 * evf_judge_send() - raise socket_send, and unix_send where no hook of its own does
 * @domain: the subject's
 * @sock: the socket
 * @msg: the kernel's copy, or NULL for data that comes by sendfile(2) or splice(2)
 *
 * Context: may sleep.
 *
 * Return: 0 or a negative errno.
 */
int evf_judge_send(const struct evf_domain *domain, struct socket *sock,
		   const struct msghdr *msg);

/**
 * evf_judge_recv() - raise socket_recv
 * @domain: the subject's
 * @sock: the socket
 *
 * Return: 0 or a negative errno.
 */
int evf_judge_recv(const struct evf_domain *domain, const struct socket *sock);

/**
 * evf_judge_unix_stream() - raise unix_send for a socket that is connected
 * @domain: the subject's
 * @sk: a unix socket of type stream or seqpacket
 *
 * Return: 0 or a negative errno.
 */
int evf_judge_unix_stream(const struct evf_domain *domain, struct sock *sk);

#endif /* _EVF_NET_H */
