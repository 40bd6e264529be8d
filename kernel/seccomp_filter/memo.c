// SPDX-License-Identifier: GPL-2.0-only
/*
 * Verdicts that are remembered: who writes them down, and who makes them void.
 */
#include <linux/atomic.h>
#include <linux/fs.h>

#include "hooks.h"
#include "mark.h"
#include "memo.h"
#include "task_label.h"

/* A rename, which has two names, would outdate at once what was kept of it */
bool evf_memo_is_about(const struct evf_event *event)
{
	switch (event->id) {
	case EVF_EV_file_open:
	case EVF_EV_file_exec:
	case EVF_EV_file_create:
	case EVF_EV_file_unlink:
	case EVF_EV_file_stat:
	case EVF_EV_file_readlink:
	case EVF_EV_file_truncate:
		return true;
	}
	return false;
}

u64 evf_memo_chain(const struct evf_chain *chain)
{
	static atomic64_t last = ATOMIC64_INIT(0);

	if (!chain->program || !chain->label_slots || chain->slots != chain->label_slots)
		return 0;
	return atomic64_inc_return(&last);
}

/* The number of this attachment of an inode to a name, from now on if it has none */
static u64 place_of(struct inode *dir)
{
	static atomic64_t last = ATOMIC64_INIT(0);
	struct evf_inode *blob = evf_inode(dir);
	u64 place = READ_ONCE(blob->place);
	u64 fresh;

	if (place)
		return place;
	fresh = atomic64_inc_return(&last);
	return cmpxchg64(&blob->place, 0, fresh) ?: fresh;
}

static bool has_names(const struct evf_space *space, const struct inode *dir)
{
	const struct evf_mark *mark;

	if (!(READ_ONCE(evf_inode(dir)->hint) & space->hint))
		return false;
	mark = evf_mark_find(space, dir);
	return mark && (evf_mark_has_patterns(mark) || READ_ONCE(mark->nr_deep));
}

/* Is nothing in the directory known by its own name? */
static bool is_alike(const struct evf_space *space, const struct inode *dir,
		     const struct inode *self)
{
	/* Its objects have labels of their tasks; nobody sees what is private attached */
	if (evf_is_proc(dir->i_sb) || IS_PRIVATE(dir))
		return false;
	if (evf_space_components(space) > 1 || has_names(space, dir))
		return false;
	return !self || !(READ_ONCE(evf_inode(self)->hint) & space->hint);
}

void evf_memo_keep(const struct evf_chain *chain, const struct evf_memo_time *time,
		   const struct inode *self, const struct dentry *name)
{
	const struct dentry *dir = READ_ONCE(name->d_parent);
	struct inode *inode = READ_ONCE(dir->d_inode);
	struct evf_memo *memo;
	u64 place;
	u32 seq;

	if (dir == name || !inode || !is_alike(chain->space, inode, self))
		return;
	place = place_of(inode);
	memo = evf_memo_slot(chain, place);
	seq = READ_ONCE(memo->seq);
	/* Somebody else is at it; it isn't worth waiting */
	if (seq & 1 || cmpxchg(&memo->seq, seq, seq + 1) != seq)
		return;
	WRITE_ONCE(memo->when, (u32)jiffies);
	WRITE_ONCE(memo->renames, time->renames);
	WRITE_ONCE(memo->generation, time->generation);
	WRITE_ONCE(memo->chain, chain->memo);
	WRITE_ONCE(memo->place, place);
	WRITE_ONCE(memo->dir, dir);
	/* Pairs with evf_memo_says(): what is complete has an even number */
	smp_store_release(&memo->seq, seq + 2);
}

/*
 * Before an inode gets a name. What was kept of a directory says which dentry it had; that
 * one may be gone by now, and another be where it was.
 */
static void hook_d_instantiate(struct dentry *dentry, struct inode *inode)
{
	if (inode && unlikely(READ_ONCE(evf_inode(inode)->place)))
		WRITE_ONCE(evf_inode(inode)->place, 0);
}

static struct security_hook_list memo_hooks[] __lsm_ro_after_init = {
	LSM_HOOK_INIT(d_instantiate, hook_d_instantiate),
};

void __init evf_add_memo_hooks(void)
{
	security_add_hooks(memo_hooks, ARRAY_SIZE(memo_hooks), EVF_LSM_NAME);
}
