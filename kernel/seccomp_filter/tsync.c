// SPDX-License-Identifier: GPL-2.0-only
/*
 * A layer for all threads of a process at once.
 */

#include <linux/completion.h>
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/hash.h>
#include <linux/list.h>
#include <linux/refcount.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/task_work.h>
#include <linux/wait.h>
#include "domain.h"
#include "enforce.h"
#include "holdings.h"
#include "tsync.h"

#define SEEN_BITS	6

/**
 * struct tsync - one call, shared by the threads
 * @usage: the caller, and every thread that was asked
 * @parent: threads may have this domain, or one of its ancestors; a reference, or NULL
 * @domain: what they get; a reference
 * @keep: EVF_ENFORCE_KEEP_*
 * @no_new_privs: the caller has it, so they get it, too
 * @error: of the first thread that can't
 * @preparing: threads that were asked and have neither prepared nor failed
 * @prepared: @preparing became 0
 * @decided: @commits is set
 * @commits: all commit, else all drop what they prepared
 * @committing: those that were asked and haven't done it, and the caller
 * @finished: @committing became 0
 * @seen: threads that were asked; only the caller's
 */
struct tsync {
	refcount_t usage;
	struct evf_domain *parent;
	struct evf_domain *domain;
	u32 keep;
	bool no_new_privs;
	int error;
	atomic_t preparing;
	wait_queue_head_t prepared;
	struct completion decided;
	bool commits;
	atomic_t committing;
	struct completion finished;
	struct hlist_head seen[1 << SEEN_BITS];
};

/**
 * struct asked - a thread that was asked
 * @work: runs in it
 * @tsync: a reference
 * @task: a reference, so that no other thread can be mistaken for it
 * @seen: in the list of the call
 * @usage: the list, and @work
 */
struct asked {
	struct callback_head work;
	struct tsync *tsync;
	struct task_struct *task;
	struct hlist_node seen;
	refcount_t usage;
};

static void tsync_put(struct tsync *tsync)
{
	if (!refcount_dec_and_test(&tsync->usage))
		return;
	evf_domain_put(tsync->parent);
	evf_domain_put(tsync->domain);
	kfree(tsync);
}

static void asked_put(struct asked *asked)
{
	if (!refcount_dec_and_test(&asked->usage))
		return;
	put_task_struct(asked->task);
	tsync_put(asked->tsync);
	kfree(asked);
}

/* The credentials that current will have; what it holds is its own, too */
static struct cred *prepare(const struct tsync *tsync)
{
	struct cred *cred;
	int error;

	if (!evf_domain_is_ancestor(evf_current_domain(), tsync->parent))
		return ERR_PTR(-ESRCH);
	error = evf_holdings_check(tsync->keep, false);
	if (error)
		return ERR_PTR(error);
	cred = prepare_creds();
	if (!cred)
		return ERR_PTR(-ENOMEM);
	evf_domain_put(evf_cred(cred)->domain);
	evf_cred(cred)->domain = evf_domain_get(tsync->domain);
	return cred;
}

static void commit(const struct tsync *tsync, struct cred *cred)
{
	if (tsync->no_new_privs)
		task_set_no_new_privs(current);
	commit_creds(cred);
	evf_watch_syscalls();
}

/* One of those that were asked has prepared, or never will */
static void report(struct tsync *tsync, int error)
{
	if (error)
		cmpxchg(&tsync->error, 0, error);
	if (atomic_dec_and_test(&tsync->preparing))
		wake_up(&tsync->prepared);
}

static void join(struct tsync *tsync)
{
	struct cred *cred = prepare(tsync);

	report(tsync, PTR_ERR_OR_ZERO(cred));
	/* Who decides is interrupted by what would end us, so we don't look for that */
	wait_for_completion_state(&tsync->decided, TASK_IDLE);
	if (IS_ERR(cred))
		return;
	if (tsync->commits)
		commit(tsync, cred);
	else
		abort_creds(cred);
}

/* In the thread that was asked, on its way to userspace or out of this world */
static void join_work(struct callback_head *work)
{
	struct asked *asked = container_of(work, struct asked, work);
	struct tsync *tsync = asked->tsync;

	/* Too late, if the caller didn't wait */
	if (current->flags & PF_EXITING || completion_done(&tsync->decided))
		report(tsync, 0);
	else
		join(tsync);
	if (atomic_dec_and_test(&tsync->committing))
		complete(&tsync->finished);
	asked_put(asked);
}

static struct hlist_head *bucket_of(struct tsync *tsync, const struct task_struct *task)
{
	return &tsync->seen[hash_ptr(task, SEEN_BITS)];
}

static bool was_asked(struct tsync *tsync, const struct task_struct *task)
{
	struct asked *asked;

	hlist_for_each_entry(asked, bucket_of(tsync, task), seen) {
		if (asked->task == task)
			return true;
	}
	return false;
}

/* Return: a thread that is to be asked, with a reference; or NULL */
static struct task_struct *find_unasked(struct tsync *tsync)
{
	struct task_struct *task, *found = NULL;

	rcu_read_lock();
	for_each_thread(current, task) {
		if (task == current || task->flags & (PF_IO_WORKER | PF_EXITING) ||
		    was_asked(tsync, task))
			continue;
		found = get_task_struct(task);
		break;
	}
	rcu_read_unlock();
	return found;
}

/* Takes over the reference */
static int ask(struct tsync *tsync, struct task_struct *task)
{
	struct asked *asked = kzalloc(sizeof(*asked), GFP_KERNEL_ACCOUNT);

	if (!asked) {
		put_task_struct(task);
		return -ENOMEM;
	}
	refcount_set(&asked->usage, 2);
	refcount_inc(&tsync->usage);
	asked->tsync = tsync;
	asked->task = task;
	hlist_add_head(&asked->seen, bucket_of(tsync, task));
	init_task_work(&asked->work, join_work);
	atomic_inc(&tsync->preparing);
	atomic_inc(&tsync->committing);
	if (!task_work_add(task, &asked->work, TWA_SIGNAL))
		return 0;
	/* It's past the point where it could do anything */
	atomic_dec(&tsync->preparing);
	atomic_dec(&tsync->committing);
	asked_put(asked);
	return 0;
}

/* Return: how many were asked, or an error */
static int ask_all(struct tsync *tsync)
{
	struct task_struct *task;
	int error, nr = 0;

	while ((task = find_unasked(tsync))) {
		if (signal_pending(current)) {
			put_task_struct(task);
			return -ERESTARTNOINTR;
		}
		error = ask(tsync, task);
		if (error)
			return error;
		nr++;
		cond_resched();
	}
	return nr;
}

/* Have all threads parked: they can create no more, so it ends when no new one is found */
static int park_all(struct tsync *tsync)
{
	int nr;

	do {
		nr = ask_all(tsync);
		if (nr < 0)
			return nr;
		if (wait_event_interruptible(tsync->prepared, !atomic_read(&tsync->preparing)))
			return -ERESTARTNOINTR;
		if (READ_ONCE(tsync->error))
			return tsync->error;
	} while (nr);
	return 0;
}

static void forget_asked(struct tsync *tsync)
{
	struct hlist_node *next;
	struct asked *asked;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(tsync->seen); i++) {
		hlist_for_each_entry_safe(asked, next, &tsync->seen[i], seen)
			asked_put(asked);
	}
}

static struct tsync *tsync_new(struct evf_domain *parent, struct evf_domain *domain, u32 keep)
{
	struct tsync *tsync = kzalloc(sizeof(*tsync), GFP_KERNEL_ACCOUNT);

	if (!tsync)
		return NULL;
	refcount_set(&tsync->usage, 1);
	tsync->parent = evf_domain_get(parent);
	tsync->domain = evf_domain_get(domain);
	tsync->keep = keep;
	tsync->no_new_privs = task_no_new_privs(current);
	init_waitqueue_head(&tsync->prepared);
	init_completion(&tsync->decided);
	atomic_set(&tsync->committing, 1);
	init_completion(&tsync->finished);
	return tsync;
}

int evf_tsync(struct evf_domain *parent, struct evf_domain *domain, u32 keep)
{
	struct rw_semaphore *lock = &current->signal->exec_update_lock;
	struct tsync *tsync;
	int error;

	/* Another thread may have it, waiting for us to park */
	if (!down_write_trylock(lock))
		return restart_syscall();
	tsync = tsync_new(parent, domain, keep);
	if (!tsync) {
		up_write(lock);
		return -ENOMEM;
	}
	error = park_all(tsync);
	tsync->commits = !error;
	complete_all(&tsync->decided);
	/* If it failed, those that come by later find it decided and need nothing of ours */
	if (!error && !atomic_dec_and_test(&tsync->committing))
		wait_for_completion(&tsync->finished);
	forget_asked(tsync);
	up_write(lock);
	tsync_put(tsync);
	return error;
}
