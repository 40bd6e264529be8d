// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of what needs no userspace: how rulesets are flattened and stacked.
 */

#include <kunit/resource.h>
#include <kunit/test.h>
#include <linux/err.h>
#include <linux/eventfilter.h>
#include <linux/string.h>
#include <asm/unistd.h>
#include "core/program.h"
#include "domain.h"
#include "evaluate.h"
#include "events.h"

static void put_ruleset(void *ruleset)
{
	evf_ruleset_put(ruleset);
}

static void put_domain(void *domain)
{
	evf_domain_put(domain);
}

struct reference {
	struct kunit_resource resource;
	void (*put)(void *object);
	void *object;
};

static void put_reference(struct kunit_resource *resource)
{
	struct reference *reference = container_of(resource, struct reference, resource);

	reference->put(reference->object);
}

/* Have @object put when the test ends, however it ends */
static void put_later(struct kunit *test, void (*put)(void *), void *object)
{
	struct reference *reference = kunit_kzalloc(test, sizeof(*reference), GFP_KERNEL);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, reference);
	reference->put = put;
	reference->object = object;
	kunit_add_resource(test, NULL, put_reference, &reference->resource, NULL);
}

static struct evf_ruleset *new_ruleset(struct kunit *test, const char *text, bool permissive)
{
	struct evf_ruleset *ruleset = evf_ruleset_create(NULL, permissive);

	KUNIT_ASSERT_FALSE(test, IS_ERR(ruleset));
	put_later(test, put_ruleset, ruleset);
	KUNIT_ASSERT_EQ_MSG(test, evf_ruleset_add(ruleset, text, strlen(text)), 0, "%s",
			    ruleset->error);
	KUNIT_ASSERT_EQ(test, evf_ruleset_freeze(ruleset), 0);
	return ruleset;
}

static struct evf_domain *extend(struct kunit *test, struct evf_domain *parent,
				 const char *text)
{
	struct evf_domain *domain = evf_domain_extend(parent, new_ruleset(test, text, false));

	KUNIT_ASSERT_FALSE(test, IS_ERR(domain));
	put_later(test, put_domain, domain);
	return domain;
}

static const struct evf_chain *syscall_chain(const struct evf_syscall_table *table, u32 place)
{
	return table->chain[table->index[place]];
}

/* What an integer as the first argument comes to: 0, or the errno of what refuses it */
static int judge(const struct evf_chain *chain, u64 first)
{
	const struct evf_record record = { .v[0].num = first };
	u32 i;

	for (i = 0; chain && i < chain->nr; i++) {
		if (evf_entry_run(&chain->entry[i], &record) != EVF_PASS &&
		    chain->entry[i].action.kind != EVF_ACTION_LOG)
			return chain->entry[i].action.error;
	}
	return 0;
}

static void test_ancestors(struct kunit *test)
{
	struct evf_domain *root = extend(test, NULL, "sys_enter_getpid: deny\n");
	struct evf_domain *left = extend(test, root, "sys_enter_getpid: deny\n");
	struct evf_domain *right = extend(test, root, "sys_enter_getpid: deny\n");
	struct evf_domain *leaf = extend(test, left, "sys_enter_getppid: deny\n");

	KUNIT_EXPECT_TRUE(test, evf_domain_is_ancestor(NULL, NULL));
	KUNIT_EXPECT_TRUE(test, evf_domain_is_ancestor(NULL, root));
	KUNIT_EXPECT_FALSE(test, evf_domain_is_ancestor(root, NULL));
	KUNIT_EXPECT_TRUE(test, evf_domain_is_ancestor(root, root));
	KUNIT_EXPECT_TRUE(test, evf_domain_is_ancestor(root, leaf));
	KUNIT_EXPECT_TRUE(test, evf_domain_is_ancestor(left, leaf));
	KUNIT_EXPECT_FALSE(test, evf_domain_is_ancestor(right, leaf));
	KUNIT_EXPECT_FALSE(test, evf_domain_is_ancestor(left, right));
	KUNIT_EXPECT_FALSE(test, evf_domain_is_ancestor(leaf, root));
}

static void test_missing_layer(struct kunit *test)
{
	struct evf_ruleset *lenient = new_ruleset(test, "sys_enter_getpid: deny\n", true);
	struct evf_domain *root = extend(test, NULL, "sys_enter_getpid: deny\n");
	struct evf_domain *leaf = extend(test, root, "sys_enter_getpid: deny\n");
	struct evf_domain *other = extend(test, NULL, "sys_enter_getpid: deny\n");
	struct evf_domain *loose = evf_domain_extend(root, lenient);

	KUNIT_ASSERT_FALSE(test, IS_ERR(loose));
	put_later(test, put_domain, loose);
	KUNIT_EXPECT_EQ(test, evf_domain_missing_layer(root, root), -1);
	KUNIT_EXPECT_EQ(test, evf_domain_missing_layer(root, leaf), -1);
	KUNIT_EXPECT_EQ(test, evf_domain_missing_layer(root, NULL), 0);
	KUNIT_EXPECT_EQ(test, evf_domain_missing_layer(root, other), 0);
	KUNIT_EXPECT_EQ(test, evf_domain_missing_layer(leaf, root), 1);
	KUNIT_EXPECT_EQ(test, evf_domain_missing_layer(leaf, NULL), 0);
	/* The layer that refuses is the one that counts */
	KUNIT_EXPECT_EQ(test, evf_domain_missing_layer(loose, NULL), 0);
	KUNIT_EXPECT_EQ(test, evf_domain_missing_layer(loose, root), 1);
}

static void test_same_ruleset_other_domain(struct kunit *test)
{
	struct evf_ruleset *ruleset = new_ruleset(test, "sys_enter_getpid: deny\n", false);
	struct evf_domain *one = evf_domain_extend(NULL, ruleset);
	struct evf_domain *two = evf_domain_extend(NULL, ruleset);

	KUNIT_ASSERT_FALSE(test, IS_ERR(one) || IS_ERR(two));
	KUNIT_EXPECT_FALSE(test, evf_domain_is_ancestor(one, two));
	/* One copy of what they have in common */
	KUNIT_EXPECT_PTR_EQ(test, one->syscalls, two->syscalls);
	KUNIT_EXPECT_PTR_EQ(test, one->syscalls, ruleset->syscalls);
	evf_domain_put(one);
	evf_domain_put(two);
}

static void test_layer_limit(struct kunit *test)
{
	struct evf_ruleset *ruleset = new_ruleset(test, "sys_enter_write: fd == 1\n", false);
	struct evf_domain *domain = NULL, *next;
	int i;

	for (i = 0; i < EVF_MAX_LAYERS; i++) {
		next = evf_domain_extend(domain, ruleset);
		KUNIT_ASSERT_FALSE(test, IS_ERR(next));
		evf_domain_put(domain);
		domain = next;
	}
	KUNIT_EXPECT_EQ(test, syscall_chain(domain->syscalls, __NR_write)->nr, EVF_MAX_LAYERS);
	KUNIT_EXPECT_EQ(test, judge(syscall_chain(domain->syscalls, __NR_write), 1), 0);
	KUNIT_EXPECT_EQ(test, judge(syscall_chain(domain->syscalls, __NR_write), 2), EPERM);
	KUNIT_EXPECT_EQ(test, PTR_ERR(evf_domain_extend(domain, ruleset)), -E2BIG);
	evf_domain_put(domain);
}

static void test_oldest_first(struct kunit *test)
{
	struct evf_domain *old = extend(test, NULL, "sys_enter_close: fd < 10 else errno EIO\n");
	struct evf_domain *both = extend(test, old, "sys_enter_close: fd < 5 else errno ENXIO\n");
	const struct evf_chain *chain = syscall_chain(both->syscalls, __NR_close);

	KUNIT_EXPECT_EQ(test, judge(chain, 4), 0);
	KUNIT_EXPECT_EQ(test, judge(chain, 5), ENXIO);
	KUNIT_EXPECT_EQ(test, judge(chain, 10), EIO);
	/* The layer below is what it was */
	KUNIT_EXPECT_EQ(test, judge(syscall_chain(old->syscalls, __NR_close), 5), 0);
}

static void test_lines_in_order(struct kunit *test)
{
	struct evf_domain *domain = extend(test, NULL,
					   "sys_enter_close: fd < 5 else errno ENXIO\n"
					   "sys_enter_close: fd < 10 else errno EIO\n");
	const struct evf_chain *chain = syscall_chain(domain->syscalls, __NR_close);

	KUNIT_EXPECT_EQ(test, judge(chain, 4), 0);
	KUNIT_EXPECT_EQ(test, judge(chain, 10), ENXIO);
}

static void test_group_default(struct kunit *test)
{
	struct evf_domain *domain = extend(test, NULL,
					   "syscalls: deny errno ENOSYS\n"
					   "sys_enter_write: fd == 1\n"
					   "sys_enter_read: allow\n"
					   "file: deny\n"
					   "file_open: allow\n");
	const struct evf_syscall_table *table = domain->syscalls;

	KUNIT_EXPECT_NULL(test, syscall_chain(table, __NR_read));
	KUNIT_EXPECT_EQ(test, judge(syscall_chain(table, __NR_write), 1), 0);
	KUNIT_EXPECT_EQ(test, judge(syscall_chain(table, __NR_write), 2), EPERM);
	KUNIT_EXPECT_EQ(test, judge(syscall_chain(table, __NR_getpid), 0), ENOSYS);
	KUNIT_EXPECT_EQ(test, judge(syscall_chain(table, __NR_io_uring_setup), 0), ENOSYS);
	KUNIT_EXPECT_EQ(test, judge(syscall_chain(table, EVF_SYSCALL_BEYOND), 0), ENOSYS);
	KUNIT_EXPECT_EQ(test, judge(syscall_chain(table, EVF_SYSCALL_COMPAT), 0), ENOSYS);
	/* Those that are treated alike share a chain: none, write's, and the default's */
	KUNIT_EXPECT_EQ(test, table->nr, 3);
	KUNIT_EXPECT_NULL(test, domain->objects[EVF_EV_file_open]);
	KUNIT_EXPECT_EQ(test, judge(domain->objects[EVF_EV_file_exec], 0), EACCES);
	KUNIT_EXPECT_NULL(test, domain->objects[EVF_EV_system_io_uring]);
	KUNIT_EXPECT_TRUE(test, evf_ruleset_names(domain->layer[0].ruleset, EVF_EV_file_open));
	KUNIT_EXPECT_TRUE(test, evf_ruleset_names(domain->layer[0].ruleset, EVF_EV_file_exec));
	KUNIT_EXPECT_FALSE(test, evf_ruleset_names(domain->layer[0].ruleset,
						   EVF_EV_system_io_uring));
}

static void test_always_allowed(struct kunit *test)
{
	struct evf_domain *domain = extend(test, NULL, "syscalls: deny\n"
					   "sys_enter_exit_group: deny\n");

	KUNIT_EXPECT_NULL(test, syscall_chain(domain->syscalls, __NR_restart_syscall));
	KUNIT_EXPECT_NULL(test, syscall_chain(domain->syscalls, __NR_rt_sigreturn));
	KUNIT_EXPECT_NULL(test, syscall_chain(domain->syscalls, __NR_exit));
	KUNIT_EXPECT_NULL(test, syscall_chain(domain->syscalls, __NR_exit_group));
}

static void test_around_the_rules(struct kunit *test)
{
	struct evf_domain *denies = extend(test, NULL, "sys_enter_write: fd == 1\n");
	struct evf_domain *names = extend(test, NULL, "sys_enter_write: fd == 1\n"
					  "sys_enter_io_uring_setup: allow\ncompat: allow\n");
	struct evf_domain *logs = extend(test, NULL, "sys_enter_write: fd == 1 else log\n");
	struct evf_domain *allows = extend(test, NULL, "sys_enter_write: allow\n");

	KUNIT_EXPECT_EQ(test, judge(syscall_chain(denies->syscalls, __NR_io_uring_enter), 0),
			EPERM);
	KUNIT_EXPECT_EQ(test, judge(syscall_chain(denies->syscalls, EVF_SYSCALL_COMPAT), 0),
			EPERM);
	KUNIT_EXPECT_NULL(test, syscall_chain(denies->syscalls, EVF_SYSCALL_BEYOND));
	KUNIT_EXPECT_NULL(test, syscall_chain(names->syscalls, __NR_io_uring_setup));
	KUNIT_EXPECT_EQ(test, judge(syscall_chain(names->syscalls, __NR_io_uring_enter), 0),
			EPERM);
	KUNIT_EXPECT_NULL(test, syscall_chain(names->syscalls, EVF_SYSCALL_COMPAT));
	KUNIT_EXPECT_NULL(test, syscall_chain(logs->syscalls, __NR_io_uring_enter));
	KUNIT_EXPECT_EQ(test, judge(syscall_chain(logs->syscalls, EVF_SYSCALL_COMPAT), 0), 0);
	KUNIT_EXPECT_NULL(test, allows->syscalls);
}

static void test_compat_needs_every_layer(struct kunit *test)
{
	struct evf_domain *open = extend(test, NULL, "sys_enter_write: fd == 1\ncompat: allow\n");
	struct evf_domain *files = extend(test, open, "file_open: deny\n");
	struct evf_domain *closed = extend(test, files, "sys_enter_write: fd == 1\n");

	KUNIT_EXPECT_NULL(test, syscall_chain(open->syscalls, EVF_SYSCALL_COMPAT));
	KUNIT_EXPECT_NULL(test, syscall_chain(files->syscalls, EVF_SYSCALL_COMPAT));
	KUNIT_EXPECT_EQ(test, judge(syscall_chain(closed->syscalls, EVF_SYSCALL_COMPAT), 0),
			EPERM);
}

static void test_permissive(struct kunit *test)
{
	struct evf_ruleset *ruleset = new_ruleset(test, "syscalls: deny\n"
						  "file_open: deny else kill quiet\n", true);
	const struct evf_action *action = &ruleset->objects[EVF_EV_file_open]->entry[0].action;

	KUNIT_EXPECT_EQ(test, action->kind, EVF_ACTION_LOG);
	KUNIT_EXPECT_FALSE(test, action->quiet);
	KUNIT_EXPECT_EQ(test, judge(syscall_chain(ruleset->syscalls, __NR_getpid), 0), 0);
	KUNIT_EXPECT_EQ(test, judge(syscall_chain(ruleset->syscalls, EVF_SYSCALL_COMPAT), 0), 0);
}

static void test_freeze(struct kunit *test)
{
	struct evf_ruleset *ruleset = evf_ruleset_create(NULL, false);
	const char *text = "# nothing\n";

	KUNIT_ASSERT_FALSE(test, IS_ERR(ruleset));
	put_later(test, put_ruleset, ruleset);
	KUNIT_EXPECT_EQ(test, evf_ruleset_freeze(ruleset), -ENODATA);
	KUNIT_EXPECT_EQ(test, evf_ruleset_add(ruleset, text, strlen(text)), 0);
	KUNIT_EXPECT_EQ(test, evf_ruleset_freeze(ruleset), -ENODATA);
	text = "file_open: deny";
	KUNIT_EXPECT_EQ(test, evf_ruleset_add(ruleset, text, strlen(text)), 0);
	KUNIT_EXPECT_EQ(test, evf_ruleset_freeze(ruleset), 0);
	KUNIT_EXPECT_EQ(test, evf_ruleset_freeze(ruleset), 0);
	KUNIT_EXPECT_EQ(test, evf_ruleset_add(ruleset, text, strlen(text)), -EBUSY);
}

static struct kunit_case domain_cases[] = {
	KUNIT_CASE(test_ancestors),
	KUNIT_CASE(test_missing_layer),
	KUNIT_CASE(test_same_ruleset_other_domain),
	KUNIT_CASE(test_layer_limit),
	KUNIT_CASE(test_oldest_first),
	KUNIT_CASE(test_lines_in_order),
	KUNIT_CASE(test_group_default),
	KUNIT_CASE(test_always_allowed),
	KUNIT_CASE(test_around_the_rules),
	KUNIT_CASE(test_compat_needs_every_layer),
	KUNIT_CASE(test_permissive),
	KUNIT_CASE(test_freeze),
	{}
};

static struct kunit_suite domain_suite = {
	.name = "eventfilter_domain",
	.test_cases = domain_cases,
};

kunit_test_suite(domain_suite);
