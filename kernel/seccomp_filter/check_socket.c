// SPDX-License-Identifier: GPL-2.0-only
/*
 * EVF_CHECK of the events of sockets.
 */
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/uaccess.h>

#include "address.h"
#include "net.h"

/* As long as its family's: shorter ones are unknown to the calls themselves, too */
static int length_of(const struct sockaddr_storage *name)
{
	switch (name->ss_family) {
	case AF_INET:
		return sizeof(struct sockaddr_in);
	case AF_INET6:
		return sizeof(struct sockaddr_in6);
	}
	return sizeof(*name);
}

static int check_send(struct socket *sock, struct sockaddr_storage *name)
{
	struct msghdr msg = { };
	struct evf_address address;

	if (name) {
		msg.msg_name = name;
		msg.msg_namelen = length_of(name);
	}
	evf_address_of_message(&address, sock->sk, &msg);
	return evf_judge_socket(EVF_EV_socket_send, sock, &address, EVF_SILENT);
}

static int check_named(u16 event, struct socket *sock, struct sockaddr_storage *name)
{
	struct evf_address address;

	evf_address_named(&address, sock->sk, (struct sockaddr *)name, length_of(name),
			  event == EVF_EV_socket_bind ? EVF_USE_BIND : EVF_USE_CONNECT);
	return evf_judge_socket(event, sock, &address, EVF_SILENT);
}

static int check_unnamed(u16 event, struct socket *sock)
{
	struct evf_address address;

	if (event == EVF_EV_socket_recv)
		evf_address_of_peer(&address, sock->sk);
	else
		evf_address_of_self(&address, sock->sk);
	return evf_judge_socket(event, sock, &address, EVF_SILENT);
}

static int check(struct socket *sock, u16 event, struct sockaddr_storage *name)
{
	switch (event) {
	case EVF_EV_socket_bind:
	case EVF_EV_socket_connect:
		return check_named(event, sock, name);
	case EVF_EV_socket_send:
		return check_send(sock, name);
	case EVF_EV_unix_send:
		return sock->sk->sk_family == AF_UNIX ?
		       evf_judge_unix_peer(sock->sk, EVF_SILENT) : 0;
	}
	return check_unnamed(event, sock);
}

/* May, or must, there be an address? */
static bool is_well_formed(u16 event, const void __user *name)
{
	switch (event) {
	case EVF_EV_socket_bind:
	case EVF_EV_socket_connect:
		return name;
	case EVF_EV_socket_send:
		return true;
	case EVF_EV_unix_connect:
		return false;
	}
	return !name;
}

int evf_check_socket(struct socket *sock, u16 event, const void __user *name)
{
	struct sockaddr_storage copy;

	if (!is_well_formed(event, name))
		return -EINVAL;
	if (name && copy_from_user(&copy, name, sizeof(copy)))
		return -EFAULT;
	if (!evf_is_socket_judged(event, sock))
		return 0;
	return check(sock, event, name ? &copy : NULL);
}
