// SPDX-License-Identifier: GPL-2.0-only
/*
 * A refusal as text.
 */

#include <linux/cred.h>
#include <linux/dcache.h>
#include <linux/seq_buf.h>
#include <linux/uidgid.h>
#include <net/ipv6.h>
#include "core/program.h"
#include "labels.h"
#include "log_text.h"

#define MORE	"..."

/* Longest value of one string, and of one set of labels, its quotes not counted */
#define MAX_STRING	384
#define MAX_LABELS	320

/*
 * One byte as what may stand between quotes. A quote is an octal escape: whoever reads a
 * line may look for the next quote and needn't know of escapes.
 *
 * Return: bytes at @to
 */
static size_t escape_byte(char to[4], unsigned char c)
{
	static const char letters[] = "abtnvfr";

	if (c == '\033' || (c >= '\a' && c <= '\r') || c == '\\') {
		to[0] = '\\';
		to[1] = c == '\\' ? '\\' : c == '\033' ? 'e' : letters[c - '\a'];
		return 2;
	}
	if (c >= ' ' && c <= '~' && c != '"') {
		to[0] = c;
		return 1;
	}
	to[0] = '\\';
	to[1] = '0' + (c >> 6);
	to[2] = '0' + (c >> 3 & 7);
	to[3] = '0' + (c & 7);
	return 4;
}

/* Whole escapes only: half of one would change the meaning of the quote behind it */
static void put_safe(struct seq_buf *to, const char *from, size_t len, size_t room)
{
	const size_t end = min(to->len + room, to->size) - sizeof(MORE);
	size_t i, bytes;
	char one[4];

	for (i = 0; i < len; i++) {
		bytes = escape_byte(one, from[i]);
		if (to->len + bytes > end) {
			seq_buf_puts(to, MORE);
			return;
		}
		seq_buf_putmem(to, one, bytes);
	}
}

static void safe_text(char *to, size_t size, const char *from, size_t len)
{
	struct seq_buf text;

	seq_buf_init(&text, to, size);
	put_safe(&text, from, len, size);
	to[min(text.len, size - 1)] = '\0';
}

static void put_labels(struct seq_buf *values, const struct evf_denial *denial, u8 slot)
{
	const struct evf_labels *labels = denial->record->v[slot].labels;
	const size_t start = values->len;
	const struct evf_space *space = denial->entry->ruleset->space;
	u16 i;

	if (denial->record->unknown & BIT(slot)) {
		seq_buf_puts(values, "unknown");
		return;
	}
	for (i = 0; i < labels->nr; i++) {
		const char *name = evf_space_label_name(space, labels->id[i]);

		/* What it carries, not what that belongs to */
		if (evf_space_is_group(space, labels->id[i]))
			continue;
		if (values->len - start + strlen(name) > MAX_LABELS) {
			seq_buf_puts(values, "," MORE);
			break;
		}
		seq_buf_printf(values, "%s%s", values->len > start ? "," : "", name);
	}
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

static void put_id(struct seq_buf *values, u32 id)
{
	if (id == (u32)-1)
		seq_buf_puts(values, "unmapped");
	else
		seq_buf_printf(values, "%u", id);
}

static void put_value(struct seq_buf *values, const struct evf_denial *denial,
		      const struct evf_field *field, struct user_namespace *ns)
{
	const union evf_value value = denial->record->v[field->slot];

	switch (field->kind) {
	case EVF_KIND_LABEL:
		put_labels(values, denial, field->slot);
		break;
	case EVF_KIND_STRING:
		seq_buf_puts(values, "\"");
		put_safe(values, value.string->text, value.string->len, MAX_STRING);
		seq_buf_puts(values, "\"");
		break;
	case EVF_KIND_UID:
		put_id(values, from_kuid(ns, KUIDT_INIT((u32)value.num)));
		break;
	case EVF_KIND_GID:
		put_id(values, from_kgid(ns, KGIDT_INIT((u32)value.num)));
		break;
	default:
		put_int(values, field, value.num);
	}
}

/* Is there a value? The subject's ids have their place in front of every event's fields. */
static bool has_value(const struct evf_denial *denial, const struct evf_field *field)
{
	if (!(denial->filled & BIT(field->slot)) || field->slot >= EVF_SLOT_UID)
		return false;
	switch (field->kind) {
	case EVF_KIND_LABEL:
		return denial->record->v[field->slot].labels;
	case EVF_KIND_STRING:
		return denial->record->v[field->slot].string;
	}
	return true;
}

/* A whole value, or none: what doesn't fit is said to be missing */
static bool end_value(struct seq_buf *values, size_t start)
{
	if (values->len + sizeof(" " MORE) <= values->size)
		return true;
	values->len = min(start, values->size - sizeof(" " MORE));
	seq_buf_puts(values, " " MORE);
	return false;
}

static void put_new_path(struct evf_texts *texts, struct seq_buf *values, struct dentry *dentry)
{
	const size_t start = values->len;
	const char *path = dentry_path_raw(dentry, texts->raw, sizeof(texts->raw));

	if (IS_ERR(path))
		path = MORE;
	seq_buf_printf(values, "%snew_path=\"", start ? " " : "");
	put_safe(values, path, strlen(path), values->size);
	seq_buf_puts(values, "\"");
	end_value(values, start);
}

void evf_text_values(struct evf_texts *texts, const struct evf_denial *denial,
		     struct user_namespace *ns)
{
	const struct evf_event *event = denial ? denial->event : NULL;
	struct seq_buf values;
	u8 i;

	texts->values[0] = '\0';
	seq_buf_init(&values, texts->values, sizeof(texts->values));
	for (i = 0; event && i < event->nr_fields; i++) {
		const struct evf_field *field = &event->fields[i];
		const size_t start = values.len;

		if (!has_value(denial, field))
			continue;
		seq_buf_printf(&values, "%s%s=", start ? " " : "", field->name);
		put_value(&values, denial, field, ns);
		if (!end_value(&values, start))
			break;
	}
	if (event && i == event->nr_fields && denial->new_dentry)
		put_new_path(texts, &values, denial->new_dentry);
	texts->values[values.len] = '\0';
}

static void put_predicate(struct evf_texts *texts, const struct evf_denial *denial)
{
	const struct evf_entry *entry = denial->entry;
	size_t len;

	if (!entry->program || !denial->event)
		return;
	len = evf_program_print_false(entry->program, denial->predicate, denial->event,
				      &entry->ruleset->schema, texts->raw, sizeof(texts->raw));
	safe_text(texts->predicate, sizeof(texts->predicate), texts->raw, len);
}

/* From the root of its file system: mounts are no business of labels */
static void put_path(struct evf_texts *texts, struct dentry *dentry)
{
	const char *path;

	if (!dentry)
		return;
	path = dentry_path_raw(dentry, texts->raw, sizeof(texts->raw));
	if (IS_ERR(path))
		path = MORE;
	safe_text(texts->path, sizeof(texts->path), path, strlen(path));
}

static void put_address(struct evf_texts *texts, const struct evf_address *address)
{
	if (!address || !address->known)
		return;
	if (ipv6_addr_v4mapped(&address->ip))
		scnprintf(texts->path, sizeof(texts->path), "%pI4:%u",
			  &address->ip.s6_addr32[3], address->port);
	else
		scnprintf(texts->path, sizeof(texts->path), "[%pI6c]:%u", &address->ip,
			  address->port);
}

void evf_text_refusal(struct evf_texts *texts, const struct evf_denial *denial)
{
	char comm[TASK_COMM_LEN];

	/* A copy: another thread may be writing it */
	memcpy(comm, current->comm, sizeof(comm));
	safe_text(texts->comm, sizeof(texts->comm), comm, strnlen(comm, sizeof(comm)));
	texts->predicate[0] = '\0';
	texts->path[0] = '\0';
	if (denial) {
		put_predicate(texts, denial);
		put_path(texts, denial->dentry);
		put_address(texts, denial->address);
	}
}

static void put_slot(struct seq_buf *to, const struct evf_denial *denial,
		     const struct evf_field *field)
{
	const union evf_value value = denial->record->v[field->slot];

	if (field->kind == EVF_KIND_LABEL)
		put_labels(to, denial, field->slot);
	else
		put_safe(to, value.string->text, value.string->len, MAX_STRING);
}

void evf_text_slots(const char *text[EVF_MAX_SLOTS], char *buf, size_t size,
		    const struct evf_denial *denial)
{
	struct seq_buf to;
	u8 i;

	seq_buf_init(&to, buf, size);
	for (i = 0; i < denial->event->nr_fields; i++) {
		const struct evf_field *field = &denial->event->fields[i];

		text[field->slot] = "";
		if (field->kind != EVF_KIND_LABEL && field->kind != EVF_KIND_STRING)
			continue;
		if (!has_value(denial, field) || seq_buf_buffer_left(&to) < MAX_STRING + MAX_LABELS)
			continue;
		text[field->slot] = buf + to.len;
		put_slot(&to, denial, field);
		seq_buf_putc(&to, '\0');
	}
}
