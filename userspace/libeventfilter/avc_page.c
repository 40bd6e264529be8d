// SPDX-License-Identifier: BSD-2-Clause
/* The page that carries the generation: its maker's side, and how a reader takes one. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "avc_internal.h"

_Static_assert(sizeof(struct eventfilter_avc_page) == EVENTFILTER_AVC_PAGE_SIZE, "one page");
_Static_assert(offsetof(struct eventfilter_avc_page, owner) == 16, "the layout is shared");
_Static_assert(sizeof(pthread_mutex_t) <= sizeof(((struct eventfilter_avc_page *)0)->owner),
	       "a mutex fits");
_Static_assert(_Alignof(pthread_mutex_t) <= 16, "and is aligned");
_Static_assert((F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_FUTURE_WRITE) ==
	       EVENTFILTER_AVC_PAGE_SEALS, "the kernel's numbers");

static pthread_mutex_t *owner_of(struct eventfilter_avc_page *page)
{
	return (pthread_mutex_t *)page->owner;
}

/* Half of all numbers are left for counting up; 0 is no generation */
static int first_generation(uint64_t *generation)
{
	if (getrandom(generation, sizeof(*generation), 0) != sizeof(*generation))
		return -errno;
	*generation = (*generation >> 2) + 1;
	return 0;
}

/* The kernel marks a robust mutex that dies with its thread; glibc puts its futex first */
static int take_ownership(struct eventfilter_avc_page *page)
{
	pthread_mutexattr_t attributes;
	int error = pthread_mutexattr_init(&attributes);

	if (error != 0)
		return -error;
	error = pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
	if (error == 0)
		error = pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
	if (error == 0)
		error = pthread_mutex_init(owner_of(page), &attributes);
	if (error == 0)
		error = pthread_mutex_lock(owner_of(page));
	pthread_mutexattr_destroy(&attributes);
	if (error == 0 && !eventfilter_avc_page_is_alive(page))
		error = ENOSYS;
	return -error;
}

static int fill(int fd, struct eventfilter_avc_page **page)
{
	struct eventfilter_avc_page *made;
	int result;

	if (ftruncate(fd, EVENTFILTER_AVC_PAGE_SIZE) != 0)
		return -errno;
	made = mmap(NULL, EVENTFILTER_AVC_PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (made == MAP_FAILED)
		return -errno;
	/* A child of the maker's is no maker */
	madvise(made, EVENTFILTER_AVC_PAGE_SIZE, MADV_DONTFORK);
	made->magic = EVENTFILTER_AVC_PAGE_MAGIC;
	made->version = EVENTFILTER_AVC_PAGE_VERSION;
	result = first_generation(&made->generation);
	if (result == 0 && fcntl(fd, F_ADD_SEALS, (int)EVENTFILTER_AVC_PAGE_SEALS) != 0)
		result = -errno;
	if (result == 0)
		result = take_ownership(made);
	if (result == 0)
		*page = made;
	else
		munmap(made, EVENTFILTER_AVC_PAGE_SIZE);
	return result;
}

int eventfilter_avc_page_create(struct eventfilter_avc_page **page)
{
	int saved = errno;
	int fd = memfd_create("eventfilter-avc", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	int result = fd < 0 ? -errno : fill(fd, page);

	if (result != 0 && fd >= 0)
		close(fd);
	errno = saved;
	return result != 0 ? result : fd;
}

uint64_t eventfilter_avc_page_publish(struct eventfilter_avc_page *page)
{
	return __atomic_add_fetch(&page->generation, 1, __ATOMIC_SEQ_CST);
}

void eventfilter_avc_page_destroy(struct eventfilter_avc_page *page)
{
	pthread_mutex_unlock(owner_of(page));
	munmap(page, EVENTFILTER_AVC_PAGE_SIZE);
}

/* What could be cut short or written by others is not even looked into */
static int check_file(int fd)
{
	struct stat status;
	int seals = fcntl(fd, F_GET_SEALS);

	if (seals < 0)
		return errno == EINVAL ? -EPERM : -errno;
	if ((seals & (int)EVENTFILTER_AVC_PAGE_SEALS) != (int)EVENTFILTER_AVC_PAGE_SEALS)
		return -EPERM;
	if (fstat(fd, &status) != 0)
		return -errno;
	return status.st_size == EVENTFILTER_AVC_PAGE_SIZE ? 0 : -EBADMSG;
}

int eventfilter_avc_page_map_at(void *where, int fd, const struct eventfilter_avc_page **page)
{
	const int fixed = where ? MAP_FIXED : 0;
	const struct eventfilter_avc_page *seen;
	int saved = errno, result = check_file(fd);

	if (result == 0) {
		seen = mmap(NULL, EVENTFILTER_AVC_PAGE_SIZE, PROT_READ, MAP_SHARED, fd, 0);
		if (seen == MAP_FAILED)
			result = -errno;
	}
	if (result == 0 && (seen->magic != EVENTFILTER_AVC_PAGE_MAGIC ||
			    seen->version != EVENTFILTER_AVC_PAGE_VERSION)) {
		munmap((void *)seen, EVENTFILTER_AVC_PAGE_SIZE);
		result = -EBADMSG;
	}
	/* One step for whoever reads there: the page before, or this one */
	if (result == 0 && fixed &&
	    mremap((void *)seen, EVENTFILTER_AVC_PAGE_SIZE, EVENTFILTER_AVC_PAGE_SIZE,
		   MREMAP_MAYMOVE | MREMAP_FIXED, where) == MAP_FAILED) {
		result = -errno;
		munmap((void *)seen, EVENTFILTER_AVC_PAGE_SIZE);
	}
	if (result == 0 && page)
		*page = where ? where : seen;
	errno = saved;
	return result;
}

int eventfilter_avc_page_map(int fd, const struct eventfilter_avc_page **page)
{
	return eventfilter_avc_page_map_at(NULL, fd, page);
}

void eventfilter_avc_page_unmap(const struct eventfilter_avc_page *page)
{
	munmap((void *)page, EVENTFILTER_AVC_PAGE_SIZE);
}
