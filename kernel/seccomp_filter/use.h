/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The events of group "use": what is done with a descriptor after it was opened. They are
 * raised for each use, and so carry only what costs nothing to fill in.
 */
#ifndef _EVF_USE_H
#define _EVF_USE_H

#include <linux/kdev_t.h>

#include "query.h"

/* The subject's domain if one of its layers constrains the event, else NULL */
static inline const struct evf_domain *evf_domain_for(enum evf_event_id event)
{
	const struct evf_domain *domain = evf_current_domain();

	return unlikely(domain) && domain->objects[event] ? domain : NULL;
}

/* The place by which it was opened, whatever lies beneath it in overlayfs */
static inline const struct inode *evf_used_inode(const struct file *file)
{
	return d_backing_inode(file->f_path.dentry);
}

/**
 * evf_judge_ioctl() - raise file_ioctl
 * @file: what the command is for
 * @cmd: the command
 *
 * Return: 0 or a negative errno.
 */
int evf_judge_ioctl(const struct file *file, u32 cmd);

#endif /* _EVF_USE_H */
