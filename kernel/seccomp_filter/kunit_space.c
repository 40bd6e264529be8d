// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of what the text of a label space means: endpoints, groups, types of file
 * systems, patterns; of addresses as sockets take them; and of the text of a refusal.
 */

#include <kunit/test.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/in.h>
#include <linux/inet.h>
#include <linux/mount.h>
#include <linux/net.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <net/ipv6.h>
#include <net/net_namespace.h>
#include "address.h"
#include "assign.h"
#include "fs_type.h"
#include "label_set.h"
#include "log_text.h"
#include "mark.h"
#include "space.h"
#include "space_text.h"

static int space_init(struct kunit *test)
{
	test->priv = evf_space_create();
	KUNIT_ASSERT_FALSE(test, IS_ERR(test->priv));
	return 0;
}

static void space_exit(struct kunit *test)
{
	if (!IS_ERR_OR_NULL(test->priv))
		evf_space_put(test->priv);
}

static void take(struct kunit *test, const char *text)
{
	KUNIT_ASSERT_EQ_MSG(test, evf_text_write(test->priv, text, strlen(text)), 0, "%s", text);
	evf_space_commit(test->priv);
}

/* The first letter of each name, ascending by id */
static const char *letters(struct kunit *test, const struct evf_labels *labels)
{
	char *text = kunit_kzalloc(test, EVF_MAX_OBJECT_NAMES + 1, GFP_KERNEL);
	u16 i;

	for (i = 0; i < labels->nr; i++)
		text[i] = *evf_space_label_name(test->priv, labels->id[i]);
	return text;
}

static const char *label_of(struct kunit *test, const struct evf_address *address)
{
	struct evf_space *space = test->priv;
	const char *text;
	struct evf_found found;

	rcu_read_lock();
	found = evf_label_of_address(space, evf_space_generation(space), address);
	rcu_read_unlock();
	/* Nothing is committed meanwhile, so it stays */
	text = letters(test, found.labels);
	return found.unknown ? "?" : text;
}

static const char *ipv4(struct kunit *test, const char *ip, u8 protocol, u16 port)
{
	struct evf_address address = { .port = port, .protocol = protocol, .known = true };

	ipv6_addr_set_v4mapped(in_aton(ip), &address.ip);
	return label_of(test, &address);
}

static const char *ipv6(struct kunit *test, const char *ip, u16 port)
{
	struct evf_address address = { .port = port, .protocol = IPPROTO_TCP, .known = true };

	KUNIT_ASSERT_EQ(test, in6_pton(ip, -1, address.ip.s6_addr, -1, NULL), 1);
	return label_of(test, &address);
}

static void test_longest_prefix_then_ports_then_protocol(struct kunit *test)
{
	take(test, "label a\nlabel b\nlabel c\nlabel d\nlabel e\nlabel f\nlabel g\n"
	     "endpoint any 10.0.0.0/8 * a\n"
	     "endpoint any 10.1.0.0/16 * b\n"
	     "endpoint any 10.1.0.0/16 80-90 c\n"
	     "endpoint tcp 10.1.0.0/16 80-90 d\n"
	     "endpoint any 10.1.0.0/16 85 e\n"
	     "endpoint any 10.1.2.3 * f\n"
	     "endpoint any 2001:db8::/32 * g\n");
	KUNIT_EXPECT_STREQ(test, ipv4(test, "10.2.3.4", IPPROTO_TCP, 85), "a");
	KUNIT_EXPECT_STREQ(test, ipv4(test, "10.1.0.1", IPPROTO_TCP, 1), "b");
	KUNIT_EXPECT_STREQ(test, ipv4(test, "10.1.0.1", IPPROTO_UDP, 80), "c");
	KUNIT_EXPECT_STREQ(test, ipv4(test, "10.1.0.1", IPPROTO_TCP, 80), "d");
	KUNIT_EXPECT_STREQ(test, ipv4(test, "10.1.0.1", IPPROTO_TCP, 90), "d");
	KUNIT_EXPECT_STREQ(test, ipv4(test, "10.1.0.1", IPPROTO_TCP, 91), "b");
	KUNIT_EXPECT_STREQ(test, ipv4(test, "10.1.0.1", IPPROTO_TCP, 85), "e");
	KUNIT_EXPECT_STREQ(test, ipv4(test, "10.1.2.3", IPPROTO_TCP, 85), "f");
	KUNIT_EXPECT_STREQ(test, ipv4(test, "11.0.0.1", IPPROTO_TCP, 85), "");
	KUNIT_EXPECT_STREQ(test, ipv6(test, "2001:db8::1", 85), "g");
	KUNIT_EXPECT_STREQ(test, ipv6(test, "2001:db9::1", 85), "");
	/* Each kind of address has an end of its own */
	take(test, "endpoint any 0.0.0.0/0 * g\n");
	KUNIT_EXPECT_STREQ(test, ipv4(test, "11.0.0.1", IPPROTO_TCP, 85), "g");
	KUNIT_EXPECT_STREQ(test, ipv6(test, "2001:db9::1", 85), "");
}

static void test_endpoints_come_and_go(struct kunit *test)
{
	const struct evf_address unknown = { };

	take(test, "label a\nlabel b\nendpoint any 10.0.0.0/8 * a\n");
	take(test, "endpoint any 10.0.0.1 * b\n");
	KUNIT_EXPECT_STREQ(test, ipv4(test, "10.0.0.1", IPPROTO_TCP, 1), "b");
	take(test, "unendpoint any 10.0.0.1 *\n");
	KUNIT_EXPECT_STREQ(test, ipv4(test, "10.0.0.1", IPPROTO_TCP, 1), "a");
	take(test, "endpoint any 10.0.0.0/8 * b\n");
	KUNIT_EXPECT_STREQ(test, ipv4(test, "10.0.0.1", IPPROTO_TCP, 1), "b");
	KUNIT_EXPECT_STREQ(test, label_of(test, &unknown), "?");
}

static void test_groups(struct kunit *test)
{
	take(test, "label a\nlabel b\ngroup x = a\ngroup y = a b\n"
	     "endpoint any 10.0.0.1 * a\nendpoint any 10.0.0.2 * b\n"
	     "endpoint any 10.0.0.3 * a b\n");
	KUNIT_EXPECT_STREQ(test, ipv4(test, "10.0.0.1", IPPROTO_TCP, 1), "axy");
	KUNIT_EXPECT_STREQ(test, ipv4(test, "10.0.0.2", IPPROTO_TCP, 1), "by");
	KUNIT_EXPECT_STREQ(test, ipv4(test, "10.0.0.3", IPPROTO_TCP, 1), "abxy");
	/* A group that a text doesn't name stays */
	take(test, "group x = b\n");
	KUNIT_EXPECT_STREQ(test, ipv4(test, "10.0.0.1", IPPROTO_TCP, 1), "ay");
	KUNIT_EXPECT_STREQ(test, ipv4(test, "10.0.0.2", IPPROTO_TCP, 1), "bxy");
	KUNIT_EXPECT_STREQ(test, ipv4(test, "10.0.0.3", IPPROTO_TCP, 1), "abxy");
}

/* Names and groups are no assignments */
static void test_clear_and_discard(struct kunit *test)
{
	struct evf_space *space = test->priv;

	take(test, "label a\nlabel b\ngroup x = a\nendpoint any 10.0.0.1 * a\nfs ramfs b\n");
	KUNIT_EXPECT_EQ(test, space->nr_assignments, 2);
	KUNIT_EXPECT_EQ(test, evf_space_clear(space), 0);
	KUNIT_EXPECT_STREQ(test, ipv4(test, "10.0.0.1", IPPROTO_TCP, 1), "ax");
	evf_space_discard(space);
	evf_space_commit(space);
	KUNIT_EXPECT_STREQ(test, ipv4(test, "10.0.0.1", IPPROTO_TCP, 1), "ax");
	KUNIT_EXPECT_EQ(test, evf_space_clear(space), 0);
	evf_space_commit(space);
	KUNIT_EXPECT_STREQ(test, ipv4(test, "10.0.0.1", IPPROTO_TCP, 1), "");
	KUNIT_EXPECT_EQ(test, space->nr_assignments, 0);
	KUNIT_EXPECT_EQ(test, evf_space_clear(space), 0);
	take(test, "endpoint any 10.0.0.1 * a\n");
	KUNIT_EXPECT_STREQ(test, ipv4(test, "10.0.0.1", IPPROTO_TCP, 1), "ax");
}

static void test_types_of_file_systems(struct kunit *test)
{
	struct file_system_type *type = get_fs_type("ramfs");
	struct evf_space *space = test->priv;
	const struct evf_labels *labels = NULL;
	const struct evf_version *version;
	struct vfsmount *mnt;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, type);
	mnt = kern_mount(type);
	put_filesystem(type);
	KUNIT_ASSERT_FALSE(test, IS_ERR(mnt));
	take(test, "label a\nlabel b\nfs tmpfs b\n");
	rcu_read_lock();
	KUNIT_EXPECT_NULL(test, evf_fs_type_version(space, evf_space_generation(space),
						    mnt->mnt_sb));
	rcu_read_unlock();
	take(test, "fs ramfs a\n");
	rcu_read_lock();
	version = evf_fs_type_version(space, evf_space_generation(space), mnt->mnt_sb);
	if (version)
		labels = evf_set_labels(version->set, evf_space_generation(space));
	rcu_read_unlock();
	KUNIT_EXPECT_NOT_NULL(test, labels);
	if (labels)
		KUNIT_EXPECT_STREQ(test, letters(test, labels), "a");
	kern_unmount(mnt);
}

static bool matches(struct kunit *test, const char *text, const char *first, const char *second,
		    u32 nr)
{
	const struct evf_string name[] = {
		{ .text = first, .len = strlen(first) },
		{ .text = second, .len = strlen(second) },
	};
	struct evf_pattern *pattern;

	pattern = kunit_kzalloc(test, struct_size(pattern, name, strlen(text) + 1), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, pattern);
	strcpy(pattern->name, text);
	pattern->len = strlen(text);
	pattern->components = 2;
	return evf_deep_matches(pattern, name, nr);
}

static void test_components_match_one_by_one(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, matches(test, "a/b", "a", "b", 2));
	KUNIT_EXPECT_FALSE(test, matches(test, "a/b", "b", "a", 2));
	KUNIT_EXPECT_FALSE(test, matches(test, "a/b", "a", "bb", 2));
	KUNIT_EXPECT_FALSE(test, matches(test, "a/b", "aa", "b", 2));
	KUNIT_EXPECT_TRUE(test, matches(test, "*/.ssh", "user", ".ssh", 2));
	KUNIT_EXPECT_FALSE(test, matches(test, "*/.ssh", "user", ".ss", 2));
	KUNIT_EXPECT_TRUE(test, matches(test, "u?[a-e]r/*", "user", "x", 2));
	/* Its beginning alone */
	KUNIT_EXPECT_TRUE(test, matches(test, "a/b", "a", "x", 1));
	KUNIT_EXPECT_FALSE(test, matches(test, "a/b", "b", "b", 1));
	KUNIT_EXPECT_TRUE(test, matches(test, "a/b", "x", "x", 0));
}

static void test_pattern_check(struct kunit *test)
{
	static const char *const good[] = {
		"a", ".ssh", "...", "*", "[]]", "[!]a]", "a[b-d]", "\\", "a/b", "*/.ssh/[ab]",
		"1/2/3/4/5/6/7/8",
	};
	static const char *const bad[] = {
		"", ".", "..", "a//b", "a/", "/a", "a/../b", "[/]",
		"1/2/3/4/5/6/7/8/9", "/", "[", "[]", "[!]", "a[b", "[d-b]",
	};
	char longest[EVF_MAX_COMPONENT + 1];
	u32 i;

	for (i = 0; i < ARRAY_SIZE(good); i++)
		KUNIT_EXPECT_EQ_MSG(test, evf_pattern_check(good[i], strlen(good[i])), 0, "%s",
				    good[i]);
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		KUNIT_EXPECT_EQ_MSG(test, evf_pattern_check(bad[i], strlen(bad[i])), -EINVAL, "%s",
				    bad[i]);
	memset(longest, 'a', sizeof(longest));
	KUNIT_EXPECT_EQ(test, evf_pattern_check(longest, EVF_MAX_COMPONENT), 0);
	KUNIT_EXPECT_EQ(test, evf_pattern_check(longest, EVF_MAX_COMPONENT + 1), -EINVAL);
	KUNIT_EXPECT_EQ(test, evf_pattern_check("a\0b", 3), -EINVAL);
}

static struct evf_address named(struct socket *sock, sa_family_t family, const char *ip, int len,
				enum evf_address_use use)
{
	struct sockaddr_in name = {
		.sin_family = family,
		.sin_port = htons(53),
		.sin_addr.s_addr = in_aton(ip),
	};
	struct evf_address address = { };

	evf_address_named(&address, sock->sk, (struct sockaddr *)&name, len, use);
	return address;
}

static void test_addresses_as_the_protocol_takes_them(struct kunit *test)
{
	const int len = sizeof(struct sockaddr_in);
	struct evf_address address;
	struct socket *sock;

	KUNIT_ASSERT_EQ(test, sock_create_kern(&init_net, AF_INET, SOCK_DGRAM, 0, &sock), 0);
	address = named(sock, AF_INET, "10.0.0.1", len, EVF_USE_SEND);
	KUNIT_EXPECT_TRUE(test, address.known);
	KUNIT_EXPECT_EQ(test, address.port, 53);
	KUNIT_EXPECT_EQ(test, address.protocol, IPPROTO_UDP);
	KUNIT_EXPECT_EQ(test, ntohl(address.ip.s6_addr32[3]), 0x0a000001U);
	KUNIT_EXPECT_TRUE(test, ipv6_addr_v4mapped(&address.ip));
	/* What is cut is refused, AF_UNSPEC is IPv4 to UDP, and disconnects */
	KUNIT_EXPECT_FALSE(test, named(sock, AF_INET, "10.0.0.1", len - 1, EVF_USE_SEND).known);
	KUNIT_EXPECT_TRUE(test, named(sock, AF_UNSPEC, "10.0.0.1", len, EVF_USE_SEND).known);
	KUNIT_EXPECT_FALSE(test, named(sock, AF_UNSPEC, "10.0.0.1", len, EVF_USE_CONNECT).known);
	KUNIT_EXPECT_FALSE(test, named(sock, AF_INET6, "10.0.0.1", len, EVF_USE_SEND).known);
	/* Any is where it goes, and where it's bound */
	address = named(sock, AF_INET, "0.0.0.0", len, EVF_USE_CONNECT);
	KUNIT_EXPECT_EQ(test, ntohl(address.ip.s6_addr32[3]), INADDR_LOOPBACK);
	address = named(sock, AF_INET, "0.0.0.0", len, EVF_USE_BIND);
	KUNIT_EXPECT_TRUE(test, address.known);
	KUNIT_EXPECT_EQ(test, ntohl(address.ip.s6_addr32[3]), 0U);
	sock_release(sock);
}

static void test_names_are_escaped(struct kunit *test)
{
	struct evf_texts *texts = kunit_kzalloc(test, sizeof(*texts), GFP_KERNEL);
	char before[TASK_COMM_LEN];

	KUNIT_ASSERT_NOT_NULL(test, texts);
	get_task_comm(before, current);
	set_task_comm(current, "a\"b\\c\nd\033\x7f\xff ~");
	evf_text_refusal(texts, NULL);
	set_task_comm(current, before);
	KUNIT_EXPECT_STREQ(test, texts->comm, "a\\042b\\\\c\\nd\\e\\177\\377 ~");
	KUNIT_EXPECT_STREQ(test, texts->predicate, "");
	KUNIT_EXPECT_STREQ(test, texts->path, "");
}

static struct kunit_case space_cases[] = {
	KUNIT_CASE(test_longest_prefix_then_ports_then_protocol),
	KUNIT_CASE(test_endpoints_come_and_go),
	KUNIT_CASE(test_groups),
	KUNIT_CASE(test_clear_and_discard),
	KUNIT_CASE(test_types_of_file_systems),
	KUNIT_CASE(test_components_match_one_by_one),
	KUNIT_CASE(test_pattern_check),
	KUNIT_CASE(test_addresses_as_the_protocol_takes_them),
	KUNIT_CASE(test_names_are_escaped),
	{}
};

static struct kunit_suite space_suite = {
	.name = "eventfilter_space",
	.init = space_init,
	.exit = space_exit,
	.test_cases = space_cases,
};

kunit_test_suite(space_suite);
