/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _EVF_CHECK_H
#define _EVF_CHECK_H

#include <linux/types.h>

/**
 * evf_check() - EVF_CHECK
 * @fd: a descriptor
 * @name: the event's name, in user memory
 * @cmd: the event's cmd; for file_map its prot; the user address of a struct
 *	sockaddr_storage for socket_bind, socket_connect and, if it isn't for the peer,
 *	socket_send; else 0
 *
 * Return: 0 if the use would be let through, the negative errno of the refusal, or
 *	-EBADF: @fd isn't open, or O_PATH,
 *	-EFAULT,
 *	-EINVAL: not an event of a descriptor, or a cmd that it doesn't have,
 *	-ENOTSOCK: an event of sockets, and @fd is none.
 */
int evf_check(int fd, const char __user *name, unsigned long cmd);

#endif /* _EVF_CHECK_H */
