/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Ruleset text, parsed.
 *
 *	line   := names ":" body | nothing, and then perhaps "#" and a comment
 *	names  := name { "," name }		name := event | group | "compat"
 *	body   := ( filter | "allow" ) [ "else" action ] | "deny" [ [ "else" ] action ]
 *	action := ( "errno" NAME | "kill" | "trap" | "log" ) [ "quiet" ] | "quiet"
 *
 * docs/filter-language.md has the rest. "compat" takes "allow" and nothing else.
 */
#ifndef _EVF_RULES_H
#define _EVF_RULES_H

#include <evf_env.h>
#include "error.h"
#include "event.h"
#include "program.h"

EVF_BEGIN_DECLS

enum evf_rule_kind {
	EVF_RULE_FILTER,	/* has a program */
	EVF_RULE_ALLOW,		/* constant true: no program */
	EVF_RULE_DENY,		/* constant false: no program */
};

enum evf_action_kind {
	EVF_ACTION_DEFAULT,	/* the event's own errno */
	EVF_ACTION_ERRNO,
	EVF_ACTION_KILL,
	EVF_ACTION_LOG,		/* let it pass and record it */
	EVF_ACTION_TRAP,	/* the event's own errno, and SIGSYS, which can be handled */
};

/**
 * struct evf_action - what happens when a rule is false
 * @kind: enum evf_action_kind
 * @quiet: leave no record
 * @error: for EVF_ACTION_ERRNO: a positive errno, 1 to 4095
 */
struct evf_action {
	u8 kind;
	bool quiet;
	u16 error;
};

/**
 * struct evf_rule - what a line says, of one name or of several that it says the same of
 * @program: for EVF_RULE_FILTER; owned by the rules
 * @action: what happens on false
 * @group: enum evf_group; that of the events if there are any
 * @kind: enum evf_rule_kind
 * @offset: of the line within the text of all writes so far
 */
struct evf_rule {
	struct evf_program *program;
	struct evf_action action;
	u32 offset;
	u8 group;
	u8 kind;
};

/**
 * struct evf_rules - the rules of a ruleset: names, in the order of the text
 * @event: by name; NULL for a group's default
 * @said: by name: what the rules say of it, a number in @rule. Lists of hundreds of system
 *	calls are common, and all that differs in them is the name.
 * @rule: @nr_rules of them
 * @nr: length of @event and @said
 * @capacity: allocated length of both
 * @nr_rules: length of @rule
 * @rule_capacity: allocated length of @rule
 * @text_len: bytes of text taken so far
 * @compat_allow: a line "compat: allow" was seen
 *
 * Zero-initialised is empty.
 */
struct evf_rules {
	const struct evf_event **event;
	u16 *said;
	struct evf_rule *rule;
	u32 nr;
	u32 capacity;
	u32 nr_rules;
	u32 rule_capacity;
	u32 text_len;
	bool compat_allow;
};

/**
 * evf_rule_of() - what is said of a name
 * @rules: the rules
 * @name: its number, from 0
 *
 * Return: the rule, which other names may share.
 */
static inline const struct evf_rule *evf_rule_of(const struct evf_rules *rules, u32 name)
{
	return &rules->rule[rules->said[name]];
}

/**
 * evf_rules_parse() - add the rules of a text
 * @rules: extended, or left as it was when an error is returned
 * @schema: where names are looked up
 * @text: whole lines, the last newline optional; any bytes; need not be terminated
 * @len: bytes of @text
 * @error: set for -EINVAL
 *
 * Several lines for one event are kept in order. A second default for one group is
 * an error.
 *
 * Return: 0,
 *	-EINVAL: the text is wrong,
 *	-E2BIG: more than EVF_MAX_TEXT bytes with earlier texts,
 *	-ENOMEM.
 */
int evf_rules_parse(struct evf_rules *rules, const struct evf_schema *schema,
		    const char *text, size_t len, struct evf_error *error);

/**
 * evf_rules_print() - rules as text
 * @rules: the rules
 * @schema: names labels
 * @out: receives a terminated string from evf_alloc()
 *
 * Means what was written, but isn't it: a line has one name, what is constant isn't there.
 *
 * Return: 0 or -ENOMEM.
 */
int evf_rules_print(const struct evf_rules *rules, const struct evf_schema *schema, char **out);

/**
 * evf_rules_free() - free all rules and their programs
 * @rules: empty afterwards
 */
void evf_rules_free(struct evf_rules *rules);

/**
 * evf_format() - ruleset text in canonical form
 * @schema: where names are looked up
 * @text: as for evf_rules_parse()
 * @len: bytes of @text
 * @out: receives a terminated string from evf_alloc(); the caller frees it with evf_free()
 * @error: set for -EINVAL
 *
 * Canonical: one space around operators and after ":" and ",", decimal numbers, sorted sets,
 * ftrace's names of events, no comments. Parentheses are around each "&&" or "||" that is
 * an operand of the other, each "&" test that isn't the whole filter, and what follows "!"
 * unless that is a field alone: (label & tmp_t) || (label & user_home_t). Formatting the
 * result again changes nothing. That a group has its default already isn't noticed here.
 *
 * Return: 0,
 *	-EINVAL: the text is wrong,
 *	-E2BIG: @text is over EVF_MAX_TEXT, or its canonical form over a limit,
 *	-ENOMEM.
 */
int evf_format(const struct evf_schema *schema, const char *text, size_t len,
	       char **out, struct evf_error *error);

EVF_END_DECLS

#endif /* _EVF_RULES_H */
