// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of label spaces: what is staged, what is in force, and what the walk finds
 * in a file system of our own that nobody else can reach.
 */

#include <kunit/test.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/mount.h>
#include <linux/namei.h>
#include <linux/string.h>
#include "assign.h"
#include "mark.h"
#include "space.h"
#include "space_text.h"

/**
 * struct fixture - a tree and a space
 * @mnt: a ramfs
 * @space: a label space with the names a, b, c
 * @root: of the ramfs
 * @dir: the directory "dir"
 * @sub: the directory "dir/sub"
 * @file: the name "dir/sub/file"
 */
struct fixture {
	struct vfsmount *mnt;
	struct evf_space *space;
	struct dentry *root;
	struct dentry *dir;
	struct dentry *sub;
	struct dentry *file;
};

static struct dentry *name_in(struct dentry *dir, const char *name)
{
	struct dentry *dentry;

	inode_lock(d_inode(dir));
	dentry = lookup_one_len(name, dir, strlen(name));
	inode_unlock(d_inode(dir));
	return dentry;
}

static struct dentry *make(struct dentry *dir, const char *name, umode_t mode)
{
	struct dentry *dentry = name_in(dir, name);
	int error;

	if (IS_ERR(dentry))
		return dentry;
	inode_lock(d_inode(dir));
	if (S_ISDIR(mode))
		error = vfs_mkdir(&init_user_ns, d_inode(dir), dentry, mode);
	else
		error = vfs_create(&init_user_ns, d_inode(dir), dentry, mode, true);
	inode_unlock(d_inode(dir));
	return error ? ERR_PTR(error) : dentry;
}

static int labels_init(struct kunit *test)
{
	struct fixture *f = kunit_kzalloc(test, sizeof(*f), GFP_KERNEL);
	struct file_system_type *type = get_fs_type("ramfs");

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, f);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, type);
	test->priv = f;
	f->mnt = kern_mount(type);
	put_filesystem(type);
	KUNIT_ASSERT_FALSE(test, IS_ERR(f->mnt));
	f->root = f->mnt->mnt_root;
	f->dir = make(f->root, "dir", S_IFDIR | 0755);
	KUNIT_ASSERT_FALSE(test, IS_ERR(f->dir));
	f->sub = make(f->dir, "sub", S_IFDIR | 0755);
	KUNIT_ASSERT_FALSE(test, IS_ERR(f->sub));
	f->file = make(f->sub, "file", S_IFREG | 0644);
	KUNIT_ASSERT_FALSE(test, IS_ERR(f->file));
	f->space = evf_space_create();
	KUNIT_ASSERT_FALSE(test, IS_ERR(f->space));
	return evf_text_write(f->space, "label a\nlabel b\nlabel c\n", 24);
}

static void put_dentry(struct dentry *dentry)
{
	if (!IS_ERR_OR_NULL(dentry))
		dput(dentry);
}

static void labels_exit(struct kunit *test)
{
	struct fixture *f = test->priv;

	if (!f || IS_ERR_OR_NULL(f->mnt))
		return;
	put_dentry(f->file);
	put_dentry(f->sub);
	put_dentry(f->dir);
	/* With labelled inodes: the unmount takes them away, or complains */
	kern_unmount(f->mnt);
	if (!IS_ERR_OR_NULL(f->space))
		evf_space_put(f->space);
}

static int stage(struct fixture *f, struct dentry *dentry, const char *pattern, u8 what,
		 const char *names)
{
	u16 id[EVF_MAX_OBJECT_NAMES];
	struct evf_change change = {
		.dentry = dentry,
		.pattern = pattern,
		.pattern_len = pattern ? strlen(pattern) : 0,
		.what = what,
		.nr = evf_names_parse_set(f->space, names, strlen(names), id),
		.id = id,
	};

	return evf_space_stage(f->space, &change);
}

static void label(struct kunit *test, struct dentry *dentry, const char *pattern, u8 what,
		  const char *names)
{
	struct fixture *f = test->priv;

	KUNIT_ASSERT_EQ(test, stage(f, dentry, pattern, what, names), 0);
	evf_space_commit(f->space);
}

/* The names found, each a letter; "?" for unknown */
static const char *found_at(struct kunit *test, const struct evf_locus *locus, u32 generation)
{
	struct fixture *f = test->priv;
	char *text = kunit_kzalloc(test, EVF_MAX_OBJECT_NAMES + 1, GFP_KERNEL);
	struct evf_found found;
	u16 i;

	rcu_read_lock();
	found = evf_label_of(f->space, generation, locus);
	for (i = 0; i < found.labels->nr; i++)
		text[i] = *evf_space_label_name(f->space, found.labels->id[i]);
	rcu_read_unlock();
	return found.unknown ? "?" : text;
}

static const char *found(struct kunit *test, struct dentry *dentry)
{
	const struct evf_locus locus = { .self = d_backing_inode(dentry), .place = dentry };
	struct fixture *f = test->priv;

	return found_at(test, &locus, evf_space_generation(f->space));
}

static const char *found_below(struct kunit *test, struct dentry *dentry)
{
	const struct evf_locus locus = { d_backing_inode(dentry), dentry, true };
	struct fixture *f = test->priv;

	return found_at(test, &locus, evf_space_generation(f->space));
}

static void test_nothing_is_empty(struct kunit *test)
{
	struct fixture *f = test->priv;

	KUNIT_EXPECT_STREQ(test, found(test, f->file), "");
	KUNIT_EXPECT_STREQ(test, found(test, f->root), "");
}

static void test_nearest_wins(struct kunit *test)
{
	struct fixture *f = test->priv;

	label(test, f->root, NULL, EVF_WHAT_FILE, "a");
	KUNIT_EXPECT_STREQ(test, found(test, f->file), "a");
	KUNIT_EXPECT_STREQ(test, found(test, f->root), "a");
	label(test, f->sub, NULL, EVF_WHAT_FILE, "c b");
	KUNIT_EXPECT_STREQ(test, found(test, f->file), "bc");
	KUNIT_EXPECT_STREQ(test, found(test, f->dir), "a");
	label(test, f->sub, NULL, EVF_WHAT_FILE, "");
	KUNIT_EXPECT_STREQ(test, found(test, f->file), "");
	label(test, f->sub, NULL, EVF_WHAT_NONE, "");
	KUNIT_EXPECT_STREQ(test, found(test, f->file), "a");
}

static void test_self_is_alone(struct kunit *test)
{
	struct fixture *f = test->priv;

	label(test, f->root, NULL, EVF_WHAT_FILE, "a");
	label(test, f->sub, NULL, EVF_WHAT_SELF, "b");
	KUNIT_EXPECT_STREQ(test, found(test, f->sub), "b");
	KUNIT_EXPECT_STREQ(test, found(test, f->file), "a");
	KUNIT_EXPECT_STREQ(test, found_below(test, f->sub), "a");
	label(test, f->sub, NULL, EVF_WHAT_FILE, "c");
	KUNIT_EXPECT_STREQ(test, found_below(test, f->sub), "c");
}

static void test_own_beats_pattern(struct kunit *test)
{
	struct fixture *f = test->priv;

	label(test, f->dir, "sub", EVF_WHAT_FILE, "a");
	KUNIT_EXPECT_STREQ(test, found(test, f->sub), "a");
	KUNIT_EXPECT_STREQ(test, found(test, f->file), "a");
	KUNIT_EXPECT_STREQ(test, found(test, f->dir), "");
	label(test, f->sub, NULL, EVF_WHAT_SELF, "b");
	KUNIT_EXPECT_STREQ(test, found(test, f->sub), "b");
	KUNIT_EXPECT_STREQ(test, found_below(test, f->sub), "a");
}

static void test_order_of_patterns(struct kunit *test)
{
	/* Each counts more than those before it */
	static const char *const pattern[] = {
		"[fx]*", "*", "f*", "fi*", "f*e", "fil*", "f[!x]le", "?ile", "*ile", "file",
	};
	struct fixture *f = test->priv;
	u32 i;

	label(test, f->sub, NULL, EVF_WHAT_FILE, "a");
	for (i = 0; i < ARRAY_SIZE(pattern); i++) {
		label(test, f->sub, pattern[i], EVF_WHAT_FILE, "b");
		KUNIT_EXPECT_STREQ_MSG(test, found(test, f->file), "b", "%s", pattern[i]);
		label(test, f->sub, pattern[i], EVF_WHAT_FILE, "a");
		if (!i)
			continue;
		label(test, f->sub, pattern[i - 1], EVF_WHAT_FILE, "c");
		KUNIT_EXPECT_STREQ_MSG(test, found(test, f->file), "a", "%s", pattern[i]);
	}
	/* The same the other way round */
	while (i-- > 0) {
		label(test, f->sub, pattern[i], EVF_WHAT_NONE, "");
		if (!i)
			break;
		label(test, f->sub, pattern[i - 1], EVF_WHAT_FILE, "b");
		KUNIT_EXPECT_STREQ_MSG(test, found(test, f->file), "b", "%s", pattern[i - 1]);
	}
	KUNIT_EXPECT_STREQ(test, found(test, f->file), "a");
}

static void test_pattern_of_a_new_name(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct dentry *fresh = name_in(f->sub, "fresh");
	const struct evf_locus locus = { .place = fresh };

	KUNIT_ASSERT_FALSE(test, IS_ERR(fresh));
	label(test, f->sub, NULL, EVF_WHAT_FILE, "a");
	KUNIT_EXPECT_STREQ(test, found_at(test, &locus, f->space->generation), "a");
	label(test, f->sub, "fr*", EVF_WHAT_FILE, "b");
	KUNIT_EXPECT_STREQ(test, found_at(test, &locus, f->space->generation), "b");
	dput(fresh);
}

static void test_staged_is_not_in_force(struct kunit *test)
{
	struct fixture *f = test->priv;
	const struct evf_locus file = { .self = d_backing_inode(f->file), .place = f->file };
	u32 before;

	label(test, f->dir, NULL, EVF_WHAT_FILE, "a");
	before = f->space->generation;
	KUNIT_EXPECT_EQ(test, stage(f, f->dir, NULL, EVF_WHAT_FILE, "b"), 0);
	KUNIT_EXPECT_EQ(test, stage(f, f->dir, NULL, EVF_WHAT_FILE, "c"), 0);
	KUNIT_EXPECT_EQ(test, stage(f, f->dir, "sub", EVF_WHAT_FILE, "b"), 0);
	KUNIT_EXPECT_STREQ(test, found_at(test, &file, before), "a");
	KUNIT_EXPECT_STREQ(test, found_at(test, &file, before + 1), "b");
	KUNIT_EXPECT_EQ(test, stage(f, f->dir, "sub", EVF_WHAT_NONE, ""), 0);
	KUNIT_EXPECT_EQ(test, stage(f, f->dir, "sub", EVF_WHAT_NONE, ""), -ENOENT);
	KUNIT_EXPECT_STREQ(test, found_at(test, &file, before + 1), "c");
	evf_space_commit(f->space);
	KUNIT_EXPECT_STREQ(test, found(test, f->file), "c");
	KUNIT_EXPECT_EQ(test, f->space->nr_assignments, 1);
}

static void test_discard(struct kunit *test)
{
	struct fixture *f = test->priv;

	label(test, f->dir, NULL, EVF_WHAT_FILE, "a");
	KUNIT_EXPECT_EQ(test, stage(f, f->dir, NULL, EVF_WHAT_NONE, ""), 0);
	KUNIT_EXPECT_EQ(test, stage(f, f->sub, NULL, EVF_WHAT_FILE, "b"), 0);
	KUNIT_EXPECT_EQ(test, stage(f, f->sub, "file", EVF_WHAT_FILE, "c"), 0);
	evf_space_discard(f->space);
	evf_space_commit(f->space);
	KUNIT_EXPECT_STREQ(test, found(test, f->file), "a");
	KUNIT_EXPECT_EQ(test, f->space->nr_assignments, 1);
	KUNIT_EXPECT_EQ(test, f->space->marks.nr, 1);
}

/* Generations may wrap, and 0 is none of them */
static void test_generations_wrap(struct kunit *test)
{
	struct fixture *f = test->priv;
	u32 i;

	f->space->generation = U32_MAX - 2;
	for (i = 0; i < 6; i++) {
		label(test, f->dir, NULL, EVF_WHAT_FILE, i & 1 ? "a" : "b");
		KUNIT_EXPECT_STREQ(test, found(test, f->file), i & 1 ? "a" : "b");
		KUNIT_EXPECT_NE(test, f->space->generation, 0);
	}
}

static void test_unlabelling_lets_go(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct inode *inode = d_inode(f->sub);
	int count = atomic_read(&inode->i_count);

	label(test, f->sub, NULL, EVF_WHAT_FILE, "a");
	label(test, f->sub, "x*", EVF_WHAT_FILE, "a");
	KUNIT_EXPECT_EQ(test, atomic_read(&inode->i_count), count + 1);
	KUNIT_EXPECT_EQ(test, evf_inode(inode)->hint, f->space->hint);
	label(test, f->sub, NULL, EVF_WHAT_NONE, "");
	KUNIT_EXPECT_EQ(test, atomic_read(&inode->i_count), count + 1);
	label(test, f->sub, "x*", EVF_WHAT_NONE, "");
	KUNIT_EXPECT_EQ(test, atomic_read(&inode->i_count), count);
	KUNIT_EXPECT_EQ(test, evf_inode(inode)->hint, 0);
	KUNIT_EXPECT_EQ(test, f->space->marks.nr, 0);
	KUNIT_EXPECT_EQ(test, f->space->nr_globs, 0);
}

static void test_table_grows(struct kunit *test)
{
	struct fixture *f = test->priv;
	char name[16];
	u32 i;

	for (i = 0; i < 3000; i++) {
		snprintf(name, sizeof(name), "n%u", i);
		KUNIT_ASSERT_EQ(test, stage(f, f->sub, name, EVF_WHAT_FILE, i & 1 ? "a" : "b"), 0);
	}
	evf_space_commit(f->space);
	for (i = 0; i < 3000; i += 7) {
		struct dentry *fresh;

		snprintf(name, sizeof(name), "n%u", i);
		fresh = name_in(f->sub, name);
		KUNIT_ASSERT_FALSE(test, IS_ERR(fresh));
		KUNIT_EXPECT_STREQ(test, found(test, fresh), i & 1 ? "a" : "b");
		dput(fresh);
	}
}

/* The last component counts most; longer ones count more than shorter ones */
static void test_order_of_deep_patterns(struct kunit *test)
{
	/* Each counts more than those before it */
	static const char *const pattern[] = {
		"*/*/*", "d*/*/*", "dir/*/*", "*/s*/*", "*/sub/*", "dir/sub/*", "*/*/f*",
		"*/*/file", "dir/*/file", "dir/sub/file",
	};
	struct fixture *f = test->priv;
	u32 i;

	label(test, f->root, "dir/sub", EVF_WHAT_FILE, "c");
	KUNIT_EXPECT_STREQ(test, found(test, f->file), "c");
	for (i = 0; i < ARRAY_SIZE(pattern); i++) {
		label(test, f->root, pattern[i], EVF_WHAT_FILE, "b");
		KUNIT_EXPECT_STREQ_MSG(test, found(test, f->file), "b", "%s", pattern[i]);
		label(test, f->root, pattern[i], EVF_WHAT_FILE, "a");
		if (!i)
			continue;
		label(test, f->root, pattern[i - 1], EVF_WHAT_FILE, "c");
		KUNIT_EXPECT_STREQ_MSG(test, found(test, f->file), "a", "%s", pattern[i]);
	}
	KUNIT_EXPECT_STREQ(test, found(test, f->sub), "c");
	while (i-- > 0)
		label(test, f->root, pattern[i], EVF_WHAT_NONE, "");
	KUNIT_EXPECT_STREQ(test, found(test, f->file), "c");
	KUNIT_EXPECT_EQ(test, f->space->components, 2);
}

static struct kunit_case labels_cases[] = {
	KUNIT_CASE(test_nothing_is_empty),
	KUNIT_CASE(test_nearest_wins),
	KUNIT_CASE(test_self_is_alone),
	KUNIT_CASE(test_own_beats_pattern),
	KUNIT_CASE(test_order_of_patterns),
	KUNIT_CASE(test_pattern_of_a_new_name),
	KUNIT_CASE(test_staged_is_not_in_force),
	KUNIT_CASE(test_discard),
	KUNIT_CASE(test_generations_wrap),
	KUNIT_CASE(test_unlabelling_lets_go),
	KUNIT_CASE(test_table_grows),
	KUNIT_CASE(test_order_of_deep_patterns),
	{}
};

static struct kunit_suite labels_suite = {
	.name = "eventfilter_labels",
	.init = labels_init,
	.exit = labels_exit,
	.test_cases = labels_cases,
};

kunit_test_suite(labels_suite);
