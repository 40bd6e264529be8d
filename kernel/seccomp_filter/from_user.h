/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What calls take from userspace besides numbers.
 */
#ifndef _EVF_FROM_USER_H
#define _EVF_FROM_USER_H

#include <linux/types.h>

/**
 * evf_copy_struct() - a struct that may grow, whose first member is its size, a u32
 * @to: receives it, with zeros behind what the caller has; its size, too, may be another one
 *	than what is returned, if the caller changes it meanwhile
 * @size: of the kernel's struct
 * @from: user address
 * @least: bytes that its first version had
 *
 * Return: how many bytes the caller's has, or -EFAULT; -EINVAL: fewer than @least; -E2BIG: more
 * than a page, or something but zeros in what the kernel doesn't know.
 */
int evf_copy_struct(void *to, size_t size, const void __user *from, u32 least);

/**
 * evf_copy_text() - text that is written to a descriptor
 * @from: user address
 * @len: its bytes, at least 1
 *
 * Context: may sleep.
 *
 * Return: the text, not terminated, for kvfree(); or ERR_PTR: -E2BIG: over EVF_MAX_TEXT; -ENOMEM;
 * -EFAULT.
 */
char *evf_copy_text(const char __user *from, size_t len);

#endif /* _EVF_FROM_USER_H */
