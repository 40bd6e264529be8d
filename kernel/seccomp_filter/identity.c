// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where a label would hold. A mark pins an inode; that's worth something only where the
 * file system finds the same inode again when the name is looked up again. What is not
 * known to do so is refused: a label that silently falls off opens what it closed.
 */
#include <linux/dcache.h>
#include <linux/exportfs.h>
#include <linux/fs.h>
#include <linux/magic.h>
#include <linux/uuid.h>

#include "mark.h"

/*
 * Directories that look nothing up on a medium: what exists under them is held in the
 * dentry cache from creation to removal (tmpfs, ramfs, devpts, mqueue, securityfs, ...).
 */
static bool is_held_in_cache(struct dentry *dentry)
{
	struct dentry *parent = dget_parent(dentry);
	const struct inode *dir = d_inode(parent);
	bool held = dir->i_op->lookup == simple_lookup;

	dput(parent);
	return held;
}

/*
 * File systems without a block device that find inodes again by number. FUSE may have a
 * device, but its daemon decides what a name is.
 */
static bool is_trusted(const struct super_block *sb)
{
	switch (sb->s_magic) {
	case FUSE_SUPER_MAGIC:
		return false;
	case OVERLAYFS_SUPER_MAGIC:
	case SYSFS_MAGIC:
	case CGROUP_SUPER_MAGIC:
	case CGROUP2_SUPER_MAGIC:
	case V9FS_MAGIC:
		return true;
	}
	return sb->s_type->fs_flags & FS_REQUIRES_DEV;
}

/*
 * overlayfs finds the inode of a file by that of its lower file. After a copy-up it finds
 * the lower file by a file handle, or not at all where it can't decode one: then the same
 * name has another inode once it was evicted. i_private is what the inode is found by.
 */
static bool survives_copy_up(struct dentry *dentry)
{
	const struct inode *inode = d_inode(dentry), *key = inode->i_private;
	const struct export_operations *export;

	if (dentry->d_sb->s_magic != OVERLAYFS_SUPER_MAGIC || S_ISDIR(inode->i_mode))
		return true;
	if (!key || dentry->d_sb->s_user_ns != &init_user_ns)
		return false;
	export = key->i_sb->s_export_op;
	return export && export->fh_to_dentry && !uuid_is_null(&key->i_sb->s_uuid);
}

static bool is_stable(struct dentry *dentry)
{
	if (dentry == dentry->d_sb->s_root || is_held_in_cache(dentry))
		return true;
	/* 9p without a cache hashes inodes, but makes new ones for each lookup */
	if (dentry->d_op && dentry->d_op->d_delete == always_delete_dentry)
		return false;
	return is_trusted(dentry->d_sb) && !inode_unhashed(d_inode(dentry)) &&
	       survives_copy_up(dentry);
}

int evf_identity_check(struct dentry *dentry, bool names)
{
	const struct inode *inode = d_backing_inode(dentry);

	if (names && !S_ISDIR(inode->i_mode))
		return -ENOTDIR;
	/* Pipes, anonymous memory and the like are nobody's place in a tree */
	if ((dentry->d_sb->s_flags & SB_NOUSER) || IS_PRIVATE(inode))
		return -EOPNOTSUPP;
	if (!is_stable(dentry))
		return -EOPNOTSUPP;
	/* Where names compare in a way of their own, ".SSH" would miss ".ssh" */
	if (names && ((dentry->d_flags & (DCACHE_OP_COMPARE | DCACHE_OP_HASH)) ||
		      IS_CASEFOLDED(inode)))
		return -EOPNOTSUPP;
	return 0;
}
