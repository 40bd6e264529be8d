/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Label spaces: names, and which objects carry them. Part of eventfilter.h.
 *
 * Every call on a label space may fail with -EBADFD (the descriptor is no label space), -EPERM
 * (a layer of the caller is bound to this space: who is confined by labels can't change or read them)
 * and -ENOMEM. All of it is [signal-safe].
 */
#ifndef EVENTFILTER_LABELS_H
#define EVENTFILTER_LABELS_H

#include <stddef.h>

#include <eventfilter/text.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * A new, empty label space, a descriptor with O_CLOEXEC. flags: 0.
 * -EINVAL (flags), -EMFILE, -ENFILE, -EDQUOT (the user has too many), -ENOMEM.
 */
int eventfilter_labels_create(unsigned int flags);

/*
 * Adds a label name, of 1 to 64 bytes; one that exists already is no error. error may be NULL;
 * when -EINVAL is returned it says what is wrong.
 * -EINVAL (the name), -ENOSPC (the space is full), -EDQUOT (the user has too many names), -E2BIG.
 */
int eventfilter_labels_add(int labels, const char *name, struct eventfilter_text_error *error);

/*
 * Takes lines, all or none: "label NAME", "group NAME = LABELS", "fs TYPE NAMES",
 * "endpoint PROTOCOL ADDRESS PORTS NAMES", "unendpoint PROTOCOL ADDRESS PORTS". Errors as for _add.
 */
int eventfilter_labels_write(int labels, const char *text, size_t length,
			     struct eventfilter_text_error *error);

/*
 * A group: a name that filters test like a label, and that everything carries which carries one of
 * these labels. Its members, labels separated by spaces, replace those that it had, and are staged.
 * Errors as for _add; -E2BIG also: a line of over 8,191 bytes, for which there is _write.
 */
int eventfilter_labels_group(int labels, const char *group, const char *members,
			     struct eventfilter_text_error *error);

/*
 * Stages what all file systems of a type ("proc") carry, mounted now or later, as far as nothing in
 * them is assigned; names "" takes that back. Errors as for _group.
 */
int eventfilter_labels_fs(int labels, const char *type, const char *names,
			  struct eventfilter_text_error *error);

/*
 * Stages what IP endpoints carry. endpoint is "PROTOCOL ADDRESS PORTS": tcp, udp or any; an address with
 * or without /PREFIX, or any; a port, two with "-" between them, or *. names "" is a barrier.
 * _unendpoint takes back what was assigned by the same words. Errors as for _group.
 */
int eventfilter_labels_endpoint(int labels, const char *endpoint, const char *names,
				struct eventfilter_text_error *error);
int eventfilter_labels_unendpoint(int labels, const char *endpoint,
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
 * -EINVAL (pattern), -ENOENT (no such name in this space), -ENOTDIR, -E2BIG (too many names), -ENOSPC
 * (too many objects), -EDQUOT (too many of this user's), -EOPNOTSUPP (also: a file system on which
 * a label wouldn't hold).
 */
int eventfilter_label_tree(int labels, int object, const char *names);
int eventfilter_label_self(int labels, int object, const char *names);
int eventfilter_label_name(int labels, int directory, const char *pattern, const char *names);
int eventfilter_unlabel(int labels, int object);
int eventfilter_unlabel_name(int labels, int directory, const char *pattern);

/* All staged changes take effect together, for running processes too. Returns the generation. */
int eventfilter_labels_commit(int labels);

/*
 * _clear stages that nothing is assigned to anything, and that there are no transitions; names and
 * groups stay. What is staged afterwards is on top of that: a space is filled anew in one commit, without
 * descriptors of what was labelled, which would keep file systems busy. -ENOMEM: nothing of it is staged.
 * _discard drops what is staged and wasn't committed, but for names.
 */
int eventfilter_labels_clear(int labels);
int eventfilter_labels_discard(int labels);

/*
 * Stages a transition: a task that carries the label task and executes a file that carries the label
 * file gets the ruleset as a layer, once; if it can't, its execve fails. The ruleset freezes.
 * _untransition takes that back; -ENOENT if there is none.
 * -EBADFD (also: no ruleset), -ENODATA (a ruleset without a line), -ENOENT (no such label), -ENOSPC
 * (over 256 transitions).
 */
int eventfilter_transition(int labels, const char *task, const char *file, int ruleset);
int eventfilter_untransition(int labels, const char *task, const char *file);

/*
 * Questions about what is in force, answered in lines of text (kernel-abi.md has their form): which
 * assignment decides an object's label; all of them, where cursor is 0 at first and set to where to go on.
 * They return the bytes at text, which isn't terminated; _list 0 at the end. 16 KiB are enough for any line.
 * -ERANGE (no room for a line).
 */
int eventfilter_labels_get(int labels, int object, char *text, size_t length);
int eventfilter_labels_list(int labels, unsigned long long *cursor, char *text, size_t length);

/* What the holder of a label space may know about a process */
struct eventfilter_task {
	unsigned long long domain;	/* its id, as records have it; 0 without layers */
	unsigned int layers;		/* how many are bound to this space */
	unsigned int ruleset_layers;	/* how many of them are of the ruleset asked for */
	unsigned int names_length;	/* bytes of the names of its label */
};

/*
 * Asks about the process of a pidfd. ruleset is looked for among its layers, or -1. The names of its
 * label, separated by spaces and not terminated, are written to names.
 * -EBADF (also: no pidfd), -EBADFD (also: no ruleset), -ESRCH (it is gone), -ERANGE (no room for the
 * names; the rest is filled in).
 */
int eventfilter_task_get(int labels, int pidfd, int ruleset, struct eventfilter_task *task,
			 char *names, size_t length);

/*
 * What has happened in the space since this was last read, by whoever: lines "commit GENERATION" and
 * "unmount MAJOR:MINOR". Returns the bytes at text, 0 when there is nothing; doesn't wait. poll(2) on
 * the descriptor waits. -ERANGE (under 1,024 bytes of room).
 */
int eventfilter_labels_changes(int labels, char *text, size_t length);

#ifdef __cplusplus
}
#endif

#endif /* EVENTFILTER_LABELS_H */
