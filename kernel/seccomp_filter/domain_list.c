// SPDX-License-Identifier: GPL-2.0-only
/*
 * securityfs eventfilter/domains: what is in force, for who administers the machine. Who is
 * confined sees nothing of it, root or not.
 */

#include <linux/capability.h>
#include <linux/fs.h>
#include <linux/list.h>
#include <linux/seq_file.h>
#include "cred.h"
#include "domain.h"
#include "domain_list.h"

static bool may_see(void)
{
	return !evf_current_domain() && capable(CAP_SYS_ADMIN);
}

/* Asked again at each read: the descriptor may be somebody else's by now */
static void *domains_start(struct seq_file *seq, loff_t *pos)
{
	if (!may_see())
		return ERR_PTR(-EPERM);
	mutex_lock(&evf_domains_lock);
	return seq_list_start(&evf_domains, *pos);
}

static void *domains_next(struct seq_file *seq, void *at, loff_t *pos)
{
	return seq_list_next(at, &evf_domains, pos);
}

static void domains_stop(struct seq_file *seq, void *at)
{
	if (!IS_ERR(at))
		mutex_unlock(&evf_domains_lock);
}

/* Each line of it further to the right */
static void show_text(struct seq_file *seq, const char *text)
{
	const char *end;

	for (; *text; text = end + 1) {
		end = strchrnul(text, '\n');
		seq_printf(seq, "\t\t%.*s\n", (int)(end - text), text);
		if (!*end)
			break;
	}
}

static int domains_show(struct seq_file *seq, void *at)
{
	const struct evf_domain *domain = list_entry(at, struct evf_domain, all);
	const u32 nr = domain->nr_layers;
	char *text;
	u32 i;

	seq_printf(seq, "domain %llu parent %llu layers %u%s\n", domain->id,
		   nr > 1 ? domain->layer[nr - 2].domain : 0, nr,
		   domain->attached ? " attached" : "");
	for (i = 0; i < nr; i++) {
		const struct evf_ruleset *ruleset = domain->layer[i].ruleset;

		seq_printf(seq, "\tlayer %u domain %llu %s\n", i, domain->layer[i].domain,
			   ruleset->permissive ? "permissive" : "enforcing");
		if (evf_rules_print(&ruleset->rules, &ruleset->schema, &text))
			return -ENOMEM;
		show_text(seq, text);
		evf_free(text);
	}
	return 0;
}

static const struct seq_operations domains_ops = {
	.start = domains_start,
	.next = domains_next,
	.stop = domains_stop,
	.show = domains_show,
};

static int domains_open(struct inode *inode, struct file *file)
{
	return may_see() ? seq_open(file, &domains_ops) : -EPERM;
}

const struct file_operations evf_domains_fops = {
	.open = domains_open,
	.read = seq_read,
	.llseek = seq_lseek,
	.release = seq_release,
};
