/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The object events: the one source of the parser's fields, of the trace events' formats,
 * of the listing in securityfs and of docs/events.md. Syscall events come from the kernel's
 * own metadata.
 *
 *	EVF_EVENTS(E)		E(event, group) for each event
 *	EVF_FIELDS_event(F)	F(event, field, kind, ctype) for each field, in the order of slots
 *
 * kind is one of LABEL, INT, UID, GID, STRING; ctype is the C type of an INT. Every event has
 * uid and gid of the subject besides, in EVF_SLOT_UID and EVF_SLOT_GID.
 */
#ifndef _EVF_EVENT_LIST_H
#define _EVF_EVENT_LIST_H

#define EVF_EVENTS(E) \
	E(file_open, FILE) \
	E(file_exec, FILE) \
	E(file_create, FILE) \
	E(file_unlink, FILE) \
	E(file_rename, FILE) \
	E(file_link, FILE) \
	E(file_truncate, FILE) \
	E(file_setattr, FILE) \
	E(file_chroot, FILE) \
	E(file_mount, FILE) \
	E(file_umount, FILE) \
	E(file_ioctl, USE) \
	E(file_read, USE) \
	E(file_write, USE) \
	E(file_map, USE) \
	E(file_fcntl, USE) \
	E(file_lock, USE) \
	E(file_receive, USE) \
	E(socket_create, SOCKET) \
	E(socket_bind, SOCKET) \
	E(socket_connect, SOCKET) \
	E(socket_send, SOCKET) \
	E(socket_recv, SOCKET) \
	E(socket_listen, SOCKET) \
	E(socket_accept, SOCKET) \
	E(unix_connect, SOCKET) \
	E(unix_send, SOCKET) \
	E(file_stat, META) \
	E(file_readlink, META) \
	E(file_notify, META) \
	E(task_create, TASK) \
	E(task_signal, TASK) \
	E(task_ptrace, TASK) \
	E(task_setsched, TASK) \
	E(task_prlimit, TASK) \
	E(system_capable, SYSTEM) \
	E(system_bpf, SYSTEM) \
	E(system_perf, SYSTEM) \
	E(system_userns, SYSTEM) \
	E(system_module, SYSTEM) \
	E(system_key, SYSTEM) \
	E(system_ipc, SYSTEM) \
	E(system_io_uring, SYSTEM)

/* Those that are raised where nobody may sleep, some for another than current: no "trap" */
#define EVF_ATOMIC_EVENTS(E) \
	E(unix_connect) \
	E(unix_send) \
	E(task_signal) \
	E(task_ptrace) \
	E(task_setsched) \
	E(task_prlimit) \
	E(system_capable) \
	E(system_key) \
	E(system_ipc)

#define EVF_FIELDS_file_open(F) \
	F(file_open, label, LABEL, u64) \
	F(file_open, owner, UID, u32) \
	F(file_open, group, GID, u32) \
	F(file_open, mode, INT, u16) \
	F(file_open, flags, INT, u32) \
	F(file_open, access, INT, u32) \
	F(file_open, name, STRING, u64) \
	F(file_open, dev, INT, u32) \
	F(file_open, ino, INT, u64)

#define EVF_FIELDS_file_exec(F) \
	F(file_exec, label, LABEL, u64) \
	F(file_exec, owner, UID, u32) \
	F(file_exec, mode, INT, u16) \
	F(file_exec, name, STRING, u64) \
	F(file_exec, setid, INT, u8)

#define EVF_FIELDS_file_create(F) \
	F(file_create, label, LABEL, u64) \
	F(file_create, parent_label, LABEL, u64) \
	F(file_create, mode, INT, u16) \
	F(file_create, type, INT, u16) \
	F(file_create, name, STRING, u64)

#define EVF_FIELDS_file_unlink(F) \
	F(file_unlink, label, LABEL, u64) \
	F(file_unlink, owner, UID, u32) \
	F(file_unlink, group, GID, u32) \
	F(file_unlink, mode, INT, u16) \
	F(file_unlink, name, STRING, u64)

#define EVF_FIELDS_file_rename(F) \
	F(file_rename, label, LABEL, u64) \
	F(file_rename, new_label, LABEL, u64) \
	F(file_rename, parent_label, LABEL, u64) \
	F(file_rename, new_parent_label, LABEL, u64) \
	F(file_rename, owner, UID, u32) \
	F(file_rename, name, STRING, u64) \
	F(file_rename, new_name, STRING, u64) \
	F(file_rename, mode, INT, u16)

#define EVF_FIELDS_file_link(F) \
	F(file_link, label, LABEL, u64) \
	F(file_link, new_label, LABEL, u64) \
	F(file_link, parent_label, LABEL, u64) \
	F(file_link, new_parent_label, LABEL, u64) \
	F(file_link, owner, UID, u32) \
	F(file_link, name, STRING, u64) \
	F(file_link, new_name, STRING, u64)

#define EVF_FIELDS_file_truncate(F) \
	F(file_truncate, label, LABEL, u64) \
	F(file_truncate, owner, UID, u32) \
	F(file_truncate, group, GID, u32) \
	F(file_truncate, mode, INT, u16) \
	F(file_truncate, name, STRING, u64)

#define EVF_FIELDS_file_setattr(F) \
	F(file_setattr, label, LABEL, u64) \
	F(file_setattr, owner, UID, u32) \
	F(file_setattr, group, GID, u32) \
	F(file_setattr, mode, INT, u16) \
	F(file_setattr, new_mode, INT, u16) \
	F(file_setattr, what, INT, u32) \
	F(file_setattr, name, STRING, u64)

#define EVF_FIELDS_file_chroot(F) \
	F(file_chroot, label, LABEL, u64) \
	F(file_chroot, owner, UID, u32) \
	F(file_chroot, group, GID, u32) \
	F(file_chroot, mode, INT, u16) \
	F(file_chroot, name, STRING, u64)

#define EVF_FIELDS_file_mount(F) \
	F(file_mount, label, LABEL, u64) \
	F(file_mount, flags, INT, u32)

#define EVF_FIELDS_file_umount(F) \
	F(file_umount, label, LABEL, u64) \
	F(file_umount, flags, INT, u32)

#define EVF_FIELDS_file_ioctl(F) \
	F(file_ioctl, label, LABEL, u64) \
	F(file_ioctl, cmd, INT, u32) \
	F(file_ioctl, type, INT, u16) \
	F(file_ioctl, dev, INT, u32) \
	F(file_ioctl, rdev, INT, u32)

#define EVF_FIELDS_file_read(F) \
	F(file_read, label, LABEL, u64) \
	F(file_read, access, INT, u32) \
	F(file_read, type, INT, u16)

#define EVF_FIELDS_file_write(F) \
	F(file_write, label, LABEL, u64) \
	F(file_write, access, INT, u32) \
	F(file_write, type, INT, u16)

#define EVF_FIELDS_file_map(F) \
	F(file_map, label, LABEL, u64) \
	F(file_map, prot, INT, u32) \
	F(file_map, flags, INT, u32) \
	F(file_map, type, INT, u16) \
	F(file_map, owner, UID, u32) \
	F(file_map, name, STRING, u64)

#define EVF_FIELDS_file_fcntl(F) \
	F(file_fcntl, label, LABEL, u64) \
	F(file_fcntl, cmd, INT, u32) \
	F(file_fcntl, type, INT, u16) \
	F(file_fcntl, dev, INT, u32)

#define EVF_FIELDS_file_lock(F) \
	F(file_lock, label, LABEL, u64) \
	F(file_lock, cmd, INT, u32) \
	F(file_lock, type, INT, u16) \
	F(file_lock, dev, INT, u32) \
	F(file_lock, owner, UID, u32) \
	F(file_lock, name, STRING, u64)

#define EVF_FIELDS_file_receive(F) \
	F(file_receive, label, LABEL, u64) \
	F(file_receive, access, INT, u32) \
	F(file_receive, type, INT, u16) \
	F(file_receive, owner, UID, u32) \
	F(file_receive, name, STRING, u64)

#define EVF_FIELDS_socket_create(F) \
	F(socket_create, family, INT, s32) \
	F(socket_create, type, INT, s32) \
	F(socket_create, protocol, INT, s32)

#define EVF_FIELDS_socket_bind(F) \
	F(socket_bind, label, LABEL, u64) \
	F(socket_bind, family, INT, u16) \
	F(socket_bind, type, INT, u16) \
	F(socket_bind, protocol, INT, u16) \
	F(socket_bind, port, INT, u16)

#define EVF_FIELDS_socket_connect(F) \
	F(socket_connect, label, LABEL, u64) \
	F(socket_connect, family, INT, u16) \
	F(socket_connect, type, INT, u16) \
	F(socket_connect, protocol, INT, u16) \
	F(socket_connect, port, INT, u16)

#define EVF_FIELDS_socket_send(F) \
	F(socket_send, label, LABEL, u64) \
	F(socket_send, family, INT, u16) \
	F(socket_send, type, INT, u16) \
	F(socket_send, protocol, INT, u16) \
	F(socket_send, port, INT, u16)

#define EVF_FIELDS_socket_recv(F) \
	F(socket_recv, label, LABEL, u64) \
	F(socket_recv, family, INT, u16) \
	F(socket_recv, type, INT, u16) \
	F(socket_recv, protocol, INT, u16) \
	F(socket_recv, port, INT, u16)

#define EVF_FIELDS_socket_listen(F) \
	F(socket_listen, label, LABEL, u64) \
	F(socket_listen, family, INT, u16) \
	F(socket_listen, type, INT, u16) \
	F(socket_listen, protocol, INT, u16) \
	F(socket_listen, port, INT, u16)

#define EVF_FIELDS_socket_accept(F) \
	F(socket_accept, label, LABEL, u64) \
	F(socket_accept, family, INT, u16) \
	F(socket_accept, type, INT, u16) \
	F(socket_accept, protocol, INT, u16) \
	F(socket_accept, port, INT, u16)

#define EVF_FIELDS_unix_connect(F) \
	F(unix_connect, label, LABEL, u64) \
	F(unix_connect, peer_label, LABEL, u64) \
	F(unix_connect, type, INT, u16) \
	F(unix_connect, abstract, INT, u8) \
	F(unix_connect, name, STRING, u64)

#define EVF_FIELDS_unix_send(F) \
	F(unix_send, label, LABEL, u64) \
	F(unix_send, peer_label, LABEL, u64) \
	F(unix_send, type, INT, u16) \
	F(unix_send, abstract, INT, u8) \
	F(unix_send, name, STRING, u64)

#define EVF_FIELDS_file_stat(F) \
	F(file_stat, label, LABEL, u64) \
	F(file_stat, owner, UID, u32) \
	F(file_stat, name, STRING, u64) \
	F(file_stat, what, INT, u32)

#define EVF_FIELDS_file_readlink(F) \
	F(file_readlink, label, LABEL, u64) \
	F(file_readlink, owner, UID, u32) \
	F(file_readlink, group, GID, u32) \
	F(file_readlink, mode, INT, u16) \
	F(file_readlink, name, STRING, u64)

#define EVF_FIELDS_file_notify(F) \
	F(file_notify, label, LABEL, u64) \
	F(file_notify, mask, INT, u64)

#define EVF_FIELDS_task_create(F) \
	F(task_create, flags, INT, u64)

#define EVF_FIELDS_task_signal(F) \
	F(task_signal, label, LABEL, u64) \
	F(task_signal, sig, INT, u32)

#define EVF_FIELDS_task_ptrace(F) \
	F(task_ptrace, label, LABEL, u64) \
	F(task_ptrace, mode, INT, u32)

#define EVF_FIELDS_task_setsched(F) \
	F(task_setsched, label, LABEL, u64)

#define EVF_FIELDS_task_prlimit(F) \
	F(task_prlimit, label, LABEL, u64) \
	F(task_prlimit, resource, INT, u32)

#define EVF_FIELDS_system_capable(F) \
	F(system_capable, cap, INT, u32)

#define EVF_FIELDS_system_bpf(F) \
	F(system_bpf, cmd, INT, u32)

#define EVF_FIELDS_system_perf(F) \
	F(system_perf, type, INT, u32)

#define EVF_FIELDS_system_userns(F) \
	F(system_userns, flags, INT, u64)

#define EVF_FIELDS_system_module(F) \
	F(system_module, cmd, INT, u32)

#define EVF_FIELDS_system_key(F) \
	F(system_key, need, INT, u32)

#define EVF_FIELDS_system_ipc(F) \
	F(system_ipc, cmd, INT, u32)

#define EVF_FIELDS_system_io_uring(F) \
	F(system_io_uring, cmd, INT, u32)

#endif /* _EVF_EVENT_LIST_H */
