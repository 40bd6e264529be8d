// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hooks on io_uring: the event system_io_uring, its door to file_ioctl, and a rule that is
 * always on.
 */

#include <linux/dcache.h>
#include <linux/eventfilter.h>
#include <linux/io_uring.h>
#include <linux/lsm_hooks.h>
#include <linux/string.h>
#include "domain.h"
#include "hooks.h"
#include "query.h"
#include "rings.h"
#include "use.h"

static int raise_io_uring(const struct evf_domain *domain, u32 cmd)
{
	struct evf_query query __uninitialized;

	evf_query_begin(&query, EVF_EV_system_io_uring, NULL);
	evf_query_int(&query, EVF_SLOT_system_io_uring_cmd, cmd);
	return evf_decide(domain, &query);
}

static bool is_filtered(const struct evf_domain *domain)
{
	return domain && domain->objects[EVF_EV_system_io_uring];
}

static int hook_inode_init_security_anon(struct inode *inode, const struct qstr *name,
					 const struct inode *context_inode)
{
	const struct evf_domain *domain = evf_current_domain();

	if (strcmp(name->name, "[io_uring]"))
		return 0;
	evf_ring_is_made();
	if (likely(!is_filtered(domain)))
		return 0;
	return raise_io_uring(domain, EVF_IO_URING_SETUP);
}

static int hook_uring_sqpoll(void)
{
	const struct evf_domain *domain = evf_current_domain();

	if (likely(!is_filtered(domain)))
		return 0;
	return raise_io_uring(domain, EVF_IO_URING_SQPOLL);
}

/*
 * Always on: a ring may hold credentials from before the confinement, or of whoever it
 * was inherited from.
 */
static int hook_uring_override_creds(const struct cred *new)
{
	const struct evf_domain *domain = evf_current_domain();
	int layer, error;

	if (likely(!domain))
		return 0;
	layer = evf_domain_missing_layer(domain, evf_cred_domain(new));
	if (layer >= 0) {
		error = evf_refuse(domain, "io_uring credentials", layer, -EPERM);
		if (error)
			return error;
	}
	if (!is_filtered(domain))
		return 0;
	return raise_io_uring(domain, EVF_IO_URING_OVERRIDE_CREDS);
}

/* What would be an ioctl: by the same numbers, or others that the driver has for rings */
static int hook_uring_cmd(struct io_uring_cmd *command)
{
	const struct evf_use use = {
		.event = EVF_EV_file_ioctl, .file = command->file, .cmd = command->cmd_op,
	};

	return evf_judge_use(&use);
}

static struct security_hook_list io_uring_hooks[] __lsm_ro_after_init = {
	LSM_HOOK_INIT(inode_init_security_anon, hook_inode_init_security_anon),
	LSM_HOOK_INIT(uring_sqpoll, hook_uring_sqpoll),
	LSM_HOOK_INIT(uring_override_creds, hook_uring_override_creds),
	LSM_HOOK_INIT(uring_cmd, hook_uring_cmd),
};

void __init evf_add_io_uring_hooks(void)
{
	security_add_hooks(io_uring_hooks, ARRAY_SIZE(io_uring_hooks), EVF_LSM_NAME);
}
