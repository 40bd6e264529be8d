/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Records for the audit system: of type AUDIT_AVC, as other modules' refusals are. Only so
 * many of each user's tasks, so that none can flood it, or hide behind a flood of its own.
 */
#ifndef _EVF_AUDIT_H
#define _EVF_AUDIT_H

#include <linux/audit.h>
#include "log.h"

/* Does the administrator want any? */
static inline bool evf_audit_wanted(void)
{
	return audit_enabled;
}

/* Context: any */
void evf_audit(const struct evf_report *report);

/* A record that couldn't be made. Context: any. */
void evf_audit_lose(void);

#endif /* _EVF_AUDIT_H */
