// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Filters as canonical text: docs/filter-language.md has the rules.
 */
#include <evf_env.h>
#include "code.h"
#include "print.h"

static const char * const spelling[] = {
	[EVF_C_EQ] = " == ",
	[EVF_C_NE] = " != ",
	[EVF_C_LT] = " < ",
	[EVF_C_LE] = " <= ",
	[EVF_C_GT] = " > ",
	[EVF_C_GE] = " >= ",
	[EVF_C_MASK] = " & ",
	[EVF_C_GLOB] = " ~ ",
	[EVF_C_NGLOB] = " !~ ",
	[EVF_C_IN] = " in { ",
};

static bool make_room(struct evf_out *out, size_t more)
{
	size_t size = 2 * out->size + more;
	char *buf;

	if (out->cut || !out->grows)
		return false;
	buf = evf_alloc(size);
	if (!buf)
		return false;
	if (out->len)
		memcpy(buf, out->buf, out->len);
	evf_free(out->buf);
	out->buf = buf;
	out->size = size;
	return true;
}

void evf_put(struct evf_out *out, const char *text, size_t len)
{
	if (len >= out->size - out->len && !make_room(out, len + 1)) {
		out->cut = true;
		len = out->size ? out->size - out->len - 1 : 0;
	}
	if (!len)
		return;
	memcpy(out->buf + out->len, text, len);
	out->len += len;
}

void evf_puts(struct evf_out *out, const char *text)
{
	evf_put(out, text, strlen(text));
}

static void put_number(struct evf_out *out, u64 num, bool minus)
{
	char digits[21];
	u32 at = sizeof(digits);

	if (minus)
		num = 0 - num;
	do {
		u64 tenth = num / 10;

		digits[--at] = '0' + (num - 10 * tenth);
		num = tenth;
	} while (num);
	if (minus)
		digits[--at] = '-';
	evf_put(out, digits + at, sizeof(digits) - at);
}

static void put_string(struct evf_out *out, const char *text, u32 len)
{
	static const char hex[] = "0123456789abcdef";
	u32 i;

	evf_put(out, "\"", 1);
	for (i = 0; i < len; i++) {
		u8 c = text[i];
		char escape[4] = { '\\', 'x', hex[c >> 4], hex[c & 15] };

		if (c == '"' || c == '\\')
			evf_put(out, "\\", 1);
		if ((c < ' ' && c != '\t') || c >= 0x7f)
			evf_put(out, escape, sizeof(escape));
		else
			evf_put(out, text + i, 1);
	}
	evf_put(out, "\"", 1);
}

/* A range of two values is written as two, which is shorter and reads the same */
static void put_range(struct evf_out *out, u64 low, u64 high, bool is_signed)
{
	put_number(out, low, is_signed && (s64)low < 0);
	if (low == high)
		return;
	evf_puts(out, high - low == 1 ? ", " : " .. ");
	put_number(out, high, is_signed && (s64)high < 0);
}

struct printer {
	struct evf_out *out;
	const struct evf_consts *consts;
	const struct evf_event *event;
	const struct evf_schema *schema;
};

/* A constant of a label or string field; numbers have their sign and range besides */
static void put_name(const struct printer *printer, const struct evf_field *field, u64 num)
{
	const struct evf_schema *schema = printer->schema;

	if (field->kind == EVF_KIND_LABEL)
		evf_puts(printer->out, schema->label_name(schema, num));
	else
		put_string(printer->out, printer->consts->bytes + evf_text_offset(num),
			   evf_text_len(num));
}

static void put_set(const struct printer *printer, const struct evf_field *field,
		    const struct evf_pred *pred)
{
	const u64 *item = printer->consts->pool + pred->num;
	u32 i;

	for (i = 0; i < pred->nr; i++) {
		if (i)
			evf_puts(printer->out, ", ");
		if (evf_is_number(field))
			put_range(printer->out, item[2 * i], item[2 * i + 1], field->is_signed);
		else
			put_name(printer, field, item[i]);
	}
	evf_puts(printer->out, " }");
}

void evf_print_predicate(struct evf_out *out, const struct evf_pred *pred,
			 const struct evf_consts *consts, const struct evf_event *event,
			 const struct evf_schema *schema)
{
	struct printer printer = {
		.out = out, .consts = consts, .event = event, .schema = schema,
	};
	const struct evf_field *field = evf_field_of_slot(event, pred->slot);

	evf_puts(out, field->name);
	if (pred->compare == EVF_C_BARE)
		return;
	evf_puts(out, spelling[pred->compare]);
	if (pred->compare == EVF_C_IN)
		put_set(&printer, field, pred);
	else if (pred->flags & EVF_P_FIELD)
		evf_puts(out, evf_field_of_slot(event, pred->slot2)->name);
	else if (evf_is_number(field))
		put_number(out, pred->num, pred->flags & EVF_P_MINUS);
	else
		put_name(&printer, field, pred->num);
}

/* After a leaf: closes what ends with it, up to the group that goes on */
static u32 close_groups(struct evf_out *out, const struct evf_filter *filter, u32 leaf,
			u32 goes_on)
{
	u32 i, closed = 0;

	for (i = filter->node[leaf].parent; i != goes_on; i = filter->node[i].parent) {
		const struct evf_node *group = &filter->node[i];

		if (group->parent == EVF_NO_NODE && !group->negated)
			break;
		evf_puts(out, ")");
		closed++;
	}
	return closed;
}

/* Returns whether it took parentheses */
static bool put_leaf(struct evf_out *out, const struct evf_filter *filter,
		     const struct evf_node *node, const struct evf_schema *schema)
{
	const struct evf_pred *pred = &filter->pred[node->pred];
	struct evf_consts consts = { .pool = filter->pool.v, .bytes = filter->bytes };
	bool alone = node->parent == EVF_NO_NODE;
	bool enclose = node->negated ? pred->compare != EVF_C_BARE :
				       pred->compare == EVF_C_MASK && !alone;

	if (node->negated)
		evf_puts(out, "!");
	if (enclose)
		evf_puts(out, "(");
	evf_print_predicate(out, pred, &consts, filter->event, schema);
	if (enclose)
		evf_puts(out, ")");
	return enclose;
}

u32 evf_print_filter(struct evf_out *out, const struct evf_filter *filter,
		     const struct evf_schema *schema)
{
	u32 i, depth = 0, deepest = 0, leaf = EVF_NO_NODE;

	for (i = 0; i < filter->nr_nodes; i++) {
		const struct evf_node *node = &filter->node[i];
		u32 here = depth;

		if (node->type == EVF_N_GONE)
			continue;
		if (leaf != EVF_NO_NODE) {
			bool or = filter->node[node->parent].type == EVF_N_OR;

			here = depth -= close_groups(out, filter, leaf, node->parent);
			evf_puts(out, or ? " || " : " && ");
			leaf = EVF_NO_NODE;
		}
		if (node->type == EVF_N_LEAF) {
			here += put_leaf(out, filter, node, schema);
			leaf = i;
		} else if (node->parent != EVF_NO_NODE || node->negated) {
			evf_puts(out, node->negated ? "!(" : "(");
			here = ++depth;
		}
		if (here > deepest)
			deepest = here;
	}
	close_groups(out, filter, leaf, EVF_NO_NODE);
	return deepest;
}
