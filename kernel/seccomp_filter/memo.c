// SPDX-License-Identifier: GPL-2.0-only
/*
 * Verdicts that are remembered: who writes them down, and who makes them void.
 */
#include <linux/atomic.h>
#include <linux/fs.h>

#include "hooks.h"
#include "mark.h"
#include "memo.h"
#include "query.h"
#include "task_label.h"

/* Are the labels of this event those of one name and of its directory? */
static bool is_of_one_name(u16 event)
{
	switch (event) {
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

/* Those that hooks_net.c fills in: nothing but these fields is in them, and who asks */
static bool is_of_endpoint(u16 event)
{
	switch (event) {
	case EVF_EV_socket_bind:
	case EVF_EV_socket_connect:
	case EVF_EV_socket_listen:
	case EVF_EV_socket_accept:
	case EVF_EV_socket_send:
	case EVF_EV_socket_recv:
		return true;
	}
	return false;
}

#define TWO_LABELS	(BIT(EVF_SLOT_file_rename_label) | BIT(EVF_SLOT_file_rename_new_label))

void evf_memo_number_again(struct evf_chain *chain, u8 kind)
{
	static atomic64_t last = ATOMIC64_INIT(0);

	if (!chain->program || !chain->label_slots)
		return;
	chain->kind = kind;
	chain->memo = atomic64_inc_return(&last);
}

void evf_memo_number(struct evf_chain *chain, const struct evf_event *event)
{
	if (is_of_endpoint(event->id) && !chain->id_slots)
		evf_memo_number_again(chain, EVF_MEMO_ENDPOINT);
	if (chain->slots != chain->label_slots)
		return;
	if (is_of_one_name(event->id))
		evf_memo_number_again(chain, EVF_MEMO_PLACE);
	else if (event->id == EVF_EV_file_rename && !(chain->slots & ~TWO_LABELS))
		evf_memo_number_again(chain, EVF_MEMO_LABELS);
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

static void keep(struct evf_memo *memo, const struct evf_chain *chain, u32 generation,
		 const struct evf_memo_key *key)
{
	const u32 seq = READ_ONCE(memo->seq);

	/* Somebody else is at it; it isn't worth waiting */
	if (seq & 1 || cmpxchg(&memo->seq, seq, seq + 1) != seq)
		return;
	WRITE_ONCE(memo->when, (u32)jiffies);
	WRITE_ONCE(memo->generation, generation);
	WRITE_ONCE(memo->number, key->number);
	WRITE_ONCE(memo->chain, chain->memo);
	WRITE_ONCE(memo->what[0], key->what[0]);
	WRITE_ONCE(memo->what[1], key->what[1]);
	/* Pairs with evf_memo_says(): what is complete has an even number */
	smp_store_release(&memo->seq, seq + 2);
}

void evf_memo_keep_place(const struct evf_chain *chain, const struct evf_memo_time *time,
			 const struct inode *self, const struct dentry *name)
{
	const struct dentry *dir = READ_ONCE(name->d_parent);
	struct inode *inode = READ_ONCE(dir->d_inode);
	struct evf_memo_key key = { .number = time->renames };

	if (dir == name || !inode || !is_alike(chain->space, inode, self))
		return;
	key.what[0] = place_of(inode);
	key.what[1] = (u64)dir;
	keep(evf_memo_slot(chain, key.what[0]), chain, time->generation, &key);
}

/*
 * The labels' addresses stand for what is in them: what a generation's lookups find stays where it
 * is, and as it is, for as long as that generation is in force.
 */
static const struct evf_labels *label_read(const struct evf_chain *chain,
					   const struct evf_query *query, u8 slot)
{
	return chain->label_slots & BIT(slot) ? query->record.v[slot].labels : NULL;
}

static void keep_labels(const struct evf_chain *chain, const struct evf_memo_time *time,
			const struct evf_query *query)
{
	const struct evf_memo_key key = {
		.what = {
			(u64)label_read(chain, query, EVF_SLOT_file_rename_label),
			(u64)label_read(chain, query, EVF_SLOT_file_rename_new_label),
		},
	};

	keep(evf_memo_of_labels(chain, &key), chain, time->generation, &key);
}

static void keep_endpoint(const struct evf_chain *chain, const struct evf_memo_time *time,
			  const struct evf_query *query)
{
	const union evf_value *v = query->record.v;
	struct evf_memo_key key;

	if (query->address &&
	    evf_memo_of_socket(&key, v[EVF_SLOT_socket_connect_family].num,
			       v[EVF_SLOT_socket_connect_type].num,
			       v[EVF_SLOT_socket_connect_protocol].num, query->address))
		keep(evf_memo_of_endpoint(chain, &key), chain, time->generation, &key);
}

void evf_memo_keep(const struct evf_chain *chain, const struct evf_memo_time *time,
		   const struct evf_query *query)
{
	const struct evf_locus *locus = &query->object[0].locus;

	switch (chain->kind) {
	case EVF_MEMO_PLACE:
		evf_memo_keep_place(chain, time, locus->self, locus->place);
		break;
	case EVF_MEMO_LABELS:
		keep_labels(chain, time, query);
		break;
	case EVF_MEMO_ENDPOINT:
		keep_endpoint(chain, time, query);
		break;
	}
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
