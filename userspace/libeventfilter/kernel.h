/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls into the kernel, with negative errnos, shared by the files of the library. */
#ifndef EVENTFILTER_KERNEL_H
#define EVENTFILTER_KERNEL_H

#include <stddef.h>

struct eventfilter_text_error;

/*
 * prctl(PR_EVENTFILTER, ...). A kernel without event filters says EINVAL to every command, so
 * EINVAL is looked into: it becomes -EOPNOTSUPP when not even the version is known.
 */
int eventfilter_sys_call(unsigned long command, unsigned long arg3, unsigned long arg4,
			 unsigned long arg5);

/* 0, or -EOPNOTSUPP: asked before a descriptor is touched that may be anything. */
int eventfilter_sys_available(void);

/* write(2) of a whole text; on -EINVAL reads what was wrong into error, if there is one */
int eventfilter_sys_write(int fd, const char *text, size_t length, struct eventfilter_text_error *error);

/* ioctl(2) of a descriptor that should be one of the kernel part's: -EBADFD where it is another */
int eventfilter_sys_ioctl(int fd, unsigned long command, void *argument);

/* read(2), once; a signal is -EINTR */
int eventfilter_sys_read(int fd, char *text, size_t length);

#endif /* EVENTFILTER_KERNEL_H */
