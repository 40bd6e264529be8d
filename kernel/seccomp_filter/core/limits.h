/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Every limit of the filter language. The limits that userspace meets elsewhere
 * (text, layers, labels) are in the uapi header.
 */
#ifndef _EVF_LIMITS_H
#define _EVF_LIMITS_H

#define EVF_MAX_DEPTH		64	/* open parentheses at one place of a filter */
#define EVF_MAX_PREDICATES	4096	/* predicates of one filter */
#define EVF_MAX_SET		4096	/* items of one { ... } */
#define EVF_MAX_STRING		255	/* bytes of a string, its escapes decoded */
#define EVF_MAX_WORD		64	/* bytes of an event, field or label name */
#define EVF_MAX_NAMES		1024	/* names before the colon of one line */
#define EVF_MAX_LINE		65536	/* bytes of one line */
#define EVF_MAX_RULES		65536	/* rules of one ruleset */
#define EVF_MAX_SLOTS		16	/* fields of one event */
#define EVF_LABEL_IDS		(EVF_MAX_SPACE_NAMES + 1)	/* with "anonymous" */
#define EVF_MAX_COST		(1U << 24)	/* steps of judging one event: see domain.c */

#endif /* _EVF_LIMITS_H */
