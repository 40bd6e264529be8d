/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Signals that files send: may current ask for them? -EPERM if not. A command that has
 * nothing to do with signals is 0.
 */
#ifndef _EVF_HOOKS_SIGNAL_H
#define _EVF_HOOKS_SIGNAL_H

struct file;

/* F_SETOWN, F_SETOWN_EX, F_SETSIG, and F_SETFL with O_ASYNC. @arg: as the caller passed it */
int evf_fcntl_signals_check(const struct file *file, unsigned int cmd, unsigned long arg);
/* FIOSETOWN, SIOCSPGRP, FIOASYNC */
int evf_ioctl_signals_check(const struct file *file, unsigned int cmd);

#endif /* _EVF_HOOKS_SIGNAL_H */
