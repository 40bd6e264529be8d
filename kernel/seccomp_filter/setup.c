// SPDX-License-Identifier: GPL-2.0-only
/*
 * Event filters: the security module.
 */

#include <linux/init.h>
#include <linux/lsm_hooks.h>
#include <linux/printk.h>
#include "cred.h"
#include "hooks.h"
#include "space.h"

bool evf_enabled __ro_after_init;

struct lsm_blob_sizes evf_blob_sizes __lsm_ro_after_init = {
	.lbs_cred = sizeof(struct evf_cred),
	.lbs_inode = sizeof(struct evf_inode),
	.lbs_superblock = sizeof(struct evf_sb),
};

static int __init evf_init(void)
{
	evf_add_cred_hooks();
	evf_add_fs_hooks();
	evf_add_attach_hooks();
	evf_add_use_hooks();
	evf_add_mount_hooks();
	evf_add_net_hooks();
	evf_add_space_hooks();
	evf_add_task_hooks();
	evf_add_signal_hooks();
	evf_add_sched_hooks();
	evf_add_clone_hooks();
	evf_add_system_hooks();
	evf_add_ipc_hooks();
	evf_add_io_uring_hooks();
	evf_enabled = true;
	pr_info("eventfilter: up and running\n");
	return 0;
}

DEFINE_LSM(eventfilter) = {
	.name = EVF_LSM_NAME,
	.init = evf_init,
	.blobs = &evf_blob_sizes,
};
