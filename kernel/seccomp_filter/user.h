/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What label spaces cost, by the user who made them. Memory is charged to memory cgroups;
 * this is for what isn't memory of the user's own: inodes that stay because he pins them,
 * and what others wait for.
 */
#ifndef _EVF_USER_H
#define _EVF_USER_H

#include <linux/types.h>
#include <linux/uidgid.h>

/* What is counted */
enum evf_charge {
	EVF_CHARGE_SPACES,
	EVF_CHARGE_NAMES,
	EVF_CHARGE_INODES,
	EVF_NR_CHARGES
};

struct evf_user;

/**
 * evf_user_get() - the account of a user
 * @uid: the user
 *
 * Return: a reference, or ERR_PTR(-ENOMEM).
 */
struct evf_user *evf_user_get(kuid_t uid);

/**
 * evf_user_put() - drop a reference of evf_user_get()
 * @user: not NULL
 *
 * Context: process context.
 */
void evf_user_put(struct evf_user *user);

/**
 * evf_user_charge() - count something
 * @user: who made the space
 * @what: of which kind
 *
 * Return: 0 or -EDQUOT: EVF_MAX_USER_SPACES, EVF_MAX_USER_NAMES, EVF_MAX_USER_INODES.
 */
int evf_user_charge(struct evf_user *user, enum evf_charge what);

/**
 * evf_user_uncharge() - what was counted is gone
 * @user: who made the space
 * @what: of which kind
 *
 * Context: process context.
 */
void evf_user_uncharge(struct evf_user *user, enum evf_charge what);

#endif /* _EVF_USER_H */
