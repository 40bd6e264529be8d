// SPDX-License-Identifier: GPL-2.0-only
#include <linux/err.h>
#include <linux/eventfilter.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "from_user.h"

int evf_copy_struct(void *to, size_t size, const void __user *from, u32 least)
{
	u32 given;
	int error;

	if (get_user(given, (const u32 __user *)from))
		return -EFAULT;
	if (given < least)
		return -EINVAL;
	if (given > PAGE_SIZE)
		return -E2BIG;
	error = copy_struct_from_user(to, size, from, given);
	return error ?: given;
}

char *evf_copy_text(const char __user *from, size_t len)
{
	char *text;

	if (len > EVF_MAX_TEXT)
		return ERR_PTR(-E2BIG);
	text = kvmalloc(len, GFP_KERNEL_ACCOUNT);
	if (!text)
		return ERR_PTR(-ENOMEM);
	if (copy_from_user(text, from, len)) {
		kvfree(text);
		return ERR_PTR(-EFAULT);
	}
	return text;
}
