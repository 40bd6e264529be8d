/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Records for the audit system: of type AUDIT_AVC, as other modules' refusals are. Only so
 * many of each user's tasks, so that none can flood it, or hide behind a flood of its own.
 */
#ifndef _EVF_AUDIT_H
#define _EVF_AUDIT_H

#include <linux/audit.h>
#include "log.h"

/**
 * evf_audit_wanted() - does the administrator want any records?
 *
 * Return: true if the audit system is on.
 */
static inline bool evf_audit_wanted(void)
{
	return audit_enabled;
}

/**
 * evf_audit() - make a record, if current's user may have one more
 * @report: what it says; its texts are safe to print
 *
 * Otherwise it's counted, and the user's next record says how many were lost.
 *
 * Context: any.
 */
void evf_audit(const struct evf_report *report);

/**
 * evf_audit_lose() - count a record that couldn't be made
 *
 * Context: any.
 */
void evf_audit_lose(void);

#endif /* _EVF_AUDIT_H */
