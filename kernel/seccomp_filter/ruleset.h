/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Rulesets: text that was parsed, bound to at most one label space; mutable until first
 * enforced, then shared by every domain that has it as a layer.
 */
#ifndef _EVF_RULESET_H
#define _EVF_RULESET_H

#include <linux/cred.h>
#include <linux/mutex.h>
#include <linux/refcount.h>
#include <linux/user_namespace.h>
#include "core/rules.h"

struct evf_chain;
struct evf_records;
struct evf_space;
struct evf_syscall_table;

/* Bytes of "LINE:COLUMN:LENGTH: CODE: sentence\n"; the sentences are bounded */
#define EVF_ERROR_TEXT	384

/**
 * struct evf_ruleset - a ruleset
 * @usage: descriptors, domains, pending layers
 * @permissive: refuses nothing
 * @uses_labels: some program reads a label
 * @task_label: the label that it gives its task, an id of @space; or -1
 * @space: the label space, or NULL; a reference
 * @user_ns: of the creator: ids are seen in it; a reference
 * @schema: embedded, so that the parser's callbacks find @space
 * @named: the object events that have a rule, by name or by their group's default
 * @objects: once frozen: the chain of each object event, or NULL
 * @syscalls: once frozen: the table of system calls, or NULL
 * @rules: immutable once frozen
 * @lock: protects @rules, @frozen and the error; what is frozen is read without it
 * @records: the open records descriptor, or NULL; changed under @lock, read under RCU
 * @frozen: set by the first EVF_ENFORCE
 * @error_len: bytes of @error
 * @error_read: bytes of it that read(2) has handed out
 * @error: what was wrong with the last text, or empty
 */
struct evf_ruleset {
	refcount_t usage;
	bool permissive;
	bool uses_labels;
	int task_label;
	struct evf_space *space;
	struct user_namespace *user_ns;
	struct evf_schema schema;
	DECLARE_BITMAP(named, EVF_NR_OBJECT_EVENTS);
	struct evf_chain *objects[EVF_NR_OBJECT_EVENTS];
	struct evf_syscall_table *syscalls;
	struct evf_rules rules;

	struct mutex lock;	/* what is below, and what freezing makes immutable above */
	struct evf_records __rcu *records;
	bool frozen;
	u16 error_len;
	u16 error_read;
	char error[EVF_ERROR_TEXT];
};

/**
 * evf_ruleset_create() - an empty ruleset of current
 * @space: the label space that it is bound to, or NULL; a reference that is taken over,
 *	also on failure
 * @permissive: refuse nothing
 *
 * Return: a reference, or ERR_PTR(-ENOMEM).
 */
struct evf_ruleset *evf_ruleset_create(struct evf_space *space, bool permissive);

/**
 * evf_ruleset_add() - add lines
 * @ruleset: to add to
 * @text: whole lines; need not be terminated
 * @len: bytes of @text
 *
 * Return: 0,
 *	-EINVAL: the text is wrong; the error is kept for read(2),
 *	-EBUSY: frozen,
 *	-E2BIG: over EVF_MAX_TEXT with what was written earlier,
 *	-ERESTARTSYS: a signal came while it waited for another writer,
 *	-ENOMEM.
 */
int evf_ruleset_add(struct evf_ruleset *ruleset, const char *text, size_t len);

/**
 * evf_ruleset_freeze() - flatten a ruleset, and let nobody change it any more
 * @ruleset: frozen already is fine
 *
 * Return: 0; -ENODATA: it has no line; -ERESTARTSYS: a signal came while it waited for a writer;
 * -ENOMEM.
 */
int evf_ruleset_freeze(struct evf_ruleset *ruleset);

/**
 * evf_ruleset_get() - one reference more
 * @ruleset: not NULL
 *
 * Return: @ruleset, whose reference evf_ruleset_put() takes back.
 */
struct evf_ruleset *evf_ruleset_get(struct evf_ruleset *ruleset);

/**
 * evf_ruleset_put() - drop a reference
 * @ruleset: not NULL
 *
 * Context: may sleep.
 */
void evf_ruleset_put(struct evf_ruleset *ruleset);

/**
 * evf_ruleset_names() - whether a ruleset has a rule for an object event
 * @ruleset: frozen
 * @event: the event
 *
 * Return: true if it has one, by name or by its group's default; "allow" is a rule, too.
 */
bool evf_ruleset_names(const struct evf_ruleset *ruleset, enum evf_event_id event);

#endif /* _EVF_RULESET_H */
