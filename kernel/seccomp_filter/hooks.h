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

/**
 * evf_add_cred_hooks() - register the hooks of cred.c: life of the blob, exec, prctl
 */
void evf_add_cred_hooks(void) __init;

/**
 * evf_add_attach_hooks() - register the hook of attach.c: a description that goes
 */
void evf_add_attach_hooks(void) __init;

/**
 * evf_add_fs_hooks() - register the hooks of hooks_fs.c: events of files by name
 */
void evf_add_fs_hooks(void) __init;

/**
 * evf_add_mount_hooks() - register the hooks of hooks_mount.c: mounts
 */
void evf_add_mount_hooks(void) __init;

/**
 * evf_add_net_hooks() - register the hooks of hooks_net.c: sockets
 */
void evf_add_net_hooks(void) __init;

/**
 * evf_add_space_hooks() - register the hooks of space_inode.c: a superblock that comes or goes
 */
void evf_add_space_hooks(void) __init;

/**
 * evf_add_task_hooks() - register the hooks of hooks_task.c: ptrace
 */
void evf_add_task_hooks(void) __init;

/**
 * evf_add_signal_hooks() - register the hooks of hooks_signal.c: signals of tasks and of files
 */
void evf_add_signal_hooks(void) __init;

/**
 * evf_add_sched_hooks() - register the hooks of hooks_sched.c: scheduling, limits
 */
void evf_add_sched_hooks(void) __init;

/**
 * evf_add_clone_hooks() - register the hook of hooks_clone.c: task_create
 */
void evf_add_clone_hooks(void) __init;

/**
 * evf_add_system_hooks() - register the hooks of hooks_system.c: capabilities, bpf, ...
 */
void evf_add_system_hooks(void) __init;

/**
 * evf_add_use_hooks() - register the hooks of hooks_use.c: the use of a descriptor
 */
void evf_add_use_hooks(void) __init;

/**
 * evf_add_sctp_hooks() - register the hook of hooks_sctp.c: calls with several addresses
 */
void evf_add_sctp_hooks(void) __init;

/**
 * evf_add_unix_hooks() - register the hooks of hooks_unix.c: ends of unix sockets
 */
void evf_add_unix_hooks(void) __init;

#ifdef CONFIG_IO_URING

/**
 * evf_add_io_uring_hooks() - register the hooks of hooks_io_uring.c: rings
 */
void evf_add_io_uring_hooks(void) __init;
#else
static inline void evf_add_io_uring_hooks(void)
{
}
#endif

#ifdef CONFIG_SYSVIPC

/**
 * evf_add_ipc_hooks() - register the hooks of hooks_ipc.c: System V objects
 */
void evf_add_ipc_hooks(void) __init;
#else
static inline void evf_add_ipc_hooks(void)
{
}
#endif

#endif /* _EVF_HOOKS_H */
