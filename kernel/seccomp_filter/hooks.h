/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What setup.c calls at boot, one per file of hooks. All are __init and register their
 * hooks with security_add_hooks(..., EVF_LSM_NAME).
 */
#ifndef _EVF_HOOKS_H
#define _EVF_HOOKS_H

#include <linux/init.h>
#include <linux/lsm_hooks.h>

#define EVF_LSM_NAME "eventfilter"

/*
 * Blobs; defined in setup.c.
 * Credentials: struct evf_cred (cred.h). Inodes: struct evf_inode (space.h): a hint that
 * some label space has an assignment for the inode. Superblocks: struct evf_sb (space.h).
 */
extern struct lsm_blob_sizes evf_blob_sizes;

/* Whether "eventfilter" is in the list of LSMs that this boot uses; else nothing is set up */
extern bool evf_enabled;

void evf_add_cred_hooks(void) __init;		/* cred.c: life of the blob, exec, prctl */
void evf_add_attach_hooks(void) __init;		/* attach.c: file_free_security */
void evf_add_fs_hooks(void) __init;		/* hooks_fs.c: file events */
void evf_add_mount_hooks(void) __init;		/* hooks_mount.c */
void evf_add_net_hooks(void) __init;		/* hooks_net.c: sockets */
void evf_add_space_hooks(void) __init;		/* space_inode.c: sb_delete, inode_free */
void evf_add_task_hooks(void) __init;		/* hooks_task.c: ptrace */
void evf_add_signal_hooks(void) __init;		/* hooks_signal.c */
void evf_add_sched_hooks(void) __init;		/* hooks_sched.c: scheduling, limits */
void evf_add_clone_hooks(void) __init;		/* hooks_clone.c: task_create */
void evf_add_system_hooks(void) __init;		/* hooks_system.c: capabilities, bpf, ... */
void evf_add_use_hooks(void) __init;		/* hooks_use.c: the use of a descriptor */
void evf_add_sctp_hooks(void) __init;		/* hooks_sctp.c: calls with several addresses */
void evf_add_unix_hooks(void) __init;		/* hooks_unix.c: ends of unix sockets */

#ifdef CONFIG_IO_URING
void evf_add_io_uring_hooks(void) __init;	/* hooks_io_uring.c */
#else
static inline void evf_add_io_uring_hooks(void)
{
}
#endif

#ifdef CONFIG_SYSVIPC
void evf_add_ipc_hooks(void) __init;		/* hooks_ipc.c */
#else
static inline void evf_add_ipc_hooks(void)
{
}
#endif

#endif /* _EVF_HOOKS_H */
