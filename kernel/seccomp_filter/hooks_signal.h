/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Signals that files send: may current ask for them? -EPERM if not. A command that has
 * nothing to do with signals is 0.
 */
#ifndef _EVF_HOOKS_SIGNAL_H
#define _EVF_HOOKS_SIGNAL_H

struct file;

/**
 * evf_fcntl_signals_check() - may current have a file send signals, by fcntl(2)?
 * @file: the description that would send them
 * @cmd: asked about are F_SETOWN, F_SETOWN_EX, F_SETSIG, and F_SETFL with O_ASYNC
 * @arg: as the caller passed it
 *
 * Return: 0, also for every other command; or -EPERM.
 */
int evf_fcntl_signals_check(const struct file *file, unsigned int cmd, unsigned long arg);

/**
 * evf_ioctl_signals_check() - may current have a file send signals, by ioctl(2)?
 * @file: the description that would send them
 * @cmd: asked about are FIOSETOWN, SIOCSPGRP and FIOASYNC
 *
 * Return: 0, also for every other command; or -EPERM.
 */
int evf_ioctl_signals_check(const struct file *file, unsigned int cmd);

#endif /* _EVF_HOOKS_SIGNAL_H */
