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
	E(file_ioctl, USE) \
	E(file_read, USE) \
	E(file_write, USE) \
	E(file_map, USE) \
	E(file_fcntl, USE) \
	E(file_lock, USE) \
	E(file_receive, USE) \
	E(system_io_uring, SYSTEM)

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
	F(file_rename, new_name, STRING, u64)

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
	F(file_map, type, INT, u16)

#define EVF_FIELDS_file_fcntl(F) \
	F(file_fcntl, label, LABEL, u64) \
	F(file_fcntl, cmd, INT, u32) \
	F(file_fcntl, type, INT, u16) \
	F(file_fcntl, dev, INT, u32)

#define EVF_FIELDS_file_lock(F) \
	F(file_lock, label, LABEL, u64) \
	F(file_lock, cmd, INT, u32) \
	F(file_lock, type, INT, u16) \
	F(file_lock, dev, INT, u32)

#define EVF_FIELDS_file_receive(F) \
	F(file_receive, label, LABEL, u64) \
	F(file_receive, access, INT, u32) \
	F(file_receive, type, INT, u16)

#define EVF_FIELDS_system_io_uring(F) \
	F(system_io_uring, cmd, INT, u32)

#endif /* _EVF_EVENT_LIST_H */
