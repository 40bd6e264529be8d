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

struct evf_space;

/**
 * struct evf_ruleset - a ruleset
 * @usage: descriptors, domains, pending layers
 * @lock: protects @rules, @frozen and @error until it is frozen
 * @schema: embedded, so that the parser's callbacks find @space
 * @rules: immutable once @frozen
 * @space: the label space, or NULL; a reference
 * @user_ns: of the creator: ids are seen in it; a reference
 * @frozen: set by the first EVF_ENFORCE
 * @permissive: refuses nothing
 * @uses_labels: some program reads a label
 * @filters_syscalls: some rule is about a syscall, or about their default
 */
struct evf_ruleset {
	refcount_t usage;
	struct mutex lock;
	struct evf_schema schema;
	struct evf_rules rules;
	struct evf_space *space;
	struct user_namespace *user_ns;
	bool frozen;
	bool permissive;
	bool uses_labels;
	bool filters_syscalls;
	char error[256];
};

struct evf_ruleset *evf_ruleset_get(struct evf_ruleset *ruleset);

/* Context: may sleep. */
void evf_ruleset_put(struct evf_ruleset *ruleset);

#endif /* _EVF_RULESET_H */
