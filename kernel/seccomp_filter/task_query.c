// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the holder of a label space may ask about a task: its label in that space, and
 * which layers are bound to it. Of other spaces it learns nothing.
 */

#include <linux/cred.h>
#include <linux/err.h>
#include <linux/eventfilter.h>
#include <linux/mm.h>
#include <linux/pid.h>
#include <linux/rcupdate.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include "domain.h"
#include "from_user.h"
#include "label_set.h"
#include "labels.h"
#include "ruleset_fd.h"
#include "task_query.h"

#define NAMES_MAX	(EVF_MAX_OBJECT_NAMES * (EVF_MAX_LABEL_NAME + 1))

/* Return: bytes of the names at @to, separated by spaces */
static u32 print_names(const struct evf_space *space, const struct evf_task_labels *labels,
		       char *to)
{
	const struct evf_set *set = labels ? labels->set : NULL;
	char *end = to;
	u16 i;

	for (i = 0; set && i < set->nr; i++) {
		const char *name = evf_space_label_name(space, set->id[i]);
		size_t len = strlen(name);

		if (i)
			*end++ = ' ';
		memcpy(end, name, len);
		end += len;
	}
	return end - to;
}

static void count_layers(struct evf_task *answer, const struct evf_domain *domain,
			 const struct evf_space *space, const struct evf_ruleset *ruleset)
{
	u32 i;

	answer->layers = 0;
	answer->ruleset_layers = 0;
	for (i = 0; domain && i < domain->nr_layers; i++) {
		if (domain->layer[i].ruleset->space != space)
			continue;
		answer->layers++;
		answer->ruleset_layers += domain->layer[i].ruleset == ruleset;
	}
}

/* Return: bytes of the names, or -EBADF, -ESRCH */
static int answer_about(struct evf_task *answer, const struct evf_space *space,
			const struct evf_ruleset *ruleset, char *names)
{
	const struct evf_domain *domain;
	struct task_struct *task;
	unsigned int flags;
	int len;

	task = pidfd_get_task(answer->pidfd, &flags);
	if (IS_ERR(task))
		return PTR_ERR(task);
	rcu_read_lock();
	domain = evf_cred_domain(__task_cred(task));
	answer->domain = domain ? domain->id : 0;
	count_layers(answer, domain, space, ruleset);
	len = print_names(space, evf_task_labels_find(domain, space), names);
	rcu_read_unlock();
	put_task_struct(task);
	return len;
}

static int query(struct evf_space *space, struct evf_task *task, void __user *argument,
		 const struct evf_ruleset *ruleset)
{
	char *names = kmalloc(NAMES_MAX, GFP_KERNEL_ACCOUNT);
	int error = 0;
	u32 room;
	int len;

	if (!names)
		return -ENOMEM;
	room = task->names_len;
	len = answer_about(task, space, ruleset, names);
	if (len < 0) {
		error = len;
	} else {
		task->names_len = len;
		if (len > room)
			error = -ERANGE;
		else if (copy_to_user(u64_to_user_ptr(task->names), names, len))
			error = -EFAULT;
		/* Beyond what both know, the caller's own zeros stay */
		if (copy_to_user(argument, task, min_t(size_t, task->size, sizeof(*task))))
			error = -EFAULT;
	}
	kfree(names);
	return error;
}

int evf_task_query(struct evf_space *space, void __user *argument)
{
	struct evf_ruleset *ruleset = NULL;
	struct evf_task task;
	int error;

	error = evf_copy_struct(&task, sizeof(task), argument, EVF_TASK_SIZE_VER0);
	if (error < 0)
		return error;
	/* It may have changed between the two reads */
	task.size = error;
	if (task.ruleset_fd != -1) {
		ruleset = evf_ruleset_from_fd(task.ruleset_fd);
		if (IS_ERR(ruleset))
			return PTR_ERR(ruleset);
	}
	error = query(space, &task, argument, ruleset);
	if (ruleset)
		evf_ruleset_put(ruleset);
	return error;
}
