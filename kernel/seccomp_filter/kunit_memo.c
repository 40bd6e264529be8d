// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of what is remembered of verdicts: each thing that makes it void does so by
 * itself, also where no rename and no commit tells of it.
 */
#include <kunit/test.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/mount.h>
#include <linux/namei.h>

#include "kunit_memo.h"
#include "mark.h"
#include "memo.h"
#include "space_text.h"

struct dentry *evf_kunit_make(struct dentry *dir, const char *name, umode_t mode)
{
	struct dentry *dentry;
	int error;

	inode_lock(d_inode(dir));
	dentry = lookup_one_len(name, dir, strlen(name));
	if (S_ISDIR(mode))
		error = vfs_mkdir(&init_user_ns, d_inode(dir), dentry, mode);
	else
		error = vfs_create(&init_user_ns, d_inode(dir), dentry, mode, true);
	inode_unlock(d_inode(dir));
	return error ? ERR_PTR(error) : dentry;
}

int evf_kunit_memo_init(struct kunit *test)
{
	struct evf_memo_fixture *f = kunit_kzalloc(test, sizeof(*f), GFP_KERNEL);
	struct file_system_type *type = get_fs_type("ramfs");
	u32 i;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, f);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, type);
	test->priv = f;
	f->mnt = kern_mount(type);
	put_filesystem(type);
	KUNIT_ASSERT_FALSE(test, IS_ERR(f->mnt));
	f->dir = evf_kunit_make(f->mnt->mnt_root, "dir", S_IFDIR | 0755);
	KUNIT_ASSERT_FALSE(test, IS_ERR(f->dir));
	f->file = evf_kunit_make(f->dir, "file", S_IFREG | 0644);
	KUNIT_ASSERT_FALSE(test, IS_ERR(f->file));
	f->space = evf_space_create();
	KUNIT_ASSERT_FALSE(test, IS_ERR(f->space));
	for (i = 0; i < ARRAY_SIZE(f->chain); i++) {
		f->chain[i] = kunit_kzalloc(test, sizeof(*f->chain[i]), GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, f->chain[i]);
		f->chain[i]->space = f->space;
		/* In one slot, so that it isn't the place that tells them apart */
		f->chain[i]->memo = 1000 * EVF_SPACE_PLACES * (i + 1);
	}
	return evf_text_write(f->space, "label a\n", 8);
}

void evf_kunit_memo_exit(struct kunit *test)
{
	struct evf_memo_fixture *f = test->priv;

	if (!f || IS_ERR_OR_NULL(f->mnt))
		return;
	if (!IS_ERR_OR_NULL(f->file))
		dput(f->file);
	if (!IS_ERR_OR_NULL(f->dir))
		dput(f->dir);
	kern_unmount(f->mnt);
	if (!IS_ERR_OR_NULL(f->space))
		evf_space_put(f->space);
}

static bool passes(const struct evf_memo_fixture *f, const struct dentry *name)
{
	return evf_memo_passes(f->chain[0], d_inode(name), name);
}

/* As if the chain had let it pass just now */
static bool keep(const struct evf_memo_fixture *f, const struct dentry *name)
{
	struct evf_memo_time time;

	rcu_read_lock();
	time = evf_memo_begin(f->chain[0]);
	evf_memo_keep_place(f->chain[0], &time, d_inode(name), name);
	rcu_read_unlock();
	return passes(f, name);
}

void evf_kunit_label(struct kunit *test, struct dentry *dentry, const char *pattern, u8 what)
{
	struct evf_memo_fixture *f = test->priv;
	const u16 id = EVF_ID_ANONYMOUS + 1;
	struct evf_change change = {
		.dentry = dentry,
		.pattern = pattern,
		.pattern_len = pattern ? strlen(pattern) : 0,
		.what = what,
		.nr = what != EVF_WHAT_NONE,
		.id = &id,
	};

	KUNIT_ASSERT_EQ(test, evf_space_stage(f->space, &change), 0);
	evf_space_commit(f->space);
}

static void test_kept(struct kunit *test)
{
	struct evf_memo_fixture *f = test->priv;
	struct dentry *other = evf_kunit_make(f->dir, "other", S_IFREG | 0644);

	KUNIT_ASSERT_FALSE(test, IS_ERR(other));
	KUNIT_EXPECT_FALSE(test, passes(f, f->file));
	KUNIT_EXPECT_TRUE(test, keep(f, f->file));
	KUNIT_EXPECT_TRUE_MSG(test, passes(f, other), "of all that is in the directory");
	KUNIT_EXPECT_TRUE_MSG(test, evf_memo_passes(f->chain[0], NULL, f->file), "a new name");
	KUNIT_EXPECT_FALSE_MSG(test, passes(f, f->dir), "not of the directory itself");
	KUNIT_EXPECT_FALSE_MSG(test, evf_memo_passes(f->chain[1], NULL, f->file),
			       "another chain's verdict is its own");
	dput(other);
}

static void test_root_has_no_directory(struct kunit *test)
{
	struct evf_memo_fixture *f = test->priv;

	KUNIT_EXPECT_FALSE(test, keep(f, f->mnt->mnt_root));
}

static void test_renames(struct kunit *test)
{
	struct evf_memo_fixture *f = test->priv;
	struct dentry *elsewhere = d_alloc_name(f->mnt->mnt_root, "elsewhere");

	KUNIT_ASSERT_NOT_NULL(test, elsewhere);
	KUNIT_EXPECT_TRUE(test, keep(f, f->file));
	/* As a file system does it on its own */
	d_move(f->dir, elsewhere);
	KUNIT_EXPECT_FALSE(test, passes(f, f->file));
	KUNIT_EXPECT_TRUE(test, keep(f, f->file));
	dput(elsewhere);
}

static void test_commits(struct kunit *test)
{
	struct evf_memo_fixture *f = test->priv;

	KUNIT_EXPECT_TRUE(test, keep(f, f->file));
	evf_kunit_label(test, f->mnt->mnt_root, NULL, EVF_WHAT_FILE);
	KUNIT_EXPECT_FALSE(test, passes(f, f->file));
	KUNIT_EXPECT_TRUE(test, keep(f, f->file));
	evf_kunit_label(test, f->mnt->mnt_root, NULL, EVF_WHAT_NONE);
	KUNIT_EXPECT_FALSE(test, passes(f, f->file));
}

/* Even if the generation were the same */
static void test_own_labels(struct kunit *test)
{
	struct evf_memo_fixture *f = test->priv;
	u32 generation = f->space->generation;

	KUNIT_EXPECT_TRUE(test, keep(f, f->file));
	evf_kunit_label(test, f->file, NULL, EVF_WHAT_FILE);
	f->space->generation = generation;
	KUNIT_EXPECT_FALSE(test, passes(f, f->file));
	KUNIT_EXPECT_FALSE(test, keep(f, f->file));
}

static void test_names_of_a_directory(struct kunit *test)
{
	struct evf_memo_fixture *f = test->priv;

	evf_kunit_label(test, f->dir, "x*", EVF_WHAT_FILE);
	KUNIT_EXPECT_FALSE_MSG(test, keep(f, f->file), "it may match another name in there");
	evf_kunit_label(test, f->dir, "x*", EVF_WHAT_NONE);
	KUNIT_EXPECT_TRUE(test, keep(f, f->file));
	evf_kunit_label(test, f->mnt->mnt_root, "*/y", EVF_WHAT_FILE);
	KUNIT_EXPECT_FALSE_MSG(test, keep(f, f->file), "nor where paths matter");
}

/* A directory's dentry leaves, and it comes back by another: nobody renamed it */
static void test_attachments(struct kunit *test)
{
	struct evf_memo_fixture *f = test->priv;
	struct inode *inode = d_inode(f->dir);
	struct dentry *fresh = d_alloc_name(f->mnt->mnt_root, "fresh");
	u64 place;

	KUNIT_ASSERT_NOT_NULL(test, fresh);
	KUNIT_EXPECT_TRUE(test, keep(f, f->file));
	place = evf_inode(inode)->place;
	KUNIT_EXPECT_NE(test, place, 0);
	ihold(inode);
	d_add(fresh, inode);
	KUNIT_EXPECT_FALSE(test, passes(f, f->file));
	KUNIT_EXPECT_TRUE(test, keep(f, f->file));
	KUNIT_EXPECT_NE_MSG(test, evf_inode(inode)->place, place, "numbers don't come back");
	KUNIT_EXPECT_NE(test, evf_inode(inode)->place, 0);
	d_drop(fresh);
	dput(fresh);
}

/* Of two dentries of one directory only that one is meant by which it was judged */
static void test_dentries(struct kunit *test)
{
	struct evf_memo_fixture *f = test->priv;
	struct dentry *fresh = d_alloc_name(f->mnt->mnt_root, "fresh");
	struct dentry *file;

	KUNIT_ASSERT_NOT_NULL(test, fresh);
	ihold(d_inode(f->dir));
	d_add(fresh, d_inode(f->dir));
	file = d_alloc_name(fresh, "file");
	KUNIT_ASSERT_NOT_NULL(test, file);
	KUNIT_EXPECT_TRUE(test, keep(f, f->file));
	KUNIT_EXPECT_FALSE(test, evf_memo_passes(f->chain[0], NULL, file));
	dput(file);
	d_drop(fresh);
	dput(fresh);
}

static void test_forgotten_in_time(struct kunit *test)
{
	struct evf_memo_fixture *f = test->priv;
	struct evf_memo *memo;

	KUNIT_EXPECT_TRUE(test, keep(f, f->file));
	memo = evf_memo_slot(f->chain[0], evf_inode(d_inode(f->dir))->place);
	memo->when -= EVF_MEMO_LIFE - HZ;
	KUNIT_EXPECT_TRUE(test, passes(f, f->file));
	memo->when -= HZ;
	KUNIT_EXPECT_FALSE(test, passes(f, f->file));
}

static void test_half_written(struct kunit *test)
{
	struct evf_memo_fixture *f = test->priv;
	struct evf_memo *memo;

	KUNIT_EXPECT_TRUE(test, keep(f, f->file));
	memo = evf_memo_slot(f->chain[0], evf_inode(d_inode(f->dir))->place);
	memo->seq++;
	KUNIT_EXPECT_FALSE(test, passes(f, f->file));
	KUNIT_EXPECT_FALSE_MSG(test, keep(f, f->file), "who comes second leaves it alone");
	memo->seq++;
	KUNIT_EXPECT_TRUE(test, passes(f, f->file));
}

static struct kunit_case memo_cases[] = {
	KUNIT_CASE(test_kept),
	KUNIT_CASE(test_root_has_no_directory),
	KUNIT_CASE(test_renames),
	KUNIT_CASE(test_commits),
	KUNIT_CASE(test_own_labels),
	KUNIT_CASE(test_names_of_a_directory),
	KUNIT_CASE(test_attachments),
	KUNIT_CASE(test_dentries),
	KUNIT_CASE(test_forgotten_in_time),
	KUNIT_CASE(test_half_written),
	{}
};

static struct kunit_suite memo_suite = {
	.name = "eventfilter_memo",
	.init = evf_kunit_memo_init,
	.exit = evf_kunit_memo_exit,
	.test_cases = memo_cases,
};

kunit_test_suite(memo_suite);

MODULE_LICENSE("GPL");
