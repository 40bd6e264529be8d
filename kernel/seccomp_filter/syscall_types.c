// SPDX-License-Identifier: GPL-2.0-only
/*
 * Types of system call arguments, from the text of their declaration: a comparison is
 * made in the declared type, because the call looks at no other bits.
 */

#include <linux/aio_abi.h>
#include <linux/capability.h>
#include <linux/compiler.h>
#include <linux/kernel.h>
#include <linux/key.h>
#include <linux/landlock.h>
#include <linux/quota.h>
#include <linux/string.h>
#include <linux/types.h>
#include "events.h"

struct scalar {
	const char *name;
	u8 size;
	bool is_signed;
};

#define SCALAR(type)	{ #type, sizeof(type), is_signed_type(type) }

static const struct scalar scalars[] = {
	SCALAR(int),
	SCALAR(unsigned int),
	SCALAR(long),
	SCALAR(unsigned long),
	SCALAR(size_t),
	SCALAR(ssize_t),
	SCALAR(off_t),
	SCALAR(loff_t),
	SCALAR(pid_t),
	SCALAR(uid_t),
	SCALAR(gid_t),
	SCALAR(umode_t),
	SCALAR(mode_t),
	SCALAR(clockid_t),
	SCALAR(timer_t),
	SCALAR(mqd_t),
	SCALAR(key_t),
	SCALAR(key_serial_t),
	SCALAR(qid_t),
	SCALAR(aio_context_t),
	SCALAR(s32),
	SCALAR(u32),
	SCALAR(s64),
	SCALAR(u64),
	SCALAR(__s32),
	SCALAR(__u32),
	SCALAR(__s64),
	SCALAR(__u64),
	SCALAR(enum landlock_rule_type),
	/* "unsigned int", said shorter */
	{ "unsigned", sizeof(unsigned int), false },
	/* An int that sparse keeps apart from others */
	{ "rwf_t", sizeof(rwf_t), true },
};

/* Pointers that don't look like it */
static const char *const pointers[] = {
	"cap_user_header_t",
	"cap_user_data_t",
	"__sighandler_t",
};

static const char *skip_const(const char *type)
{
	while (!strncmp(type, "const ", 6))
		type += 6;
	return type;
}

static bool is_pointer(const char *type)
{
	unsigned int i;

	if (strchr(type, '*'))
		return true;
	for (i = 0; i < ARRAY_SIZE(pointers); i++) {
		if (!strcmp(type, pointers[i]))
			return true;
	}
	return false;
}

bool evf_syscall_type(const char *type, struct evf_field *field)
{
	unsigned int i;

	type = skip_const(type);
	field->kind = EVF_KIND_POINTER;
	if (is_pointer(type))
		return true;
	for (i = 0; i < ARRAY_SIZE(scalars); i++) {
		if (strcmp(type, scalars[i].name))
			continue;
		field->kind = EVF_KIND_INT;
		field->size = scalars[i].size;
		field->is_signed = scalars[i].is_signed;
		return true;
	}
	return false;
}
