// SPDX-License-Identifier: GPL-2.0-only
/*
 * Marks: inodes that a label space knows. A mark pins its inode, so that the identity
 * that was labelled stays; what unmounts the file system takes the marks away.
 */
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/wait_bit.h>

#include "assign.h"
#include "mark.h"
#include "space.h"
#include "space_query.h"
#include "user.h"

struct evf_mark *evf_mark_find(const struct evf_space *space, const struct inode *inode)
{
	struct evf_buckets *buckets = rcu_dereference_check(space->marks.buckets,
							    lockdep_is_held(&space->lock));
	u32 hash = evf_inode_hash(inode);
	struct evf_link *link;

	for (link = evf_table_first(buckets, hash); link; link = evf_table_next(buckets, link)) {
		struct evf_mark *mark = container_of(link, struct evf_mark, link);

		if (mark->inode == inode)
			return mark;
	}
	return NULL;
}

static void hint_add(struct evf_mark *mark)
{
	struct evf_inode *blob = evf_inode(mark->inode);

	spin_lock(&mark->inode->i_lock);
	rcu_assign_pointer(blob->only, blob->nr++ ? NULL : mark);
	WRITE_ONCE(blob->hint, blob->hint | mark->space->hint);
	spin_unlock(&mark->inode->i_lock);
}

/* Spaces share bits, so a bit can only be taken back when no mark is left */
static void hint_drop(struct evf_mark *mark)
{
	struct evf_inode *blob = evf_inode(mark->inode);

	spin_lock(&mark->inode->i_lock);
	RCU_INIT_POINTER(blob->only, NULL);
	if (!--blob->nr)
		WRITE_ONCE(blob->hint, 0);
	spin_unlock(&mark->inode->i_lock);
}

struct evf_mark *evf_mark_create(struct evf_space *space, struct inode *inode)
{
	struct evf_sb *sb = evf_sb(inode->i_sb);
	struct evf_mark *mark;

	if (evf_table_reserve(&space->marks, 1))
		return ERR_PTR(-ENOMEM);
	mark = kzalloc(sizeof(*mark), GFP_KERNEL_ACCOUNT);
	if (!mark)
		return ERR_PTR(-ENOMEM);
	if (evf_user_charge(space->user, EVF_CHARGE_INODES)) {
		kfree(mark);
		return ERR_PTR(-EDQUOT);
	}
	ihold(inode);
	atomic_long_inc(&sb->pins);
	mark->inode = inode;
	mark->space = space;
	evf_assignment_init(&mark->own, space, &evf_own_ops);
	INIT_LIST_HEAD(&mark->patterns);
	INIT_LIST_HEAD(&mark->globs);
	INIT_LIST_HEAD(&mark->deep);
	evf_table_insert(&space->marks, &mark->link, evf_inode_hash(inode));
	spin_lock(&sb->lock);
	list_add_tail(&mark->pinned, &sb->marks);
	spin_unlock(&sb->lock);
	/* Last: whoever sees the hint finds the mark */
	hint_add(mark);
	return mark;
}

void evf_mark_unlink(struct evf_mark *mark, struct evf_mark **doomed)
{
	struct evf_sb *sb = evf_sb(mark->inode->i_sb);

	hint_drop(mark);
	evf_user_uncharge(mark->space->user, EVF_CHARGE_INODES);
	evf_table_remove(&mark->space->marks, &mark->link);
	spin_lock(&sb->lock);
	list_del(&mark->pinned);
	spin_unlock(&sb->lock);
	mark->doomed = *doomed;
	*doomed = mark;
}

void evf_marks_dispose(struct evf_mark *doomed)
{
	while (doomed) {
		struct evf_mark *mark = doomed;
		struct evf_sb *sb = evf_sb(mark->inode->i_sb);

		doomed = mark->doomed;
		iput(mark->inode);
		/* From here on, the superblock may be gone: only its address is used */
		if (atomic_long_dec_and_test(&sb->pins))
			wake_up_var(&sb->pins);
		kfree_rcu(mark, rcu);
		cond_resched();
	}
}

static int hook_sb_alloc_security(struct super_block *sb)
{
	struct evf_sb *blob = evf_sb(sb);

	spin_lock_init(&blob->lock);
	INIT_LIST_HEAD(&blob->marks);
	return 0;
}

/*
 * A space that has marks here. One whose last reference is gone is skipped: its worker
 * is about to drop them.
 */
static struct evf_space *first_space(struct evf_sb *sb)
{
	struct evf_space *space = NULL;
	struct evf_mark *mark;

	spin_lock(&sb->lock);
	list_for_each_entry(mark, &sb->marks, pinned) {
		if (refcount_inc_not_zero(&mark->space->usage)) {
			space = mark->space;
			break;
		}
	}
	spin_unlock(&sb->lock);
	return space;
}

static void forget_space(struct evf_sb *sb, struct evf_space *space, dev_t sb_dev)
{
	struct evf_mark *mark, *next, *doomed = NULL;
	LIST_HEAD(mine);

	mutex_lock(&space->lock);
	spin_lock(&sb->lock);
	list_for_each_entry_safe(mark, next, &sb->marks, pinned)
		if (mark->space == space)
			list_move(&mark->pinned, &mine);
	spin_unlock(&sb->lock);
	list_for_each_entry_safe(mark, next, &mine, pinned)
		evf_mark_forget(mark, &doomed);
	evf_space_tell_unmount(space, sb_dev);
	mutex_unlock(&space->lock);
	evf_marks_dispose(doomed);
}

/*
 * The last moment of an unmount at which inodes may still be held. Nobody can look at the
 * file system any more, so nobody can add marks.
 */
static void hook_sb_delete(struct super_block *sb)
{
	struct evf_sb *blob = evf_sb(sb);
	struct evf_space *space;

	while ((space = first_space(blob))) {
		forget_space(blob, space, sb->s_dev);
		evf_space_put(space);
	}
	/* Somebody else may be between taking a mark out and putting its inode */
	wait_var_event(&blob->pins, !atomic_long_read(&blob->pins));
}

static struct security_hook_list space_hooks[] __lsm_ro_after_init = {
	LSM_HOOK_INIT(sb_alloc_security, hook_sb_alloc_security),
	LSM_HOOK_INIT(sb_delete, hook_sb_delete),
};

void __init evf_add_space_hooks(void)
{
	security_add_hooks(space_hooks, ARRAY_SIZE(space_hooks), EVF_LSM_NAME);
}
