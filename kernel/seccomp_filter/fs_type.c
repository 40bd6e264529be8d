// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lines "fs TYPE NAMES": by name, since the type may be registered later.
 */
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/slab.h>

#include "assign.h"
#include "fs_type.h"
#include "space.h"
#include "space_text.h"

#define MISSING		"missing_fs_type: the file system's type is missing, a word or a \"string\""
#define TOO_LONG	"fs_type_too_long: a file system type has 1 to " \
			__stringify(EVF_MAX_FS_TYPE) " bytes"

/**
 * struct evf_fs_type - a type to which something is assigned
 * @assignment: what its file systems carry
 * @link: in the space's @fs_types, by name
 * @rcu: outlives what is read of it by one grace period
 * @len: bytes of @name
 * @name: as in /proc/filesystems
 */
struct evf_fs_type {
	struct evf_assignment assignment;
	struct evf_link link;
	struct rcu_head rcu;
	u8 len;
	char name[EVF_MAX_FS_TYPE];
};

/**
 * struct fs_line - a line
 * @statement: its head
 * @place: of the type
 * @names: where its names are
 * @type: to be added if the space doesn't have it
 * @version: to be staged
 */
struct fs_line {
	struct evf_statement statement;
	struct evf_span place;
	struct evf_span names;
	struct evf_fs_type *type;
	struct evf_version *version;
};

static u32 hash_of(const struct evf_space *space, const char *name, u32 len)
{
	return full_name_hash((void *)space->salt, name, len);
}

static struct evf_fs_type *find(const struct evf_space *space, const char *name, u32 len)
{
	struct evf_buckets *buckets = rcu_dereference_check(space->fs_types.buckets,
							    lockdep_is_held(&space->lock));
	u32 hash = hash_of(space, name, len);
	struct evf_link *link;

	for (link = evf_table_first(buckets, hash); link; link = evf_table_next(buckets, link)) {
		struct evf_fs_type *type = container_of(link, struct evf_fs_type, link);

		if (type->len == len && !memcmp(type->name, name, len))
			return type;
	}
	return NULL;
}

const struct evf_version *evf_fs_type_version(const struct evf_space *space, u32 generation,
					      const struct super_block *sb)
{
	const char *name = sb->s_type->name;
	const struct evf_fs_type *type = find(space, name, strlen(name));

	return type ? evf_version_at(&type->assignment, generation) : NULL;
}

static void remove_type(struct evf_assignment *assignment, struct evf_mark **doomed)
{
	struct evf_fs_type *type = container_of(assignment, struct evf_fs_type, assignment);

	evf_table_remove(&assignment->space->fs_types, &type->link);
	kfree_rcu(type, rcu);
}

static void print_type(const struct evf_assignment *assignment, const struct evf_version *version,
		       struct seq_buf *to)
{
	const struct evf_fs_type *type = container_of(assignment, struct evf_fs_type, assignment);

	seq_buf_puts(to, "fs ");
	evf_put_quoted(to, type->name, type->len);
}

static const struct evf_assignment_ops fs_type_ops = {
	.remove = remove_type,
	.print = print_type,
};

static int prepare(struct evf_text *text, struct evf_statement *statement)
{
	struct fs_line *line = container_of(statement, struct fs_line, statement);
	u16 id[EVF_MAX_OBJECT_NAMES];
	int nr;

	nr = evf_text_labels(text, &line->names, id);
	if (nr < 0)
		return nr;
	if (nr && !find(text->space, line->type->name, line->type->len) &&
	    evf_text_assignment(text, &line->place))
		return -EINVAL;
	/* Without a name it carries what it would anyway: nothing is left to remember */
	line->version = evf_text_version(text, &line->names, nr ? EVF_WHAT_FILE : EVF_WHAT_NONE,
					 id, nr);
	if (IS_ERR(line->version))
		return PTR_ERR(line->version);
	return evf_table_reserve(&text->space->fs_types, text->nr_assignments);
}

static void apply(struct evf_text *text, struct evf_statement *statement)
{
	struct fs_line *line = container_of(statement, struct fs_line, statement);
	struct evf_fs_type *type = find(text->space, line->type->name, line->type->len);

	if (!type) {
		if (line->version->what == EVF_WHAT_NONE)
			return;
		type = line->type;
		line->type = NULL;
		evf_assignment_init(&type->assignment, text->space, &fs_type_ops);
		evf_table_insert(&text->space->fs_types, &type->link,
				 hash_of(text->space, type->name, type->len));
	}
	evf_version_stage(&type->assignment, line->version);
	line->version = NULL;
}

static void free_line(struct evf_statement *statement)
{
	struct fs_line *line = container_of(statement, struct fs_line, statement);

	evf_version_free(line->version);
	kfree(line->type);
	kfree(line);
}

static const struct evf_statement_ops fs_line_ops = {
	.prepare = prepare,
	.apply = apply,
	.free = free_line,
};

/* A string, because the lexer takes "9p" for a number */
static int take_type(struct evf_text *text, struct fs_line *line)
{
	struct evf_fs_type *type = line->type;
	struct evf_token token;

	evf_lex(&text->lexer, &token);
	if (token.kind != EVF_T_WORD && token.kind != EVF_T_STRING)
		return evf_text_fail(text, &token, MISSING);
	if (token.kind == EVF_T_WORD)
		token.num = token.length;
	if (!token.num || token.num > EVF_MAX_FS_TYPE)
		return evf_text_fail(text, &token, TOO_LONG);
	line->place = (struct evf_span){ token.offset, token.offset + token.length };
	type->len = token.num;
	if (token.kind == EVF_T_WORD)
		memcpy(type->name, text->lexer.text + token.offset, token.length);
	else
		evf_unescape(&text->lexer, &token, type->name);
	return 0;
}

static int parse(struct evf_text *text)
{
	struct fs_line *line = kzalloc(sizeof(*line), GFP_KERNEL_ACCOUNT);
	int error;

	if (!line)
		return -ENOMEM;
	line->statement.ops = &fs_line_ops;
	evf_text_add(text, &line->statement);
	line->type = kzalloc(sizeof(*line->type), GFP_KERNEL_ACCOUNT);
	if (!line->type)
		return -ENOMEM;
	error = take_type(text, line);
	return error ?: evf_text_names(text, &line->names);
}

const struct evf_line evf_fs_line = {
	.word = "fs",
	.parse = parse,
};
