// SPDX-License-Identifier: GPL-2.0-only
/*
 * Filters on one open file description. A description has no room for them that wouldn't
 * cost every open on the system, so they are in a table by its address.
 */

#include <linux/eventfilter.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/lsm_hooks.h>
#include <linux/magic.h>
#include <linux/mutex.h>
#include <linux/rhashtable.h>
#include <linux/slab.h>
#include "attach.h"
#include "hooks.h"
#include "net.h"
#include "ruleset_fd.h"
#include "stats.h"
#include "use.h"

/* Anybody may attach something and close it, and each change stops all processors */
DEFINE_STATIC_KEY_DEFERRED_FALSE(evf_attached_key, HZ);

/**
 * struct attachment - what is attached to a description
 * @node: in @attachments
 * @file: the description, which isn't held: with its end this ends
 * @domain: the layers; a reference
 * @rcu: frees it
 */
struct attachment {
	struct rhash_head node;
	const struct file *file;
	struct evf_domain __rcu *domain;
	struct rcu_head rcu;
};

static const struct rhashtable_params table_params = {
	.key_len = sizeof(struct file *),
	.key_offset = offsetof(struct attachment, file),
	.head_offset = offsetof(struct attachment, node),
	.automatic_shrinking = true,
};

static struct rhashtable attachments;

/* Serialises who attaches */
static DEFINE_MUTEX(attach_lock);

const struct evf_domain *evf_attached(const struct file *file, enum evf_event_id event)
{
	const struct attachment *attachment;
	const struct evf_domain *domain;

	attachment = rhashtable_lookup(&attachments, &file, table_params);
	if (likely(!attachment))
		return NULL;
	domain = rcu_dereference(attachment->domain);
	return domain->objects[event] ? domain : NULL;
}

bool evf_has_attached(const struct file *file)
{
	return rhashtable_lookup_fast(&attachments, &file, table_params);
}

static void free_attachment(struct rcu_head *rcu)
{
	struct attachment *attachment = container_of(rcu, struct attachment, rcu);

	evf_domain_put(rcu_dereference_protected(attachment->domain, true));
	kfree(attachment);
}

/* Nobody uses the description any more */
static void hook_file_free_security(struct file *file)
{
	struct attachment *attachment;

	if (!evf_is_any_attached())
		return;
	attachment = rhashtable_lookup_fast(&attachments, &file, table_params);
	if (!attachment)
		return;
	rhashtable_remove_fast(&attachments, &attachment->node, table_params);
	call_rcu(&attachment->rcu, free_attachment);
	evf_uncount(attached);
	static_branch_slow_dec_deferred(&evf_attached_key);
}

/* Is it an event of a description, whatever that is of? */
static bool is_of_descriptions(u16 event)
{
	return evf_is_use(event) || evf_is_socket_use(event);
}

/* Does a group's default stand for some event of a description? */
static bool is_group_of_descriptors(u8 group)
{
	u16 i;

	for (i = 0; i < EVF_NR_OBJECT_EVENTS; i++) {
		if (evf_object_events[i].group == group && is_of_descriptions(i))
			return true;
	}
	return false;
}

/*
 * What never runs is no filter. And who shares a description with a daemon must not be
 * able to kill it.
 */
static int check_rules(const struct evf_rules *rules)
{
	u32 i;

	if (rules->compat_allow)
		return -EINVAL;
	for (i = 0; i < rules->nr; i++) {
		const struct evf_rule *rule = evf_rule_of(rules, i);
		const struct evf_event *event = rules->event[i];

		if (event ? !is_of_descriptions(event->id) :
			    !is_group_of_descriptors(rule->group))
			return -EINVAL;
		switch (rule->action.kind) {
		case EVF_ACTION_DEFAULT:
		case EVF_ACTION_ERRNO:
		case EVF_ACTION_LOG:
			break;
		default:
			return -EINVAL;
		}
	}
	return 0;
}

static bool always_refuses(const struct evf_chain *chain)
{
	u32 i;

	for (i = 0; i < chain->nr; i++) {
		if (!chain->entry[i].program && chain->entry[i].action.kind != EVF_ACTION_LOG)
			return true;
	}
	return false;
}

/*
 * May a mapping have another description than the one that was mapped? mprotect(2) would
 * then look for filters in vain. overlayfs does so, and so do devices as they like.
 */
static bool may_map_another(const struct file *file)
{
	const struct inode *inode = file_inode(file);

	switch (inode->i_mode & S_IFMT) {
	case S_IFREG:
		return inode->i_sb->s_magic == OVERLAYFS_SUPER_MAGIC;
	case S_IFDIR:
	case S_IFSOCK:
		return false;
	}
	return true;
}

/* Without a hook are tee, vmsplice and splice between pipes, and messages of queues */
static bool has_other_doors(const struct inode *inode)
{
	return S_ISFIFO(inode->i_mode) || !strcmp(inode->i_sb->s_type->name, "mqueue");
}

/* @ruleset is frozen */
static int check_file(const struct file *file, const struct evf_ruleset *ruleset)
{
	const struct evf_chain *map = ruleset->objects[EVF_EV_file_map];

	if (has_other_doors(file_inode(file)) &&
	    (ruleset->objects[EVF_EV_file_read] || ruleset->objects[EVF_EV_file_write]))
		return -EOPNOTSUPP;
	if (map && may_map_another(file) && !always_refuses(map))
		return -EOPNOTSUPP;
	return 0;
}

/* The first filter of a description. Takes over the reference. */
static int insert(const struct file *file, struct evf_domain *domain)
{
	struct attachment *attachment = kzalloc(sizeof(*attachment), GFP_KERNEL_ACCOUNT);
	int error;

	if (!attachment) {
		evf_domain_put(domain);
		return -ENOMEM;
	}
	attachment->file = file;
	RCU_INIT_POINTER(attachment->domain, domain);
	/* From now on everybody looks */
	static_branch_deferred_inc(&evf_attached_key);
	error = rhashtable_insert_fast(&attachments, &attachment->node, table_params);
	if (error) {
		static_branch_slow_dec_deferred(&evf_attached_key);
		evf_domain_put(domain);
		kfree(attachment);
		return -ENOMEM;
	}
	evf_count(attached);
	return 0;
}

int evf_attach_inherited(const struct file *from, const struct file *to)
{
	const struct attachment *attachment;
	struct evf_domain *domain = NULL;

	rcu_read_lock();
	attachment = rhashtable_lookup(&attachments, &from, table_params);
	/* It's put a grace period after it was replaced */
	if (attachment)
		domain = evf_domain_get(rcu_dereference(attachment->domain));
	rcu_read_unlock();
	return domain ? insert(to, domain) : 0;
}

/* Context: under @attach_lock. @old receives what must be put after a grace period. */
static int extend(const struct file *file, struct evf_ruleset *ruleset, struct evf_domain **old)
{
	struct attachment *attachment;
	struct evf_domain *domain;

	/* The caller holds the description, so it stays */
	attachment = rhashtable_lookup_fast(&attachments, &file, table_params);
	*old = attachment ? rcu_dereference_protected(attachment->domain,
						      lockdep_is_held(&attach_lock)) : NULL;
	if (*old && (*old)->nr_layers >= EVF_MAX_ATTACHED)
		domain = ERR_PTR(-E2BIG);
	else
		domain = evf_domain_extend(*old, ruleset);
	if (IS_ERR(domain)) {
		*old = NULL;
		return PTR_ERR(domain);
	}
	domain->attached = true;
	if (!attachment)
		return insert(file, domain);
	rcu_assign_pointer(attachment->domain, domain);
	return 0;
}

static int attach(const struct file *file, struct evf_ruleset *ruleset)
{
	struct evf_domain *old = NULL;
	int error = evf_ruleset_freeze(ruleset);

	if (!error)
		error = check_rules(&ruleset->rules);
	if (!error)
		error = check_file(file, ruleset);
	if (error)
		return error;
	if (mutex_lock_interruptible(&attach_lock))
		return -ERESTARTSYS;
	error = extend(file, ruleset, &old);
	mutex_unlock(&attach_lock);
	if (old) {
		synchronize_rcu();
		evf_domain_put(old);
	}
	return error;
}

int evf_attach(int fd, int ruleset_fd)
{
	struct evf_ruleset *ruleset;
	struct fd f = fdget(fd);
	int error;

	if (!f.file)
		return -EBADF;
	ruleset = evf_ruleset_from_fd(ruleset_fd);
	error = PTR_ERR_OR_ZERO(ruleset);
	if (!error) {
		error = attach(f.file, ruleset);
		evf_ruleset_put(ruleset);
	}
	fdput(f);
	return error;
}

static struct security_hook_list attach_hooks[] __lsm_ro_after_init = {
	LSM_HOOK_INIT(file_free_security, hook_file_free_security),
};

void __init evf_add_attach_hooks(void)
{
	security_add_hooks(attach_hooks, ARRAY_SIZE(attach_hooks), EVF_LSM_NAME);
}

/* Memory for tables is there only later than the hooks are */
static int __init init_attachments(void)
{
	return rhashtable_init(&attachments, &table_params);
}
core_initcall(init_attachments);
