/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A filter between its text and its program: an expression tree as a flat array.
 */
#ifndef _EVF_FILTER_H
#define _EVF_FILTER_H

#include <evf_env.h>
#include "event.h"

enum evf_compare {
	EVF_C_EQ,
	EVF_C_NE,
	EVF_C_LT,
	EVF_C_LE,
	EVF_C_GT,
	EVF_C_GE,
	EVF_C_MASK,
	EVF_C_GLOB,
	EVF_C_NGLOB,
	EVF_C_IN,
	EVF_C_BARE,		/* the field alone: not zero */
};

#define EVF_P_NEGATED	BIT(0)	/* the filter needs it false */
#define EVF_P_FIELD	BIT(1)	/* compares with the field in @slot2 */
#define EVF_P_MINUS	BIT(2)	/* @num is negative */

/**
 * struct evf_pred - a predicate
 * @compare: enum evf_compare
 * @flags: EVF_P_*
 * @slot: the field's
 * @slot2: the other field's, with EVF_P_FIELD
 * @nr: EVF_C_IN: items in the pool: (low, high) of integers, ids of labels, strings
 * @num: the constant: an integer, a label's id, an evf_text(), or EVF_C_IN: an index of
 *	the pool
 */
struct evf_pred {
	u8 compare;
	u8 flags;
	u8 slot;
	u8 slot2;
	u32 nr;
	u64 num;
};

/**
 * evf_text() - a string constant in a number
 * @offset: where in the bytes of strings it begins
 * @len: its bytes
 *
 * Return: both, for evf_text_offset() and evf_text_len().
 */
static inline u64 evf_text(u32 offset, u32 len)
{
	return (u64)offset << 32 | len;
}

/**
 * evf_text_offset() - where a string constant begins
 * @text: from evf_text()
 *
 * Return: the offset in the bytes of strings.
 */
static inline u32 evf_text_offset(u64 text)
{
	return text >> 32;
}

/**
 * evf_text_len() - the length of a string constant
 * @text: from evf_text()
 *
 * Return: its bytes.
 */
static inline u32 evf_text_len(u64 text)
{
	return (u32)text;
}

/**
 * struct evf_pool - a growing array of constants
 * @v: @nr of them
 * @nr: used
 * @capacity: allocated
 */
struct evf_pool {
	u64 *v;
	u32 nr;
	u32 capacity;
};

/**
 * evf_pool_add() - append
 * @pool: grows
 * @num: what to append
 *
 * Return: 0 or -ENOMEM.
 */
int evf_pool_add(struct evf_pool *pool, u64 num);

enum evf_node_type {
	EVF_N_OR,
	EVF_N_AND,
	EVF_N_LEAF,
	EVF_N_GONE,		/* taken out; no node that is left has it as its parent */
};

enum evf_truth {
	EVF_DEPENDS,		/* on the record */
	EVF_FALSE,
	EVF_TRUE,
};

#define EVF_NO_NODE	U32_MAX

/**
 * struct evf_node - a node of the tree; parents come before their children, which are in
 * the order of the text
 * @type: enum evf_node_type
 * @negated: what it stands for is the opposite
 * @truth: enum evf_truth, while folding
 * @pred: a leaf's predicate
 * @parent: its index, EVF_NO_NODE for the root
 * @children: how many
 * @offset: in the text, of an opening parenthesis
 */
struct evf_node {
	u8 type;
	bool negated;
	u8 truth;
	u16 pred;
	u32 parent;
	u32 children;
	u32 offset;
};

/**
 * struct evf_filter - an expression with its predicates and their constants
 * @event: whose fields it names
 * @node: @nr_nodes of them, the root first
 * @pred: @nr_preds of them, in the order of the text
 * @bytes: of string constants, @nr_bytes
 * @pool: of sets
 * @label_slots: bit per slot: labels that it names
 * @id_slots: bit per slot: ids that it names
 * @nr_nodes: length of @node
 * @nr_preds: length of @pred
 * @max_preds: allocated length of @pred
 * @nr_bytes: length of @bytes
 * @scratch: holds node, pred and bytes
 */
struct evf_filter {
	const struct evf_event *event;
	struct evf_node *node;
	struct evf_pred *pred;
	char *bytes;
	struct evf_pool pool;
	u32 label_slots;
	u32 id_slots;
	u32 nr_nodes;
	u32 nr_preds;
	u32 max_preds;
	u32 nr_bytes;
	void *scratch;
};

/**
 * evf_filter_free() - free what a filter points to
 * @filter: is zero afterwards; not freed itself, and may be zero before
 */
void evf_filter_free(struct evf_filter *filter);

/**
 * evf_filter_simplify() - take out nodes that only grouped
 * @filter: afterwards "&&" and "||" have two or more operands, none of which is the same
 *	operator unless negated
 */
void evf_filter_simplify(struct evf_filter *filter);

/**
 * evf_filter_fold() - push negation to the predicates, then take out what is constant
 * @filter: simplified; keeps all of its predicates, but not in the tree
 *
 * Return: enum evf_truth; the tree is only meaningful with EVF_DEPENDS.
 */
int evf_filter_fold(struct evf_filter *filter);

/**
 * evf_field_of_slot() - the field that a predicate reads
 * @event: has a field in that slot
 * @slot: of a predicate that was parsed for @event
 *
 * Return: the field; there always is one.
 */
const struct evf_field *evf_field_of_slot(const struct evf_event *event, u8 slot);

/**
 * evf_pred_inverse() - is it the opposite of a test that the evaluator has?
 * @pred: a predicate
 *
 * The tests are: equal to, below, at most, any bit of, matches, in.
 *
 * Return: true if what the evaluator says has to be turned round.
 */
static inline bool evf_pred_inverse(const struct evf_pred *pred)
{
	bool inverse = pred->compare == EVF_C_NE || pred->compare == EVF_C_GT ||
		       pred->compare == EVF_C_GE || pred->compare == EVF_C_NGLOB ||
		       pred->compare == EVF_C_BARE;

	return inverse != !!(pred->flags & EVF_P_NEGATED);
}

/**
 * evf_pred_range() - the values for which that test is true
 * @pred: compares a number with a constant, but with neither a mask nor a set
 * @field: what it reads
 * @range: receives lowest and highest, exclusive-ored with evf_order()
 *
 * Return: 1, or 0 if there is no such value.
 */
u32 evf_pred_range(const struct evf_pred *pred, const struct evf_field *field, u64 range[2]);

/**
 * evf_is_number() - is a field compared as a number?
 * @field: any field
 *
 * Return: true for integers and ids.
 */
static inline bool evf_is_number(const struct evf_field *field)
{
	return field->kind <= EVF_KIND_GID;
}

/**
 * evf_is_id() - is a field compared as the ruleset's namespace sees it?
 * @field: any field
 *
 * Return: true for user and group ids.
 */
static inline bool evf_is_id(const struct evf_field *field)
{
	return field->kind == EVF_KIND_UID || field->kind == EVF_KIND_GID;
}

/**
 * evf_order() - map a field's values to unsigned ones of the same order
 * @field: a number
 *
 * Return: what to exclusive-or a value with, both ways.
 */
static inline u64 evf_order(const struct evf_field *field)
{
	return field->is_signed ? 1ULL << 63 : 0;
}

/**
 * evf_lowest() - the lowest value of a number's type
 * @field: a number
 *
 * Return: the value, sign extended.
 */
static inline u64 evf_lowest(const struct evf_field *field)
{
	return field->is_signed ? ~0ULL << (8 * field->size - 1) : 0;
}

/**
 * evf_highest() - the highest value of a number's type
 * @field: a number
 *
 * Return: the value.
 */
static inline u64 evf_highest(const struct evf_field *field)
{
	u64 all = ~0ULL >> (64 - 8 * field->size);

	return field->is_signed ? all >> 1 : all;
}

static_assert(EVF_KIND_INT < EVF_KIND_GID && EVF_KIND_UID < EVF_KIND_GID &&
	      EVF_KIND_LABEL > EVF_KIND_GID && EVF_KIND_STRING > EVF_KIND_GID,
	      "numbers come first");

#endif /* _EVF_FILTER_H */
