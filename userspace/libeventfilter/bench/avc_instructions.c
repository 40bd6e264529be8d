// SPDX-License-Identifier: BSD-2-Clause
/* avc_instructions WAY TIMES: looks the same up so many times. avc_instructions.sh counts instructions. */
#include <stdio.h>
#include <stdlib.h>

#include "avc_internal.h"

static int answer(void *context, const struct eventfilter_avc_question *question,
		  struct eventfilter_avc_decision *decision)
{
	(void)context;
	(void)question;
	decision->decided = ~0U;
	decision->allowed = 1;
	return 0;
}

static bool is_at(const struct eventfilter_avc *avc, int way, uint32_t subject, uint32_t id)
{
	uint64_t at;

	for (at = 0; at <= avc->mask / sizeof(struct avc_bucket); at++) {
		const struct avc_slot *slot = &avc->buckets[at].slot[way];

		if (slot->subject == subject && slot->object == id)
			return true;
	}
	return false;
}

/* Puts as many other keys into the bucket before as there are ways to be passed over */
static uint32_t find_key(struct eventfilter_avc *avc, uint32_t subject, uint16_t class_id, int way)
{
	char name[16];
	uint32_t id;
	int i;

	for (i = 0;; i++) {
		snprintf(name, sizeof(name), "n%d", i);
		id = (uint32_t)eventfilter_avc_id(avc, name);
		if (eventfilter_avc_check(avc, subject, id, class_id, 1) != 0)
			abort();
		if (is_at(avc, way, subject, id))
			return id;
	}
}

int main(int argc, char **argv)
{
	struct eventfilter_avc_decision decision;
	struct eventfilter_avc *avc;
	uint32_t subject, object;
	uint16_t class_id;
	long times;

	if (argc != 3 || eventfilter_avc_create(512, -1, answer, NULL, &avc) != 0)
		return 1;
	subject = (uint32_t)eventfilter_avc_id(avc, "browser_t");
	class_id = (uint16_t)eventfilter_avc_class(avc, "vdisk", "read write");
	object = find_key(avc, subject, class_id, atoi(argv[1]));
	for (times = atol(argv[2]); times > 0; times--) {
		if (eventfilter_avc_check(avc, subject, object, class_id, 1) != 0 ||
		    eventfilter_avc_decide(avc, subject, object, class_id, 1, &decision) != 0)
			return 1;
	}
	eventfilter_avc_destroy(avc);
	return 0;
}
