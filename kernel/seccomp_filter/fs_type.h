/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What all file systems of a type carry where nothing in them is assigned.
 */
#ifndef _EVF_FS_TYPE_H
#define _EVF_FS_TYPE_H

#include <linux/types.h>

struct evf_space;
struct evf_version;
struct super_block;

/* Bytes of a file system type's name */
#define EVF_MAX_FS_TYPE		64

/**
 * evf_fs_type_version() - what is assigned to a superblock's type
 * @space: the label space
 * @generation: of the event
 * @sb: the superblock
 *
 * Context: under rcu_read_lock().
 *
 * Return: the version in force, or NULL.
 */
const struct evf_version *evf_fs_type_version(const struct evf_space *space, u32 generation,
					      const struct super_block *sb);

#endif /* _EVF_FS_TYPE_H */
