/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * libeventfilter: confine this program, or the one it starts, by filters in plain text.
 * eventfilter(3) explains rulesets, labels and label spaces; eventfilter.hpp is the same for C++.
 * <eventfilter/avc.h>, the access vector cache, is included by who uses it.
 *
 * Functions return a negative errno when they fail (errno itself is not set) and have changed
 * nothing then, unless they say otherwise; each names the errors it has. On a kernel without event
 * filters every call into it is -EOPNOTSUPP, and comes before any other error: nothing ever runs
 * unconfined because a call was left out quietly.
 *
 * What is marked [signal-safe] does a system call or two, keeps no state and allocates nothing: it may
 * be called in a signal handler and between fork(2) and execve(2). All functions are thread-safe.
 *
 * Two errors that nearly every function has aren't repeated: -EOPNOTSUPP as above, and -EBADF, a
 * descriptor isn't open.
 */
#ifndef EVENTFILTER_H
#define EVENTFILTER_H

/* Of this header; eventfilter_version() has the library's. Semantic versioning. */
#define EVENTFILTER_VERSION_MAJOR	0
#define EVENTFILTER_VERSION_MINOR	1
#define EVENTFILTER_VERSION_PATCH	0

#include <eventfilter/labels.h>
#include <eventfilter/records.h>
#include <eventfilter/ruleset.h>
#include <eventfilter/text.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The library's version, "MAJOR.MINOR.PATCH". [signal-safe] */
const char *eventfilter_version(void);

/* The version of the kernel's interface, from 1, or -EOPNOTSUPP. [signal-safe] */
int eventfilter_abi_version(void);

#ifdef __cplusplus
}
#endif

#endif /* EVENTFILTER_H */
