// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of verdicts that are remembered of labels and of endpoints: each part of a key
 * counts, and so does all that makes a verdict void.
 */
#include <kunit/test.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/net.h>

#include "kunit_memo.h"
#include "memo_labels.h"
#include "query.h"

static bool labels_pass(const struct evf_memo_fixture *f, struct dentry *from, struct dentry *to)
{
	return evf_memo_passes_labels(f->chain[0], d_inode(from), from, to);
}

/* As if a chain of file_rename had let it pass just now */
static bool keep_labels(const struct evf_memo_fixture *f, struct dentry *from, struct dentry *to)
{
	struct evf_query query;
	struct evf_memo_time time;
	struct evf_locus locus = { .self = d_inode(from), .place = from };

	rcu_read_lock();
	time = evf_memo_begin(f->chain[0]);
	query.record.v[EVF_SLOT_file_rename_label].labels =
		evf_label_of(f->space, time.generation, &locus).labels;
	locus.place = to;
	query.record.v[EVF_SLOT_file_rename_new_label].labels =
		evf_label_of(f->space, time.generation, &locus).labels;
	evf_memo_keep(f->chain[0], &time, &query);
	rcu_read_unlock();
	return labels_pass(f, from, to);
}

static void become_rename(struct evf_memo_fixture *f)
{
	f->chain[0]->kind = EVF_MEMO_LABELS;
	f->chain[0]->label_slots = BIT(EVF_SLOT_file_rename_label) |
				   BIT(EVF_SLOT_file_rename_new_label);
}

/* Out of a labelled directory is another key than into it */
static void test_two_labels(struct kunit *test)
{
	struct evf_memo_fixture *f = test->priv;
	struct dentry *out = evf_kunit_make(f->mnt->mnt_root, "out", S_IFREG | 0644);

	KUNIT_ASSERT_FALSE(test, IS_ERR(out));
	become_rename(f);
	evf_kunit_label(test, f->dir, NULL, EVF_WHAT_FILE);
	KUNIT_EXPECT_FALSE(test, labels_pass(f, f->file, out));
	KUNIT_EXPECT_TRUE(test, keep_labels(f, f->file, out));
	KUNIT_EXPECT_FALSE(test, labels_pass(f, out, f->file));
	KUNIT_EXPECT_FALSE(test, labels_pass(f, out, out));
	KUNIT_EXPECT_FALSE(test, labels_pass(f, f->file, f->file));
	KUNIT_EXPECT_TRUE(test, keep_labels(f, f->file, f->file));
	f->chain[0]->memo += EVF_SPACE_MEMOS * EVF_SPACE_PLACES;
	KUNIT_EXPECT_FALSE_MSG(test, labels_pass(f, f->file, f->file), "another chain");
	dput(out);
}

/* It's the labels that are remembered, not the names: other files, other moments */
static void test_two_labels_elsewhere(struct kunit *test)
{
	struct evf_memo_fixture *f = test->priv;
	struct dentry *other = evf_kunit_make(f->dir, "other", S_IFREG | 0644);
	struct dentry *elsewhere = d_alloc_name(f->mnt->mnt_root, "elsewhere");

	KUNIT_ASSERT_FALSE(test, IS_ERR(other));
	KUNIT_ASSERT_NOT_NULL(test, elsewhere);
	become_rename(f);
	evf_kunit_label(test, f->dir, NULL, EVF_WHAT_FILE);
	KUNIT_EXPECT_TRUE(test, keep_labels(f, f->file, f->file));
	KUNIT_EXPECT_TRUE(test, labels_pass(f, other, f->file));
	d_move(f->file, elsewhere);
	KUNIT_EXPECT_FALSE_MSG(test, labels_pass(f, f->file, other), "it has no label there");
	KUNIT_EXPECT_TRUE(test, labels_pass(f, other, other));
	evf_kunit_label(test, other, NULL, EVF_WHAT_SELF);
	KUNIT_EXPECT_FALSE(test, labels_pass(f, other, other));
	dput(elsewhere);
	dput(other);
}

static void test_two_labels_commits(struct kunit *test)
{
	struct evf_memo_fixture *f = test->priv;

	become_rename(f);
	evf_kunit_label(test, f->dir, NULL, EVF_WHAT_FILE);
	KUNIT_EXPECT_TRUE(test, keep_labels(f, f->file, f->file));
	evf_space_commit(f->space);
	KUNIT_EXPECT_FALSE(test, labels_pass(f, f->file, f->file));
	KUNIT_EXPECT_TRUE(test, keep_labels(f, f->file, f->file));
	evf_kunit_label(test, f->dir, "x*", EVF_WHAT_FILE);
	KUNIT_EXPECT_FALSE_MSG(test, keep_labels(f, f->file, f->file), "names matter");
}

/* Each part of the key counts */
static void test_endpoints(struct kunit *test)
{
	struct evf_memo_fixture *f = test->priv;
	const struct evf_address address = {
		.ip = IN6ADDR_LOOPBACK_INIT, .port = 80, .protocol = IPPROTO_TCP, .known = true,
	};
	struct evf_memo_time time = { .generation = f->space->generation };
	struct evf_query query = { .address = &address };
	struct evf_memo_key key, other;
	u32 i;

	f->chain[0]->kind = EVF_MEMO_ENDPOINT;
	query.record.v[EVF_SLOT_socket_connect_family].num = AF_INET6;
	query.record.v[EVF_SLOT_socket_connect_type].num = SOCK_STREAM;
	query.record.v[EVF_SLOT_socket_connect_protocol].num = IPPROTO_TCP;
	KUNIT_ASSERT_TRUE(test, evf_memo_of_socket(&key, AF_INET6, SOCK_STREAM, IPPROTO_TCP,
						   &address));
	KUNIT_EXPECT_FALSE(test, evf_memo_passes_endpoint(f->chain[0], &key));
	evf_memo_keep(f->chain[0], &time, &query);
	KUNIT_EXPECT_TRUE(test, evf_memo_passes_endpoint(f->chain[0], &key));
	for (i = 0; i < 8 * sizeof(key); i++) {
		other = key;
		((u8 *)&other)[i / 8] ^= BIT(i % 8);
		if (!memcmp(other.what, key.what, sizeof(other.what)) &&
		    other.number == key.number)
			continue;
		/* Where the other one would be, too */
		*evf_memo_of_endpoint(f->chain[0], &other) =
			*evf_memo_of_endpoint(f->chain[0], &key);
		KUNIT_EXPECT_FALSE_MSG(test, evf_memo_passes_endpoint(f->chain[0], &other),
				       "bit %u", i);
	}
	evf_space_commit(f->space);
	KUNIT_EXPECT_FALSE(test, evf_memo_passes_endpoint(f->chain[0], &key));
}

/* What has no room in a key is asked each time */
static void test_endpoints_beyond(struct kunit *test)
{
	struct evf_address address = { .port = 80, .protocol = IPPROTO_TCP, .known = true };
	struct evf_memo_key key;

	KUNIT_EXPECT_TRUE(test, evf_memo_of_socket(&key, AF_INET, 15, 511, &address));
	KUNIT_EXPECT_FALSE(test, evf_memo_of_socket(&key, AF_INET, 16, 511, &address));
	KUNIT_EXPECT_FALSE(test, evf_memo_of_socket(&key, AF_INET, 15, 512, &address));
	address.known = false;
	KUNIT_EXPECT_FALSE(test, evf_memo_of_socket(&key, AF_INET, 1, 6, &address));
}

static struct kunit_case memo_kinds_cases[] = {
	KUNIT_CASE(test_two_labels),
	KUNIT_CASE(test_two_labels_elsewhere),
	KUNIT_CASE(test_two_labels_commits),
	KUNIT_CASE(test_endpoints),
	KUNIT_CASE(test_endpoints_beyond),
	{}
};

static struct kunit_suite memo_kinds_suite = {
	.name = "eventfilter_memo_kinds",
	.init = evf_kunit_memo_init,
	.exit = evf_kunit_memo_exit,
	.test_cases = memo_kinds_cases,
};

kunit_test_suite(memo_kinds_suite);

MODULE_LICENSE("GPL");
