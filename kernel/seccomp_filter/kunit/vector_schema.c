// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Events and labels that the vectors name.
 */
#include <evf_env.h>
#include "vectors.h"

#define UNSIGNED(n, field, ctype)						\
	{ .name = field, .kind = EVF_KIND_INT, .slot = n, .size = sizeof(ctype) }
#define SIGNED(n, field, ctype)							\
	{ .name = field, .kind = EVF_KIND_INT, .slot = n, .size = sizeof(ctype), .is_signed = true }
#define POINTER(n, field, event)						\
	{ .name = field, .kind = EVF_KIND_POINTER, .slot = n, .instead = event }
#define SUBJECT_UID { .name = "uid", .kind = EVF_KIND_UID, .slot = EVF_SLOT_UID, .size = 4 }
#define SUBJECT_GID { .name = "gid", .kind = EVF_KIND_GID, .slot = EVF_SLOT_GID, .size = 4 }

static const struct evf_field write_fields[] = {
	UNSIGNED(0, "fd", unsigned int), POINTER(1, "buf", NULL), UNSIGNED(2, "count", size_t),
	SUBJECT_UID, SUBJECT_GID,
};

static const struct evf_field openat_fields[] = {
	SIGNED(0, "dfd", int), POINTER(1, "filename", "file_open"), SIGNED(2, "flags", int),
	UNSIGNED(3, "mode", unsigned short), SUBJECT_UID, SUBJECT_GID,
};

static const struct evf_field ioctl_fields[] = {
	UNSIGNED(0, "fd", unsigned int), UNSIGNED(1, "cmd", unsigned int),
	UNSIGNED(2, "arg", unsigned long), SUBJECT_UID, SUBJECT_GID,
};

static const struct evf_field socket_fields[] = {
	SIGNED(0, "family", int), SIGNED(1, "type", int), SIGNED(2, "protocol", int),
	SUBJECT_UID, SUBJECT_GID,
};

static const struct evf_field lseek_fields[] = {
	UNSIGNED(0, "fd", unsigned int), SIGNED(1, "offset", s64),
	UNSIGNED(2, "whence", unsigned int), SUBJECT_UID, SUBJECT_GID,
};

static const struct evf_field mmap_fields[] = {
	UNSIGNED(0, "addr", unsigned long), UNSIGNED(1, "len", unsigned long),
	UNSIGNED(2, "prot", unsigned long), UNSIGNED(3, "flags", unsigned long),
	UNSIGNED(4, "fd", unsigned long), UNSIGNED(5, "off", unsigned long),
	SUBJECT_UID, SUBJECT_GID,
};

static const struct evf_field prctl_fields[] = {
	SIGNED(0, "option", int), UNSIGNED(1, "arg2", unsigned long),
	UNSIGNED(2, "arg3", unsigned long), UNSIGNED(3, "arg4", unsigned long),
	UNSIGNED(4, "arg5", unsigned long), SUBJECT_UID, SUBJECT_GID,
};

static const struct evf_field kill_fields[] = {
	SIGNED(0, "pid", int), SIGNED(1, "sig", int), SUBJECT_UID, SUBJECT_GID,
};

static const struct evf_field newstat_fields[] = {
	POINTER(0, "filename", "file_stat"), POINTER(1, "statbuf", NULL), SUBJECT_UID, SUBJECT_GID,
};

static const struct evf_field getpid_fields[] = { SUBJECT_UID, SUBJECT_GID };

static const struct evf_field types_fields[] = {
	SIGNED(0, "s8", signed char), UNSIGNED(1, "u8", unsigned char),
	SIGNED(2, "s16", short), UNSIGNED(3, "u16", unsigned short),
	SIGNED(4, "s32", int), UNSIGNED(5, "u32", unsigned int),
	SIGNED(6, "s64", s64), UNSIGNED(7, "u64", u64),
	{ .name = "text", .kind = EVF_KIND_STRING, .slot = 8 },
	SUBJECT_UID, SUBJECT_GID,
};

#define SYSCALL(call, number, alias)						\
	{ .name = "sys_enter_" #call, .usual_name = alias, .fields = call##_fields,	\
	  .nr_fields = ARRAY_SIZE(call##_fields), .id = EVF_NR_OBJECT_EVENTS + (number) }

static const struct evf_event events[] = {
	SYSCALL(write, 1, NULL),
	SYSCALL(newstat, 4, "sys_enter_stat"),
	SYSCALL(lseek, 8, NULL),
	SYSCALL(mmap, 9, NULL),
	SYSCALL(ioctl, 16, NULL),
	SYSCALL(getpid, 39, NULL),
	SYSCALL(socket, 41, NULL),
	SYSCALL(kill, 62, NULL),
	SYSCALL(prctl, 157, NULL),
	SYSCALL(openat, 257, NULL),
	{ .name = "sys_enter_vserver", .id = EVF_NR_OBJECT_EVENTS + 236 },
	{
		.name = "test_types",
		.fields = types_fields,
		.nr_fields = ARRAY_SIZE(types_fields),
		.id = EVF_NR_OBJECT_EVENTS + 1000,
		.group = EVF_GROUP_SYSTEM,
	},
};

/* Ids that are far apart, so that sets of them take every form; the last is the highest */
static const struct {
	const char *name;
	u16 id;
} labels[] = {
	{ "bin_t", 0 }, { "etc_t", 1 }, { "tmp_t", 2 }, { "user_home_t", 3 },
	{ "disk_t", 70 }, { "in", 71 }, { "allow", 130 }, { "my-app.data", 131 },
	{ "web_t", 9000 }, { "last_t", EVF_LABEL_IDS - 1 },
};

static bool is_name(const char *candidate, const char *name, size_t len)
{
	return candidate && strlen(candidate) == len && !memcmp(candidate, name, len);
}

static const struct evf_event *find_event(const struct evf_schema *schema, const char *name,
					  size_t len)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(events); i++) {
		if (is_name(events[i].name, name, len) ||
		    is_name(events[i].usual_name, name, len))
			return &events[i];
	}
	return evf_find_object_event(name, len);
}

static int find_label(const struct evf_schema *schema, const char *name, size_t len)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(labels); i++) {
		if (is_name(labels[i].name, name, len))
			return labels[i].id;
	}
	return -1;
}

static const char *label_name(const struct evf_schema *schema, u16 id)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(labels); i++) {
		if (labels[i].id == id)
			return labels[i].name;
	}
	return NULL;
}

const struct evf_schema evf_vector_schema = {
	.find_event = find_event,
	.find_label = find_label,
	.label_name = label_name,
};
