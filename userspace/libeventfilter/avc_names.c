// SPDX-License-Identifier: BSD-2-Clause
/* Numbers for names and classes. They only become more, so that reading one needs no lock. */
#include "avc_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define PLACES	(sizeof(((struct avc_names *)0)->place) / sizeof(uint32_t))

int eventfilter_avc_names_create(struct eventfilter_avc *avc)
{
	/* Zeroed pages that nobody has touched cost nothing */
	avc->names = calloc(1, sizeof(*avc->names));
	avc->classes = calloc(1, sizeof(*avc->classes));
	if (!avc->names || !avc->classes)
		return -ENOMEM;
	pthread_mutex_init(&avc->names->lock, NULL);
	pthread_mutex_init(&avc->classes->lock, NULL);
	return 0;
}

void eventfilter_avc_names_destroy(struct eventfilter_avc *avc)
{
	uint32_t i;

	for (i = 1; avc->names && i <= avc->names->used; i++)
		free(avc->names->name[i]);
	for (i = 1; avc->classes && i <= avc->classes->used; i++) {
		free(avc->classes->class[i].name);
		free(avc->classes->class[i].permissions);
	}
	free(avc->names);
	free(avc->classes);
}

const char *eventfilter_avc_name_of(const struct eventfilter_avc *avc, uint32_t id)
{
	if (id == 0 || id > atomic_load_explicit(&avc->names->used, memory_order_acquire))
		return NULL;
	return atomic_load_explicit(&avc->names->name[id], memory_order_relaxed);
}

const struct avc_class *eventfilter_avc_class_of(const struct eventfilter_avc *avc, uint32_t class_id)
{
	const uint32_t number = class_id / AVC_CLASS_STEP;

	if (class_id % AVC_CLASS_STEP != 0 || number == 0 ||
	    number > atomic_load_explicit(&avc->classes->used, memory_order_acquire))
		return NULL;
	return &avc->classes->class[number];
}

static uint32_t hash_of(const char *name)
{
	uint64_t hash = 0xcbf29ce484222325U;

	for (; *name; name++)
		hash = (hash ^ (unsigned char)*name) * 0x100000001b3U;
	return (uint32_t)(hash ^ hash >> 32);
}

/* Half of the places at least are empty, so there is an end */
static uint32_t *find_place(struct avc_names *names, const char *name)
{
	size_t at = hash_of(name) % PLACES;

	while (names->place[at] != 0 && strcmp(names->name[names->place[at]], name) != 0)
		at = (at + 1) % PLACES;
	return &names->place[at];
}

static int add_name(struct avc_names *names, uint32_t *place, const char *name)
{
	uint32_t id = names->used + 1;

	if (id > EVENTFILTER_AVC_MAX_NAMES)
		return -ENOSPC;
	names->name[id] = strdup(name);
	if (!names->name[id])
		return -ENOMEM;
	*place = id;
	atomic_store_explicit(&names->used, id, memory_order_release);
	return (int)id;
}

int eventfilter_avc_id(struct eventfilter_avc *avc, const char *name)
{
	const size_t length = strnlen(name, EVENTFILTER_AVC_MAX_NAME + 1);
	int saved = errno, result;
	uint32_t *place;

	if (length == 0 || length > EVENTFILTER_AVC_MAX_NAME)
		return -EINVAL;
	pthread_mutex_lock(&avc->names->lock);
	place = find_place(avc->names, name);
	result = *place != 0 ? (int)*place : add_name(avc->names, place, name);
	pthread_mutex_unlock(&avc->names->lock);
	errno = saved;
	return result;
}

/* The next word of a text, its start moved behind it; 0 at the end */
static size_t next_word(const char **text, const char **word)
{
	*text += strspn(*text, " ");
	*word = *text;
	*text += strcspn(*text, " ");
	return (size_t)(*text - *word);
}

/* The place of a word among the first few of a text, or -1 */
static int place_of(const char *text, const char *word, size_t length, int count)
{
	const char *other;
	size_t other_length;
	int i;

	for (i = 0; i < count && (other_length = next_word(&text, &other)) != 0; i++) {
		if (other_length == length && memcmp(other, word, length) == 0)
			return i;
	}
	return -1;
}

/* Into one form: a space between two. NULL, with error set, if they can't be those of a class */
static char *permissions_of(const char *text, int *error)
{
	char *made = malloc(strlen(text) + 1), *end = made;
	const char *word;
	size_t length;
	int count = 0;

	*error = -ENOMEM;
	if (!made)
		return NULL;
	*error = -EINVAL;
	*made = '\0';
	while ((length = next_word(&text, &word)) != 0) {
		if (length > EVENTFILTER_AVC_MAX_NAME || count == EVENTFILTER_AVC_MAX_PERMISSIONS ||
		    place_of(made, word, length, count) >= 0)
			goto refuse;
		if (count++ > 0)
			*end++ = ' ';
		memcpy(end, word, length);
		end += length;
		*end = '\0';
	}
	if (count > 0)
		return made;
refuse:
	free(made);
	return NULL;
}

/* Takes over the permissions, unless it fails */
static int add_class(struct avc_classes *classes, const char *name, char *permissions)
{
	uint32_t number;

	for (number = 1; number <= classes->used; number++) {
		if (strcmp(classes->class[number].name, name) != 0)
			continue;
		if (strcmp(classes->class[number].permissions, permissions) != 0)
			return -EEXIST;
		free(permissions);
		return (int)(number * AVC_CLASS_STEP);
	}
	if (number >= EVENTFILTER_AVC_MAX_CLASSES)
		return -ENOSPC;
	classes->class[number].name = strdup(name);
	if (!classes->class[number].name)
		return -ENOMEM;
	classes->class[number].permissions = permissions;
	atomic_store_explicit(&classes->used, number, memory_order_release);
	return (int)(number * AVC_CLASS_STEP);
}

int eventfilter_avc_class(struct eventfilter_avc *avc, const char *name, const char *permissions)
{
	const size_t length = strnlen(name, EVENTFILTER_AVC_MAX_NAME + 1);
	int saved = errno, result;
	char *words;

	if (length == 0 || length > EVENTFILTER_AVC_MAX_NAME)
		return -EINVAL;
	words = permissions_of(permissions, &result);
	if (words) {
		pthread_mutex_lock(&avc->classes->lock);
		result = add_class(avc->classes, name, words);
		pthread_mutex_unlock(&avc->classes->lock);
		if (result < 0)
			free(words);
	}
	errno = saved;
	return result;
}

uint32_t eventfilter_avc_permission(const struct eventfilter_avc *avc, uint16_t class_id, const char *name)
{
	const struct avc_class *class = eventfilter_avc_class_of(avc, class_id);
	int place = -1;

	if (class)
		place = place_of(class->permissions, name, strlen(name), EVENTFILTER_AVC_MAX_PERMISSIONS);
	return place < 0 ? 0 : (uint32_t)1 << place;
}
