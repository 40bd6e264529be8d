/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writes to one slot of the access vector cache, store by store, between the loads of a reader. What one
 * thread stores in some order the other sees in that order (each store is a release, each load an
 * acquire), so all that can happen is how many stores were made before each load.
 */
#ifndef SLOT_STEPS_H
#define SLOT_STEPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "eventfilter/avc.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SLOT_STEPS_MAX	64
#define SLOT_LOADS_MAX	16

struct slot_content {
	uint32_t subject, object;
	uint16_t class_id;
	struct eventfilter_avc_decision decision;
};

/* A slot with this content, and the stores of the writes that follow. Returns how many stores. */
size_t slot_record(const struct slot_content *before, const struct slot_content *writes, size_t count);

/*
 * Reads the slot for the content's key; before load i so many of all stores are made. Was there something?
 * The slot is as before afterwards.
 */
bool slot_read(const unsigned char *stores_before_load, struct slot_content *content);

/* Loads of the last read */
size_t slot_loads(void);

#ifdef __cplusplus
}
#endif

#endif /* SLOT_STEPS_H */
