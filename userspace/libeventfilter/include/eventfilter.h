/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * libeventfilter: confine this program, or the one it starts, by filters in plain text.
 * eventfilter(3) explains rulesets, labels and label spaces; eventfilter.hpp is the same for C++.
 *
 * Every function does a system call or two and keeps no state: it may be used in any thread, in
 * a signal handler, and between fork() and execve(). It returns a negative errno when it fails
 * (errno itself is not set) and has changed nothing then. On a kernel without event filters that
 * is -EOPNOTSUPP, always: nothing ever runs unconfined because a call was left out quietly.
 */
#ifndef EVENTFILTER_H
#define EVENTFILTER_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Flags of eventfilter_ruleset_create() */
#define EVENTFILTER_PERMISSIVE		(1U << 0)	/* refuse nothing, record everything */

/* Flags of eventfilter_enforce() and eventfilter_confine_exec() */
#define EVENTFILTER_ON_EXEC		(1U << 0)	/* with the next successful execve(2) */
#define EVENTFILTER_KEEP_IO_URING	(1U << 1)	/* accept io_uring instances that are open */
#define EVENTFILTER_KEEP_TRACEES	(1U << 2)	/* accept processes that are being traced */

/*
 * What is wrong with a text. line and column count from 1, in bytes; line is 0 when the kernel
 * gave no place. code is stable, for programs; sentence is for people. Both are terminated.
 */
struct eventfilter_text_error {
	unsigned int line, column, length;
	char code[48];
	char sentence[208];
};

/* The version of the kernel's interface, from 1, or -EOPNOTSUPP. */
int eventfilter_abi_version(void);

/* A new, empty label space, a descriptor with O_CLOEXEC. -EINVAL (flags), -EMFILE, -ENFILE, -ENOMEM. */
int eventfilter_labels_create(unsigned int flags);

/*
 * Adds a label name, or takes lines: "label NAME", "group NAME = LABELS", "fs TYPE NAMES". A name that exists already is no error.
 * error may be NULL; it is set when -EINVAL is returned.
 * -EINVAL, -EBADF, -EBADFD (not a label space), -EPERM (a layer of the caller is bound to
 * this space), -ENOSPC, -E2BIG, -ENOMEM.
 */
int eventfilter_labels_add(int labels, const char *name, struct eventfilter_text_error *error);
int eventfilter_labels_write(int labels, const char *text, size_t length,
			     struct eventfilter_text_error *error);

/*
 * Stages which names an object carries. object and directory are descriptors; O_PATH is
 * enough. names are separated by spaces; "" is a barrier: the empty set.
 *
 * _tree: the object and everything beneath it on its file system.
 * _self: the object alone.
 * _name: whatever has a name, or a path from there, like pattern (up to 8 components; *, ? and
 *	[...] in each) in the directory, now or later, and everything beneath it.
 * _unlabel, _unlabel_name: take an assignment back; -ENOENT if there is none.
 *
 * -EBADF, -EBADFD (not a label space), -EINVAL (pattern), -ENOENT (no such name in this space),
 * -ENOTDIR, -E2BIG (too many names), -ENOSPC (too many objects), -EPERM (see above), -ENOMEM,
 * -EOPNOTSUPP (also: a file system on which a label wouldn't hold).
 */
int eventfilter_label_tree(int labels, int object, const char *names);
int eventfilter_label_self(int labels, int object, const char *names);
int eventfilter_label_name(int labels, int directory, const char *pattern, const char *names);
int eventfilter_unlabel(int labels, int object);
int eventfilter_unlabel_name(int labels, int directory, const char *pattern);

/*
 * A group: a name that filters test like a label, and that everything carries which carries one of
 * these labels. Its members, labels separated by spaces, replace those that it had, and are staged.
 * Errors as for _add; -E2BIG also: a line of over 8,191 bytes, for which there is _write.
 */
int eventfilter_labels_group(int labels, const char *group, const char *members,
			     struct eventfilter_text_error *error);

/*
 * Stages what all file systems of a type ("proc") carry, mounted now or later, as far as nothing in
 * them is assigned; names "" takes that back. Errors as for _add; -E2BIG also: a line of over 8,191 bytes.
 */
int eventfilter_labels_fs(int labels, const char *type, const char *names,
			  struct eventfilter_text_error *error);

/*
 * Questions about what is in force, answered in lines of text (kernel-abi.md has their form): which
 * assignment decides an object's label; all of them, where cursor is 0 at first and set to where to go on.
 * They return the bytes at text, which isn't terminated; _list 0 at the end. 16 KiB are enough for any line.
 * -EBADF, -EBADFD (not a label space), -EPERM (see above), -ERANGE (no room for a line), -ENOMEM.
 */
int eventfilter_labels_get(int labels, int object, char *text, size_t length);
int eventfilter_labels_list(int labels, unsigned long long *cursor, char *text, size_t length);

/* All staged changes take effect together, for running processes too. Returns the generation. */
int eventfilter_labels_commit(int labels);

/*
 * A new, empty ruleset: a descriptor with O_CLOEXEC. labels is the space that its filters
 * name labels of, or -1. flags: EVENTFILTER_PERMISSIVE.
 * -EINVAL (flags), -EBADF, -EBADFD (not a label space), -EMFILE, -ENFILE, -ENOMEM.
 */
int eventfilter_ruleset_create(int labels, unsigned int flags);

/*
 * Adds whole lines of filters, "event: expression", all or nothing. error as above. -EINVAL (the text is wrong), -EBADF, -EBUSY (the ruleset was enforced already), -E2BIG
 * (more than 1 MiB in all), -ENOMEM.
 */
int eventfilter_ruleset_write(int ruleset, const char *text, size_t length,
			      struct eventfilter_text_error *error);

/* Sets no_new_privs, without which only CAP_SYS_ADMIN may enforce. */
int eventfilter_no_new_privs(void);

/*
 * Makes the ruleset a layer of the calling thread, for good, at once or (EVENTFILTER_ON_EXEC)
 * with its next successful execve(2).
 * -EPERM (no_new_privs isn't set), -EBADF, -EBADFD (not a ruleset), -EINVAL (flags), -ENODATA
 * (a ruleset without a line), -E2BIG (too many layers), -EBUSY (an io_uring instance or a
 * traced process, and no flag that accepts it), -ENOMEM.
 */
int eventfilter_enforce(int ruleset, unsigned int flags);

/*
 * What a launcher does before execve(2): sets no_new_privs, marks every descriptor from 3 on
 * close-on-exec (an open descriptor is a right that no filter on opening takes back), and
 * enforces with the next successful execve(2); flags as above, ON_EXEC implied. When it fails,
 * do not call execve(2); no_new_privs and the marks may stay.
 */
int eventfilter_confine_exec(int ruleset, unsigned int flags);

/* Parses the kernel's "LINE:COLUMN:LENGTH: CODE: sentence\n"; -EINVAL, zeroing error, if it isn't. */
int eventfilter_parse_text_error(const char *line, size_t length,
				 struct eventfilter_text_error *error);

#ifdef __cplusplus
}
#endif

#endif /* EVENTFILTER_H */
