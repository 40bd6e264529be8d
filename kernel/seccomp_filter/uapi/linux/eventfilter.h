/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause */
/*
 * Event filters: access control that a task hands the kernel as text.
 *
 * The contract between the kernel and userspace, ABI version 1. docs/kernel-abi.md
 * explains every call with its errors.
 */
#ifndef _UAPI_LINUX_EVENTFILTER_H
#define _UAPI_LINUX_EVENTFILTER_H

#include <linux/ioctl.h>
#include <linux/types.h>

/* prctl(PR_EVENTFILTER, command, ...): "EVFT", far from the numbers that prctl.h hands out */
#define PR_EVENTFILTER			0x45564654

#define EVF_ABI_VERSION			1

/**
 * DOC: commands of prctl(PR_EVENTFILTER, command, arg3, arg4, arg5)
 *
 * An argument that a command doesn't name must be 0 (EINVAL otherwise).
 *
 * EVF_VERSION: -> EVF_ABI_VERSION.
 *
 * EVF_LABELS, flags (0): -> a descriptor of a new, empty label space, O_CLOEXEC.
 *	EINVAL, EMFILE, ENFILE, EDQUOT (EVF_MAX_USER_SPACES), ENOMEM.
 *
 * EVF_RULESET, labels_fd or -1, flags (EVF_RULESET_*), label or 0: -> a descriptor of a
 *	new, empty ruleset, O_CLOEXEC, bound to that label space. The label, a user address
 *	of the name of one with a null byte at its end, is what the ruleset gives its task.
 *	EINVAL (flags; a label without a label space), EBADF (labels_fd isn't open), EBADFD
 *	(it is no label space), ENOENT (it has no such label), EPERM (a label, and a layer
 *	of the caller is bound to that label space), EFAULT, EMFILE, ENFILE, ENOMEM.
 *
 * EVF_ENFORCE, ruleset_fd, flags (EVF_ENFORCE_*): -> 0. The ruleset freezes and
 *	becomes a layer of the calling thread (or of all threads of its process), at once or
 *	with its next successful execve(2).
 *	EPERM (neither no_new_privs nor CAP_SYS_ADMIN in the caller's user namespace),
 *	EBADF, EBADFD (no ruleset), EINVAL (flags), ENODATA (a ruleset without a line),
 *	ESRCH (a thread has layers that the caller lacks),
 *	E2BIG (EVF_MAX_LAYERS, an event would take too long to judge, or the task's label
 *	would be in more than EVF_MAX_OBJECT_GROUPS groups), EBUSY (a live io_uring or a
 *	tracee, and no flag that accepts it), EINTR, ENOMEM.
 *
 * EVF_ATTACH, fd, ruleset_fd: -> 0. The ruleset freezes, and from now on also judges what
 *	is done with the open file description behind fd, by whoever, confined or not, and
 *	by whichever descriptor of it. Only events of group use, of group socket but
 *	socket_create, and file_truncate; only the actions errno and log. What a socket
 *	accepts has its filters, too.
 *	EBADF (a descriptor isn't open, or fd is O_PATH), EBADFD (no ruleset), ENODATA (a
 *	ruleset without a line), EINVAL (a rule for another event, group or action),
 *	EOPNOTSUPP (file_read or file_write of a FIFO; file_map, other than deny, of a
 *	device or a file of overlayfs), E2BIG (EVF_MAX_ATTACHED, or an event would take
 *	too long to judge), EINTR, ENOMEM.
 *
 * EVF_CHECK, fd, address of an event's name, cmd: -> 0 if that use of the descriptor would be
 *	let through by the layers of the caller and by what is attached, or the errno with
 *	which it would be refused. Leaves no record. cmd is the event's; prot for
 *	file_map (with MAP_SHARED); the user address of a struct sockaddr_storage for
 *	socket_bind and socket_connect, and for socket_send unless it's for the peer;
 *	else 0.
 *	EBADF (fd isn't open, or O_PATH), EFAULT, EINVAL (not such an event, or a cmd that
 *	it doesn't have; unix_connect), ENOTSOCK (an event of sockets, and fd is none).
 */
#define EVF_VERSION			0
#define EVF_LABELS			1
#define EVF_RULESET			2
#define EVF_ENFORCE			3
#define EVF_ATTACH			4
#define EVF_CHECK			5

/* Flags of EVF_RULESET */
#define EVF_RULESET_PERMISSIVE		(1U << 0)	/* refuse nothing, record everything */

/* Flags of EVF_ENFORCE */
#define EVF_ENFORCE_ON_EXEC		(1U << 0)	/* with the next successful execve */
#define EVF_ENFORCE_KEEP_IO_URING	(1U << 1)	/* accept rings that the task holds */
#define EVF_ENFORCE_KEEP_TRACEES	(1U << 2)	/* accept tasks that it traces */
#define EVF_ENFORCE_TSYNC		(1U << 3)	/* all threads of the process, or none */

/**
 * DOC: a ruleset's descriptor
 *
 * write(2): whole lines of ruleset text, all or nothing.
 *	EINVAL (the text is wrong; read(2) says where and why), EBUSY (the
 *	ruleset is frozen), E2BIG (over EVF_MAX_TEXT with what was written earlier),
 *	EFAULT, EINTR, ENOMEM.
 *
 * read(2): what was wrong with the last write, as one line
 *	"LINE:COLUMN:LENGTH: CODE: sentence\n", or nothing (0) when it was taken. Line and
 *	column count from 1 and in bytes, within the text of that write.
 *
 * DOC: a label space's descriptor
 *
 * write(2): lines, all of them or none; EPERM when a layer of the caller is bound to this
 *	space, otherwise errors as for a ruleset; EDQUOT (EVF_MAX_USER_NAMES).
 *	"label NAME": a name, known from then on; one that exists already is no error.
 *	"group NAME = LABELS": a name that filters test like a label, known from then on;
 *	that all carry it which carry one of these labels is staged.
 *	"fs TYPE NAMES", staged: what file systems of a type (a word or a "string") carry
 *	where nothing in them is assigned; without names it's taken back.
 *	"endpoint tcp|udp|any ADDRESS[/PREFIX]|any PORT[-PORT]|* NAMES", staged: what IP
 *	endpoints carry; "unendpoint" with the same words takes it back.
 *
 * read(2): as for a ruleset; when there is no error, what has happened since it was last
 *	read, as lines "commit GENERATION" and "unmount MAJOR:MINOR" (a file system that had
 *	assignments; "unmount more": others, too), or nothing (0). EPERM as for write(2).
 *
 * poll(2): POLLIN when there is something to read; POLLERR for whom read(2) is EPERM.
 */

/**
 * struct evf_label - what the labelling ioctls take
 * @size: sizeof(struct evf_label); a larger one must be zero beyond what the kernel
 *	knows (E2BIG otherwise), a smaller one is extended with zeros.
 * @fd: the object, or for EVF_LABEL_NAME the directory; O_PATH is enough.
 * @names: user address of label names, separated by spaces; none at all is a barrier:
 *	the object and what is beneath it have the empty set.
 * @names_len: bytes at @names.
 * @pattern_len: bytes at @pattern; 0 but for EVF_LABEL_NAME (and EVF_UNLABEL of a name).
 * @pattern: user address of 1 to EVF_MAX_COMPONENTS components of a path with a slash
 *	between two of them, each a literal name or a glob with ``*``, ``?`` and
 *	``[...]``, none of them ``.`` or ``..``.
 */
struct evf_label {
	__u32		size;
	__s32		fd;
	__aligned_u64	names;
	__u32		names_len;
	__u32		pattern_len;
	__aligned_u64	pattern;
};

#define EVF_LABEL_SIZE_VER0		32

/**
 * struct evf_task - what EVF_GET_TASK asks for and answers
 * @size: sizeof(struct evf_task); as for struct evf_label
 * @pidfd: the process: what confines its first thread is told
 * @ruleset_fd: a ruleset to be looked for among its layers, or -1
 * @names_len: bytes at @names; receives how many its label takes
 * @names: user address that receives its label: names separated by spaces
 * @domain: receives the id of its domain, as records have it; 0 without layers
 * @layers: receives how many of its layers are bound to this label space
 * @ruleset_layers: receives how many of those are of @ruleset_fd
 */
struct evf_task {
	__u32		size;
	__s32		pidfd;
	__s32		ruleset_fd;
	__u32		names_len;
	__aligned_u64	names;
	__aligned_u64	domain;
	__u32		layers;
	__u32		ruleset_layers;
};

#define EVF_TASK_SIZE_VER0		40

/**
 * struct evf_transition - what EVF_TRANSITION takes
 * @size: sizeof(struct evf_transition); as for struct evf_label
 * @ruleset_fd: the ruleset, which freezes; -1 takes the transition back
 * @task: user address of the name of a label of the task
 * @task_len: bytes at @task
 * @file_len: bytes at @file
 * @file: user address of the name of a label of the file that is executed
 */
struct evf_transition {
	__u32		size;
	__s32		ruleset_fd;
	__aligned_u64	task;
	__u32		task_len;
	__u32		file_len;
	__aligned_u64	file;
};

#define EVF_TRANSITION_SIZE_VER0	32

#define EVF_IOC_MAGIC			'E'

/**
 * DOC: ioctls of a label space's descriptor
 *
 * All but EVF_COMMIT and the queries stage a change; nothing that is evaluated sees it
 * before EVF_COMMIT.
 * EPERM for all of them when a layer of the caller is bound to this space.
 *
 * EVF_LABEL_FILE: the object and everything beneath it carries @names.
 * EVF_LABEL_SELF: the object alone; what is beneath looks past it.
 * EVF_LABEL_NAME: what has the name @pattern in the directory, or the path @pattern from
 *	it, now or later, and everything beneath it.
 * EVF_UNLABEL: takes back an assignment: the object's own (pattern_len 0), or that of
 *	one name pattern. ENOENT if there is none.
 *	EINVAL (struct, pattern, a group among the names), EBADF, ENOTDIR (a pattern on
 *	what is no directory), ENOENT (an unknown label name), E2BIG
 *	(EVF_MAX_OBJECT_NAMES, EVF_MAX_OBJECT_GROUPS; a larger struct with content that
 *	the kernel doesn't know), EFAULT, ENOSPC (EVF_MAX_SPACE_ASSIGNMENTS), EDQUOT
 *	(EVF_MAX_USER_INODES), ENOMEM, EOPNOTSUPP (a file system on which a label would
 *	not hold: see docs/kernel-abi.md).
 * EVF_COMMIT: staged changes take effect together; -> the new generation modulo 2^31.
 *	Each event is judged wholly before or wholly after.
 *
 * EVF_CLEAR, 0: stages that nothing is assigned to anything and that there are no transitions,
 *	as if each was taken back: objects, names in directories, types of file systems,
 *	endpoints. What is staged afterwards is staged on top, so a label space can be filled
 *	anew, in one commit, by who has no descriptor of what was labelled. Names, and what is
 *	in a group, stay.
 *	EINVAL (an argument), ENOMEM (nothing is staged then).
 * EVF_DISCARD, 0: nothing is staged any more. Names stay.
 *	EINVAL (an argument).
 *
 * EVF_TRANSITION: a task that carries one label and executes a file that carries another
 *	gets a layer of the ruleset, unless it has one: the execve adds it, or fails with
 *	EBUSY, E2BIG or ENOMEM as one that adds pending layers. The file is the one that's
 *	named, also if it's a script. EACCES fails it where its label isn't known, and when
 *	the last descriptor of the space is gone.
 *	EINVAL (struct), EBADF, EBADFD (no ruleset), ENODATA (a ruleset without a line),
 *	ENOENT (an unknown label; nothing to take back), ENOSPC
 *	(EVF_MAX_SPACE_TRANSITIONS), E2BIG, EFAULT, ENOMEM.
 *
 * EVF_GET_TASK stages nothing: it fills in a struct evf_task. EPERM as above.
 *	EINVAL (struct), EBADF (no pidfd, or a descriptor that isn't open), EBADFD
 *	(ruleset_fd is no ruleset), ESRCH (the process is gone), ERANGE (names_len is too
 *	small; all but the names is filled in), E2BIG, EFAULT, ENOMEM.
 */
#define EVF_LABEL_FILE			_IO(EVF_IOC_MAGIC, 1)
#define EVF_LABEL_SELF			_IO(EVF_IOC_MAGIC, 2)
#define EVF_LABEL_NAME			_IO(EVF_IOC_MAGIC, 3)
#define EVF_UNLABEL			_IO(EVF_IOC_MAGIC, 4)
#define EVF_COMMIT			_IO(EVF_IOC_MAGIC, 5)
#define EVF_TRANSITION			_IO(EVF_IOC_MAGIC, 6)
#define EVF_GET_TASK			_IO(EVF_IOC_MAGIC, 8)
#define EVF_CLEAR			_IO(EVF_IOC_MAGIC, 10)
#define EVF_DISCARD			_IO(EVF_IOC_MAGIC, 11)

/**
 * struct evf_question - what the questions take
 * @size: sizeof(struct evf_question), as of struct evf_label
 * @fd: EVF_GET_FILE: the object; O_PATH is enough. EVF_LIST: 0.
 * @text: user address of room for the answer
 * @text_len: bytes at @text; 16 KiB are enough for any line
 * @generation: receives that of the answer, modulo 2^31
 * @cursor: EVF_LIST: 0 to begin; receives where to go on. EVF_GET_FILE: 0.
 */
struct evf_question {
	__u32		size;
	__s32		fd;
	__aligned_u64	text;
	__u32		text_len;
	__u32		generation;
	__aligned_u64	cursor;
};

#define EVF_QUESTION_SIZE_VER0		32

/**
 * DOC: questions about a label space
 *
 * They are answered in lines of text, about what is in force; -> the bytes at @text.
 *	EPERM (a layer of the caller is bound to this space), EINVAL (struct), E2BIG (as
 *	above), EBADF, EFAULT, ERANGE (no room for a line), ENOMEM.
 *
 * EVF_GET_FILE: the assignment that decides an object's label, "none", "unknown" or
 *	"internal anonymous".
 * EVF_LIST: assignments in the order of their creation, whole lines; 0 at the end.
 *
 * A line is "file DEV INODE", "self DEV INODE", "name DEV INODE "PATTERN"" or "fs "TYPE"",
 * and the names. DEV is MAJOR:MINOR of the file system. Bytes of a pattern that aren't
 * printable ASCII, quotes and backslashes are octal escapes.
 */
#define EVF_GET_FILE			_IO(EVF_IOC_MAGIC, 7)
#define EVF_LIST			_IO(EVF_IOC_MAGIC, 9)

/**
 * DOC: ioctls of a ruleset's descriptor
 *
 * EVF_RECORDS, 0: -> a descriptor of what the ruleset's own layers refuse or log from now
 *	on, O_CLOEXEC. poll(2) says when there is something to read; O_NONBLOCK (F_SETFL) is
 *	honoured.
 *	EPERM (a layer of the caller is of this ruleset), EBUSY (there is such a descriptor
 *	already), EINVAL (an argument), EMFILE, ENFILE, ENOMEM.
 *
 * read(2) of it: as many whole records as fit, one a line of at most EVF_MAX_RECORD
 *	bytes, in the format of docs/kernel-abi.md. "lost=NUMBER\n" is where so many found
 *	no room. Under a permissive ruleset a record that says what an earlier one said is
 *	left out.
 *	EPERM (a layer of the caller is of this ruleset), EMSGSIZE (the next record
 *	doesn't fit), EAGAIN (O_NONBLOCK, nothing there), EFAULT, EINTR.
 */
#define EVF_RECORDS			_IO(EVF_IOC_MAGIC, 16)

/* Limits of this version; each has its test below, at and above it. */
#define EVF_MAX_TEXT			(1U << 20)	/* bytes of a ruleset's text */
#define EVF_MAX_LAYERS			64		/* layers of one task */
#define EVF_MAX_LABEL_NAME		64		/* bytes of a label name */
#define EVF_MAX_SPACE_NAMES		16384		/* label names of one space */
#define EVF_MAX_OBJECT_NAMES		64		/* names that one object carries */
#define EVF_MAX_COMPONENTS		8		/* components of a name pattern */
#define EVF_MAX_OBJECT_GROUPS		192		/* groups that they are in together */
#define EVF_MAX_SPACE_MEMBERS		262144		/* members of all groups of one space */
#define EVF_MAX_SPACE_ASSIGNMENTS	262144		/* labelled places of one space */
#define EVF_MAX_SPACE_TRANSITIONS	256		/* transitions of one space */
/* Of all label spaces that one user made, by his effective id: EDQUOT */
#define EVF_MAX_USER_SPACES		1024
#define EVF_MAX_USER_NAMES		262144
#define EVF_MAX_USER_INODES		131072		/* labelled, or with name patterns */
#define EVF_MAX_RECORD			4096		/* bytes of one record */
#define EVF_RECORDS_SIZE		65536		/* bytes of records that wait to be read */
#define EVF_MAX_PORT_RANGES		64		/* ranges of ports of one prefix */
#define EVF_MAX_ATTACHED		16		/* rulesets on one open file description */
#define EVF_AUDIT_BURST			64		/* audit records of one user in ... */
#define EVF_AUDIT_SECONDS		5		/* ... so many seconds */

/* The field ``access`` of file events: what the descriptor will be usable for */
#define EVF_ACCESS_EXEC			1
#define EVF_ACCESS_WRITE		2
#define EVF_ACCESS_READ			4
#define EVF_ACCESS_APPEND		8

/* The field ``what`` of file_setattr: one of them */
#define EVF_SETATTR_MODE		1
#define EVF_SETATTR_OWNER		2
#define EVF_SETATTR_TIMES		4
#define EVF_SETATTR_XATTR		8
#define EVF_SETATTR_ACL			16

/* The field ``what`` of file_stat: one of them */
#define EVF_STAT_ATTR			1
#define EVF_STAT_XATTR			2
#define EVF_STAT_LISTXATTR		4

/* The field ``cmd`` of system_io_uring */
#define EVF_IO_URING_SETUP		1
#define EVF_IO_URING_SQPOLL		2
#define EVF_IO_URING_OVERRIDE_CREDS	3

/* The field ``mode`` of task_ptrace */
#define EVF_PTRACE_READ			1
#define EVF_PTRACE_ATTACH		2

/* The field ``resource`` of task_prlimit when limits of another task are read, any of them */
#define EVF_PRLIMIT_READ		0xffffffff

/* The field ``cmd`` of system_module: what the kernel is asked to load */
#define EVF_MODULE_FIRMWARE		1
#define EVF_MODULE_MODULE		2
#define EVF_MODULE_KEXEC_IMAGE		3
#define EVF_MODULE_KEXEC_INITRAMFS	4
#define EVF_MODULE_POLICY		5
#define EVF_MODULE_CERTIFICATE		6

/* The field ``need`` of system_key */
#define EVF_KEY_VIEW			1
#define EVF_KEY_READ			2
#define EVF_KEY_WRITE			3
#define EVF_KEY_SEARCH			4
#define EVF_KEY_LINK			5
#define EVF_KEY_SETATTR			6
#define EVF_KEY_UNLINK			7

/* The field ``cmd`` of system_ipc */
#define EVF_IPC_CREATE			1
#define EVF_IPC_USE			2	/* what asks for the right to read or write */
#define EVF_IPC_STAT			3
#define EVF_IPC_SET			4
#define EVF_IPC_REMOVE			5
#define EVF_IPC_LOCK			6
#define EVF_IPC_INFO			7

#endif /* _UAPI_LINUX_EVENTFILTER_H */
