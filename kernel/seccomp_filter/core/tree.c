// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Passes over the expression tree. Parents come before their children in the array, so
 * that each pass is a loop in one direction or the other.
 */
#include <evf_env.h>
#include "filter.h"

static struct evf_node *parent_of(struct evf_filter *filter, const struct evf_node *node)
{
	return node->parent == EVF_NO_NODE ? NULL : &filter->node[node->parent];
}

/*
 * A node that goes keeps naming the parent that inherits its children. If it had but one
 * child, that one takes over its negation; else it had none.
 */
void evf_filter_simplify(struct evf_filter *filter)
{
	u32 i;

	for (i = 0; i < filter->nr_nodes; i++) {
		struct evf_node *node = &filter->node[i];
		struct evf_node *parent = parent_of(filter, node);

		if (node->type == EVF_N_GONE)
			continue;
		if (parent && parent->type == EVF_N_GONE) {
			node->negated ^= parent->negated;
			node->parent = parent->parent;
			parent = parent_of(filter, node);
		}
		if (node->type == EVF_N_LEAF)
			continue;
		if (node->children == 1) {
			node->type = EVF_N_GONE;
		} else if (parent && parent->type == node->type && !node->negated) {
			parent->children += node->children - 1;
			node->type = EVF_N_GONE;
		}
	}
}

/* De Morgan, from the root down; a node's @negated then stands for all above it */
static void push_negation(struct evf_filter *filter)
{
	u32 i;

	for (i = 0; i < filter->nr_nodes; i++) {
		struct evf_node *node = &filter->node[i];
		struct evf_node *parent = parent_of(filter, node);

		if (node->type == EVF_N_GONE)
			continue;
		if (parent)
			node->negated ^= parent->negated;
		if (!node->negated)
			continue;
		if (node->type == EVF_N_LEAF)
			filter->pred[node->pred].flags |= EVF_P_NEGATED;
		else
			node->type = node->type == EVF_N_OR ? EVF_N_AND : EVF_N_OR;
	}
	for (i = 0; i < filter->nr_nodes; i++)
		filter->node[i].negated = false;
}

u32 evf_pred_range(const struct evf_pred *pred, const struct evf_field *field, u64 range[2])
{
	u64 order = evf_order(field), num = pred->num ^ order;

	range[0] = evf_lowest(field) ^ order;
	range[1] = num;
	switch (pred->compare) {
	case EVF_C_LE:
	case EVF_C_GT:
		break;
	case EVF_C_LT:
	case EVF_C_GE:
		if (num == range[0])
			return 0;
		range[1]--;
		break;
	default:
		range[0] = num;
	}
	return 1;
}

static bool matches_all(const struct evf_filter *filter, u64 glob)
{
	const char *text = filter->bytes + evf_text_offset(glob);
	u32 i, len = evf_text_len(glob);

	for (i = 0; i < len; i++) {
		if (text[i] != '*')
			return false;
	}
	return len;
}

static int truth_of_test(const struct evf_filter *filter, const struct evf_pred *pred,
			 const struct evf_field *field)
{
	u64 order = evf_order(field), one[2];
	const u64 *range = one;
	u32 nr;

	if (pred->flags & EVF_P_FIELD)
		return EVF_DEPENDS;
	if (pred->compare == EVF_C_GLOB || pred->compare == EVF_C_NGLOB)
		return matches_all(filter, pred->num) ? EVF_TRUE : EVF_DEPENDS;
	if (!evf_is_number(field))
		return EVF_DEPENDS;
	if (pred->compare == EVF_C_MASK)
		return pred->num ? EVF_DEPENDS : EVF_FALSE;
	if (pred->compare == EVF_C_IN) {
		range = filter->pool.v + pred->num;
		nr = pred->nr;
		order = 0;
	} else {
		nr = evf_pred_range(pred, field, one);
	}
	if (!nr)
		return EVF_FALSE;
	if (nr == 1 && range[0] == (evf_lowest(field) ^ order) &&
	    range[1] == (evf_highest(field) ^ order))
		return EVF_TRUE;
	return EVF_DEPENDS;
}

/* An id may be undefined, so that nothing is always true of it */
static u8 truth_of(const struct evf_filter *filter, const struct evf_pred *pred)
{
	const struct evf_field *field = evf_field_of_slot(filter->event, pred->slot);
	int truth = truth_of_test(filter, pred, field);

	if (truth == EVF_DEPENDS)
		return truth;
	if (evf_pred_inverse(pred))
		truth = truth == EVF_TRUE ? EVF_FALSE : EVF_TRUE;
	return truth == EVF_TRUE && evf_is_id(field) ? EVF_DEPENDS : truth;
}

/* What a node and its parent make of each other, once all below the node is known */
static void settle(struct evf_filter *filter, struct evf_node *node, struct evf_node *parent)
{
	u8 decides;

	if (node->type == EVF_N_LEAF)
		node->truth = truth_of(filter, &filter->pred[node->pred]);
	else if (node->truth == EVF_DEPENDS && !node->children)
		node->truth = node->type == EVF_N_AND ? EVF_TRUE : EVF_FALSE;
	if (!parent || node->truth == EVF_DEPENDS)
		return;
	decides = parent->type == EVF_N_AND ? EVF_FALSE : EVF_TRUE;
	if (node->truth == decides)
		parent->truth = decides;
	node->type = EVF_N_GONE;
	parent->children--;
}

int evf_filter_fold(struct evf_filter *filter)
{
	struct evf_node *root = filter->node;
	u32 i;

	while (root->type == EVF_N_GONE)
		root++;
	push_negation(filter);
	for (i = filter->nr_nodes; i-- > 0;) {
		struct evf_node *node = &filter->node[i];

		if (node->type != EVF_N_GONE)
			settle(filter, node, parent_of(filter, node));
	}
	for (i = 0; i < filter->nr_nodes; i++) {
		struct evf_node *node = &filter->node[i];
		struct evf_node *parent = parent_of(filter, node);

		if (parent && parent->type == EVF_N_GONE)
			node->type = EVF_N_GONE;
	}
	return root->truth;
}
