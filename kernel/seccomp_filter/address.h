/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which endpoint a call on a socket is about, taken from the kernel's own copies.
 */
#ifndef _EVF_ADDRESS_H
#define _EVF_ADDRESS_H

#include <linux/net.h>
#include <linux/socket.h>
#include "labels.h"

/* What an address is going to be used for */
enum evf_address_use {
	EVF_USE_BIND,
	EVF_USE_CONNECT,
	EVF_USE_SEND,
	EVF_USE_SEND_FROM,	/* from an address that the message may choose */
};

/**
 * evf_address_named() - the endpoint that an address names
 * @address: receives it
 * @sk: decides how the bytes are taken
 * @name: the kernel's copy
 * @len: its bytes
 * @use: what for
 */
void evf_address_named(struct evf_address *address, const struct sock *sk,
		       const struct sockaddr *name, int len, enum evf_address_use use);

/**
 * evf_address_of_peer() - the endpoint that the socket is connected to
 * @address: receives it; unknown before there is one, and for sockets with several or none
 * @sk: of any family; needn't be locked
 */
void evf_address_of_peer(struct evf_address *address, const struct sock *sk);

/**
 * evf_address_of_self() - the endpoint that the socket is bound to
 * @address: receives it; unknown before the socket is bound
 * @sk: of any family; needn't be locked
 */
void evf_address_of_self(struct evf_address *address, const struct sock *sk);

/**
 * evf_address_of_message() - the endpoint that a message is for
 * @address: receives it
 * @sk: the socket
 * @msg: the kernel's copy, or NULL for more of what goes to the peer
 *
 * Unknown if the message, or the socket, chooses a way of its own.
 */
void evf_address_of_message(struct evf_address *address, const struct sock *sk,
			    const struct msghdr *msg);

#endif /* _EVF_ADDRESS_H */
