// SPDX-License-Identifier: GPL-2.0-only
/*
 * User and group ids: each layer compares them as its creator saw them.
 */

#include <linux/bitops.h>
#include <linux/cred.h>
#include <linux/uidgid.h>
#include "evaluate.h"

static void set_id(struct evf_record *record, u8 slot, u32 id)
{
	record->v[slot].num = id;
	if (id == (u32)-1)
		record->undefined |= BIT(slot);
}

int evf_entry_run_in_ns(const struct evf_entry *entry, const struct evf_record *record)
{
	struct user_namespace *ns = entry->ruleset->user_ns;
	struct evf_record translated = *record;
	u8 slot;

	for (slot = 0; slot < EVF_MAX_SLOTS; slot++) {
		const u32 id = record->v[slot].num;

		if (entry->uid_slots & BIT(slot))
			set_id(&translated, slot, from_kuid(ns, KUIDT_INIT(id)));
		else if (entry->gid_slots & BIT(slot))
			set_id(&translated, slot, from_kgid(ns, KGIDT_INIT(id)));
	}
	return evf_program_run(entry->program, &translated);
}

void evf_fill_ids(const struct evf_chain *chain, const struct cred *subject,
		  struct evf_record *record)
{
	u8 slot;

	record->v[EVF_SLOT_UID].num = __kuid_val(subject->euid);
	record->v[EVF_SLOT_GID].num = __kgid_val(subject->egid);
	for (slot = 0; slot < EVF_MAX_SLOTS; slot++) {
		if (chain->id_slots & BIT(slot))
			set_id(record, slot, record->v[slot].num);
	}
}
