// SPDX-License-Identifier: GPL-2.0-only
/*
 * Questions about a label space: which assignment decides, which there are, what has
 * happened. An answer is text, a line for an assignment.
 */
#include <linux/eventfilter.h>
#include <linux/kdev_t.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/wait.h>

#include "assign.h"
#include "label_set.h"
#include "mark.h"
#include "space.h"
#include "space_query.h"

void evf_put_quoted(struct seq_buf *to, const char *text, u32 len)
{
	u32 i;

	seq_buf_putc(to, '"');
	for (i = 0; i < len; i++) {
		const u8 c = text[i];

		if (c < ' ' || c > '~' || c == '"' || c == '\\')
			seq_buf_printf(to, "\\%03o", c);
		else
			seq_buf_putc(to, c);
	}
	seq_buf_putc(to, '"');
}

void evf_put_inode(struct seq_buf *to, const char *kind, const struct inode *inode)
{
	const dev_t dev = inode->i_sb->s_dev;

	seq_buf_printf(to, "%s %u:%u %lu", kind, MAJOR(dev), MINOR(dev), inode->i_ino);
}

static void put_names(const struct evf_space *space, const struct evf_set *set,
		      struct seq_buf *to)
{
	u16 i;

	for (i = 0; i < set->nr; i++)
		seq_buf_printf(to, " %s", evf_space_label_name(space, set->id[i]));
}

static void put_assignment(const struct evf_assignment *assignment,
			   const struct evf_version *version, struct seq_buf *to)
{
	assignment->ops->print(assignment, version, to);
	put_names(assignment->space, version->set, to);
	seq_buf_putc(to, '\n');
}

/* No assignment decides. What a task's label means stays, as the space is locked */
static void put_undecided(const struct evf_space *space, const struct evf_labels *labels,
			  u32 generation, struct seq_buf *answer)
{
	u16 i;

	if (labels == evf_set_labels(space->anonymous, generation)) {
		seq_buf_puts(answer, "internal anonymous\n");
		return;
	}
	seq_buf_puts(answer, labels->nr ? "task" : "none");
	for (i = 0; i < labels->nr; i++) {
		if (!evf_space_is_group(space, labels->id[i]))
			seq_buf_printf(answer, " %s",
				       evf_space_label_name(space, labels->id[i]));
	}
	seq_buf_putc(answer, '\n');
}

u32 evf_space_decided(struct evf_space *space, struct dentry *dentry, struct seq_buf *answer)
{
	const struct evf_locus locus = { .self = d_backing_inode(dentry), .place = dentry };
	const struct evf_version *version;
	struct evf_found found;
	u32 generation;

	mutex_lock(&space->lock);
	generation = space->generation;
	rcu_read_lock();
	found = evf_label_decided(space, generation, &locus, &version);
	/* It stays as long as nobody else changes it */
	if (found.unknown)
		seq_buf_puts(answer, "unknown\n");
	else if (version)
		put_assignment(version->assignment, version, answer);
	else
		put_undecided(space, found.labels, generation, answer);
	rcu_read_unlock();
	mutex_unlock(&space->lock);
	return generation;
}

static int list(struct evf_space *space, u64 *cursor, struct seq_buf *answer)
{
	const struct evf_assignment *assignment;
	const struct evf_version *version;
	size_t len;

	list_for_each_entry(assignment, &space->assignments, all) {
		cond_resched();
		if (assignment->serial <= *cursor)
			continue;
		rcu_read_lock();
		version = evf_version_at(assignment, space->generation);
		rcu_read_unlock();
		if (!version)
			continue;
		len = answer->len;
		put_assignment(assignment, version, answer);
		if (evf_answer_is_full(answer)) {
			answer->len = len;
			return len ? 0 : -ERANGE;
		}
		*cursor = assignment->serial;
	}
	return 0;
}

int evf_space_list(struct evf_space *space, u64 *cursor, struct seq_buf *answer)
{
	int error;

	mutex_lock(&space->lock);
	error = list(space, cursor, answer);
	if (!error)
		error = space->generation & INT_MAX;
	mutex_unlock(&space->lock);
	return error;
}

void evf_space_take_news(struct evf_space *space, struct seq_buf *news)
{
	u32 i;

	if (space->news.committed)
		seq_buf_printf(news, "commit %u\n", space->generation & INT_MAX);
	for (i = 0; i < space->news.nr_unmounted; i++) {
		const dev_t dev = space->news.unmounted[i];

		seq_buf_printf(news, "unmount %u:%u\n", MAJOR(dev), MINOR(dev));
	}
	if (space->news.lost)
		seq_buf_puts(news, "unmount more\n");
	memset(&space->news, 0, sizeof(space->news));
}

void evf_space_tell_commit(struct evf_space *space)
{
	space->news.committed = true;
	wake_up_interruptible(&space->wait);
}

void evf_space_tell_unmount(struct evf_space *space, dev_t dev)
{
	struct evf_news *news = &space->news;

	if (news->nr_unmounted < ARRAY_SIZE(news->unmounted))
		news->unmounted[news->nr_unmounted++] = dev;
	else
		news->lost = true;
	wake_up_interruptible(&space->wait);
}
