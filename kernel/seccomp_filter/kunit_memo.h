/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the KUnit suites of remembered verdicts share.
 */
#ifndef _EVF_KUNIT_MEMO_H
#define _EVF_KUNIT_MEMO_H

#include <kunit/test.h>
#include <linux/dcache.h>

#include "chain.h"
#include "space.h"

/**
 * struct evf_memo_fixture - a tree, a space, and two chains that something was kept of
 * @mnt: a ramfs
 * @space: a label space with the name a
 * @chain: of two events
 * @dir: a directory
 * @file: a file in it
 */
struct evf_memo_fixture {
	struct vfsmount *mnt;
	struct evf_space *space;
	struct evf_chain *chain[2];
	struct dentry *dir;
	struct dentry *file;
};

/**
 * evf_kunit_memo_init() - a suite's init
 * @test: its @priv becomes a struct evf_memo_fixture
 *
 * Return: 0 or a negative errno.
 */
int evf_kunit_memo_init(struct kunit *test);

/**
 * evf_kunit_memo_exit() - a suite's exit
 * @test: as after evf_kunit_memo_init(), whatever that returned
 */
void evf_kunit_memo_exit(struct kunit *test);

/**
 * evf_kunit_make() - make a directory or an empty file
 * @dir: where
 * @name: its name
 * @mode: type and permissions
 *
 * Return: its dentry, a reference; or ERR_PTR.
 */
struct dentry *evf_kunit_make(struct dentry *dir, const char *name, umode_t mode);

/**
 * evf_kunit_label() - assign the name a, or take it back, and commit that
 * @test: with a struct evf_memo_fixture
 * @dentry: the object, or the directory that has the names
 * @pattern: of names in it, or NULL
 * @what: enum evf_what; EVF_WHAT_NONE takes back
 */
void evf_kunit_label(struct kunit *test, struct dentry *dentry, const char *pattern, u8 what);

#endif /* _EVF_KUNIT_MEMO_H */
