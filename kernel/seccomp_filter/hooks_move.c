// SPDX-License-Identifier: GPL-2.0-only
/*
 * What gets another name. Besides the events there is a rule that holds for layers which
 * use labels and say nothing about these events: whatever moves keeps its label, or it
 * doesn't move. Otherwise mv would be a way to relabel.
 */
#include <linux/dcache.h>
#include <linux/fs.h>
#include <linux/rcupdate.h>

#include "hooks.h"
#include "memo_labels.h"
#include "query.h"
#include "space.h"

static bool same_labels(const struct evf_labels *a, const struct evf_labels *b)
{
	return a == b || (a->nr == b->nr && !memcmp(a->id, b->id, a->nr * sizeof(*a->id)));
}

/* What isn't known may have changed */
static bool differs(const struct evf_space *space, u32 generation, struct dentry *from,
		    struct dentry *to, bool below)
{
	struct evf_locus locus = { d_backing_inode(from), from, below };
	struct evf_found before, after;

	before = evf_label_of(space, generation, &locus);
	locus.place = to;
	after = evf_label_of(space, generation, &locus);
	return before.unknown || after.unknown || !same_labels(before.labels, after.labels);
}

/* Would an object have another label under another name, or give one to what is in it? */
static bool changes_label(const struct evf_space *space, struct dentry *from,
			  struct dentry *to)
{
	u32 generation;
	bool changes;

	rcu_read_lock();
	generation = evf_space_generation(space);
	changes = !evf_keeps_label(space, from, to) &&
		  (differs(space, generation, from, to, false) ||
		   (d_is_dir(from) && (differs(space, generation, from, to, true) ||
				       evf_beneath_differs(space, generation, from, to))));
	rcu_read_unlock();
	return changes;
}

static noinline int refuse_if_relabelled(const struct evf_domain *domain, u16 event,
					 const char *what, struct dentry *from,
					 struct dentry *to)
{
	const struct evf_space *asked = NULL;
	bool changes = false;
	int error;
	u32 i;

	for (i = 0; i < domain->nr_layers; i++) {
		const struct evf_ruleset *ruleset = domain->layer[i].ruleset;

		if (!ruleset->uses_labels || evf_ruleset_names(ruleset, event))
			continue;
		if (ruleset->space != asked) {
			asked = ruleset->space;
			changes = changes_label(asked, from, to);
		}
		error = changes ? evf_refuse(domain, what, i, -EXDEV) : 0;
		if (error)
			return error;
	}
	return 0;
}

static int refuse_relabelling(const struct evf_domain *domain, u16 event, const char *what,
			      struct dentry *from, struct dentry *to)
{
	const bool keeps = event == EVF_EV_file_rename ? domain->keeps_renamed :
							 domain->keeps_linked;

	return unlikely(keeps) ? refuse_if_relabelled(domain, event, what, from, to) : 0;
}

/* Both directories are locked */
static int raise_rename_in_full(const struct evf_domain *domain, struct evf_query *query,
				struct dentry *from, struct dentry *to)
{
	struct evf_string name, new_name;

	evf_query_parent(query, EVF_SLOT_file_rename_parent_label, from);
	evf_query_parent(query, EVF_SLOT_file_rename_new_parent_label, to);
	evf_query_uid(query, EVF_SLOT_file_rename_owner, d_backing_inode(from)->i_uid);
	evf_query_name(query, EVF_SLOT_file_rename_name, from, &name);
	evf_query_name(query, EVF_SLOT_file_rename_new_name, to, &new_name);
	evf_query_int(query, EVF_SLOT_file_rename_mode, d_backing_inode(from)->i_mode);
	return evf_decide(domain, query);
}

static noinline int raise_rename(const struct evf_domain *domain, struct dentry *from,
				 struct dentry *to)
{
	const u32 labels = BIT(EVF_SLOT_file_rename_label) | BIT(EVF_SLOT_file_rename_new_label);
	const struct inode *inode = d_backing_inode(from);
	struct evf_query query __uninitialized;

	evf_query_begin(&query, EVF_EV_file_rename, from);
	evf_query_label(&query, EVF_SLOT_file_rename_label, inode, from);
	evf_query_label(&query, EVF_SLOT_file_rename_new_label, inode, to);
	if (evf_query_reads_more(domain, &query, labels))
		return raise_rename_in_full(domain, &query, from, to);
	return evf_decide_and_keep(domain, &query);
}

static __always_inline int judge_rename(const struct evf_domain *domain, struct dentry *from,
					struct dentry *to)
{
	const struct evf_chain *chain = domain->objects[EVF_EV_file_rename];
	int error = 0;

	if (chain && !evf_memo_passes_labels(chain, d_backing_inode(from), from, to))
		error = raise_rename(domain, from, to);
	return error ?: refuse_relabelling(domain, EVF_EV_file_rename, "cross-label rename",
					   from, to);
}

static noinline int judge_exchange(const struct evf_domain *domain, struct dentry *from,
				   struct dentry *to)
{
	return judge_rename(domain, from, to);
}

/* What is left where the object was */
static int judge_whiteout(const struct evf_domain *domain, struct dentry *dentry)
{
	const struct evf_creation creation = {
		.dentry = dentry,
		.mode = S_IFCHR | WHITEOUT_MODE,
	};

	return evf_judge_create(domain, &creation);
}

/* Apart from the hook, so that who isn't confined saves no registers */
static noinline int judge_path_rename(const struct evf_domain *domain, struct dentry *from,
				      struct dentry *to, unsigned int flags)
{
	int error;

	/* Two names of one object: nothing will happen */
	if (d_backing_inode(from) == d_backing_inode(to))
		return 0;
	error = judge_rename(domain, from, to);
	if (error)
		return error;
	if (flags & RENAME_EXCHANGE)
		return judge_exchange(domain, to, from);
	if (d_is_positive(to))
		error = evf_judge_unlink(domain, to);
	if (!error && (flags & RENAME_WHITEOUT))
		error = judge_whiteout(domain, from);
	return error;
}

/*
 * The one rename hook that knows the flags. Both directories are locked, so names and
 * parents stay as they are.
 */
static int hook_path_rename(const struct path *old_dir, struct dentry *old_dentry,
			    const struct path *new_dir, struct dentry *new_dentry,
			    unsigned int flags)
{
	const struct evf_domain *domain = evf_current_domain();

	if (likely(!domain))
		return 0;
	return judge_path_rename(domain, old_dentry, new_dentry, flags);
}

/* The directory of the old name isn't locked: it's held, and its name copied */
static int raise_link(const struct evf_domain *domain, struct dentry *from, struct dentry *to)
{
	struct dentry *parent = dget_parent(from);
	const struct inode *inode = d_backing_inode(from);
	struct evf_name_copy name __uninitialized;
	struct evf_string new_name;
	struct evf_query query __uninitialized;
	int error;

	evf_query_begin(&query, EVF_EV_file_link, from);
	evf_query_label(&query, EVF_SLOT_file_link_label, inode, from);
	evf_query_label(&query, EVF_SLOT_file_link_new_label, inode, to);
	evf_query_label(&query, EVF_SLOT_file_link_parent_label,
			parent == from ? NULL : d_inode(parent), parent);
	evf_query_parent(&query, EVF_SLOT_file_link_new_parent_label, to);
	evf_query_uid(&query, EVF_SLOT_file_link_owner, inode->i_uid);
	evf_query_name_copy(domain, &query, EVF_SLOT_file_link_name, from, &name);
	evf_query_name(&query, EVF_SLOT_file_link_new_name, to, &new_name);
	error = evf_decide(domain, &query);
	evf_name_copy_release(&name);
	dput(parent);
	return error;
}

static int hook_inode_link(struct dentry *old_dentry, struct inode *dir,
			   struct dentry *new_dentry)
{
	const struct evf_domain *domain = evf_current_domain();
	const struct evf_creation creation = {
		.dentry = new_dentry,
		.inode = d_backing_inode(old_dentry),
		.mode = d_backing_inode(old_dentry)->i_mode,
	};
	int error = 0;

	if (likely(!domain))
		return 0;
	if (domain->objects[EVF_EV_file_link])
		error = raise_link(domain, old_dentry, new_dentry);
	if (!error)
		error = refuse_relabelling(domain, EVF_EV_file_link, "cross-label link",
					   old_dentry, new_dentry);
	return error ?: evf_judge_create(domain, &creation);
}

static struct security_hook_list move_hooks[] __lsm_ro_after_init = {
	LSM_HOOK_INIT(path_rename, hook_path_rename),
	LSM_HOOK_INIT(inode_link, hook_inode_link),
};

void __init evf_add_move_hooks(void)
{
	security_add_hooks(move_hooks, ARRAY_SIZE(move_hooks), EVF_LSM_NAME);
}
