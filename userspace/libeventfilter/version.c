// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>

#include <linux/eventfilter.h>

#include "eventfilter.h"
#include "kernel.h"

#define TEXT_OF(x) #x
#define VERSION_TEXT(major, minor, patch) TEXT_OF(major) "." TEXT_OF(minor) "." TEXT_OF(patch)

const char *eventfilter_version(void)
{
	return VERSION_TEXT(EVENTFILTER_VERSION_MAJOR, EVENTFILTER_VERSION_MINOR,
			    EVENTFILTER_VERSION_PATCH);
}

int eventfilter_abi_version(void)
{
	int version = eventfilter_sys_call(EVF_VERSION, 0, 0, 0);

	return version >= 1 ? version : -EOPNOTSUPP;
}
