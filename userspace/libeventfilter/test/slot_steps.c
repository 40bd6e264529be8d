// SPDX-License-Identifier: BSD-2-Clause
/* avc.c with a say in the order of loads and stores. slot_steps.h documents it. */
#include "slot_steps.h"

#include <stdatomic.h>

static void before_load(void);
static void on_store(volatile void *address, unsigned long long value, size_t size);

#undef atomic_load_explicit
#define atomic_load_explicit(object, order)                                 \
	(before_load(), __atomic_load_n((__typeof__(*(object)) *)(object), __ATOMIC_RELAXED))
#undef atomic_store_explicit
#define atomic_store_explicit(object, value, order)                         \
	on_store((volatile void *)(object), (unsigned long long)(value), sizeof(*(object)))

#include "../avc.c"

/* The stores of a write in their order, and how many of them were made */
struct step {
	volatile void *address;
	unsigned long long value;
	size_t size;
};

static struct step steps[SLOT_STEPS_MAX];
static size_t recorded, made;
static bool is_recording;

/* The reader's loads: how many stores are made before each */
static const unsigned char *schedule;
static size_t loads;

static void make(const struct step *step)
{
	if (step->size == sizeof(uint64_t))
		*(volatile uint64_t *)step->address = step->value;
	else
		*(volatile uint32_t *)step->address = (uint32_t)step->value;
}

static void on_store(volatile void *address, unsigned long long value, size_t size)
{
	const struct step step = { address, value, size };

	if (is_recording && recorded < SLOT_STEPS_MAX)
		steps[recorded++] = step;
	make(&step);
}

static void before_load(void)
{
	if (!schedule || loads == SLOT_LOADS_MAX)
		return;
	while (made < schedule[loads] && made < recorded)
		make(&steps[made++]);
	loads++;
}

static struct avc_slot slot;

size_t slot_record(const struct slot_content *before, const struct slot_content *writes, size_t count)
{
	struct avc_slot start;
	size_t i;

	memset(&slot, 0, sizeof(slot));
	schedule = NULL;
	is_recording = false;
	write_slot(&slot, (struct avc_key){ before->subject, before->object, before->class_id },
		   &before->decision);
	memcpy(&start, &slot, sizeof(slot));
	is_recording = true;
	recorded = 0;
	for (i = 0; i < count; i++)
		write_slot(&slot,
			   (struct avc_key){ writes[i].subject, writes[i].object, writes[i].class_id },
			   &writes[i].decision);
	is_recording = false;
	memcpy(&slot, &start, sizeof(slot));
	return recorded;
}

bool slot_read(const unsigned char *stores_before_load, struct slot_content *content)
{
	struct avc_slot start;
	bool found;

	memcpy(&start, &slot, sizeof(slot));
	schedule = stores_before_load;
	loads = made = 0;
	found = read_slot(&slot, (struct avc_key){ content->subject, content->object, content->class_id },
			  true, &content->decision);
	schedule = NULL;
	memcpy(&slot, &start, sizeof(slot));
	return found;
}

size_t slot_loads(void)
{
	return loads;
}
