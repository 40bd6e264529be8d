// SPDX-License-Identifier: GPL-2.0-only
/*
 * The lines "endpoint PROTOCOL ADDRESS PORTS NAME..." and "unendpoint PROTOCOL ADDRESS
 * PORTS". Addresses and ports are no words of the filter language: they are read here.
 */
#include <linux/ctype.h>
#include <linux/eventfilter.h>
#include <linux/in.h>
#include <linux/inet.h>
#include <linux/slab.h>
#include <net/ipv6.h>

#include "endpoint.h"
#include "space.h"
#include "space_text.h"

#define NO_PROTOCOL	"missing_protocol: the protocol is missing: tcp, udp or any"
#define BAD_PROTOCOL	"wrong_protocol: a protocol is tcp, udp or any"
#define NO_ADDRESS	"missing_address: the address is missing, such as 10.0.0.0/8, fd00::/8 or any"
#define BAD_ADDRESS	"wrong_address: an address is like 10.0.0.0/8, fd00::/8 or any"
#define BAD_PREFIX	"wrong_prefix: the length of a prefix is a number up to 32 for IPv4, up to 128 for IPv6"
#define BEYOND		"address_beyond_prefix: the address has bits beyond its prefix"
#define NO_PORTS	"missing_ports: the ports are missing, such as 443, 1024-65535 or *"
#define BAD_PORTS	"wrong_ports: ports are like 443, 1024-65535 or *"
#define BAD_RANGE	"wrong_port_range: a range of ports goes up"
#define NO_SUCH		"no_such_endpoint: nothing is assigned to this endpoint"
#define NO_ROOM		"too_many_port_ranges: a prefix has at most " \
			__stringify(EVF_MAX_PORT_RANGES) " ranges of ports"

/* Bytes of the longest address with its prefix */
#define MAX_ADDRESS	(INET6_ADDRSTRLEN + 4)

/**
 * struct endpoint_statement - what a line says; two of them for the address "any"
 * @head: in the text
 * @key: which endpoints
 * @names: the labels; none to take back
 * @what: EVF_WHAT_FILE, or EVF_WHAT_NONE to take back
 * @place: of the words that say which endpoints
 * @endpoint: once prepared
 * @version: once prepared, until applied
 * @fresh: @endpoint was made for this statement, and is not in use yet
 */
struct endpoint_statement {
	struct evf_statement head;
	struct evf_endpoint_key key;
	struct evf_span names;
	u8 what;
	struct evf_token place;
	struct evf_endpoint *endpoint;
	struct evf_version *version;
	bool fresh;
};

static struct endpoint_statement *statement_of(struct evf_statement *head)
{
	return container_of(head, struct endpoint_statement, head);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* What stands up to the next blank */
static int take_word(struct evf_text *text, struct evf_token *token, const char *missing)
{
	struct evf_lexer *lexer = &text->lexer;
	u32 pos = lexer->pos;

	while (pos < lexer->end && is_blank(lexer->text[pos]))
		pos++;
	*token = (struct evf_token){ .kind = EVF_T_WORD, .offset = pos };
	while (pos < lexer->end && !is_blank(lexer->text[pos]) && lexer->text[pos] != '#')
		pos++;
	token->length = pos - token->offset;
	lexer->pos = pos;
	return token->length ? 0 : evf_text_fail(text, token, missing);
}

static bool word_is(const struct evf_text *text, const struct evf_token *token, const char *word)
{
	return token->length == strlen(word) &&
	       !memcmp(text->lexer.text + token->offset, word, token->length);
}

/* Digits only: what the kernel's own functions take besides is no number here */
static int parse_number(const char *from, u32 len, u32 max)
{
	u32 number = 0, i;

	if (!len)
		return -EINVAL;
	for (i = 0; i < len; i++) {
		if (!isdigit(from[i]))
			return -EINVAL;
		number = number * 10 + from[i] - '0';
		if (number > max)
			return -EINVAL;
	}
	return number;
}

static int parse_protocol(struct evf_text *text, struct evf_endpoint_key *key, u32 *offset)
{
	struct evf_token token;
	int error = take_word(text, &token, NO_PROTOCOL);

	if (error)
		return error;
	*offset = token.offset;
	if (word_is(text, &token, "tcp"))
		key->protocol = IPPROTO_TCP;
	else if (word_is(text, &token, "udp"))
		key->protocol = IPPROTO_UDP;
	else if (word_is(text, &token, "any"))
		key->protocol = 0;
	else
		return evf_text_fail(text, &token, BAD_PROTOCOL);
	return 0;
}

/* IPv4 addresses that are written as IPv6 addresses are IPv4 addresses */
static int parse_ip(struct evf_endpoint_key *key, const char *from, u32 len)
{
	char ip[MAX_ADDRESS + 1];
	const char *end;
	__be32 ipv4;

	memcpy(ip, from, len);
	ip[len] = '\0';
	if (in4_pton(ip, len, (u8 *)&ipv4, -1, &end) && !*end)
		ipv6_addr_set_v4mapped(ipv4, &key->ip);
	else if (!in6_pton(ip, len, key->ip.s6_addr, -1, &end) || *end)
		return -EINVAL;
	return 0;
}

/* Turn the length that was written, if any, into an index of EVF_PREFIX_LENGTHS */
static int set_length(struct evf_endpoint_key *key, bool dotted, int length)
{
	const bool mapped = ipv6_addr_v4mapped(&key->ip);

	if (dotted) {
		key->length = length;
	} else if (mapped && length >= 96) {
		key->length = length - 96;
	} else {
		key->length = EVF_IPV4_LENGTHS + length;
		return length;
	}
	return 96 + key->length;
}

static int parse_address(struct evf_text *text, struct evf_endpoint_key *key, bool *any)
{
	struct evf_token token;
	struct in6_addr prefix;
	const char *from, *slash;
	int length, bits, error;
	bool dotted;
	u32 len;

	error = take_word(text, &token, NO_ADDRESS);
	if (error)
		return error;
	*any = word_is(text, &token, "any");
	if (*any)
		return 0;
	from = text->lexer.text + token.offset;
	slash = memchr(from, '/', token.length);
	len = slash ? slash - from : token.length;
	if (len > MAX_ADDRESS || parse_ip(key, from, len))
		return evf_text_fail(text, &token, BAD_ADDRESS);
	dotted = !memchr(from, ':', len);
	length = dotted ? 32 : 128;
	if (slash)
		length = parse_number(slash + 1, token.length - len - 1, length);
	if (length < 0)
		return evf_text_fail(text, &token, BAD_PREFIX);
	bits = set_length(key, dotted, length);
	ipv6_addr_prefix(&prefix, &key->ip, bits);
	if (!ipv6_addr_equal(&prefix, &key->ip))
		return evf_text_fail(text, &token, BEYOND);
	return 0;
}

static int parse_ports(struct evf_text *text, struct evf_endpoint_key *key)
{
	struct evf_token token;
	const char *from, *dash;
	int first, last, error;

	error = take_word(text, &token, NO_PORTS);
	if (error)
		return error;
	key->last = U16_MAX;
	if (word_is(text, &token, "*"))
		return 0;
	from = text->lexer.text + token.offset;
	dash = memchr(from, '-', token.length);
	first = parse_number(from, dash ? dash - from : token.length, U16_MAX);
	last = dash ? parse_number(dash + 1, from + token.length - dash - 1, U16_MAX) : first;
	if (first < 0 || last < 0)
		return evf_text_fail(text, &token, BAD_PORTS);
	if (first > last)
		return evf_text_fail(text, &token, BAD_RANGE);
	key->first = first;
	key->last = last;
	return 0;
}

static int prepare_assignment(struct evf_text *text, struct endpoint_statement *statement)
{
	u16 id[EVF_MAX_OBJECT_NAMES];
	int nr = evf_text_labels(text, &statement->names, id);

	if (nr < 0)
		return nr;
	statement->version = evf_text_version(text, &statement->names, statement->what, id, nr);
	if (IS_ERR(statement->version))
		return PTR_ERR(statement->version);
	if (statement->endpoint)
		return 0;
	statement->endpoint = evf_endpoint_create(text->space, &statement->key);
	if (IS_ERR(statement->endpoint)) {
		nr = PTR_ERR(statement->endpoint);
		statement->endpoint = NULL;
		return nr == -ENOSPC ? evf_text_fail(text, &statement->place, NO_ROOM) : nr;
	}
	statement->fresh = true;
	return evf_text_assignment(text, &(struct evf_span){
		.start = statement->place.offset,
		.end = statement->place.offset + statement->place.length,
	});
}

static int prepare(struct evf_text *text, struct evf_statement *head)
{
	struct endpoint_statement *statement = statement_of(head);

	statement->endpoint = evf_endpoint_find(text->space, &statement->key);
	if (statement->what != EVF_WHAT_NONE)
		return prepare_assignment(text, statement);
	if (!statement->endpoint || !evf_endpoint_exists(statement->endpoint))
		return evf_text_fail(text, &statement->place, NO_SUCH);
	statement->version = evf_version_create(text->space, EVF_WHAT_NONE, NULL, 0);
	return PTR_ERR_OR_ZERO(statement->version);
}

static void apply(struct evf_text *text, struct evf_statement *head)
{
	struct endpoint_statement *statement = statement_of(head);

	evf_version_stage(&statement->endpoint->assignment, statement->version);
	statement->version = NULL;
	statement->fresh = false;
}

static void free_statement(struct evf_statement *head)
{
	struct endpoint_statement *statement = statement_of(head);

	if (statement->fresh)
		evf_endpoint_remove(statement->endpoint);
	evf_version_free(statement->version);
	kfree(statement);
}

static const struct evf_statement_ops endpoint_ops = {
	.prepare = prepare,
	.apply = apply,
	.free = free_statement,
};

static int add(struct evf_text *text, const struct endpoint_statement *parsed)
{
	struct endpoint_statement *statement = kmemdup(parsed, sizeof(*parsed),
						       GFP_KERNEL_ACCOUNT);

	if (!statement)
		return -ENOMEM;
	evf_text_add(text, &statement->head);
	return 0;
}

/* "any" is all of IPv4 and all of IPv6 */
static int add_any(struct evf_text *text, struct endpoint_statement *parsed)
{
	int error;

	ipv6_addr_set_v4mapped(htonl(INADDR_ANY), &parsed->key.ip);
	parsed->key.length = 0;
	error = add(text, parsed);
	if (error)
		return error;
	parsed->key.ip = in6addr_any;
	parsed->key.length = EVF_IPV4_LENGTHS;
	return add(text, parsed);
}

static int parse(struct evf_text *text, u8 what)
{
	struct endpoint_statement parsed = {
		.head.ops = &endpoint_ops,
		.what = what,
		.place.kind = EVF_T_WORD,
	};
	bool any = false;
	int error;

	error = parse_protocol(text, &parsed.key, &parsed.place.offset);
	if (!error)
		error = parse_address(text, &parsed.key, &any);
	if (!error)
		error = parse_ports(text, &parsed.key);
	if (error)
		return error;
	parsed.place.length = text->lexer.pos - parsed.place.offset;
	error = what == EVF_WHAT_NONE ? evf_text_end(text) :
					evf_text_names(text, &parsed.names);
	if (error)
		return error;
	return any ? add_any(text, &parsed) : add(text, &parsed);
}

static int parse_endpoint(struct evf_text *text)
{
	return parse(text, EVF_WHAT_FILE);
}

static int parse_unendpoint(struct evf_text *text)
{
	return parse(text, EVF_WHAT_NONE);
}

const struct evf_line evf_endpoint_line = {
	.word = "endpoint",
	.parse = parse_endpoint,
};

const struct evf_line evf_unendpoint_line = {
	.word = "unendpoint",
	.parse = parse_unendpoint,
};
