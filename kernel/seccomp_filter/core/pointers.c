// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Which object event to filter in place of a syscall's pointer to user memory. What the
 * pointer shows at entry can be changed afterwards; what the event shows can't.
 */
#include <evf_env.h>
#include "event.h"

static const struct {
	const char *syscall;
	const char *argument;
	const char *instead;
} pointers[] = {
	{ "accept", "upeer_sockaddr", "socket_accept" },
	{ "accept4", "upeer_sockaddr", "socket_accept" },
	{ "bind", "umyaddr", "socket_bind" },
	{ "chmod", "filename", "file_setattr" },
	{ "chown", "filename", "file_setattr" },
	{ "chroot", "filename", "file_chroot" },
	{ "connect", "uservaddr", "socket_connect" },
	{ "creat", "pathname", "file_open" },
	{ "execve", "filename", "file_exec" },
	{ "execveat", "filename", "file_exec" },
	{ "fanotify_mark", "pathname", "file_notify" },
	{ "fchmodat", "filename", "file_setattr" },
	{ "fchownat", "filename", "file_setattr" },
	{ "futimesat", "filename", "file_setattr" },
	{ "getxattr", "pathname", "file_stat" },
	{ "inotify_add_watch", "pathname", "file_notify" },
	{ "io_uring_setup", "params", "system_io_uring" },
	{ "lchown", "filename", "file_setattr" },
	{ "lgetxattr", "pathname", "file_stat" },
	{ "link", "oldname", "file_link" },
	{ "link", "newname", "file_link" },
	{ "linkat", "oldname", "file_link" },
	{ "linkat", "newname", "file_link" },
	{ "listxattr", "pathname", "file_stat" },
	{ "llistxattr", "pathname", "file_stat" },
	{ "lremovexattr", "pathname", "file_setattr" },
	{ "lsetxattr", "pathname", "file_setattr" },
	{ "mkdir", "pathname", "file_create" },
	{ "mkdirat", "pathname", "file_create" },
	{ "mknod", "filename", "file_create" },
	{ "mknodat", "filename", "file_create" },
	{ "mount", "dir_name", "file_mount" },
	{ "move_mount", "to_pathname", "file_mount" },
	{ "mq_open", "u_name", "file_open" },
	{ "mq_unlink", "u_name", "file_unlink" },
	{ "newfstatat", "filename", "file_stat" },
	{ "newlstat", "filename", "file_stat" },
	{ "newstat", "filename", "file_stat" },
	{ "open", "filename", "file_open" },
	{ "open_by_handle_at", "handle", "file_open" },
	{ "openat", "filename", "file_open" },
	{ "openat2", "filename", "file_open" },
	{ "openat2", "how", "file_open" },
	{ "pivot_root", "put_old", "file_mount" },
	{ "readlink", "path", "file_readlink" },
	{ "readlinkat", "pathname", "file_readlink" },
	{ "recvfrom", "addr", "socket_recv" },
	{ "recvmmsg", "mmsg", "socket_recv" },
	{ "recvmsg", "msg", "socket_recv" },
	{ "removexattr", "pathname", "file_setattr" },
	{ "rename", "oldname", "file_rename" },
	{ "rename", "newname", "file_rename" },
	{ "renameat", "oldname", "file_rename" },
	{ "renameat", "newname", "file_rename" },
	{ "renameat2", "oldname", "file_rename" },
	{ "renameat2", "newname", "file_rename" },
	{ "rmdir", "pathname", "file_unlink" },
	{ "sendmmsg", "mmsg", "socket_send" },
	{ "sendmsg", "msg", "socket_send" },
	{ "sendto", "addr", "socket_send" },
	{ "setxattr", "pathname", "file_setattr" },
	{ "statx", "filename", "file_stat" },
	{ "symlink", "newname", "file_create" },
	{ "symlinkat", "newname", "file_create" },
	{ "truncate", "path", "file_truncate" },
	{ "umount", "name", "file_umount" },
	{ "unlink", "pathname", "file_unlink" },
	{ "unlinkat", "pathname", "file_unlink" },
	{ "uselib", "library", "file_exec" },
	{ "utime", "filename", "file_setattr" },
	{ "utimensat", "filename", "file_setattr" },
	{ "utimes", "filename", "file_setattr" },
};

const char *evf_pointer_instead(const char *syscall, const char *argument)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(pointers); i++) {
		if (!strcmp(pointers[i].syscall, syscall) &&
		    !strcmp(pointers[i].argument, argument))
			return pointers[i].instead;
	}
	return NULL;
}
