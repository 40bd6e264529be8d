// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Actions: what happens when a rule is false.
 */
#include <evf_env.h>
#include "line.h"

static const struct {
	const char *name;
	u16 number;
} errnos[] = {
#define EVF_ERRNO(name)	{ #name, name },
#include "errnos.def"
};

static int parse_errno(struct evf_parser *parser, struct evf_action *action)
{
	u32 i;
	int err;

	err = evf_parser_next(parser);
	if (err)
		return err;
	if (parser->token.kind == EVF_T_NUMBER)
		return evf_parser_fail(parser, EVF_E_errno_number, NULL);
	if (parser->token.kind != EVF_T_WORD)
		return evf_parser_fail(parser, EVF_E_missing_errno, NULL);
	for (i = 0; i < ARRAY_SIZE(errnos); i++) {
		if (!evf_token_is(&parser->lexer, &parser->token, errnos[i].name))
			continue;
		action->kind = EVF_ACTION_ERRNO;
		action->error = errnos[i].number;
		return evf_parser_next(parser);
	}
	return evf_parser_fail(parser, EVF_E_unknown_errno, NULL);
}

static int parse_trap(struct evf_parser *parser, struct evf_action *action)
{
	if (parser->no_trap)
		return evf_parser_fail(parser, EVF_E_trap_in_atomic, parser->no_trap->name);
	action->kind = EVF_ACTION_TRAP;
	return evf_parser_next(parser);
}

static int parse_verb(struct evf_parser *parser, struct evf_action *action)
{
	const struct evf_token *token = &parser->token;

	if (token->kind == EVF_T_END)
		return evf_parser_fail(parser, EVF_E_missing_action, NULL);
	if (evf_token_is(&parser->lexer, token, "errno"))
		return parse_errno(parser, action);
	if (evf_token_is(&parser->lexer, token, "quiet"))
		return 0;
	if (evf_token_is(&parser->lexer, token, "trap"))
		return parse_trap(parser, action);
	if (evf_token_is(&parser->lexer, token, "kill"))
		action->kind = EVF_ACTION_KILL;
	else if (evf_token_is(&parser->lexer, token, "log"))
		action->kind = EVF_ACTION_LOG;
	else
		return evf_parser_fail(parser, EVF_E_bad_action, NULL);
	return evf_parser_next(parser);
}

int evf_parse_action(struct evf_parser *parser, struct evf_action *action)
{
	int err;

	err = parse_verb(parser, action);
	if (!err && evf_token_is(&parser->lexer, &parser->token, "quiet")) {
		action->quiet = true;
		err = evf_parser_next(parser);
	}
	if (!err && parser->token.kind != EVF_T_END)
		return evf_parser_fail(parser, EVF_E_trailing_text, NULL);
	return err;
}

static const char *errno_name(u16 number)
{
	u32 i = 0;

	while (errnos[i].number != number)
		i++;
	return errnos[i].name;
}

void evf_print_action(struct evf_out *out, const struct evf_action *action)
{
	switch (action->kind) {
	case EVF_ACTION_ERRNO:
		evf_puts(out, "errno ");
		evf_puts(out, errno_name(action->error));
		break;
	case EVF_ACTION_KILL:
		evf_puts(out, "kill");
		break;
	case EVF_ACTION_LOG:
		evf_puts(out, "log");
		break;
	case EVF_ACTION_TRAP:
		evf_puts(out, "trap");
		break;
	}
	if (!action->quiet)
		return;
	if (action->kind != EVF_ACTION_DEFAULT)
		evf_puts(out, " ");
	evf_puts(out, "quiet");
}
