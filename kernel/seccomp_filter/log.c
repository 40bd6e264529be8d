// SPDX-License-Identifier: GPL-2.0-only
/*
 * Records of what was refused, or would have been.
 */

#include <linux/dcache.h>
#include <linux/sched.h>
#include <linux/seq_buf.h>
#include <linux/slab.h>
#include <linux/string_helpers.h>
#include "core/program.h"
#include "evaluate.h"
#include "labels.h"
#include "log.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

/* Where a record is written; too large for the stack of a hook */
struct texts {
	char comm[4 * TASK_COMM_LEN];
	char predicate[256];
	char raw[1024];
	char values[768];
	char path[1024];
};

/*
 * Names come from whoever is confined. They must not be able to end a line, a pair of
 * quotes or a terminal's patience.
 */
static void escape(char *to, size_t size, const char *from, size_t len)
{
	int wanted = string_escape_mem(from, len, to, size - 1,
				       ESCAPE_SPACE | ESCAPE_SPECIAL | ESCAPE_OCTAL |
				       ESCAPE_NAP | ESCAPE_APPEND, "\"\\");

	to[min_t(size_t, wanted, size - 1)] = '\0';
}

static void put_escaped(struct seq_buf *values, const struct evf_string *string)
{
	char text[4 * 64 + 1];

	escape(text, sizeof(text), string->text, string->len);
	seq_buf_printf(values, "\"%s\"", text);
}

static void put_labels(struct seq_buf *values, const struct evf_denial *denial, u8 slot)
{
	const struct evf_labels *labels = denial->record->v[slot].labels;
	u16 i;

	if (denial->record->unknown & BIT(slot)) {
		seq_buf_puts(values, "unknown");
		return;
	}
	for (i = 0; i < labels->nr; i++)
		seq_buf_printf(values, "%s%s", i ? "," : "",
			       evf_space_label_name(denial->entry->ruleset->space, labels->id[i]));
	if (!labels->nr)
		seq_buf_puts(values, "none");
}

static void put_int(struct seq_buf *values, const struct evf_field *field, u64 num)
{
	const unsigned int unused = 64 - 8 * (field->size ?: 8);

	if (field->kind == EVF_KIND_POINTER)
		seq_buf_printf(values, "0x%llx", num);
	else if (field->is_signed)
		seq_buf_printf(values, "%lld", (s64)(num << unused) >> unused);
	else
		seq_buf_printf(values, "%llu", num << unused >> unused);
}

static void put_field(struct seq_buf *values, const struct evf_denial *denial,
		      const struct evf_field *field)
{
	const union evf_value value = denial->record->v[field->slot];

	seq_buf_printf(values, "%s%s=", values->len ? " " : "", field->name);
	switch (field->kind) {
	case EVF_KIND_LABEL:
		put_labels(values, denial, field->slot);
		break;
	case EVF_KIND_STRING:
		put_escaped(values, value.string);
		break;
	default:
		put_int(values, field, value.num);
	}
}

static void put_values(struct texts *texts, const struct evf_denial *denial)
{
	struct seq_buf values;
	u8 i;

	seq_buf_init(&values, texts->values, sizeof(texts->values) - 1);
	for (i = 0; denial->event && i < denial->event->nr_fields; i++) {
		const struct evf_field *field = &denial->event->fields[i];

		if (denial->filled & BIT(field->slot))
			put_field(&values, denial, field);
	}
	texts->values[seq_buf_used(&values)] = '\0';
}

static void put_predicate(struct texts *texts, const struct evf_denial *denial)
{
	const struct evf_entry *entry = denial->entry;
	size_t len;

	texts->predicate[0] = '\0';
	if (!entry->program || !denial->event)
		return;
	len = evf_program_print_predicate(entry->program, denial->predicate, denial->event,
					  &entry->ruleset->schema, texts->raw,
					  sizeof(texts->raw));
	escape(texts->predicate, sizeof(texts->predicate), texts->raw, len);
}

/* From the root of its file system: mounts are no business of labels */
static void put_path(struct texts *texts, struct dentry *dentry)
{
	const char *path;

	texts->path[0] = '\0';
	if (!dentry)
		return;
	path = dentry_path_raw(dentry, texts->raw, sizeof(texts->raw));
	if (IS_ERR(path))
		path = "...";
	escape(texts->path, sizeof(texts->path), path, strlen(path));
}

static const char *action_name(const struct evf_action *action)
{
	switch (action->kind) {
	case EVF_ACTION_LOG:
		return "log";
	case EVF_ACTION_KILL:
		return "kill";
	}
	return "errno";
}

/* The first layer of that ruleset: with the same ruleset it's the one that decides */
static int layer_of(const struct evf_domain *domain, const struct evf_ruleset *ruleset)
{
	u32 i;

	for (i = 0; i < domain->nr_layers; i++) {
		if (domain->layer[i].ruleset == ruleset)
			return i;
	}
	return -1;
}

static void emit(struct evf_trace_texts *trace, struct texts *texts, u64 domain, int layer,
		 int error)
{
	if (texts) {
		escape(texts->comm, sizeof(texts->comm), current->comm,
		       strnlen(current->comm, sizeof(current->comm)));
		trace->comm = texts->comm;
	}
	trace_denied(trace, domain, layer, error);
}

void evf_log_denial(const struct evf_denial *denial)
{
	const struct evf_action *action = &denial->entry->action;
	struct evf_trace_texts trace = {
		.event = denial->event ? denial->event->name : "syscall",
		.comm = "",
		.action = action_name(action),
		.predicate = "",
		.values = "",
		.path = "",
	};
	struct texts *texts;

	if (!trace_denied_enabled())
		return;
	/* Without memory the record is short, but it comes */
	texts = kmalloc(sizeof(*texts), GFP_ATOMIC | __GFP_NOWARN);
	if (texts) {
		put_predicate(texts, denial);
		put_values(texts, denial);
		put_path(texts, denial->dentry);
		trace.predicate = texts->predicate;
		trace.values = texts->values;
		trace.path = texts->path;
	}
	emit(&trace, texts, denial->domain->id, layer_of(denial->domain, denial->entry->ruleset),
	     action->kind == EVF_ACTION_LOG ? 0 : action->error);
	kfree(texts);
}

void evf_log_rule(const struct evf_domain *domain, const char *what, int layer, int error)
{
	struct evf_trace_texts trace = {
		.event = what,
		.comm = "",
		.action = error ? "errno" : "log",
		.predicate = "",
		.values = "",
		.path = "",
	};
	struct texts *texts;

	if (!trace_denied_enabled())
		return;
	texts = kmalloc(sizeof(*texts), GFP_ATOMIC | __GFP_NOWARN);
	emit(&trace, texts, domain->id, layer, error);
	kfree(texts);
}
