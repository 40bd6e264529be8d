// SPDX-License-Identifier: GPL-2.0-only
/*
 * Taking everything back at once: for who fills a label space anew and has no descriptors of what
 * was labelled, which would keep file systems busy.
 */
#include <linux/err.h>
#include <linux/lockdep.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>

#include "assign.h"
#include "space.h"
#include "transition.h"

static bool says_something(const struct evf_assignment *assignment)
{
	return rcu_dereference_protected(assignment->newest,
					 lockdep_is_held(&assignment->space->lock))->what !=
	       EVF_WHAT_NONE;
}

/* As many versions that say nothing as there are assignments that say something, through @older */
static int prepare_clearing(struct evf_space *space, struct evf_version **versions)
{
	const struct evf_assignment *assignment;

	list_for_each_entry(assignment, &space->assignments, all) {
		struct evf_version *version;

		if (!says_something(assignment))
			continue;
		version = evf_version_create(space, EVF_WHAT_NONE, NULL, 0);
		if (IS_ERR(version))
			return PTR_ERR(version);
		RCU_INIT_POINTER(version->older, *versions);
		*versions = version;
		cond_resched();
	}
	return 0;
}

static struct evf_version *take_first(struct evf_version **versions)
{
	struct evf_version *version = *versions;

	*versions = rcu_dereference_protected(version->older, true);
	return version;
}

int evf_space_clear(struct evf_space *space)
{
	struct evf_version *versions = NULL;
	struct evf_transitions *replaced = NULL;
	struct evf_assignment *assignment;
	int error;

	mutex_lock(&space->lock);
	error = prepare_clearing(space, &versions);
	/* The last that can fail */
	if (!error)
		error = evf_transitions_clear(space, &replaced);
	if (error) {
		while (versions)
			evf_version_free(take_first(&versions));
	} else {
		list_for_each_entry(assignment, &space->assignments, all) {
			if (says_something(assignment))
				evf_version_stage(assignment, take_first(&versions));
			cond_resched();
		}
	}
	mutex_unlock(&space->lock);
	evf_transitions_drop(replaced);
	return error;
}
