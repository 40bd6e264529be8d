/* SPDX-License-Identifier: BSD-2-Clause */
/* Rulesets: filters, and what they are put on. Part of eventfilter.h; all of it is [signal-safe]. */
#ifndef EVENTFILTER_RULESET_H
#define EVENTFILTER_RULESET_H

#include <stddef.h>

#include <eventfilter/text.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Flags of eventfilter_ruleset_create() */
#define EVENTFILTER_PERMISSIVE		(1U << 0)	/* refuse nothing, record everything */

/* Flags of eventfilter_enforce() and eventfilter_confine_exec() */
#define EVENTFILTER_ON_EXEC		(1U << 0)	/* with the next successful execve(2) */
#define EVENTFILTER_KEEP_IO_URING	(1U << 1)	/* accept io_uring instances that are open */
#define EVENTFILTER_KEEP_TRACEES	(1U << 2)	/* accept processes that are being traced */
#define EVENTFILTER_TSYNC		(1U << 3)	/* all threads of the process, or none */

/*
 * A new, empty ruleset: a descriptor with O_CLOEXEC. labels is the space that its filters
 * name labels of, or -1. flags: EVENTFILTER_PERMISSIVE. _labelled: label is what it gives the task that
 * enforces it, a label of that space.
 * -EINVAL (flags; a label without a label space), -EBADFD (not a label space), -ENOENT (it has no such
 * label), -EPERM (a label, and a layer of the caller is bound to that space), -EMFILE, -ENFILE, -ENOMEM.
 */
int eventfilter_ruleset_create(int labels, unsigned int flags);
int eventfilter_ruleset_create_labelled(int labels, unsigned int flags, const char *label);

/*
 * Adds whole lines of filters, "event: expression", all or nothing. error may be NULL; when -EINVAL is
 * returned it says what is wrong.
 * -EINVAL (the text is wrong), -EBUSY (the ruleset was enforced already), -E2BIG (more than 1 MiB in
 * all), -ENOMEM.
 */
int eventfilter_ruleset_write(int ruleset, const char *text, size_t length,
			      struct eventfilter_text_error *error);

/* Sets no_new_privs, without which only CAP_SYS_ADMIN may enforce. */
int eventfilter_no_new_privs(void);

/*
 * Makes the ruleset a layer of the calling thread, for good, at once or (EVENTFILTER_ON_EXEC)
 * with its next successful execve(2), or (EVENTFILTER_TSYNC) of all threads of the process at once.
 * -EPERM (no_new_privs isn't set), -EBADFD (not a ruleset), -EINVAL (flags), -ENODATA (a ruleset
 * without a line), -E2BIG (too many layers, or an event would take too long to judge), -EBUSY (an
 * io_uring instance or a traced process, and no flag that accepts it), -ESRCH (TSYNC, and a thread has
 * layers that the caller lacks), -EINTR, -ENOMEM.
 */
int eventfilter_enforce(int ruleset, unsigned int flags);

/*
 * What a launcher does before execve(2): sets no_new_privs, marks every descriptor from 3 on
 * close-on-exec (an open descriptor is a right that no filter on opening takes back), and
 * enforces with the next successful execve(2); flags as above, ON_EXEC implied. When it fails,
 * do not call execve(2); no_new_privs and the marks may stay.
 */
int eventfilter_confine_exec(int ruleset, unsigned int flags);

/*
 * Puts the ruleset on the open file description behind fd, for good: from now on it also judges what is
 * done with it, by whoever, confined or not, and through whichever descriptor of it. The ruleset freezes. It
 * holds rules for file_read, file_write, file_ioctl, file_fcntl, file_map, file_lock, file_receive and
 * file_truncate only, with the actions errno and log.
 * -EBADF (also: fd is O_PATH), -EBADFD (not a ruleset), -ENODATA (a ruleset without a line), -EINVAL
 * (a rule for another event or action), -EOPNOTSUPP (also: reading or writing a FIFO; mapping, other
 * than deny, a device or a file of overlayfs), -E2BIG (over 16 rulesets, or too slow to judge),
 * -EINTR, -ENOMEM.
 */
int eventfilter_attach(int fd, int ruleset);

/*
 * Would this use of the descriptor be let through by the caller's layers and by what is attached? 0 if
 * so, or the negative errno with which it would be refused. Nothing is recorded. event is one of those of
 * eventfilter_attach(); cmd is the request of file_ioctl, file_fcntl and file_lock, the protection of
 * file_map (as for MAP_SHARED), else 0. What isn't 0 is no permission, whatever the reason:
 * -EBADF (also: O_PATH), -EFAULT, -EINVAL (no such event, or a cmd that it doesn't have).
 */
int eventfilter_check(int fd, const char *event, unsigned int cmd);

#ifdef __cplusplus
}
#endif

#endif /* EVENTFILTER_RULESET_H */
