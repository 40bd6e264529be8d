/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Raising the events of sockets.
 */
#ifndef _EVF_NET_H
#define _EVF_NET_H

#include <linux/net.h>
#include <linux/socket.h>
#include <net/sock.h>

#include "attach.h"
#include "query.h"

/**
 * evf_is_task_socket() - is it a task's own socket?
 * @sock: any socket
 *
 * What the kernel does with sockets of its own is no task's doing, unless it gave one to a
 * task in place of another: SMC does so where it falls back to TCP.
 *
 * Return: true if it is; false also for one that is being closed.
 */
static inline bool evf_is_task_socket(const struct socket *sock)
{
	if (!sock->sk)
		return false;
	if (likely(!sock->sk->sk_kern_sock))
		return true;
	return sock->file && file_inode(sock->file) != SOCK_INODE((struct socket *)sock);
}

/**
 * evf_socket_file() - the description of a socket
 * @sock: or NULL
 *
 * Return: the description, on which no reference is taken; NULL for a socket that has none (yet).
 */
static inline const struct file *evf_socket_file(const struct socket *sock)
{
	return sock ? READ_ONCE(sock->file) : NULL;
}

/**
 * evf_is_socket_judged() - is anybody asked about an event?
 * @event: of group socket
 * @sock: the socket
 *
 * The subject's layers, or what is attached to some description.
 *
 * Return: true if somebody is, and it's a task's own socket.
 */
static inline bool evf_is_socket_judged(u16 event, const struct socket *sock)
{
	if (likely(!evf_domain_for(event)) && !evf_is_any_attached())
		return false;
	return evf_is_task_socket(sock);
}

/**
 * evf_is_socket_use() - is it an event of a description that is a socket?
 * @event: any event's id
 *
 * Return: true for all of group socket but socket_create.
 */
bool evf_is_socket_use(u16 event);

/**
 * evf_judge_socket() - raise an event of group socket
 * @event: one that evf_is_socket_use(), and is none of unix sockets alone
 * @sock: the socket, for which evf_is_socket_judged()
 * @address: the endpoint that it's about
 * @manner: EVF_SILENT or 0
 *
 * Judged by the subject's layers, and then by what is attached to the description.
 *
 * Return: 0 or a negative errno.
 */
int evf_judge_socket(u16 event, const struct socket *sock, const struct evf_address *address,
		     u8 manner);

/**
 * evf_judge_send() - raise socket_send, and unix_send where no hook of its own does
 * @sock: the socket
 * @msg: the kernel's copy, or NULL for data that comes by sendfile(2) or splice(2)
 *
 * Judged by the subject's layers, and then by what is attached to the description.
 *
 * Context: may sleep.
 *
 * Return: 0 or a negative errno.
 */
int evf_judge_send(struct socket *sock, const struct msghdr *msg);

/**
 * evf_judge_recv() - raise socket_recv
 * @sock: the socket
 *
 * Return: 0 or a negative errno.
 */
int evf_judge_recv(const struct socket *sock);

/**
 * evf_judge_unix_peer() - raise unix_send for a socket that is connected
 * @sk: a unix socket
 * @manner: EVF_SILENT or 0
 *
 * Return: 0 or a negative errno.
 */
int evf_judge_unix_peer(struct sock *sk, u8 manner);

/**
 * evf_judge_message_peers() - raise socket_connect for addresses in control messages of SCTP
 * @sock: a socket of whatever protocol
 * @msg: the kernel's copy
 *
 * Return: 0 or a negative errno.
 */
int evf_judge_message_peers(const struct socket *sock, const struct msghdr *msg);

/**
 * evf_judge_peeling() - raise socket_accept for what getsockopt(2) peels off
 * @sock: a socket of SCTP
 * @optname: the option, whichever it is
 *
 * Return: 0 or a negative errno; -EPERM if filters are attached to the description.
 */
int evf_judge_peeling(const struct socket *sock, int optname);

/**
 * evf_check_socket() - would a use of a socket be let through?
 * @sock: the socket
 * @event: one that evf_is_socket_use()
 * @name: the address of a struct sockaddr_storage in user memory: of socket_bind and
 *	socket_connect, and of socket_send if it isn't for the peer; else NULL
 *
 * Return: 0 if it would, the negative errno of the refusal, or
 *	-EFAULT: @name,
 *	-EINVAL: an address where there's none or none where there's one; unix_connect,
 *		which depends on whom a path leads to.
 */
int evf_check_socket(struct socket *sock, u16 event, const void __user *name);

#endif /* _EVF_NET_H */
