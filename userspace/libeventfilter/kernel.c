// SPDX-License-Identifier: BSD-2-Clause
#include "kernel.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <linux/eventfilter.h>

#include "eventfilter.h"

/* errno belongs to the code that was interrupted, if this is called in a signal handler */
static int raw_call(unsigned long command, unsigned long arg3, unsigned long arg4,
		    unsigned long arg5)
{
	int saved = errno;
	int result = prctl(PR_EVENTFILTER, command, arg3, arg4, arg5);

	if (result < 0)
		result = -errno;
	errno = saved;
	return result;
}

int eventfilter_sys_available(void)
{
	int version = raw_call(EVF_VERSION, 0, 0, 0);

	return version >= 1 ? 0 : -EOPNOTSUPP;
}

int eventfilter_sys_call(unsigned long command, unsigned long arg3, unsigned long arg4,
			 unsigned long arg5)
{
	int result = raw_call(command, arg3, arg4, arg5);

	if (result == -EINVAL && eventfilter_sys_available() != 0)
		return -EOPNOTSUPP;
	return result;
}

/* Also when nobody wants to know: what isn't read now would be in the way of what is read later */
static void read_text_error(int fd, struct eventfilter_text_error *error)
{
	char line[512];
	ssize_t length = read(fd, line, sizeof(line));

	if (length > 0 && error)
		eventfilter_parse_text_error(line, (size_t)length, error);
}

int eventfilter_sys_write(int fd, const char *text, size_t length, struct eventfilter_text_error *error)
{
	int saved = errno;
	ssize_t written;
	int result;

	if (error)
		memset(error, 0, sizeof(*error));
	if (eventfilter_sys_available() != 0)
		return -EOPNOTSUPP;
	do {
		written = write(fd, text, length);
	} while (written < 0 && errno == EINTR);
	if (written < 0)
		result = -errno;
	else if ((size_t)written == length)
		result = 0;
	else
		result = -EIO;
	if (result == -EINVAL)
		read_text_error(fd, error);
	errno = saved;
	return result;
}

int eventfilter_sys_ioctl(int fd, unsigned long command, void *argument)
{
	int saved = errno;
	int result = eventfilter_sys_available();

	if (result == 0) {
		result = ioctl(fd, command, argument);
		if (result < 0)
			result = errno == ENOTTY ? -EBADFD : -errno;
	}
	errno = saved;
	return result;
}

int eventfilter_sys_read(int fd, char *text, size_t length)
{
	int saved = errno;
	int result = eventfilter_sys_available();

	if (result == 0) {
		result = (int)read(fd, text, length < INT_MAX ? length : INT_MAX);
		if (result < 0)
			result = -errno;
	}
	errno = saved;
	return result;
}
