// SPDX-License-Identifier: GPL-2.0-only
/*
 * Label spaces: their life.
 */
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/random.h>
#include <linux/slab.h>

#include "assign.h"
#include "label_set.h"
#include "mark.h"
#include "memo.h"
#include "space.h"
#include "transition.h"
#include "space_text.h"
#include "stats.h"
#include "user.h"

static void destroy_tables(struct evf_space *space)
{
	evf_table_destroy(&space->marks);
	evf_table_destroy(&space->literals);
	evf_table_destroy(&space->fs_types);
	evf_table_destroy(&space->sets);
	evf_table_destroy(&space->names);
	evf_table_destroy(&space->endpoints.table);
	kfree(space->memos);
}

static int init_tables(struct evf_space *space)
{
	space->memos = kcalloc(EVF_SPACE_MEMOS, sizeof(*space->memos), GFP_KERNEL_ACCOUNT);
	if (!space->memos)
		return -ENOMEM;
	if (evf_table_init(&space->marks) || evf_table_init(&space->literals) ||
	    evf_table_init(&space->fs_types) || evf_table_init(&space->sets) ||
	    evf_table_init(&space->names) || evf_table_init(&space->endpoints.table))
		return -ENOMEM;
	return 0;
}

/* The first name of all, so its id is known */
static int create_anonymous(struct evf_space *space)
{
	static const char line[] = "label anonymous";
	static const u16 id = EVF_ID_ANONYMOUS;
	int error = evf_text_write(space, line, strlen(line));

	if (error)
		return error;
	mutex_lock(&space->lock);
	space->anonymous = evf_set_get(space, &id, 1);
	mutex_unlock(&space->lock);
	return PTR_ERR_OR_ZERO(space->anonymous);
}

/* Nobody can look at it any more, but an unmount may wait for the inodes that it pins */
static void release_space(struct work_struct *work)
{
	struct evf_space *space = container_of(work, struct evf_space, release);
	struct evf_mark *doomed = NULL;

	mutex_lock(&space->lock);
	evf_space_forget(space, &doomed);
	evf_set_put(space->anonymous);
	mutex_unlock(&space->lock);
	evf_marks_dispose(doomed);
	evf_transitions_free(space);
	evf_names_free(space);
	evf_membership_free(space->membership);
	destroy_tables(space);
	evf_user_put(space->user);
	mutex_destroy(&space->lock);
	evf_uncount(spaces);
	kfree(space);
}

/* The hints of inodes have as many bits as a long; spaces beyond share them */
static unsigned long next_hint(void)
{
	static atomic_t nr_spaces = ATOMIC_INIT(-1);

	return BIT((u32)atomic_inc_return(&nr_spaces) % BITS_PER_LONG);
}

static void init_space(struct evf_space *space)
{
	refcount_set(&space->usage, 1);
	space->generation = 1;
	space->components = 1;
	space->hint = next_hint();
	space->salt = get_random_long();
	mutex_init(&space->lock);
	INIT_LIST_HEAD(&space->staged);
	INIT_LIST_HEAD(&space->assignments);
	INIT_LIST_HEAD(&space->set_list);
	init_waitqueue_head(&space->wait);
	INIT_WORK(&space->release, release_space);
}

static int charge_user(struct evf_space *space)
{
	struct evf_user *user = evf_user_get(current_euid());
	int error;

	if (IS_ERR(user))
		return PTR_ERR(user);
	error = evf_user_charge(user, EVF_CHARGE_SPACES);
	if (error)
		evf_user_put(user);
	else
		space->user = user;
	return error;
}

struct evf_space *evf_space_create(void)
{
	struct evf_space *space = kzalloc(sizeof(*space), GFP_KERNEL_ACCOUNT);
	int error;

	if (!space)
		return ERR_PTR(-ENOMEM);
	init_space(space);
	error = charge_user(space);
	if (error) {
		kfree(space);
		return ERR_PTR(error);
	}
	if (init_tables(space) || create_anonymous(space)) {
		evf_names_free(space);
		destroy_tables(space);
		evf_user_uncharge(space->user, EVF_CHARGE_SPACES);
		evf_user_put(space->user);
		kfree(space);
		return ERR_PTR(-ENOMEM);
	}
	evf_count(spaces);
	return space;
}

u32 evf_space_next_generation(const struct evf_space *space)
{
	return space->generation + 1 ?: 1;
}

struct evf_space *evf_space_get(struct evf_space *space)
{
	refcount_inc(&space->usage);
	return space;
}

void evf_space_put(struct evf_space *space)
{
	if (!space || !refcount_dec_and_test(&space->usage))
		return;
	/* Now: who makes one after the other shouldn't wait for the worker */
	evf_user_uncharge(space->user, EVF_CHARGE_SPACES);
	/* A worker, because putting inodes needs locks that the caller may hold */
	queue_work(system_unbound_wq, &space->release);
}

