// SPDX-License-Identifier: GPL-2.0-only
/*
 * Accounts of users who have label spaces. All of it is rare: one lock.
 */
#include <linux/err.h>
#include <linux/eventfilter.h>
#include <linux/hashtable.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "user.h"

/**
 * struct evf_user - an account
 * @node: in @users, by @uid
 * @uid: the user, in the initial namespace
 * @usage: label spaces
 * @charged: what they cost
 */
struct evf_user {
	struct hlist_node node;
	kuid_t uid;
	u32 usage;
	u32 charged[EVF_NR_CHARGES];
};

static const u32 limits[EVF_NR_CHARGES] = {
	[EVF_CHARGE_SPACES] = EVF_MAX_USER_SPACES,
	[EVF_CHARGE_NAMES] = EVF_MAX_USER_NAMES,
	[EVF_CHARGE_INODES] = EVF_MAX_USER_INODES,
};

/* Protects @users and all that is in it */
static DEFINE_SPINLOCK(lock);
static DEFINE_HASHTABLE(users, 6);

static struct evf_user *find(kuid_t uid)
{
	struct evf_user *user;

	hash_for_each_possible(users, user, node, __kuid_val(uid)) {
		if (uid_eq(user->uid, uid))
			return user;
	}
	return NULL;
}

struct evf_user *evf_user_get(kuid_t uid)
{
	struct evf_user *fresh = kzalloc(sizeof(*fresh), GFP_KERNEL_ACCOUNT), *user;

	if (!fresh)
		return ERR_PTR(-ENOMEM);
	spin_lock(&lock);
	user = find(uid);
	if (!user) {
		user = fresh;
		user->uid = uid;
		hash_add(users, &user->node, __kuid_val(uid));
		fresh = NULL;
	}
	user->usage++;
	spin_unlock(&lock);
	kfree(fresh);
	return user;
}

void evf_user_put(struct evf_user *user)
{
	spin_lock(&lock);
	if (--user->usage)
		user = NULL;
	else
		hash_del(&user->node);
	spin_unlock(&lock);
	kfree(user);
}

int evf_user_charge(struct evf_user *user, enum evf_charge what)
{
	int error = -EDQUOT;

	spin_lock(&lock);
	if (user->charged[what] < limits[what]) {
		user->charged[what]++;
		error = 0;
	}
	spin_unlock(&lock);
	return error;
}

void evf_user_uncharge(struct evf_user *user, enum evf_charge what)
{
	spin_lock(&lock);
	user->charged[what]--;
	spin_unlock(&lock);
}
