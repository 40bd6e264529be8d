// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Ruleset text in canonical form.
 */
#include <evf_env.h>
#include "limits.h"
#include "line.h"

/* Returns -E2BIG if the canonical form takes more parentheses than the language has */
static int print_body(struct evf_out *out, const struct evf_schema *schema,
		      const struct evf_body *body)
{
	bool deny = body->kind == EVF_RULE_DENY;

	evf_puts(out, ": ");
	if (body->kind == EVF_RULE_FILTER) {
		if (evf_print_filter(out, &body->filter, schema) > EVF_MAX_DEPTH)
			return -E2BIG;
	} else {
		evf_puts(out, deny ? "deny" : "allow");
	}
	if (!evf_action_is_default(&body->action)) {
		evf_puts(out, deny ? " " : " else ");
		evf_print_action(out, &body->action);
	}
	evf_puts(out, "\n");
	return 0;
}

static int format_line(struct evf_text_walk *walk, struct evf_line *line, struct evf_out *out)
{
	size_t start = out->len;
	struct evf_name name;
	int more, err = 0;

	while (!err && (more = evf_next_name(walk, line, &name)) != 0) {
		struct evf_body body;

		if (more < 0)
			return more;
		evf_pause();
		evf_puts(out, name.text);
		err = evf_parse_body(walk, line, &name, &body);
		if (!err && line->nr_names)
			evf_puts(out, ", ");
		else if (!err)
			err = print_body(out, walk->schema, &body);
		evf_filter_free(&body.filter);
	}
	if (err)
		return err;
	return out->len - start > EVF_MAX_LINE + 1 ? -E2BIG : 0;
}

int evf_format(const struct evf_schema *schema, const char *text, size_t len,
	       char **out, struct evf_error *error)
{
	struct evf_text_walk walk = {
		.schema = schema, .text = text, .len = len, .error = error,
	};
	struct evf_out result = { .grows = true };
	struct evf_line line;
	int more;

	if (len > EVF_MAX_TEXT)
		return -E2BIG;
	evf_puts(&result, "");
	while ((more = evf_next_line(&walk, &line)) > 0) {
		more = format_line(&walk, &line, &result);
		if (more)
			break;
	}
	if (!more && result.cut)
		more = -ENOMEM;
	if (!more && result.len > EVF_MAX_TEXT)
		more = -E2BIG;
	if (more) {
		evf_free(result.buf);
		return more;
	}
	result.buf[result.len] = 0;
	*out = result.buf;
	return 0;
}
