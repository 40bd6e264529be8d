// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reading and writing by a descriptor. The hook is on the path of every read and write
 * there is, so behind a static key that is on only while somebody's ruleset asks for it.
 */
#include <linux/fs.h>
#include <linux/jump_label_ratelimit.h>
#include <linux/sched.h>

#include "hooks.h"
#include "net.h"
#include "ruleset.h"
#include "use.h"

/* Anybody may enforce a ruleset and be gone, and each change stops all processors */
static DEFINE_STATIC_KEY_DEFERRED_FALSE(transfers_watched, HZ);

static bool asks_for_transfers(const struct evf_ruleset *ruleset)
{
	return ruleset->objects[EVF_EV_file_read] || ruleset->objects[EVF_EV_file_write] ||
	       ruleset->objects[EVF_EV_socket_send] || ruleset->objects[EVF_EV_socket_recv] ||
	       ruleset->objects[EVF_EV_unix_send];
}

void evf_watch_transfers(const struct evf_ruleset *ruleset)
{
	if (asks_for_transfers(ruleset))
		static_branch_deferred_inc(&transfers_watched);
}

void evf_unwatch_transfers(const struct evf_ruleset *ruleset)
{
	if (asks_for_transfers(ruleset))
		static_branch_slow_dec_deferred(&transfers_watched);
}

/* sendfile(2) and splice(2) come past no hook of sockets */
static int judge_socket(struct file *file, int mask)
{
	struct socket *sock = sock_from_file(file);
	int error = 0;

	if (likely(!sock))
		return 0;
	if (mask & MAY_READ)
		error = evf_judge_recv(sock);
	if (!error && mask & MAY_WRITE)
		error = evf_judge_send(sock, NULL);
	return error;
}

/*
 * What execve reads of a program is file_exec's. It also carries out what rings were asked for
 * and is ready by then: that isn't.
 */
static bool is_program(const struct file *file, int mask)
{
	return current->in_execve && mask == MAY_READ && file->f_flags & __FMODE_EXEC &&
	       S_ISREG(file_inode(file)->i_mode);
}

static noinline int judge_transfer(struct file *file, int mask)
{
	struct evf_use use = { .file = file };
	int error = 0;

	if (likely(!evf_current_domain()) && !evf_is_any_attached())
		return 0;
	if (unlikely(is_program(file, mask)))
		return 0;
	if (mask & MAY_READ) {
		use.event = EVF_EV_file_read;
		error = evf_judge_use(&use);
	}
	if (!error && mask & MAY_WRITE) {
		use.event = EVF_EV_file_write;
		error = evf_judge_use(&use);
	}
	return error ?: judge_socket(file, mask);
}

static int hook_file_permission(struct file *file, int mask)
{
	if (static_branch_unlikely(&transfers_watched.key))
		return judge_transfer(file, mask);
	return 0;
}

static struct security_hook_list transfer_hooks[] __lsm_ro_after_init = {
	LSM_HOOK_INIT(file_permission, hook_file_permission),
};

void __init evf_add_transfer_hooks(void)
{
	security_add_hooks(transfer_hooks, ARRAY_SIZE(transfer_hooks), EVF_LSM_NAME);
}
