/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * All domains, for the administrator's listing.
 */
#ifndef _EVF_DOMAIN_LIST_H
#define _EVF_DOMAIN_LIST_H

#include <linux/fs.h>
#include <linux/list.h>
#include <linux/mutex.h>

/* Oldest first; struct evf_domain by @all, under the lock */
extern struct list_head evf_domains;
extern struct mutex evf_domains_lock;

extern const struct file_operations evf_domains_fops;

#endif /* _EVF_DOMAIN_LIST_H */
