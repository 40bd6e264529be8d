// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of the events of system calls: their names and the types of arguments.
 */

#include <kunit/test.h>
#include <linux/string.h>
#include <asm/unistd.h>
#include "events.h"

struct type_case {
	const char *type;
	bool known;
	u8 kind;
	u8 size;
	bool is_signed;
};

static const struct type_case type_cases[] = {
	{ "int", true, EVF_KIND_INT, 4, true },
	{ "const int", true, EVF_KIND_INT, 4, true },
	{ "unsigned", true, EVF_KIND_INT, 4, false },
	{ "unsigned int", true, EVF_KIND_INT, 4, false },
	{ "long", true, EVF_KIND_INT, 8, true },
	{ "size_t", true, EVF_KIND_INT, 8, false },
	{ "umode_t", true, EVF_KIND_INT, 2, false },
	{ "pid_t", true, EVF_KIND_INT, 4, true },
	{ "off_t", true, EVF_KIND_INT, 8, true },
	{ "__u64", true, EVF_KIND_INT, 8, false },
	{ "rwf_t", true, EVF_KIND_INT, 4, true },
	{ "const enum landlock_rule_type", true, EVF_KIND_INT, 4, false },
	{ "char *", true, EVF_KIND_POINTER, 0, false },
	{ "const char *", true, EVF_KIND_POINTER, 0, false },
	{ "const char *const *", true, EVF_KIND_POINTER, 0, false },
	{ "cap_user_header_t", true, EVF_KIND_POINTER, 0, false },
	{ "const cap_user_data_t", true, EVF_KIND_POINTER, 0, false },
	{ "__sighandler_t", true, EVF_KIND_POINTER, 0, false },
	/* What nobody knows can't be compared */
	{ "future_t", false, EVF_KIND_POINTER, 0, false },
	{ "", false, EVF_KIND_POINTER, 0, false },
};

static void test_types(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(type_cases); i++) {
		const struct type_case *want = &type_cases[i];
		struct evf_field field = { };

		KUNIT_EXPECT_EQ_MSG(test, evf_syscall_type(want->type, &field), want->known,
				    "%s", want->type);
		KUNIT_EXPECT_EQ_MSG(test, field.kind, want->kind, "%s", want->type);
		KUNIT_EXPECT_EQ_MSG(test, field.size, want->size, "%s", want->type);
		KUNIT_EXPECT_EQ_MSG(test, field.is_signed, want->is_signed, "%s", want->type);
	}
}

static const struct evf_event *find(const char *name)
{
	return evf_event_find(name, strlen(name));
}

static void test_names(struct kunit *test)
{
	KUNIT_EXPECT_PTR_EQ(test, find("sys_enter_newstat"), evf_syscall_event(__NR_stat));
	KUNIT_EXPECT_PTR_EQ(test, find("sys_enter_stat"), evf_syscall_event(__NR_stat));
	KUNIT_EXPECT_PTR_EQ(test, find("sys_enter_uname"), find("sys_enter_newuname"));
	KUNIT_EXPECT_PTR_EQ(test, find("file_open"), &evf_object_events[EVF_EV_file_open]);
	KUNIT_EXPECT_NULL(test, find("sys_enter_"));
	KUNIT_EXPECT_NULL(test, find("sys_enter_nothing"));
	KUNIT_EXPECT_NULL(test, find(""));
	/* A name is as long as it is told to be */
	KUNIT_EXPECT_PTR_EQ(test, evf_event_find("sys_enter_readv", 14), find("sys_enter_read"));
}

static void test_without_metadata(struct kunit *test)
{
	const struct evf_event *event = find("sys_enter_uselib");

	KUNIT_ASSERT_NOT_NULL(test, event);
	KUNIT_EXPECT_EQ(test, event->nr_fields, 0);
	KUNIT_EXPECT_EQ(test, evf_syscall_nr(event), __NR_uselib);
}

static void test_every_event(struct kunit *test)
{
	unsigned int i, j;

	for (i = 0; i < EVF_NR_OBJECT_EVENTS + NR_syscalls; i++) {
		const struct evf_event *event = evf_event_by_id(i);
		u32 slots = 0;

		if (!event)
			continue;
		KUNIT_EXPECT_EQ(test, event->id, i);
		KUNIT_EXPECT_PTR_EQ(test, find(event->name), event);
		for (j = 0; j < event->nr_fields; j++) {
			const struct evf_field *field = &event->fields[j];

			KUNIT_EXPECT_FALSE(test, slots & BIT(field->slot));
			slots |= BIT(field->slot);
			if (field->instead)
				KUNIT_EXPECT_NOT_NULL_MSG(test, find(field->instead), "%s",
							  field->instead);
		}
	}
}

static void test_fields(struct kunit *test)
{
	const struct evf_event *event = find("sys_enter_openat");
	const struct evf_field *field;

	KUNIT_ASSERT_NOT_NULL(test, event);
	KUNIT_ASSERT_EQ(test, event->nr_fields, 6);
	field = evf_find_field(event, "filename", strlen("filename"));
	KUNIT_ASSERT_NOT_NULL(test, field);
	KUNIT_EXPECT_EQ(test, field->kind, EVF_KIND_POINTER);
	KUNIT_EXPECT_STREQ(test, field->instead, "file_open");
	field = evf_find_field(event, "mode", strlen("mode"));
	KUNIT_ASSERT_NOT_NULL(test, field);
	KUNIT_EXPECT_EQ(test, field->slot, 3);
	KUNIT_EXPECT_EQ(test, field->size, 2);
	field = evf_find_field(event, "uid", strlen("uid"));
	KUNIT_ASSERT_NOT_NULL(test, field);
	KUNIT_EXPECT_EQ(test, field->slot, EVF_SLOT_UID);
}

static struct kunit_case syscall_cases[] = {
	KUNIT_CASE(test_types),
	KUNIT_CASE(test_names),
	KUNIT_CASE(test_without_metadata),
	KUNIT_CASE(test_every_event),
	KUNIT_CASE(test_fields),
	{}
};

static struct kunit_suite syscall_suite = {
	.name = "eventfilter_syscalls",
	.test_cases = syscall_cases,
};

kunit_test_suite(syscall_suite);
